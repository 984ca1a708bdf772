import { BoxError } from '../../../base/box-walk.ts';
import type { Mp4Samples } from './sample-table.ts';

/** Samples whose times a file's recordings are told from. */
export interface RecordedTrack {
  readonly samples: Mp4Samples;
  /** Ticks a second. */
  readonly timescale: number;
}

/** When a sample of text is shown, in milliseconds of its track with all recordings behind each other, and where it lies in the file. */
export interface PlacedText {
  readonly offset: number;
  readonly size: number;
  readonly start: number;
  readonly end: number;
  /** Milliseconds that this is later by than its fragment says. */
  readonly moved: number;
}

/** A recording behind the first one. */
interface Begun {
  /** The byte of the file from which on its texts lie. */
  readonly position: number;
  /** Ticks of the text: when it begins, and what its times are later by. */
  readonly start: number;
  readonly shift: number;
}

/**
 * The samples of a text track where the recordings of its file are put: with the pictures and the sound, whatever of the recording
 * has texts. Those that go on behind the end of their recording end with it.
 * @param film a track beside it. @default the text itself says where recordings begin
 * @param id track_ID, for messages
 * @throws BoxError when the text begins anew where nothing else does
 */
export function placedTexts(text: RecordedTrack, film: RecordedTrack = text, id: number): PlacedText[] {
  const { samples, timescale } = text;
  const recordings = begunRecordings(text, film);
  const ms = (ticks: number): number => Math.round((ticks * 1000) / timescale);
  const { offsets, sizes, dts, compositionOffsets, durations } = samples.read(0, samples.count);
  const placed: PlacedText[] = [];
  let last = 0;
  for (const [index, offset] of offsets.entries()) {
    const own = samples.recordings.findLast(({ sample }) => sample <= index)?.shift ?? 0;
    const recording = recordings.findLastIndex(({ position }) => position <= offset);
    const shift = recordings[recording]?.shift ?? 0;
    const decoded = dts[index]! + samples.start - own + shift;
    const start = decoded + compositionOffsets[index]!;
    const next = recordings[recording + 1]?.start ?? Number.POSITIVE_INFINITY;
    if (start >= next) continue;
    if (decoded < last) {
      throw new BoxError(`track ${id} goes back in time after ${index} samples, and others do not`);
    }
    last = decoded;
    const end = Math.min(start + durations[index]!, next);
    placed.push({ offset, size: sizes[index]!, start: ms(start), end: ms(end), moved: ms(shift) });
  }
  return placed;
}

/** Between the last sample of a recording and the first of the next one the text says itself where it begins anew, if it does there. */
function begunRecordings({ samples: text, timescale }: RecordedTrack, film: RecordedTrack): Begun[] {
  const ticks = (time: number): number => (time * timescale) / film.timescale;
  const begins = text.recordings.map(({ sample }) => text.read(sample, sample + 1).offsets[0]!);
  return film.samples.recordings.map(({ sample, shift }) => {
    const [before, first] = film.samples.read(sample - 1, sample + 1).offsets;
    return {
      position: begins.find((offset) => before! < offset && offset <= first!) ?? first!,
      start: ticks(film.samples.decodeTime(sample) + film.samples.start),
      shift: ticks(shift),
    };
  });
}
