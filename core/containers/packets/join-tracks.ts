import { clockTime } from '../../base/clock-time.ts';
import { minOf } from '../../base/largest.ts';
import { joinBases } from './join-bases.ts';
import type { PacketTrack } from './packet-track.ts';
import type { TimeBases } from './time-bases.ts';

/** Jumps that are told one by one. */
const MOST_TOLD = 5;

/**
 * Put the scanned tracks of a file on one timeline, and tell where its clock was set.
 * @param tracks all that the file has of video and audio: all of them count, whichever a title takes
 */
export function joinTracks(
  tracks: readonly PacketTrack[],
  timeBases: TimeBases,
  warn: (message: string) => void,
): void {
  const [first] = tracks;
  const { jumps } = timeBases;
  if (!first || jumps.length === 0) return;
  const { clock, name } = first.options;
  const extents = tracks.map((track) => track.extents());
  const shifts = joinBases(timeBases, extents, clock);
  for (const track of tracks) track.join(shifts);
  const all = extents.flat().map(({ base, start }) => ({ base, start: start + shifts[base]! }));
  const origin = minOf(all.map(({ start }) => start));
  for (const [index, jump] of jumps.slice(0, MOST_TOLD).entries()) {
    const starts = all.filter(({ base }) => base > index).map(({ start }) => start);
    const [from, to] = [jump.from, jump.to].map((seconds) => clockTime(timeBases.shown(seconds)));
    // What is left of it may be nothing.
    const at = starts.length > 0 ? `, at ${clockTime((minOf(starts) - origin) / clock)}` : '';
    warn(
      `${name}: its clock jumps from ${from} to ${to}. What follows is put behind what comes before${at}.`,
    );
  }
  const more = jumps.length - MOST_TOLD;
  if (more > 0) warn(`${name}: its clock jumps ${more} times more.`);
}
