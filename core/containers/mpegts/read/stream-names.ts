import type { CodedKind } from '../../../media/track.ts';
import { type ProgramStream, registrationsOf } from './program.ts';

/** What is known of an elementary stream whose codec is not carried. */
export interface NamedStream {
  readonly name: string;
  /** `data`: nobody sees or hears it; `unknown`: it may be anything. */
  readonly kind: CodedKind | 'data' | 'unknown';
}

/** stream_type of PES packets with private data. */
export const PRIVATE_DATA = 0x06;
/** The first stream_type that users may give a meaning of their own. */
const USER_PRIVATE = 0x80;
const [EXTENSION, FIRST_AUDIO, FIRST_VIDEO, LAST_VIDEO] = [0x7f, 0xc0, 0xe0, 0xef];

const video = (name: string): NamedStream => ({ name, kind: 'video' });
const audio = (name: string): NamedStream => ({ name, kind: 'audio' });
const data = (name: string): NamedStream => ({ name, kind: 'data' });

type Names = Readonly<Record<number, NamedStream>>;

/** By stream_type (ISO/IEC 13818-1, table 2-34). */
const STANDARD: Names = {
  1: video('MPEG-1 video'),
  2: video('MPEG-2 video'),
  3: audio('MPEG audio'),
  4: audio('MPEG audio'),
  5: data('private sections'),
  7: data('MHEG'),
  8: data('DSM-CC'),
  9: data('H.222.1'),
  10: data('DSM-CC'),
  11: data('DSM-CC'),
  12: data('DSM-CC'),
  13: data('DSM-CC'),
  14: data('auxiliary data'),
  15: audio('AAC'),
  16: video('MPEG-4 visual'),
  17: audio('AAC in LATM'),
  18: { name: 'MPEG-4 in SL packets', kind: 'unknown' },
  19: data('MPEG-4 sections'),
  20: data('DSM-CC'),
  21: data('metadata'),
  22: data('metadata'),
  23: data('metadata'),
  24: data('metadata'),
  25: data('metadata'),
  26: data('IPMP'),
  27: video('H.264'),
  28: audio('AAC without headers'),
  29: data('timed text'),
  30: video('auxiliary video'),
  31: video('an SVC layer'),
  32: video('an MVC view'),
  33: video('JPEG 2000'),
  34: video('a further view of MPEG-2 video'),
  35: video('a further view of H.264'),
  36: video('HEVC'),
  37: video('a temporal layer of HEVC'),
  38: video('an MVCD view'),
  39: data('timeline'),
  40: video('an HEVC layer'),
  41: video('an HEVC layer'),
  42: video('an HEVC layer'),
  43: video('an HEVC layer'),
  44: data('green access units'),
  45: audio('MPEG-H 3D Audio'),
  46: audio('MPEG-H 3D Audio'),
  47: data('quality metadata'),
  48: data('media orchestration'),
  49: video('HEVC tiles'),
  50: video('JPEG XS'),
  51: video('VVC'),
  52: video('a temporal layer of VVC'),
  53: video('EVC'),
  54: video('LCEVC'),
  127: data('IPMP'),
};

/** By format_identifier (SMPTE registration authority). */
const REGISTERED: Readonly<Record<string, NamedStream>> = {
  'AC-3': audio('AC-3'),
  EAC3: audio('E-AC-3'),
  'AC-4': audio('AC-4'),
  DTS1: audio('DTS'),
  DTS2: audio('DTS'),
  DTS3: audio('DTS'),
  DTSH: audio('DTS-HD'),
  mlpa: audio('Dolby TrueHD'),
  BSSD: audio('PCM of SMPTE 302M'),
  Opus: audio('Opus with a channel configuration that is not known'),
  AV01: video('AV1'),
  drac: video('Dirac'),
  'VC-1': video('VC-1'),
  HEVC: video('HEVC'),
  'VVC ': video('VVC'),
  LCEV: video('LCEVC'),
  DOVI: video('Dolby Vision'),
  VP90: video('VP9'),
  KLVA: data('KLV metadata'),
  'ID3 ': data('ID3 metadata'),
  VANC: data('ancillary data'),
  CUEI: data('cue messages (SCTE 35)'),
  GA94: data('ATSC data'),
  SCTE: data('SCTE data'),
  ETV1: data('EBIF'),
  TVG1: data('TV Guide'),
};

