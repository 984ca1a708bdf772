import { readFile } from 'node:fs/promises';
import type { ISOFile } from 'mp4box';
import { parseBoxes } from './mp4box-reader.ts';

/** When the samples of a track are decoded and presented, as mp4box reads tables, fragments and edit lists. */
export interface TrackTimes {
  readonly kind: 'video' | 'audio';
  readonly timescale: number;
  /** Ticks, in decode order. */
  readonly durations: readonly number[];
  /** Ticks after the edit list, in decode order; a fraction behind empty edits. */
  readonly presented: readonly number[];
  /** How much the decode times of the fragments differ from the sum of all durations before them, in ticks. */
  readonly drift: readonly number[];
}

type Trak = ISOFile['moov']['traks'][number];

const KINDS = { vide: 'video', soun: 'audio' } as const;

/**
 * Read the times of all tracks of pictures and sound. Edit lists are what nearly all are: a late start, then everything from
 * one media time on.
 */
export const sampleTimes = async (path: string): Promise<TrackTimes[]> => sampleTimesOf(await readFile(path));

/** The same of a file in memory, or of an init segment with segments behind it. */
export function sampleTimesOf(bytes: Uint8Array): TrackTimes[] {
  const file = parseBoxes(bytes);
  const traks = file.moov?.traks ?? [];
  return traks.flatMap((trak) => {
    const kind = KINDS[trak.mdia.hdlr.handler as keyof typeof KINDS];
    if (!kind) return [];
    const { timescale } = trak.mdia.mdhd;
    const samples = file.getTrackSamplesInfo(trak.tkhd.track_id);
    // For the last sample of a table, mp4box answers what `mdhd` leaves for it.
    const { sample_counts: counts, sample_deltas: deltas } = trak.mdia.minf.stbl.stts;
    const listed = counts.flatMap((count, row) => Array<number>(count).fill(deltas[row]!));
    const shift = editShift(trak, file.moov?.mvhd.timescale ?? 1);
    const starts = new Map<number, number>();
    for (const { moof_number: fragment = 0, dts } of samples) {
      if (!starts.has(fragment)) starts.set(fragment, dts);
    }
    const fragments = file.moofs.flatMap(({ trafs }) =>
      trafs.filter(({ tfhd }) => tfhd.track_id === trak.tkhd.track_id),
    );
    return [
      {
        kind,
        timescale,
        durations: [...listed, ...samples.slice(listed.length).map(({ duration }) => duration)],
        presented: samples.map(({ cts }) => cts + shift),
        drift: [...starts.values()].flatMap((start, i) => {
          const told = fragments[i]?.tfdt?.baseMediaDecodeTime;
          return told === undefined ? [] : [told - start];
        }),
      },
    ];
  });
}

/** Presented time minus composition time, in ticks of the track. */
function editShift({ edts, mdia }: Trak, movieTimescale: number): number {
  const edits = edts?.elst?.entries ?? [];
  const media = edits.findIndex(({ media_time }) => media_time >= 0);
  if (media === -1) return 0;
  const late = edits.slice(0, media).reduce((sum, edit) => sum + edit.segment_duration, 0);
  return (late * mdia.mdhd.timescale) / movieTimescale - edits[media]!.media_time;
}
