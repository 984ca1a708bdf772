import { view } from '../../bytes.ts';
import { parseAvcConfig } from '../../codecs/avc/config.ts';
import { parseHevcConfig } from '../../codecs/hevc/config.ts';
import type { SampleFormat, Track } from '../../media/track.ts';
import { videoEntryBoxes } from '../read/sample-entry.ts';

/** How one codec keeps its parameter sets. */
interface ParameterSetRules {
  /** The sample entry that promises that all are in the configuration. */
  readonly entry: string;
  /** nal_unit_type of the parameter sets; a stream needs one of each. */
  readonly types: readonly number[];
  typeOf(header: number): number;
  /** Whether a NAL unit of this type is coded picture data: no parameter set comes behind it. */
  isPicture(type: number): boolean;
  /** Length of the prefix of NAL units, and those of the configuration. */
  read(config: Uint8Array, name: string): { lengthSize: number; nalUnits: readonly Uint8Array[] };
}

const AVC: Omit<ParameterSetRules, 'entry'> = {
  types: [7, 8],
  typeOf: (header) => header & 31,
  isPicture: (type) => type >= 1 && type <= 5,
  read(config, name) {
    const { lengthSize, sps, pps } = parseAvcConfig(config, name);
    return { lengthSize, nalUnits: [...sps, ...pps] };
  },
};

const HEVC: Omit<ParameterSetRules, 'entry'> = {
  types: [32, 33, 34],
  typeOf: (header) => (header >> 1) & 63,
  isPicture: (type) => type < 32,
  read: parseHevcConfig,
};

/** By the sample entries that allow parameter sets in the samples (ISO/IEC 14496-15, 5.4.2 and 8.4.1). */
const IN_BAND: ReadonlyMap<string, ParameterSetRules> = new Map([
  ['avc3', { ...AVC, entry: 'avc1' }],
  ['dvav', { ...AVC, entry: 'dva1' }],
  ['hev1', { ...HEVC, entry: 'hvc1' }],
  ['dvhe', { ...HEVC, entry: 'dvh1' }],
]);

/** Parameter sets come first in a sample; whatever is behind this many bytes is no longer looked at. */
const MOST_BYTES = 65_536;

/**
 * The track under a sample entry that promises parameter sets in the configuration alone, as Apple's players want it
 * (HLS Authoring Specification for Apple Devices, 1.10): itself, if it has one.
 *
 * An entry that allows them in the samples is renamed where none is missing from the configuration: one of each kind is
 * there, and so are those that the first sample may repeat.
 * @returns `undefined` where some may be in the samples alone
 */
export async function withOutOfBandEntry(track: Track): Promise<Track | undefined> {
  const rules = IN_BAND.get(track.entry);
  if (!rules) return track;
  if (track.formats) return undefined;
  const { formats = [track], source } = track;
  const configs = formats.map(({ config }) => rules.read(config, source.name));
  const isComplete = configs.every(({ nalUnits }) => {
    const kinds = new Set(nalUnits.map((unit) => rules.typeOf(unit[0]!)));
    return rules.types.every((type) => kinds.has(type));
  });
  if (!isComplete) return undefined;
  const { lengthSize, nalUnits } = configs[0]!;
  const configured = new Set(nalUnits.map(text));
  const repeated = parameterSetsOf(await firstBytes(track), lengthSize, rules);
  return repeated.every((unit) => configured.has(text(unit))) ? renamed(track, rules.entry) : undefined;
}

/** Bytes as a key of a set. */
const text = (bytes: Uint8Array): string => view(bytes).toString('latin1');

async function firstBytes({ samples, source }: Track): Promise<Uint8Array> {
  const { offsets, sizes } = samples.read(0, 1);
  const bytes = new Uint8Array(Math.min(MOST_BYTES, sizes[0] ?? 0));
  if (bytes.length > 0) await source.read(offsets[0]!, [bytes]);
  return bytes;
}

/** The parameter sets in front of a sample's first slice. */
function parameterSetsOf(
  sample: Uint8Array,
  lengthSize: number,
  { types, typeOf, isPicture }: ParameterSetRules,
): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at + lengthSize < sample.length; ) {
    const start = at + lengthSize;
    at = start + view(sample).readUIntBE(at, lengthSize);
    if (at === start) continue;
    const type = typeOf(sample[start]!);
    if (isPicture(type)) break;
    if (types.includes(type)) found.push(sample.subarray(start, at));
  }
  return found;
}

/** Bits of an array's first byte in `hvcC`. */
const ARRAY_COMPLETENESS = 0x80;

function renamed(track: Track, entry: string): Track {
  const rename = <Format extends SampleFormat>(format: Format): Format => {
    const sampleEntry = format.sampleEntry.slice();
    view(sampleEntry).write(entry, 4, 'latin1');
    const hvcC = videoEntryBoxes(sampleEntry).get('hvcC');
    if (hvcC) completeArrays(hvcC);
    return { ...format, sampleEntry };
  };
  const codecs = track.codecs.replace(track.entry, entry);
  const formats = track.formats?.map(rename);
  return { ...rename(track), entry, codecs, ...(formats && { formats }) };
}

/** Say in `hvcC`, of which `parseHevcConfig` has read every array, that no parameter set is anywhere else. */
function completeArrays(hvcC: Uint8Array): void {
  const bytes = view(hvcC);
  let at = 23;
  for (let arrays = bytes.readUInt8(22); arrays > 0; arrays--) {
    bytes.writeUInt8(bytes.readUInt8(at) | ARRAY_COMPLETENESS, at);
    let units = bytes.readUInt16BE(at + 1);
    at += 3;
    for (; units > 0; units--) at += 2 + bytes.readUInt16BE(at);
  }
}
