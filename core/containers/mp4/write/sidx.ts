import { type Box, fullBox, u16, u32, u64 } from '../../../base/box.ts';
import { fail } from '../../../base/errors.ts';
import { fromTicks, roundTicks } from '../../../base/exact-time.ts';
import { largest } from '../../../base/largest.ts';
import { filledSegments, type TimedTrack } from '../../../media/timed-track.ts';
import { describeTrack } from '../../../media/track.ts';
import { OUTPUT_TRACK_ID } from './init.ts';

/** One subsegment of `sidx`. */
export interface SidxReference {
  /** Bytes of `moof` and `mdat`. */
  readonly size: number;
  /** Ticks. */
  readonly duration: number;
  /** SAP type that it begins with (ISO/IEC 14496-12, Annex I): 1, 2 or 3. */
  readonly sapType: number;
}

const HEAD_BYTES = 40;
const ROW_BYTES = 12;

/** Bytes of a `sidx` with this many references: known before any of them is, so that its room can be reserved. */
export const sidxSize = (references: number): number => HEAD_BYTES + ROW_BYTES * references;

/** reference_count has 16 bits. */
const MOST_REFERENCES = 0xffff;
/** A reference's first field: type 0 (media) in the top bit, then 31 bits of size. */
const MOST_SIZE = 0x7fff_ffff;
const MOST_DURATION = 0xffff_ffff;

/**
 * A `sidx` has room for 65,535 references. It could refer to further `sidx` boxes, but not for players: shaka-player refuses
 * references of that type, and of several boxes in a row it and dash.js read the first. So that is as many as there may be.
 * @throws PackagerError UNSUPPORTED_INPUT for a track that is cut into more segments
 */
export function checkSegmentIndex({ track, timing }: TimedTrack): void {
  const segments = filledSegments({ track, timing }).length;
  if (segments <= MOST_REFERENCES) return;
  const shortest = Math.ceil((track.duration / track.timescale / MOST_REFERENCES) * 10) / 10;
  throw fail.unsupportedInput(
    track.source.name,
    `${describeTrack(track)} is cut into ${segments} segments, and the index of a single file (sidx) has room for ${MOST_REFERENCES}.`,
    `Choose a segment duration of at least ${shortest} s, or a file for each segment (layout: 'segments').`,
  );
}

/**
 * Segment Index box, version 1 (ISO/IEC 14496-12, 8.16.3). Every subsegment starts with a stream access point.
 * @param earliest Composition time of the first sample, in ticks.
 */
export function sidx(timescale: number, earliest: number, references: readonly SidxReference[]): Box {
  const longest = largest(references, ({ duration }) => duration);
  // Long pictures in a fine time scale: the box has a time scale of its own.
  const scale = Math.floor(timescale / Math.ceil(longest / MOST_DURATION || 1));
  const scaled = (ticks: number): number =>
    scale === timescale ? ticks : roundTicks(fromTicks(ticks, timescale), scale);
  const rows = new DataView(new ArrayBuffer(ROW_BYTES * references.length));
  let time = earliest;
  for (const [n, { size, duration, sapType }] of references.entries()) {
    if (size > MOST_SIZE) throw new RangeError('a subsegment of 2 GiB or more');
    const at = n * ROW_BYTES;
    const start = scaled(time);
    time += duration;
    rows.setUint32(at, size);
    rows.setUint32(at + 4, scaled(time) - start);
    rows.setUint8(at + 8, 0x80 | (sapType << 4)); // starts_with_SAP 1, SAP_type, SAP_delta_time 0
  }
  return fullBox(
    'sidx',
    1,
    0,
    u32(OUTPUT_TRACK_ID),
    u32(scale),
    u64(scaled(earliest)),
    u64(0), // first_offset: the first subsegment follows at once
    u16(0),
    u16(references.length),
    new Uint8Array(rows.buffer),
  );
}
