import { Box, boxesBetween, type Held } from './box.ts';
import type { FragmentFacts, TrackFragmentFacts } from './facts.ts';
import { readPsshs } from './pssh.ts';
import type { SampleRows } from './sample-rows.ts';
import { type FragmentTrack, TrackFragmentReader } from './track-fragment.ts';

/** What a fragment is read with. */
export interface FragmentContext {
  /** By track_ID; a `traf` of any other is passed over. */
  readonly tracks: ReadonlyMap<number, FragmentTrack>;
  readonly part: number;
}

/**
 * Read a `moof` (ISO/IEC 14496-12, 8.8.4) that is whole in memory.
 * @param rowsOf where the samples of a track go, which are added; `undefined`: nobody wants them, and they are only counted
 * @throws DamageError
 */
export function readFragment(
  held: Held,
  { tracks, part }: FragmentContext,
  rowsOf: (trackId: number) => SampleRows,
): FragmentFacts {
  const moof = wholeBox(held);
  const boxes = moof.children();
  const mfhd = boxes.find(({ type }) => type === 'mfhd');
  const facts: TrackFragmentFacts[] = [];
  // Data of a `traf` begins where that of the one before ends, unless it says otherwise (8.8.7).
  let dataEnd = moof.position;
  for (const traf of boxes) {
    if (traf.type !== 'traf') continue;
    const id = traf.needed('tfhd').fullFields().fields.u32();
    const track = tracks.get(id);
    if (!track) continue;
    const reader = new TrackFragmentReader(traf, track, { moof: moof.position, dataEnd });
    facts.push(reader.read(rowsOf(id)));
    dataEnd = reader.dataEnd;
  }
  return {
    ...moof.place,
    part,
    sequence: mfhd?.fullFields().fields.u32(),
    tracks: facts,
    pssh: readPsshs(boxes),
  };
}

/** The box that fills bytes in memory. */
export function wholeBox(held: Held): Box {
  const [box] = boxesBetween(held, 0, held.bytes.length);
  return box ?? new Box(held, 0, held.bytes.length, held.bytes.length);
}
