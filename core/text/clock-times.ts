/** Ticks a second of text tracks: a cue's times are milliseconds. */
export const TEXT_TIMESCALE = 1000;

/** The times of a cue, in milliseconds; a start before zero is one. */
export interface CueTimes {
  readonly start: number;
  readonly end: number;
  /** What stands behind them in the line. */
  readonly rest: string;
}

const TIME = '(-?)(?:(\\d{1,9}):)?(\\d{1,2}):(\\d{1,2})(?:[.,](\\d{1,9}))?';
const LINE = new RegExp(`^[ \\t]*${TIME}[ \\t]*-->[ \\t]*${TIME}(?![\\d:])(.*)$`);

/**
 * The line of a cue's times as WebVTT and SubRip have it: `00:00:01.000 --> 00:00:02.500 align:start`. People write either with a
 * comma or a point, with or without hours, and with fewer digits than three. `undefined`: it has no such times.
 */
export function parseTimes(line: string): CueTimes | undefined {
  const match = LINE.exec(line);
  if (match === null) return undefined;
  const start = milliseconds(match, 1);
  const end = milliseconds(match, 6);
  return start === undefined || end === undefined ? undefined : { start, end, rest: match[11]!.trim() };
}

/** A time from five groups of a match: sign, hours, minutes, seconds, digits of the fraction. */
function milliseconds(match: RegExpExecArray, group: number): number | undefined {
  const [hours, minutes, seconds] = [1, 2, 3].map((part) => Number(match[group + part] ?? 0));
  if (minutes! > 59 || seconds! > 59) return undefined;
  const fraction = Math.round(Number(`0.${match[group + 4] ?? 0}`) * 1000);
  const value = ((hours! * 60 + minutes!) * 60 + seconds!) * 1000 + fraction;
  return match[group] === '-' ? -value : value;
}

/** A time as WebVTT and TTML have it: `01:02:03.456`; hours have as many digits as they need, two at least. */
export function formatTime(ms: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const rest = String(ms % 1000).padStart(3, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}.${rest}`;
}
