import { writeFile } from 'node:fs/promises';
import { box, fullBox, u16, u32, zeros } from '../../../core/base/box.ts';
import { concat } from '../../../core/base/bytes.ts';
import { type CodedTrack, openFile } from '../../../core/kit.ts';
import { ffmpeg } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';
import { demuxFile } from '../oracles/read-mp4.ts';
import { pictureOf } from './track-kinds.ts';

/** Files whose only tracks become one, in order. */
export interface JoinedParts {
  readonly files: readonly string[];
  /** By file, its place in `stsd`, from 1. @default its own */
  readonly entries?: readonly number[];
  /** `stsd`. @default the sample entries of the files */
  readonly stsd?: (own: readonly Uint8Array[]) => readonly Uint8Array[];
}

/**
 * Write what ffmpeg cannot: a progressive MP4 with one track that uses several sample entries, a chunk for each file. Times are
 * those of the files, one after the other; there is no edit list.
 */
export async function writeJoined(path: string, { files, entries, stsd }: JoinedParts): Promise<void> {
  const parts = await Promise.all(files.map(readPart));
  const { track } = parts[0]!;
  const own = parts.map((part) => part.track.sampleEntry);
  const descriptions = stsd ? stsd(own) : own;
  const ftyp = box('ftyp', 'isom', u32(0), 'isom');
  const offsets: number[] = [];
  let at = ftyp.length + 8;
  for (const { data } of parts) {
    offsets.push(at);
    at += data.length;
  }
  const all = <T>(column: (part: Part) => Iterable<T>): T[] => parts.flatMap((part) => [...column(part)]);
  const durations = all(({ columns }) => columns.durations);
  const sizes = all(({ columns }) => columns.sizes);
  const sync = all(({ columns }) => columns.sync);
  const syncNumbers = sync.flatMap((flag, index) => (flag === 1 ? [index + 1] : []));
  const stbl = box(
    'stbl',
    fullBox('stsd', 0, 0, u32(descriptions.length), ...descriptions),
    fullBox('stts', 0, 0, u32(durations.length), ...durations.flatMap((ticks) => [u32(1), u32(ticks)])),
    fullBox(
      'ctts',
      1,
      0,
      u32(sizes.length),
      ...all(({ columns }) => columns.compositionOffsets).flatMap((offset) => [u32(1), u32(offset >>> 0)]),
    ),
    fullBox('stsz', 0, 0, u32(0), u32(sizes.length), ...sizes.map(u32)),
    fullBox(
      'stsc',
      0,
      0,
      u32(parts.length),
      ...parts.flatMap(({ columns }, index) => [
        ...[u32(index + 1), u32(columns.count)],
        u32(entries?.[index] ?? index + 1),
      ]),
    ),
    fullBox('stco', 0, 0, u32(offsets.length), ...offsets.map(u32)),
    ...(sync.includes(0) ? [fullBox('stss', 0, 0, u32(syncNumbers.length), ...syncNumbers.map(u32))] : []),
  );
  const mdat = box('mdat', ...parts.map(({ data }) => data));
  await writeFile(path, concat([ftyp, mdat, movie(track, stbl)]));
}

interface Part {
  readonly track: CodedTrack;
  readonly columns: ReturnType<CodedTrack['samples']['read']>;
  readonly data: Uint8Array;
}

async function readPart(path: string): Promise<Part> {
  const [track] = await demuxFile(path);
  if (!track) throw new Error(`${path} has no track`);
  const columns = track.samples.read(0, track.samples.count);
  const data = new Uint8Array(track.samples.bytes);
  const source = await openFile(path);
  try {
    let to = 0;
    for (const [index, size] of columns.sizes.entries()) {
      await source.read(columns.offsets[index]!, [data.subarray(to, to + size)]);
      to += size;
    }
  } finally {
    await source.close();
  }
  return { track, columns, data };
}

const MATRIX = concat([0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000].map(u32));

