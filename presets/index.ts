import { local } from './local.ts';
import { manual } from './manual.ts';
import { pallycon } from './pallycon.ts';
import { pallyconPackager } from './pallycon-packager.ts';

export type { LocalOptions } from './local.ts';
export type { ManualOptions } from './manual.ts';
export type { PallyconOptions } from './pallycon.ts';
export type { PallyconPackagerOptions } from './pallycon-packager.ts';
export { type TargetName, targets } from './targets.ts';
export { local, manual, pallycon, pallyconPackager };

/** The built-in presets by the names that configs and `--preset` use. */
export const presets = { local, manual, pallycon, 'pallycon-packager': pallyconPackager } as const;
