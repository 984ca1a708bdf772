import { fromHex } from '../../../core/base/bytes.ts';
import type {
  AudioRenditionTrack,
  RenditionResult,
  RenditionTrack,
  SegmentRows,
  VideoRenditionTrack,
} from '../../../core/contract/rendition.ts';
import { ContentKey } from '../../../core/keys/content-key.ts';
import type { TrackInfo } from '../../../core/media/track.ts';

export const KEY_ID = '000102030405060708090a0b0c0d0e0f';

/** The key of the published vectors. */
export const testKey = (iv?: string): ContentKey =>
  new ContentKey({
    id: fromHex(KEY_ID),
    key: fromHex('101112131415161718191a1b1c1d1e1f'),
    iv: iv === undefined ? undefined : fromHex(iv),
  });

export const secondKey = (): ContentKey =>
  new ContentKey({ id: fromHex('ff'.repeat(16)), key: fromHex('22'.repeat(16)) });

const facts = {
  ...{ input: 0, duration: 0, sampleCount: 0, bytes: 0 },
  ...{ encrypted: true, mediaTimeAtZero: 0, startsWithSap: 1 },
};

export const videoTrack = (
  width: number,
  height: number,
  more: Partial<VideoRenditionTrack> = {},
): VideoRenditionTrack => ({
  ...facts,
  id: 1,
  kind: 'video',
  entry: 'avc1',
  codecs: 'avc1.64001f',
  timescale: 30_000,
  language: 'und',
  video: { width, height, sar: { num: 1, den: 1 }, frameRate: { num: 30_000, den: 1001 } },
  ...more,
});

export const audioTrack = (
  language = 'und',
  more: Partial<AudioRenditionTrack> = {},
): AudioRenditionTrack => ({
  ...facts,
  id: 2,
  kind: 'audio',
  entry: 'mp4a',
  codecs: 'mp4a.40.2',
  timescale: 48_000,
  language,
  audio: { channels: 2, sampleRate: 48_000 },
  ...more,
});

export interface RenditionShape {
  readonly id: string;
  readonly tracks: readonly RenditionTrack[];
  /** Bytes of each segment. */
  readonly sizes: readonly number[];
  /** Ticks of each segment. */
  readonly durations: readonly number[];
  /** Presented start of the first. @default 0 */
  readonly start?: number;
}

type Placed = Pick<SegmentRows, 'paths' | 'offsets'>;

function result(shape: RenditionShape, placed: Placed, files: RenditionResult['files']): RenditionResult {
  const { id, tracks, sizes, durations, start = 0 } = shape;
  const starts = durations.map((_, index) => start + sum(durations.slice(0, index)));
  return {
    unit: {
      id,
      input: 0,
      tracks: tracks.map((track: TrackInfo) => ({ input: 0, id: track.id })),
      bytes: sum(sizes),
    },
    tracks,
    files,
    timescale: tracks[0]!.timescale,
    segments: { ...placed, sizes, starts, durations },
  };
}

/** All segments in one file, after `head` bytes. */
export function inOneFile(shape: RenditionShape, path: string, head = 0): RenditionResult {
  const { sizes } = shape;
  const offsets = sizes.map((_, index) => head + sum(sizes.slice(0, index)));
  return result(shape, { paths: sizes.map(() => path), offsets }, [{ path, bytes: head + sum(sizes) }]);
}

/** An on-demand file: `ftyp` and `moov`, `sidx`, segments. */
export function indexedFile(shape: RenditionShape, path: string): RenditionResult {
  return {
    ...inOneFile(shape, path, 800 + 100),
    init: { path, offset: 0, size: 800 },
    index: { offset: 800, size: 100 },
  };
}

/** A file for each segment: `name(1)`, `name(2)`, … */
export function inManyFiles(shape: RenditionShape, init: string, name: (number: number) => string) {
  const paths = shape.sizes.map((_, index) => name(index + 1));
  const files = paths.map((path, index) => ({ path, bytes: shape.sizes[index]! }));
  const initFile = { path: init, bytes: 700 };
  const placed = { paths, offsets: paths.map(() => 0) };
  return {
    ...result(shape, placed, [initFile, ...files]),
    init: { path: init, offset: 0, size: 700 },
  } satisfies RenditionResult;
}

/** Columns of many segments in files of their own, no two neighbours of one length. */
export function manySegments(count: number): SegmentRows {
  const numbers = Array.from({ length: count }, (_, n) => n);
  const durations = numbers.map((n) => 30_000 + (n % 2));
  const starts: number[] = [];
  let time = 0;
  for (const duration of durations) {
    starts.push(time);
    time += duration;
  }
  return {
    paths: numbers.map((n) => `video/1/seg-${n + 1}.m4s`),
    offsets: numbers.map(() => 0),
    sizes: numbers.map((n) => 1000 + (n % 7)),
    starts,
    durations,
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
