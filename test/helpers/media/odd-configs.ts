/** Decoder configurations of H.264 and HEVC whose parameter sets are not each in a place of its own. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { copyStreams } from '../commands/copies.ts';
import { madeOnce } from '../commands/folders.ts';
import { lengthPrefixed } from './length-prefix.ts';
import { nalUnitsOf, withSamples } from './nal-lengths.ts';

/** What `avcC` lists. */
export interface AvcLists {
  readonly sps: readonly Buffer[];
  readonly pps: readonly Buffer[];
}

const CODE = Buffer.of(0, 0, 1);
const LONG_CODE = Buffer.of(0, 0, 0, 1);
const DELIMITER = Buffer.of(9, 0xf0);
const SEI = Buffer.of(6, 5, 1, 0xaa, 0x80);
const joined = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts);

/** What encoders, muxers and damage make of one SPS and one PPS. */
export const ODD_AVC_CONFIGS: Readonly<Record<string, (sps: Buffer, pps: Buffer) => AvcLists>> = {
  'a start code in the VUI of the SPS': (sps, pps) => ({ sps: [withStartCode(sps)], pps: [pps] }),
  'both sets under one length': (sps, pps) => ({ sps: [joined(sps, LONG_CODE, pps)], pps: [] }),
  'both sets behind a start code': (sps, pps) => ({ sps: [joined(LONG_CODE, sps, CODE, pps)], pps: [] }),
  'the PPS in the list of the SPS': (sps, pps) => ({ sps: [sps, pps], pps: [] }),
  'each set in the list of the other': (sps, pps) => ({ sps: [pps], pps: [sps] }),
  'a delimiter and SEI among them': (sps, pps) => ({ sps: [DELIMITER, SEI, sps], pps: [SEI, pps] }),
  'zeros behind each': (sps, pps) => ({
    sps: [joined(sps, Buffer.of(0))],
    pps: [joined(pps, Buffer.alloc(3))],
  }),
};

/** Damage of one bit: emulation prevention that became a start code. */
function withStartCode(sps: Buffer): Buffer {
  const at = sps.indexOf(Buffer.of(0, 0, 3));
  if (at < 0) throw new Error('it has no emulation prevention');
  return Buffer.from(sps.with(at + 2, 1));
}

/** An MP4 of a video track alone, its `moov` last: what grows there moves no sample. */
export async function plainMp4(source: string): Promise<Buffer> {
  const make = async (to: string) => void (await copyStreams({ from: source, to, streams: 'v' }));
  return readFile(await madeOnce(`plain-${basename(source)}`, make));
}

/** The file with another `avcC` or `hvcC`. */
export function withConfig(file: Buffer, type: 'avcC' | 'hvcC', change: (config: Buffer) => Buffer): Buffer {
  const name = file.lastIndexOf(type, undefined, 'latin1');
  const start = name - 4;
  const size = file.readUInt32BE(start);
  const config = change(file.subarray(start + 8, start + size));
  const grown = config.length + 8 - size;
  const changed = joined(file.subarray(0, start + 8), config, file.subarray(start + size));
  const parents = ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd', type === 'avcC' ? 'avc1' : 'hvc1', type];
  for (const parent of parents) {
    const at = changed.lastIndexOf(parent, name, 'latin1') - 4;
    changed.writeUInt32BE(changed.readUInt32BE(at) + grown, at);
  }
  return changed;
}

const listed = (units: readonly Uint8Array[]): Buffer =>
  joined(...units.flatMap((unit) => [Buffer.of(unit.length >> 8, unit.length & 255), unit]));

/** The same `avcC`, of one SPS and one PPS, with other lists. */
export function withLists(config: Buffer, lists: (sps: Buffer, pps: Buffer) => AvcLists): Buffer {
  const spsEnd = 8 + config.readUInt16BE(6);
  const ppsEnd = spsEnd + 3 + config.readUInt16BE(spsEnd + 1);
  const { sps, pps } = lists(config.subarray(8, spsEnd), config.subarray(spsEnd + 3, ppsEnd));
  const head = Buffer.from(config.subarray(0, 6).with(5, 0xe0 | sps.length));
  return joined(head, listed(sps), Buffer.of(pps.length), listed(pps), config.subarray(ppsEnd));
}

/** The same `hvcC`, all of its NAL units under one length, `extra` behind them. */
export function underOneLength(config: Buffer, extra: readonly Uint8Array[] = []): Buffer {
  const units: Uint8Array[] = [];
  let at = 23;
  for (let arrays = config.readUInt8(22); arrays > 0; arrays--) {
    let count = config.readUInt16BE(at + 1);
    for (at += 3; count > 0; count--) {
      units.push(config.subarray(at + 2, at + 2 + config.readUInt16BE(at)));
      at += 2 + config.readUInt16BE(at);
    }
  }
  const unit = joined(...[...units, ...extra].flatMap((one) => [LONG_CODE, one])).subarray(LONG_CODE.length);
  return joined(config.subarray(0, 22), Buffer.of(1, 0xa0, 0, 1), listed([unit]));
}

/**
 * No parameter sets in `avcC`: on key frames they share a length with a delimiter, as encoders' access units do that are cut at
 * their first slice.
 */
export function withSharedHeads(file: Buffer): Buffer {
  let sets: readonly Buffer[] = [];
  const changed = withConfig(file, 'avcC', (config) =>
    withLists(config, (sps, pps) => {
      sets = [Buffer.from(sps), Buffer.from(pps)];
      return { sps: [], pps: [] };
    }),
  );
  return withSamples(changed, (sample) => {
    const units = nalUnitsOf(sample);
    const isKey = units.some(([header]) => (header! & 31) === 5);
    const heads = [DELIMITER, ...(isKey ? sets : [])].flatMap((unit) => [CODE, unit]);
    return joined(...[joined(...heads).subarray(CODE.length), ...units].map((unit) => lengthPrefixed(unit)));
  });
}

/** Write it as the container that `path` names. */
export async function writeAs(path: string, mp4: Buffer): Promise<void> {
  if (path.endsWith('.mp4')) return writeFile(path, mp4);
  const between = `${path}.mp4`;
  await writeFile(between, mp4);
  await copyStreams({ from: between, to: path });
}
