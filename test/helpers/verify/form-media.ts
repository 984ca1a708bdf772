import { createCipheriv, createDecipheriv } from 'node:crypto';
import { Packager } from '../../../core/index.ts';
import { formOf } from '../../../core/inspect/form/form-of.ts';
import type { FormVerdict } from '../../../core/inspect/form/verdict.ts';
import type { MediaSegment } from '../../../core/inspect/model/media-segment.ts';
import type { MediaEntry, SampleProtection } from '../../../core/inspect/model/media-track.ts';
import { type CodedTrack, createRangeFinder, isCoded, openFile, ProtectedRanges } from '../../../core/kit.ts';
import { demuxMkvTs, demuxMp4 } from '../../../plugins/index.ts';
import { testRun } from '../titles/ask.ts';

/** Coded samples of a track, in the clear, with what their ranges may be protected. */
export interface ClearMedia {
  readonly entry: MediaEntry;
  readonly samples: readonly Buffer[];
  /** Clear and protected lengths of each sample, by turns; none: it is protected whole. */
  readonly subsamples: readonly (readonly number[])[];
}

const CONFIG_BOXES: Readonly<Record<string, string>> = {
  ...{ avc1: 'avcC', avc3: 'avcC', hvc1: 'hvcC', hev1: 'hvcC', dvh1: 'hvcC', dvhe: 'hvcC' },
  ...{ mp4a: 'esds', 'ac-3': 'dac3', 'ec-3': 'dec3', Opus: 'dOps', fLaC: 'dfLa', vp09: 'vpcC', av01: 'av1C' },
};

/** The payload of a box in a sample entry. */
function boxIn(entry: Uint8Array, type: string): Uint8Array {
  const bytes = Buffer.from(entry);
  const at = bytes.indexOf(type, 8, 'latin1');
  return at === -1 ? new Uint8Array() : bytes.subarray(at + 4, at - 4 + bytes.readUInt32BE(at - 4));
}

/** The coded tracks of a file, with at most so many samples each. */
export async function clearMedia(path: string, most = 200): Promise<ClearMedia[]> {
  const source = await openFile(path);
  try {
    const input = { index: 0, path, name: path, bytes: source.size };
    const { demux } = new Packager([demuxMp4(), demuxMkvTs()]).hooks;
    const tracks = (await demux.promise({ source, input }, testRun())) ?? [];
    return await Promise.all(tracks.filter(isCoded).map((track) => readTrack(track, most)));
  } finally {
    await source.close();
  }
}

async function readTrack(track: CodedTrack, most: number): Promise<ClearMedia> {
  const { offsets, sizes, count } = track.samples.read(0, Math.min(most, track.samples.count));
  const finder = createRangeFinder(track);
  const samples: Buffer[] = [];
  const subsamples: number[][] = [];
  for (let row = 0; row < count; row += 1) {
    const sample = Buffer.alloc(sizes[row]!);
    await track.source.read(offsets[row]!, [sample]);
    samples.push(sample);
    const ranges = new ProtectedRanges();
    finder?.find(sample, 0, sample.length, ranges);
    const lengths: number[] = [];
    let at = 0;
    for (let range = 0; range < ranges.count; range += 1) {
      lengths.push(ranges.start(range) - at, ranges.end(range) - ranges.start(range));
      at = ranges.end(range);
    }
    if (finder) lengths.push(sample.length - at, 0);
    subsamples.push(lengths);
  }
  const config = boxIn(track.sampleEntry, CONFIG_BOXES[track.entry] ?? 'none');
  const entry = { format: track.entry, codecs: track.codecs, config };
  return { entry, samples, subsamples };
}

export const KID = '00112233445566778899aabbccddeeff';
const RIGHT = Buffer.from('0123456789abcdef0123456789abcdef', 'hex');
const WRONG = Buffer.from('fedcba9876543210fedcba9876543210', 'hex');

export type FormScheme = 'clear' | 'cenc' | 'cbcs';

