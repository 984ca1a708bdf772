import { fail } from '../../../base/errors.ts';
import { baseLayerOf } from '../../../codecs/nal/base-layer.ts';
import type { ProtectedTrack, SegmentJob } from '../../../contract/segment-job.ts';
import type { Segment } from '../../../media/segment.ts';
import { type CodedKind, type CodedTrack, describeTrack } from '../../../media/track.ts';
import { CLEAR } from '../../../title/periods.ts';
import type { MuxedSegment, Muxer } from '../../muxer.ts';
import { audioFormat } from './audio-format.ts';
import { TsMuxer, type TsTrack } from './muxer.ts';

/**
 * The muxer of an MPEG-TS rendition: a video track, an audio track, or one of each. Segments have no initialisation section, and
 * are made in order: continuity counters and clock references run on from one to the next.
 * @param fillsBlocks `TsMuxerOptions.fillsBlocks`
 * @throws PackagerError UNSUPPORTED_CODEC for media that MPEG-TS cannot carry
 */
export async function tsRenditionMuxer(
  job: Pick<SegmentJob, 'tracks' | 'unit' | 'tsOffset' | 'grid'>,
  fillsBlocks = false,
): Promise<Muxer> {
  const video = onlyTrack(job, 'video');
  const audio = onlyTrack(job, 'audio');
  const { periods } = job.grid;
  const muxer = new TsMuxer({
    video: video && tsTrack(video),
    audio: audio && { ...tsTrack(audio), firstBytes: await readFirstBytes(audio.track) },
    tsOffset: job.tsOffset,
    hasClearSegments: periods.includes(CLEAR),
    fillsBlocks,
  });
  return new TsRenditionMuxer(muxer, job.tracks, periods);
}

class TsRenditionMuxer implements Muxer {
  readonly isSequential = true;
  readonly listsIframes: boolean;
  readonly copiesSamples = true;
  readonly givesMemory = true;
  readonly #muxer: TsMuxer;
  /** Their places among the tracks; -1: there is none. */
  readonly #video: number;
  readonly #audio: number;
  /** Of each segment: its crypto period, or `CLEAR`. */
  readonly #periods: Int32Array;
  readonly #unitsApart: ((segment: Segment) => Segment) | undefined;
  #last = -1;

  constructor(muxer: TsMuxer, tracks: readonly ProtectedTrack[], periods: Int32Array) {
    this.#muxer = muxer;
    this.#periods = periods;
    this.#video = tracks.findIndex(({ track }) => track.kind === 'video');
    this.#audio = tracks.findIndex(({ track }) => track.kind === 'audio');
    this.listsIframes = this.#video !== -1;
    const video = tracks[this.#video];
    // The muxer knows NAL units by their lengths. Samples that have a protector come through this before it.
    if (video && !video.protector) this.#unitsApart = baseLayerOf(video.track, { others: true });
  }

  segment(index: number, samples: readonly Segment[]): MuxedSegment {
    if (index <= this.#last) throw new RangeError('segments of MPEG-TS are made in order, each once');
    this.#last = index;
    const pictures = samples[this.#video];
    const units = pictures && this.#unitsApart ? this.#unitsApart(pictures) : pictures;
    const isClear = this.#periods[index] === CLEAR;
    const { data, iframes } = this.#muxer.mux(units, samples[this.#audio], isClear);
    return { parts: [data], iframes };
  }
}

function onlyTrack(
  { tracks, unit }: Pick<SegmentJob, 'tracks' | 'unit'>,
  kind: CodedKind,
): ProtectedTrack | undefined {
  const [first, second] = tracks.filter(({ track }) => track.kind === kind);
  if (second) throw new RangeError(`${unit.id} has two ${kind} tracks; an MPEG-TS rendition takes one`);
  return first;
}

/** Only SAMPLE-AES has signalling of its own in MPEG-TS. */
const tsTrack = (timed: ProtectedTrack): TsTrack => ({
  ...timed,
  encrypted: timed.protector?.scheme === 'sample-aes',
});

/** What the Program Map Table says of some codecs is in their first frame. */
async function readFirstBytes(track: CodedTrack): Promise<Uint8Array> {
  const { lookAhead } = audioFormat(track);
  const bytes = new Uint8Array(lookAhead);
  const { offsets, sizes } = track.samples.read(0, 1);
  const [offset = 0, size = 0] = [offsets[0], sizes[0]];
  if (size < lookAhead) {
    throw fail.notMedia(track.source.name, `the first frame of ${describeTrack(track)} has ${size} bytes.`);
  }
  if (lookAhead > 0) await track.source.read(offset, [bytes]);
  return bytes;
}
