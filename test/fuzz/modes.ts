import type { Plugin } from '../../core/index.ts';
import { dashCenc } from '../../plugins/index.ts';
import { COLUMNS } from '../helpers/matrix/columns.ts';

/** A way to package a file. */
export interface FuzzMode {
  readonly name: string;
  /** One of so many mutants is tried in it. */
  readonly every: number;
  plugin(): Plugin;
}

/** Every mode with its schemes, containers and layouts. NCG takes any file as it is and reads nothing of it. */
export const FUZZ_MODES: readonly FuzzMode[] = [
  ...COLUMNS.map(({ name, mode }) => ({ name, every: name === 'ncg' ? 10 : 1, plugin: mode })),
  { name: 'dash-segments', every: 1, plugin: () => dashCenc({ layout: 'segments' }) },
];