/** The samples as one segment, encrypted with a key, and decrypted with the same, or with another one. */
export function formSegment(media: ClearMedia, scheme: FormScheme, withKey: 'right' | 'wrong'): MediaSegment {
  const { samples, subsamples } = media;
  const count = samples.length;
  const isVideo = subsamples.some((lengths) => lengths.length > 0);
  const protection: SampleProtection = {
    scheme: scheme === 'clear' ? 'cenc' : scheme,
    kid: KID,
    isProtected: true,
    perSampleIvSize: 16,
    cryptBlocks: scheme === 'cbcs' && isVideo ? 1 : 0,
    skipBlocks: scheme === 'cbcs' && isVideo ? 9 : 0,
  };
  const key = withKey === 'right' ? RIGHT : WRONG;
  const clear = samples.map((sample, row) => {
    const lengths = subsamples[row]!.length > 0 ? subsamples[row]! : [0, sample.length];
    if (scheme === 'clear') return sample;
    return scheme === 'cenc'
      ? throughCtr(sample, lengths, key, row)
      : throughCbc(sample, lengths, protection, key);
  });
  const starts = Uint32Array.from({ length: count + 1 }, () => 0);
  for (const [row, sample] of samples.entries()) starts[row + 1] = starts[row]! + sample.length;
  const data = Buffer.concat(clear);
  const rows = subsamples.flat();
  return {
    index: 0,
    position: 0,
    count,
    stored: data,
    starts,
    clear: data,
    clearStarts: starts,
    decodeTimes: new Float64Array(count),
    durations: new Uint32Array(count),
    compositionOffsets: new Int32Array(count),
    sync: new Uint8Array(count),
    entries: new Uint8Array(count),
    protectedBy: new Uint8Array(count).fill(scheme === 'clear' ? 255 : 0),
    protections: scheme === 'clear' ? [] : [protection],
    protectedBytes: Uint32Array.from(samples, ({ length }, row) =>
      subsamples[row]!.length > 0 ? subsamples[row]!.reduce((sum, n, at) => sum + (at % 2) * n, 0) : length,
    ),
    ivs: new Uint8Array(16 * count),
    subsamples: Uint32Array.from(rows),
    subsampleStarts: Uint32Array.from({ length: count + 1 }, (_, row) =>
      subsamples.slice(0, row).reduce((sum, lengths) => sum + lengths.length / 2, 0),
    ),
    missingKeys: [],
  };
}

function throughCtr(sample: Buffer, lengths: readonly number[], key: Buffer, row: number): Buffer {
  const iv = Buffer.alloc(16, row);
  const [there, back] = [createCipheriv('aes-128-ctr', RIGHT, iv), createDecipheriv('aes-128-ctr', key, iv)];
  return mapped(sample, lengths, (bytes) => back.update(there.update(bytes)));
}

function throughCbc(
  sample: Buffer,
  lengths: readonly number[],
  { skipBlocks }: SampleProtection,
  key: Buffer,
): Buffer {
  return mapped(sample, lengths, (bytes) => {
    const iv = Buffer.alloc(16, 7);
    const there = createCipheriv('aes-128-cbc', RIGHT, iv).setAutoPadding(false);
    const back = createDecipheriv('aes-128-cbc', key, iv).setAutoPadding(false);
    const result = Buffer.from(bytes);
    const step = 16 * (skipBlocks === 0 ? 1 : 1 + skipBlocks);
    for (let at = 0; at + 16 <= result.length; at += step)
      back.update(there.update(result.subarray(at, at + 16))).copy(result, at);
    return result;
  });
}

/** The sample with its protected ranges changed. */
function mapped(sample: Buffer, lengths: readonly number[], change: (bytes: Buffer) => Buffer): Buffer {
  const result = Buffer.from(sample);
  let at = 0;
  for (let row = 0; row < lengths.length; row += 2) {
    at += lengths[row]!;
    change(sample.subarray(at, at + lengths[row + 1]!)).copy(result, at);
    at += lengths[row + 1]!;
  }
  return result;
}

/** What is known of samples that went through a cipher, and came back with the right key or another. */
export function formVerdict(media: ClearMedia, scheme: FormScheme, key: 'right' | 'wrong'): FormVerdict {
  const judge = formOf(media.entry);
  if (!judge) throw new Error(`nobody judges ${media.entry.format}`);
  judge.add(formSegment(media, scheme, key));
  return judge.verdict();
}
