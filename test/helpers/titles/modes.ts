import type { Plugin } from '../../../core/index.ts';
import { dashCenc } from '../../../plugins/index.ts';
import { COLUMNS } from '../matrix/columns.ts';

/** A way to package a file. */
export interface TestMode {
  /** Unique: `dash-cenc`, `dash-segments`, `hls-aes-ts`, … */
  readonly name: string;
  plugin(): Plugin;
}

/** Every mode with its schemes, containers and layouts. */
export const MODES: readonly TestMode[] = [
  ...COLUMNS.map(({ name, mode }) => ({ name, plugin: mode })),
  { name: 'dash-segments', plugin: () => dashCenc({ layout: 'segments' }) },
];

/** One of them. @throws Error when there is none of that name */
export function modeNamed(name: string): TestMode {
  const mode = MODES.find((candidate) => candidate.name === name);
  if (!mode) throw new Error(`There is no mode "${name}".`);
  return mode;
}
