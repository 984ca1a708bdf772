import type { Paint } from './format.ts';
import type { Room } from './live-lines.ts';

export interface TerminalOptions {
  write(text: string): void;
  /** Milliseconds of a steady clock. */
  now(): number;
  /** The terminal as it is at the moment: it may be resized. */
  size(): Room;
  /** Paths are shown relative to this folder. */
  readonly folder: string;
  readonly paint: Paint;
}
