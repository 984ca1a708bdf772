import { type Box, box, fullBox, u8, u32, u64 } from '../../../base/box.ts';
import { concat } from '../../../base/bytes.ts';
import { needsSync } from '../../../codecs/built-in.ts';
import type { SampleEncryption, Segment } from '../../../media/segment.ts';
import type { FragmentKey } from './fragment-keys.ts';
import { OUTPUT_TRACK_ID } from './init.ts';

/** Sample flags (ISO/IEC 14496-12, 8.8.3.1): depends on no other; depends on others and is no sync sample. */
const SYNC_FLAGS = 0x0200_0000;
const NON_SYNC_FLAGS = 0x0101_0000;

const TFHD = {
  description: 0x02,
  defaultDuration: 0x08,
  defaultFlags: 0x20,
  defaultBaseIsMoof: 0x02_0000,
} as const;
const TRUN = {
  dataOffset: 0x001,
  firstFlags: 0x004,
  duration: 0x100,
  size: 0x200,
  flags: 0x400,
  offset: 0x800,
} as const;
const SENC_SUBSAMPLES = 0x2;

/** The samples of a fragment, as far as its headers are about them. */
export type FragmentSamples = Omit<Segment, 'track' | 'index' | 'nalLengthSize'> & {
  readonly track: Segment['track'] | { readonly kind: 'text' };
};

/**
 * The two headers of a fragment: `moof`, then the head of `mdat`. The segment's payload follows them in the file; all its samples
 * have one format.
 * @param key what is to be said of its key. @default nothing: it is that of `tenc`, or the track is clear
 */
export function fragmentHeader(
  segment: FragmentSamples,
  sequenceNumber: number,
  key?: FragmentKey,
): Uint8Array {
  const run = trun(segment);
  const encryption = encryptionBoxes(segment, key);
  const head = tfhd(segment, run.defaultDuration, key?.entriesBefore);
  const time = fullBox('tfdt', 1, 0, u64(segment.decodeTime));
  const traf = [head, time, run.box, ...encryption.boxes];
  const before = [fullBox('mfhd', 0, 0, u32(sequenceNumber)), ...(key?.pssh ?? [])];

  const size = 8 + bytesOf(before) + 8 + bytesOf(traf);
  run.setDataOffset(size + 8);
  encryption.setSencOffset?.(size);
  return concat([box('moof', before, box('traf', traf)), u32(segment.data.length + 8), MDAT]);
}

const MDAT = Buffer.from('mdat');

const bytesOf = (boxes: readonly Box[]): number => boxes.reduce((sum, { length }) => sum + length, 0);

/**
 * Whether decoding cannot start at some of the samples, so that flags tell where it can. Those of sound are looked at where its codec
 * says that its frames need others.
 */
const hasNonSync = ({ track, sync }: FragmentSamples): boolean =>
  track.kind === 'video' || (track.kind === 'audio' && sync.includes(0) && needsSync(track));

/** Track Fragment Header; the duration is stated here when all samples share it, the sample entry when it is not the first. */
function tfhd(segment: FragmentSamples, defaultDuration: number | undefined, entriesBefore = 0): Box {
  const entry = entriesBefore + (segment.formats?.[0] ?? 0);
  const optional = (flag: number, value: number | undefined) =>
    value === undefined ? { flag: 0, field: new Uint8Array() } : { flag, field: u32(value) };
  const description = optional(TFHD.description, entry === 0 ? undefined : entry + 1);
  const duration = optional(TFHD.defaultDuration, defaultDuration);
  const flags = TFHD.defaultBaseIsMoof | TFHD.defaultFlags | description.flag | duration.flag;
  const sampleFlags = u32(hasNonSync(segment) ? NON_SYNC_FLAGS : SYNC_FLAGS);
  return fullBox('tfhd', 0, flags, u32(OUTPUT_TRACK_ID), description.field, duration.field, sampleFlags);
}

interface Trun {
  readonly box: Box;
  readonly defaultDuration: number | undefined;
  setDataOffset(offset: number): void;
}

