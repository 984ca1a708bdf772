import { box, u8, u16, u32, zeros } from '../base/box.ts';
import { BoxError, type BoxSpan, childBoxes, payloadOf, quote, readBoxHeader } from '../base/box-walk.ts';
import { concat, viewOf } from '../base/bytes.ts';

/** A sample entry taken apart (ISO/IEC 14496-12, 8.5.2, 12.1.3 and 12.2.3). */
export interface SampleEntryParts {
  readonly type: string;
  /** The whole box as the input has it; QuickTime's form of an audio entry is turned into that of ISO. */
  readonly bytes: Uint8Array;
  /** The fields before the first box in it. */
  readonly fields: Uint8Array;
  /** Payloads of the boxes in it by type. */
  readonly boxes: ReadonlyMap<string, Uint8Array>;
}

/** The version of `stsd` whose entries are none of QuickTime's: those of tracks are turned into ISO's. */
const ISO_STSD = 1;
const VIDEO_FIELDS = 78;
const [NCLX, NCLC_SIZE] = [0x6e636c78, 10];
const AUDIO_FIELDS = 28;
/** What QuickTime's sound descriptions put after those fields, by version. */
const SOUND_EXTENSION: Readonly<Record<number, number>> = { 0: 0, 1: 16, 2: 36 };
/** Decoder configurations that QuickTime wraps in `wave`, among boxes that mean nothing elsewhere. */
const CONFIGS_IN_WAVE: ReadonlySet<string> = new Set(['esds', 'dac3', 'dec3']);

export function readVideoEntry(bytes: Uint8Array, entry: BoxSpan): SampleEntryParts {
  const fields = fieldsOf(bytes, entry, VIDEO_FIELDS);
  const children = childBoxes(bytes, entry.payload + VIDEO_FIELDS, entry.end);
  if (!children.some((child) => lacksRange(bytes, child))) return parts(bytes, entry.type, fields, children);
  const whole = box(
    entry.type,
    fields,
    children.map((child) =>
      lacksRange(bytes, child)
        ? box('colr', payloadOf(bytes, child), u8(0))
        : bytes.subarray(child.start, child.end),
    ),
  );
  return readVideoEntry(whole, readBoxHeader(whole, 0, whole.length));
}

/**
 * Whether a box is a `colr` of type `nclx` without its last byte, full_range_flag: some writers give it the size of
 * QuickTime's `nclc`. Readers of ISO/IEC 14496-12, 12.1.5 refuse the file then; what is meant is no full range.
 */
function lacksRange(bytes: Uint8Array, child: BoxSpan): boolean {
  if (child.type !== 'colr' || child.end - child.payload !== NCLC_SIZE) return false;
  return viewOf(payloadOf(bytes, child)).getUint32(0) === NCLX;
}

/** @param stsdVersion where it is 1, `version` in the entry is ISO's own and adds no fields */
export function readAudioEntry(bytes: Uint8Array, entry: BoxSpan, stsdVersion: number): SampleEntryParts {
  const fields = fieldsOf(bytes, entry, AUDIO_FIELDS);
  const version = viewOf(fields).getUint16(8);
  const from = entry.payload + AUDIO_FIELDS;
  const to = from + (stsdVersion === 0 ? (SOUND_EXTENSION[version] ?? Number.POSITIVE_INFINITY) : 0);
  if (to > entry.end) throw broken(entry);
  const children = childBoxes(bytes, to, entry.end);
  const wave = children.find((child) => child.type === 'wave');
  if (version === 0 && !wave) return parts(bytes, entry.type, fields, children);
  const inside = wave
    ? childBoxes(bytes, wave.payload, wave.end).filter(({ type }) => CONFIGS_IN_WAVE.has(type))
    : [];
  const kept = [...children.filter((child) => child !== wave), ...inside];
  return parts(bytes, entry.type, isoAudioFields(fields, bytes.subarray(from, to)), kept);
}

const parts = (
  bytes: Uint8Array,
  type: string,
  fields: Uint8Array,
  children: readonly BoxSpan[],
): SampleEntryParts => ({
  type,
  bytes: box(
    type,
    fields,
    children.map((child) => bytes.subarray(child.start, child.end)),
  ),
  fields,
  boxes: new Map(children.map((child) => [child.type, payloadOf(bytes, child)])),
});

/** Payloads of the boxes in a VisualSampleEntry by type: views into it. */
export const videoEntryBoxes = (sampleEntry: Uint8Array): ReadonlyMap<string, Uint8Array> =>
  readVideoEntry(sampleEntry, readBoxHeader(sampleEntry, 0, sampleEntry.length)).boxes;

/** A VisualSampleEntry under another type, with this configuration in place of what it has. */
export function configuredEntry(
  sampleEntry: Uint8Array,
  type: string,
  configBox: string,
  config: Uint8Array,
): SampleEntryParts {
  const { fields, children } = videoEntryChildren(sampleEntry);
  const kept = children.filter((child) => child.type !== configBox);
  const others = kept.map(({ start, end }) => sampleEntry.subarray(start, end));
  const whole = box(type, fields, box(configBox, config), others);
  return readVideoEntry(whole, readBoxHeader(whole, 0, whole.length));
}

/** The fields of a VisualSampleEntry, and where in it its boxes lie. */
export function videoEntryChildren(sampleEntry: Uint8Array): { fields: Uint8Array; children: BoxSpan[] } {
  const entry = readBoxHeader(sampleEntry, 0, sampleEntry.length);
  const children = childBoxes(sampleEntry, entry.payload + VIDEO_FIELDS, entry.end);
  return { fields: fieldsOf(sampleEntry, entry, VIDEO_FIELDS), children };
}

/** An AudioSampleEntry of a track taken apart: views into it. */
export const audioEntryParts = (sampleEntry: Uint8Array): SampleEntryParts =>
  readAudioEntry(sampleEntry, readBoxHeader(sampleEntry, 0, sampleEntry.length), ISO_STSD);

/** The entry with these of its boxes only. */
export const entryWith = (entry: SampleEntryParts, types: ReadonlySet<string>): Uint8Array =>
  box(
    entry.type,
    entry.fields,
    [...entry.boxes].filter(([type]) => types.has(type)).map(([type, payload]) => box(type, payload)),
  );

function fieldsOf(bytes: Uint8Array, entry: BoxSpan, size: number): Uint8Array {
  if (entry.payload + size > entry.end) throw broken(entry);
  return bytes.subarray(entry.payload, entry.payload + size);
}

const broken = (entry: BoxSpan) => new BoxError(`sample entry ${quote(entry.type)} is cut short`);

/** AudioSampleEntry of ISO/IEC 14496-12, 12.2.3 from QuickTime's; its version 2 moves channels and rate. */
function isoAudioFields(fields: Uint8Array, extension: Uint8Array): Uint8Array {
  const [view, more] = [viewOf(fields), viewOf(extension)];
  const version = view.getUint16(8);
  const channels = version === 2 ? more.getUint32(12) : view.getUint16(16);
  const rate = version === 2 ? Math.round(more.getFloat64(4)) : view.getUint16(24);
  const reference = view.getUint16(6);
  return concat([
    zeros(6),
    u16(reference),
    zeros(8),
    u16(channels),
    u16(16), // samplesize
    zeros(4),
    u32(rate > 0xffff ? 0 : rate * 2 ** 16),
  ]);
}
