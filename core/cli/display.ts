import type { RunEvent } from '../contract/events.ts';
import type { Report } from '../contract/report.ts';
import { printableName } from './format.ts';

/** One title of a command, as displays name it. */
export interface TitleHeading {
  /** From 1. */
  readonly number: number;
  /** Titles of this command. */
  readonly of: number;
  /** So many of them may be open at once. @default 1 */
  readonly atOnce?: number;
  /** As far as the config says it. */
  readonly contentId?: string | undefined;
  /** File names of the inputs. */
  readonly inputs: readonly string[];
}

export type Outcome = { readonly report: Report } | Failed;

export interface Failed {
  readonly error: unknown;
  /** It is tried again after so many seconds. Absent: it is not. */
  readonly again?: number | undefined;
}

/** What is kept of a report until the last title of a list is over. */
export interface BriefReport
  extends Pick<Report, 'contentId' | 'output' | 'duration' | 'elapsedSeconds' | 'bytesRead'> {
  readonly modes: readonly {
    readonly mode: string;
    readonly bytes: number;
    readonly files: { readonly length: number };
  }[];
  readonly warnings: { readonly length: number };
}

/** Of a title that was there already: the absolute paths of what it would have written. */
export interface AlreadyThere {
  readonly exists: readonly string[];
  /** Its receipt says that it was packaged of these inputs, as it would be now. */
  readonly hasReceipt?: true;
}

/** Shows one title on its way. Whoever makes it hands it every event, then waits for `close`. */
export interface TitleDisplay {
  event(event: RunEvent): void;
  /** The last thing shown: the summary, or that it failed. The error itself is printed by the command. */
  close(outcome: Outcome): Promise<void>;
}

/** How a command shows its titles: a live list, plain lines, JSON, or nothing. */
export interface Display {
  open(heading: TitleHeading): TitleDisplay;
  /** A title of a list that was there already. */
  skip?(heading: TitleHeading, there: AlreadyThere): void | Promise<void>;
  /** The command failed before its first title. The error itself is printed by the command. */
  refuse?(error: unknown): void;
  /** After the last title. */
  end(results: readonly TitleResult[]): void;
}

/** What became of one title of a command. */
export interface TitleResult {
  readonly heading: TitleHeading;
  readonly outcome: { readonly report: BriefReport } | Failed | AlreadyThere;
}

/** For `--quiet`: nothing but errors, which are not a display's business. */
export const SILENT: Display = {
  open: () => ({ event: () => undefined, close: async () => undefined }),
  end: () => undefined,
};

/** `2 of 5: movie.mp4 and 2 more`, `2 of 5: show-2 (movie.mp4)`: of a catalogue all inputs may be called `master.mp4`. */
export function titleName({ number, of, contentId, inputs }: TitleHeading): string {
  const [first = 'no input', ...rest] = inputs;
  const files = `${first}${rest.length > 0 ? ` and ${rest.length} more` : ''}`;
  return printableName(`${number} of ${of}: ${contentId === undefined ? files : `${contentId} (${files})`}`);
}

/** `Title 2 of 5: movie.mp4 and 2 more`. */
export const headingLine = (heading: TitleHeading): string => `Title ${titleName(heading)}`;

/** Others may be open beside it, so that what is shown of it must say whose it is. */
export const isOneOfSeveral = ({ atOnce = 1 }: TitleHeading): boolean => atOnce > 1;
