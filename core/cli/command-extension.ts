import type { Command } from './commander.ts';
import type { Parts } from './parts.ts';
import type { AddTitle } from './program.ts';
import type { Shell } from './shell.ts';

/** A further command of `sealpack`, which whoever composes the program hands in. */
export interface CommandExtension {
  /** Add it, with its help; what it does should be loaded when it is called. */
  add(program: Command, surroundings: ExtensionSurroundings): void;
}

/** What a further command works with. */
export interface ExtensionSurroundings {
  readonly shell: Shell;
  /** The plugins and presets that the program is composed with; loads them. */
  readonly parts: () => Promise<Parts>;
  /** For a command that takes titles as the others do. */
  readonly addTitle: AddTitle;
  /** For one that takes lists as the others do. */
  readonly addList: AddTitle;
  /** The exit status, of a command that ends without an error and yet not with 0. */
  exit(status: number): void;
}
