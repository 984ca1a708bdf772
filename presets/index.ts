import { local } from './local.ts';
import { manual } from './manual.ts';
import { pallycon } from './pallycon.ts';

export type { LocalOptions } from './local.ts';
export type { ManualOptions } from './manual.ts';
export type { PallyconOptions } from './pallycon.ts';
export { local, manual, pallycon };

/** The built-in presets by the names that configs and `--preset` use. */
export const presets = { local, manual, pallycon } as const;
