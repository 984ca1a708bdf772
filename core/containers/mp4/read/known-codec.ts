import { BitstreamError } from '../../../base/bit-reader.ts';
import { quote } from '../../../base/box-walk.ts';
import { parseAudioSpecificConfig } from '../../../codecs/aac/config.ts';
import { AAC, MPEG4_AUDIO, parseEsds } from '../../../codecs/esds.ts';
import type { CodedKind } from '../../../media/track.ts';
import type { EntryHeaders } from './movie.ts';

/** Names of codecs that have a sample entry of their own and are not carried. */
const NAMES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['lpcm', 'sowt', 'twos', 'in24', 'in32', 'fl32', 'fl64', 'raw ', 'NONE', 'ipcm', 'fpcm'].map((entry) => [
      entry,
      'PCM',
    ]),
  ),
  ulaw: 'G.711',
  alaw: 'G.711',
  ima4: 'ADPCM',
  alac: 'Apple Lossless',
  dtsc: 'DTS',
  dtse: 'DTS Express',
  dtsh: 'DTS-HD',
  dtsl: 'DTS-HD Master Audio',
  dtsx: 'DTS:X',
  mlpa: 'Dolby TrueHD',
  mha1: 'MPEG-H 3D Audio',
  mhm1: 'MPEG-H 3D Audio',
  samr: 'AMR',
  sawb: 'AMR-WB',
  sqcp: 'QCELP',
  sevc: 'EVRC',
  '.mp3': 'MP3 of QuickTime',
  s263: 'H.263',
  h263: 'H.263',
  jpeg: 'JPEG',
  mjpa: 'Motion JPEG',
  mjpb: 'Motion JPEG',
  'png ': 'PNG',
  apch: 'ProRes',
  apcn: 'ProRes',
  apcs: 'ProRes',
  apco: 'ProRes',
  ap4h: 'ProRes',
  ap4x: 'ProRes',
};

/** objectTypeIndication (ISO/IEC 14496-1, table 5; MP4 registration authority) of what is no AAC and no MP3. */
const OBJECT_TYPES: Readonly<Record<number, string>> = {
  108: 'JPEG',
  109: 'PNG',
  110: 'JPEG 2000',
  160: 'EVRC',
  161: 'SMV',
  165: 'AC-3',
  166: 'E-AC-3',
  167: 'DRA',
  168: 'G.719',
  169: 'DTS',
  170: 'DTS-HD',
  171: 'DTS-HD Master Audio',
  172: 'DTS Express',
  173: 'Opus',
  174: 'AC-4',
  175: 'Auro-Cx',
  178: 'DTS:X',
  221: 'Vorbis',
  225: 'QCELP',
};
/** Still pictures in `mp4v`, as covers and chapters have them. */
const STILLS: ReadonlySet<number> = new Set([0x6c, 0x6d, 0x6e]);

/** Audio object types (ISO/IEC 14496-3, table 1.17) of AAC in all its kinds, as core coders. */
const AAC_TYPES: ReadonlySet<number> = new Set([1, 2, 3, 4, 6, 17, 19, 20, 23, 39, 42]);
const AUDIO_TYPES: Readonly<Record<number, string>> = {
  7: 'TwinVQ',
  8: 'CELP',
  9: 'HVXC',
  12: 'TTSI',
  21: 'TwinVQ',
  22: 'BSAC',
  24: 'CELP',
  25: 'HVXC',
  28: 'SSC',
  32: 'MPEG audio of layer I',
  33: 'MPEG audio of layer II',
  34: 'MP3 as MPEG-4 audio',
  35: 'DST',
  36: 'ALS',
  37: 'SLS',
  38: 'SLS',
};

/**
 * Why what a sample entry describes cannot be packaged, by its codec alone; `undefined` when that is known.
 * @param kind of the track
 */
export function whyUnknown(headers: EntryHeaders, kind: CodedKind): string | undefined {
  const { entry, media } = headers;
  if (entry.type === 'mp4a') return ofObject(headers, unknownSound);
  if (entry.type === 'mp4v') return ofObject(headers, unknownPictures);
  return media?.kind === kind ? undefined : notKnown(quote(entry.type), NAMES[entry.type]);
}

const notKnown = (code: string, name: string | undefined): string =>
  `its codec ${code}${name === undefined ? '' : ` (${name})`} is not known`;

/** @param name of the codec that an `esds` tells; `undefined` when it is known */
function ofObject(
  { entry: { type, boxes }, codecs }: EntryHeaders,
  unknown: (objectType: number, config: Uint8Array) => string | undefined,
): string | undefined {
  const esds = boxes.get('esds');
  if (!esds) return undefined; // whoever needs it will say so
  const { objectType, decoderConfig } = parseEsds(esds);
  const code = `${type}.${objectType.toString(16).toUpperCase()}`;
  const isKnown = !AAC.has(objectType) && codecs.some(({ strings }) => strings?.test(code));
  const name = isKnown ? undefined : unknown(objectType, decoderConfig);
  return name && notKnown(`"${code}"`, name);
}

function unknownSound(objectType: number, config: Uint8Array): string | undefined {
  if (!AAC.has(objectType)) return OBJECT_TYPES[objectType] ?? 'no AAC and no MP3';
  if (objectType !== MPEG4_AUDIO) return undefined;
  const type = audioObjectType(config);
  if (type === undefined || AAC_TYPES.has(type)) return undefined;
  return AUDIO_TYPES[type] ?? `audio object type ${type}`;
}

const unknownPictures = (objectType: number): string | undefined =>
  STILLS.has(objectType) ? OBJECT_TYPES[objectType] : undefined;

/** `undefined` for a damaged configuration: whoever reads all of it says what is wrong. */
function audioObjectType(config: Uint8Array): number | undefined {
  try {
    return parseAudioSpecificConfig(config).objectType;
  } catch (cause) {
    if (cause instanceof BitstreamError) return undefined;
    throw cause;
  }
}
