import { parseTimes } from '../clock-times.ts';

/** Ticks a millisecond of MPEG-TS clocks. */
const TICKS = 90;
/** Where PTS begin anew (ISO/IEC 13818-1, 2.4.3.7). */
const WRAP = 2 ** 33;

/** What a header of HLS says of a segment's times (RFC 8216, 3.5): PTS, in 90 kHz, of a cue at zero. `undefined`: it is none. */
export function timestampMap(line: string): number | undefined {
  if (!line.startsWith('X-TIMESTAMP-MAP=')) return undefined;
  const ticks = /[=,]MPEGTS:(\d{1,15})/.exec(line);
  const local = /[=,]LOCAL:([\d:.]{1,30})/.exec(line);
  const times = local && parseTimes(`${local[1]} --> ${local[1]}`);
  return ticks && times ? Number(ticks[1]) - times.start * TICKS : undefined;
}

/** How much later, in milliseconds, cues of one map are than the same times under another; clocks may have begun anew between. */
export function mapDistance(from: number, to: number): number {
  const ticks = (((to - from) % WRAP) + WRAP) % WRAP;
  return (ticks < WRAP / 2 ? ticks : ticks - WRAP) / TICKS;
}