function movie(track: CodedTrack, stbl: Uint8Array): Uint8Array {
  const { kind, timescale } = track;
  const video = pictureOf(track);
  const isVideo = kind === 'video';
  const size = [video?.width ?? 0, video?.height ?? 0].map((pixels) => u32(pixels * 0x1_0000));
  return box(
    'moov',
    fullBox(
      'mvhd',
      0,
      0,
      zeros(8),
      u32(1000),
      u32(0),
      u32(0x1_0000),
      u16(0x100),
      zeros(10),
      MATRIX,
      zeros(24),
      u32(2),
    ),
    box(
      'trak',
      fullBox('tkhd', 0, 7, zeros(8), u32(1), zeros(24), MATRIX, ...size),
      box(
        'mdia',
        fullBox('mdhd', 0, 0, zeros(8), u32(timescale), u32(0), u16(0x55c4), u16(0)),
        fullBox('hdlr', 0, 0, u32(0), isVideo ? 'vide' : 'soun', zeros(13)),
        box(
          'minf',
          isVideo ? fullBox('vmhd', 0, 1, zeros(8)) : fullBox('smhd', 0, 0, zeros(4)),
          box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1))),
          stbl,
        ),
      ),
    ),
  );
}

/** A clip of one track, to be joined. Frames come at 25 a second, key frames each second. */
export const clip = (name: string, args: readonly string[], seconds = 2): Promise<string> =>
  madeOnce(`clip-${name}.mp4`, async (path) => {
    const picture = ['-f', 'lavfi', '-t', `${seconds}`, '-i', 'testsrc2=size=320x180:rate=25'];
    const sound = ['-f', 'lavfi', '-t', `${seconds}`, '-i', 'sine=440:sample_rate=48000'];
    await ffmpeg([...picture, ...sound, ...args, '-movflags', '+faststart', path]);
  });

const x264 = (parameters: string): string[] => [
  ...['-map', '0:v', '-c:v', 'libx264', '-preset', 'fast', '-video_track_timescale', '12800'],
  ...['-x264-params', `threads=1:keyint=25:min-keyint=25:scenecut=0:${parameters}`],
];

/** H.264 clips whose slice headers cannot be read with each other's parameter sets. */
export const AVC_CLIPS = {
  large: () => clip('avc-large', x264('bframes=2')),
  small: () => clip('avc-small', [...x264('bframes=0:cabac=0:ref=1'), '-s', '192x108']),
};

const x265 = (parameters: string): string[] => [
  ...[
    '-map',
    '0:v',
    '-c:v',
    'libx265',
    '-preset',
    'ultrafast',
    '-tag:v',
    'hvc1',
    '-video_track_timescale',
    '12800',
  ],
  ...[
    '-x265-params',
    `pools=1:frame-threads=1:keyint=25:min-keyint=25:scenecut=0:log-level=error:${parameters}`,
  ],
];

export const HEVC_CLIPS = {
  large: () => clip('hevc-large', x265('bframes=2')),
  small: () => clip('hevc-small', [...x265('bframes=0:sao=0:no-deblock=1'), '-s', '192x108']),
};

const aac = (channels: number): string[] => [
  '-map',
  '1:a',
  '-c:a',
  'aac',
  '-b:a',
  '64k',
  '-ac',
  `${channels}`,
];

export const AAC_CLIPS = { stereo: () => clip('aac-stereo', aac(2)), mono: () => clip('aac-mono', aac(1)) };

const inBand = (name: string, coder: 0 | 1) => (): Promise<string> =>
  clip(name, [...x264(`bframes=2:cabac=${coder}:repeat-headers=1`), '-tag:v', 'avc3']);

/** H.264 clips of one size with their parameter sets in the samples too; slices need their own. */
export const IN_BAND_CLIPS = { cabac: inBand('avc3-cabac', 1), cavlc: inBand('avc3-cavlc', 0) };
