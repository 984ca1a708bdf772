import type { Command } from 'commander';
import type { Shell } from './shell.ts';

/** A further command of `sealpack`, which whoever composes the program hands in. */
export interface CommandExtension {
  /** Add it, with its help; what it does should be loaded when it is called. */
  add(program: Command, shell: Shell): void;
}
