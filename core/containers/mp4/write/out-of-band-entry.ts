import { copyBytes, view } from '../../../base/bytes.ts';
import { parseAvcConfig } from '../../../codecs/avc/config.ts';
import { parseHevcConfig } from '../../../codecs/hevc/config.ts';
import { nalUnitsOfHead } from '../../../codecs/nal/units.ts';
import { videoEntryBoxes } from '../../../codecs/sample-entry.ts';
import { everySyncSample } from '../../../media/sample-heads.ts';
import type { SampleFormat, Track } from '../../../media/track.ts';

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

/**
 * The track under a sample entry that promises parameter sets in the configuration alone, as Apple's players want it
 * (HLS Authoring Specification for Apple Devices, 1.10): itself, if it has one.
 *
 * An entry that allows them in the samples is renamed where none is missing from the configuration: one of each kind is
 * there, and so are all that sync samples repeat. Sync samples are read up to their first slice, all of them: a stream may
 * change its parameter sets at any.
 * @returns `undefined` where some may be in the samples alone
 * @throws PackagerError 1202 when the input cannot be read
 */
export async function withOutOfBandEntry(track: Track): Promise<Track | undefined> {
  const rules = IN_BAND.get(track.entry);
  if (!rules) return track;
  const { formats = [track], source } = track;
  const configs = formats.map(({ config }) => rules.read(config, source.name));
  const isComplete = configs.every(({ nalUnits }) => {
    const kinds = new Set(nalUnits.map((unit) => rules.typeOf(unit[0]!)));
    return rules.types.every((type) => kinds.has(type));
  });
  if (!isComplete) return undefined;
  const configured = configs.map(({ nalUnits }) => new Set(nalUnits.map(text)));
  const { lengthSize } = configs[0]!;
  const isRepetition = (head: Uint8Array, size: number, format: number): boolean | undefined =>
    parameterSetsOf(head, size, lengthSize, rules)?.every((unit) => configured[format]?.has(text(unit)));
  return (await everySyncSample(track, isRepetition)) ? renamed(track, rules.entry) : undefined;
}

/** Bytes as a key of a set. */
const text = (bytes: Uint8Array): string => view(bytes).toString('latin1');

/**
 * The parameter sets in front of a sample's first slice.
 * @param head the sample, or its first bytes
 * @param size bytes of the sample
 * @returns `undefined` where `head` ends before the slice does begin
 */
function parameterSetsOf(
  head: Uint8Array,
  size: number,
  lengthSize: number,
  { types, typeOf, isPicture }: ParameterSetRules,
): Uint8Array[] | undefined {
  const found: Uint8Array[] = [];
  for (const unit of nalUnitsOfHead(head, lengthSize)) {
    const type = typeOf(unit[0]!);
    if (isPicture(type)) return found;
    if (types.includes(type)) found.push(unit);
  }
  return head.length === size ? found : undefined;
}

/** Bits of an array's first byte in `hvcC`. */
const ARRAY_COMPLETENESS = 0x80;

function renamed(track: Track, entry: string): Track {
  const rename = <Format extends SampleFormat>(format: Format): Format => {
    const sampleEntry = copyBytes(format.sampleEntry);
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
