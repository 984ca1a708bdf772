import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Report } from '../../core/index.ts';
import { filesBelow } from '../helpers/titles/package.ts';
import { type BoxAt, boxBelow, boxesBetween } from '../helpers/verify/boxes.ts';
import { piecesIn, piecesOfSlices } from '../helpers/verify/clear-pieces.ts';
import type { FaultMode, FaultRow } from './row.ts';

type Check = NonNullable<FaultRow['check']>;

export const isDash = (mode: FaultMode): boolean => mode.startsWith('dash');

/** What all matches of a pattern with one group say, without repetitions. */
const told = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, value = '']) => value)),
];

/** The `trak` of each file of MP4 that begins with its `moov`. */
async function traksIn(output: string): Promise<{ bytes: Buffer; trak: BoxAt }[]> {
  const traks: { bytes: Buffer; trak: BoxAt }[] = [];
  for (const name of await filesBelow(output)) {
    if (extname(name) !== '.mp4') continue;
    const bytes = await readFile(join(output, name));
    const moov = boxesBetween(bytes, 0, bytes.length).find(({ type }) => type === 'moov');
    if (moov) traks.push({ bytes, trak: boxBelow(bytes, moov, 'trak') });
  }
  return traks;
}

/** The MPD has the ChannelConfiguration of ISO/IEC 23091-3 with this value, and no other. */
export const channelConfiguration =
  (value: string): Check =>
  ({ mode, manifests }) => {
    if (!isDash(mode)) return undefined;
    const values = told(manifests, /AudioChannelConfiguration schemeIdUri="[^"]+" value="([^"]+)"/g);
    assert.equal(values, [value]);
    return `ChannelConfiguration ${value}`;
  };

/** Codec string and sampling rate; HLS says the codec alone. */
export const sampleRate =
  (codecs: string, rate: number): Check =>
  ({ mode, manifests }) => {
    assert.equal(told(manifests, / ?codecs="([^"]+)"/gi), [codecs]);
    if (!isDash(mode)) return codecs;
    assert.equal(told(manifests, /audioSamplingRate="(\d+)"/g), [String(rate)]);
    return `${codecs}, ${rate} Hz`;
  };

/** A set of pictures for each transfer characteristic, or a VIDEO-RANGE each. */
export const transfers: Check = ({ mode, manifests }) => {
  if (!isDash(mode)) {
    const ranges = told(manifests, /VIDEO-RANGE=(\w+)/g).sort();
    assert.equal(ranges, ['PQ', 'SDR']);
    return `VIDEO-RANGE=${ranges.join(' and ')}`;
  }
  const sets = manifests.split('<AdaptationSet').filter((set) => set.includes('mimeType="video'));
  assert.is(sets.length, 2);
  for (const set of sets) assert.is(set.split('<Representation').length - 1, 1);
  return '2 adaptation sets';
};

/** The language in `mdhd`, and in the MPD as BCP 47. */
export const languageOf =
  (code: string, tag: string): Check =>
  async ({ mode, manifests, output }) => {
    const seen: string[] = [];
    if (isDash(mode)) {
      assert.equal(told(manifests, / lang="([^"]+)"/g), [tag]);
      seen.push(`lang="${tag}"`);
    }
    for (const { bytes, trak } of await traksIn(output)) {
      const mdhd = boxBelow(bytes, trak, 'mdia', 'mdhd');
      const packed = bytes.readUInt16BE(mdhd.body + (bytes[mdhd.body] === 1 ? 32 : 20));
      const letters = [10, 5, 0].map((shift) => String.fromCharCode(0x60 + ((packed >> shift) & 31)));
      assert.is(letters.join(''), code);
      seen.push(`mdhd ${code}`);
    }
    return seen.length > 0 ? seen.join(', ') : undefined;
  };

/** No piece of a slice of any layer is in the output as it was. */
export const nothingClear: Check = async ({ output, inputs }) => {
  const pieces = inputs.flatMap(piecesOfSlices);
  assert.ok(pieces.length > 20, `${pieces.length} slices to look for`);
  const clear = await piecesIn(output, pieces);
  assert.is(clear, 0, `${clear} of ${pieces.length} slices are clear`);
  return `none of ${pieces.length} slices clear`;
};

/** The user is told. */
export const warning =
  (pattern: RegExp): Check =>
  ({ report }) => {
    const [found] = report.warnings.filter((line) => pattern.test(line));
    assert.ok(found, `no warning of ${pattern}: ${report.warnings.join(' ')}`);
    return `a warning that it ${pattern.exec(found)![0]}`;
  };

/** The display matrix of the source, in `tkhd`; a warning where MPEG-TS cannot carry it. */
export const turn: Check = async ({ output, inputs, report }) => {
  const matrixOf = (bytes: Buffer, trak: BoxAt): string => {
    const { end } = boxBelow(bytes, trak, 'tkhd');
    return bytes.toString('hex', end - 44, end - 8); // in front of width and height
  };
  const { file } = inputs[0]!;
  const moov = boxesBetween(file, 0, file.length).find(({ type }) => type === 'moov')!;
  const trak = boxesBetween(file, moov.body, moov.end).find(
    ({ type, body, end }) => type === 'trak' && file.subarray(body, end).includes('vide'),
  )!;
  const expected = matrixOf(file, trak);
  const pictures = (await traksIn(output)).filter((one) =>
    one.bytes.subarray(one.trak.body, one.trak.end).includes('vide'),
  );
  for (const one of pictures) assert.is(matrixOf(one.bytes, one.trak), expected);
  if (pictures.length > 0) return 'the matrix of the source';
  assert.match(report.warnings.join(), /MPEG-TS cannot say/);
  return 'a warning that it is turned';
};

/** How long the title is, in seconds. */
export const checkDuration =
  (seconds: number, tolerance: number): Check =>
  ({ report }) => {
    assert.ok(Math.abs(report.duration - seconds) <= tolerance, `${report.duration} s`);
    return `${report.duration.toFixed(1)} s`;
  };

/** How long the segments are that cover a title, whatever is in them, in whole seconds. */
export function segmentLengths({ modes }: Report, expected: readonly number[]): string {
  const rows = modes
    .flatMap(({ renditions }) => renditions)
    .map(({ segments, timescale }) => ({ ...segments, timescale }));
  const longest = rows.reduce((most, row) => (row.starts.length > most.starts.length ? row : most));
  const lengths = longest.durations.map((ticks) => Math.round(ticks / longest.timescale));
  assert.equal(lengths, expected);
  return `segments of ${lengths.join(', ')} s`;
}
