import { copyBytes, view } from '../../../base/bytes.ts';
import { codecOf } from '../../../codecs/built-in.ts';
import { lengthSizeOf, type NalRules } from '../../../codecs/nal/rules.ts';
import { nalPieces } from '../../../codecs/nal/start-codes.ts';
import { nalUnitsOfHead } from '../../../codecs/nal/units.ts';
import { videoEntryBoxes } from '../../../codecs/sample-entry.ts';
import { everySyncSample } from '../../../media/sample-heads.ts';
import type { CodedTrack, SampleFormat } from '../../../media/track.ts';

/**
 * The track under a sample entry that promises parameter sets in the configuration alone, as Apple's players want it
 * (HLS Authoring Specification for Apple Devices, 1.10): itself, if it has one.
 *
 * An entry that allows them in the samples is renamed where none is missing from the configuration: one of each kind is
 * there, and so are all that sync samples repeat. Sync samples are read up to their first slice, all of them: a stream may
 * change its parameter sets at any.
 * @returns `undefined` where some may be in the samples alone
 * @throws PackagerError INPUT_NOT_READABLE when the input cannot be read
 */
export async function withOutOfBandEntry(track: CodedTrack): Promise<CodedTrack | undefined> {
  const rules = codecOf(track)?.nal;
  const entry = rules?.outOfBand[track.entry];
  if (!rules || entry === undefined) return track;
  const { formats = [track], source } = track;
  const configs = formats.map(({ config }) => rules.configured(config, source.name));
  const isComplete = configs.every((nalUnits) => {
    const kinds = new Set(nalUnits.map((unit) => rules.typeOf(unit[0]!)));
    return rules.parameterSets.every((type) => kinds.has(type));
  });
  if (!isComplete) return undefined;
  const configured = configs.map((nalUnits) => new Set(nalUnits.map(text)));
  const lengthSize = lengthSizeOf(rules, formats[0]!.config);
  const isRepetition = (head: Uint8Array, size: number, format: number): boolean | undefined =>
    parameterSetsOf(head, size, lengthSize, rules)?.every((unit) => configured[format]?.has(text(unit)));
  return (await everySyncSample(track, isRepetition)) ? renamed(track, entry) : undefined;
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
  { parameterSets, typeOf, isPicture }: NalRules,
): Uint8Array[] | undefined {
  const found: Uint8Array[] = [];
  for (const unit of nalUnitsOfHead(head, lengthSize)) {
    for (const piece of nalPieces(unit)) {
      const type = typeOf(piece[0]!);
      if (isPicture(type)) return found;
      if (parameterSets.includes(type)) found.push(piece);
    }
  }
  return head.length === size ? found : undefined;
}

/** Bits of an array's first byte in `hvcC`. */
const ARRAY_COMPLETENESS = 0x80;

function renamed(track: CodedTrack, entry: string): CodedTrack {
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