/** By descriptor_tag of private data (ETSI EN 300 468, table 12; ARIB STD-B10). */
const DESCRIBED: Names = {
  69: data('VBI data'),
  70: data('teletext'),
  86: data('teletext'),
  89: data('subtitles'),
  102: data('data broadcast'),
  106: audio('AC-3'),
  111: data('application signalling'),
  122: audio('E-AC-3'),
  123: audio('DTS'),
  124: audio('AAC'),
  253: data('ARIB data'),
};

/** By descriptor_tag_extension (ETSI EN 300 468, table 109). */
const EXTENDED: Names = {
  14: audio('DTS-HD'),
  15: audio('DTS Neural'),
  21: audio('AC-4'),
  32: data('subtitles (TTML)'),
  33: audio('DTS-UHD'),
  128: audio('Opus'),
};

/** By stream_type where it has PES packets: Blu-ray's, ATSC's, and what encoders took from them. */
const PRIVATE_PES: Names = {
  128: audio('PCM of Blu-ray'),
  129: audio('AC-3'),
  130: audio('DTS'),
  131: audio('Dolby TrueHD'),
  132: audio('E-AC-3'),
  133: audio('DTS-HD'),
  134: audio('DTS-HD'),
  135: audio('E-AC-3'),
  136: audio('DTS-HD'),
  138: audio('DTS'),
  144: data('subtitles (PGS)'),
  145: data('menus (IGS)'),
  146: data('subtitles (text)'),
  161: audio('E-AC-3'),
  162: audio('DTS-HD'),
  209: video('Dirac'),
  210: video('AVS2'),
  212: video('AVS3'),
  234: video('VC-1'),
};

/** The same where it has sections (ANSI/SCTE 27 and 35, ATSC A/53). */
const PRIVATE_SECTIONS: Names = {
  130: data('subtitles (SCTE 27)'),
  133: data('programme identifiers'),
  134: data('cue messages (SCTE 35)'),
};

/**
 * What an elementary stream is, by all that the tables say of it, and by the stream_id of its packets where they say nothing.
 */
export function nameStream(stream: ProgramStream): NamedStream {
  const { streamType, streamId, descriptors } = stream;
  const number = `stream type 0x${streamType.toString(16)}`;
  if (streamType !== PRIVATE_DATA && streamType < USER_PRIVATE)
    return STANDARD[streamType] ?? byStreamId(number, streamId);
  const registrations = registrationsOf(descriptors);
  for (const registration of registrations) {
    const named = REGISTERED[registration];
    if (named) return named;
  }
  for (const {
    tag,
    data: [extension = 0],
  } of descriptors) {
    const named = tag === EXTENSION ? EXTENDED[extension] : DESCRIBED[tag];
    if (named) return named;
  }
  if (streamType !== PRIVATE_DATA) {
    const named = (streamId === undefined ? PRIVATE_SECTIONS : PRIVATE_PES)[streamType];
    if (named) return named;
  }
  const [registration] = registrations;
  const told =
    registration === undefined ? '' : ` registered as "${registration.replaceAll(/[^ -~]/g, '?')}"`;
  if (streamType === PRIVATE_DATA && registration === undefined && !isMedia(streamId))
    return data('private data');
  return byStreamId(streamType === PRIVATE_DATA ? `private data${told}` : `${number}${told}`, streamId);
}

const isMedia = (streamId: number | undefined): boolean =>
  streamId !== undefined && streamId >= FIRST_AUDIO && streamId <= LAST_VIDEO;

/** By stream_id (ISO/IEC 13818-1, table 2-22): audio, video, or what only its maker knows. */
function byStreamId(name: string, streamId: number | undefined): NamedStream {
  if (streamId === undefined) return data(name);
  if (!isMedia(streamId)) return { name, kind: 'unknown' };
  return { name, kind: streamId < FIRST_VIDEO ? 'audio' : 'video' };
}
