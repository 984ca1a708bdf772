import type { Readable } from 'node:stream';
import { COLOUR, NO_COLOUR, type Paint } from './format.ts';

/** A stream that text is written to, and what is known of the terminal behind it. */
export interface Screen {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** The surroundings of a command, handed in so that tests need no terminal. */
export interface Shell {
  readonly stdin: Readable;
  readonly stdout: Screen;
  readonly stderr: Screen;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Aborted when the user cancels. */
  readonly signal: AbortSignal;
  /** Milliseconds of a steady clock. */
  now(): number;
}

/** A terminal that lines can be drawn over. */
export const isInteractive = (screen: Screen, { env }: Pick<Shell, 'env'>): boolean =>
  screen.isTTY === true && env['TERM'] !== 'dumb';

/** Colours for a terminal, unless the user wants none (no-color.org). */
export const paintFor = (screen: Screen, shell: Pick<Shell, 'env'>): Paint =>
  isInteractive(screen, shell) && !shell.env['NO_COLOR'] ? COLOUR : NO_COLOUR;

/** The width to break lines at: that of the terminal; elsewhere lines stay whole. */
export const wrapWidth = (screen: Screen): number | undefined =>
  screen.isTTY === true ? screen.columns : undefined;