/** Track Run, version 1 (signed composition offsets); columns that all samples share are left out. */
function trun(segment: FragmentSamples): Trun {
  const { count, sizes, durations, compositionOffsets, sync } = segment;
  const sameDuration = durations.every((duration) => duration === durations[0]);
  const hasOffsets = compositionOffsets.some((offset) => offset !== 0);
  const isMarked = hasNonSync(segment);
  const onlyFirstIsSync = isMarked && sync[0] === 1 && sync.indexOf(1, 1) === -1;
  const ownFlags = isMarked && !onlyFirstIsSync;

  let flags = TRUN.dataOffset | TRUN.size;
  if (!sameDuration) flags |= TRUN.duration;
  if (onlyFirstIsSync) flags |= TRUN.firstFlags;
  if (ownFlags) flags |= TRUN.flags;
  if (hasOffsets) flags |= TRUN.offset;

  const rowSize = 4 + (sameDuration ? 0 : 4) + (ownFlags ? 4 : 0) + (hasOffsets ? 4 : 0);
  const headSize = 8 + (onlyFirstIsSync ? 4 : 0);
  const body = new Uint8Array(headSize + rowSize * count);
  const data = new DataView(body.buffer);
  data.setUint32(0, count);
  if (onlyFirstIsSync) data.setUint32(8, SYNC_FLAGS);
  let at = headSize;
  const put = (value: number) => {
    data.setUint32(at, value); // wraps negative offsets to two's complement, as version 1 wants them
    at += 4;
  };
  for (let i = 0; i < count; i++) {
    if (!sameDuration) put(durations[i]!);
    put(sizes[i]!);
    if (ownFlags) put(sync[i] === 1 ? SYNC_FLAGS : NON_SYNC_FLAGS);
    if (hasOffsets) put(compositionOffsets[i]!);
  }
  const result = fullBox('trun', 1, flags, body);
  return {
    box: result,
    defaultDuration: sameDuration ? (durations[0] ?? 0) : undefined,
    setDataOffset: (offset) => result.set(u32(offset), 16), // after size, type, version and flags, sample_count
  };
}

interface EncryptionBoxes {
  readonly boxes: readonly Box[];
  /** @param moof bytes of `moof`, of which `senc` is the end */
  readonly setSencOffset?: (moof: number) => void;
}

/**
 * What of one fragment's encryption is not in `tenc`: `saiz`, `saio` and `senc` (ISO/IEC 14496-12, 8.7.8 and 8.7.9; ISO/IEC 23001-7,
 * 7.2), and the sample group of another key.
 */
function encryptionBoxes(
  { count, encryption }: FragmentSamples,
  key: FragmentKey | undefined,
): EncryptionBoxes {
  const group = key?.group ? [sampleToGroup(count), key.group] : [];
  if (!encryption) return { boxes: group };
  const infoSizes = auxiliarySizes(count, encryption);
  if (infoSizes.every((size) => size === 0)) return { boxes: group }; // constant IV, whole samples: nothing to say per sample
  const same = infoSizes.every((size) => size === infoSizes[0]);
  const saiz = same
    ? fullBox('saiz', 0, 0, u8(infoSizes[0] ?? 0), u32(count))
    : fullBox('saiz', 0, 0, u8(0), u32(count), infoSizes);
  // Bytes from the start of `moof` (default-base-is-moof) to the first sample's auxiliary information in `senc`.
  const saio = fullBox('saio', 0, 0, u32(1), u32(0));
  const flags = encryption.subsamples ? SENC_SUBSAMPLES : 0;
  const payload = sencPayload(count, encryption, infoSizes);
  const senc = fullBox('senc', 0, flags, u32(count), payload);
  return {
    boxes: [saiz, saio, ...group, senc],
    setSencOffset: (moof) => saio.set(u32(moof - payload.length), 16), // after size, type, version and flags, entry_count
  };
}

/** The first description of the `sgpd` in the same `traf` (ISO/IEC 14496-12, 8.9.4). */
const FIRST_LOCAL_DESCRIPTION = 0x1_0001;

/** All samples of a fragment are of one group. */
const sampleToGroup = (count: number): Box =>
  fullBox('sbgp', 0, 0, 'seig', u32(1), u32(count), u32(FIRST_LOCAL_DESCRIPTION));

/** sample_info_size of each sample; one byte each, which the subsample partition takes care not to exceed. */
function auxiliarySizes(count: number, { ivSize, subsamples }: SampleEncryption): Uint8Array {
  const sizes = new Uint8Array(count).fill(ivSize);
  if (!subsamples) return sizes;
  for (let i = 0; i < count; i++) {
    const size = ivSize + 2 + 6 * subsamples.counts[i]!;
    if (size > 0xff)
      throw new RangeError(`${subsamples.counts[i]} subsamples in one sample do not fit into saiz`);
    sizes[i] = size;
  }
  return sizes;
}

function sencPayload(
  count: number,
  { ivSize, ivs, subsamples }: SampleEncryption,
  infoSizes: Uint8Array,
): Uint8Array {
  if (!subsamples) return ivs;
  const out = new Uint8Array(infoSizes.reduce((sum, size) => sum + size, 0));
  const data = new DataView(out.buffer);
  let at = 0;
  let iv = 0;
  let row = 0;
  for (let i = 0; i < count; i++) {
    for (const end = (i + 1) * ivSize; iv < end; iv++, at++) out[at] = ivs[iv]!;
    data.setUint16(at, subsamples.counts[i]!);
    at += 2;
    for (const end = row + subsamples.counts[i]!; row < end; row++, at += 6) {
      data.setUint16(at, subsamples.clear[row]!);
      data.setUint32(at + 2, subsamples.protected[row]!);
    }
  }
  return out;
}
