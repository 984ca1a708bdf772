import type { Descriptor, ProgramStream } from './tables.ts';

/** How the bytes of a stream are cut into samples. */
export type StreamCodec = 'avc' | 'hevc' | 'aac' | 'latm' | 'ac-3' | 'ec-3' | 'mp3' | 'id3' | 'other';

/** What a program says of a stream. */
export interface StreamKind {
  readonly codec: StreamCodec;
  readonly kind: 'video' | 'audio' | 'text' | 'other';
  /** stream_type is one of SAMPLE-AES (Apple, MPEG-2 Stream Encryption Format, 2.2). */
  readonly isProtected: boolean;
}

const kind = (codec: StreamCodec, what: StreamKind['kind'], isProtected = false): StreamKind => ({
  codec,
  kind: what,
  isProtected,
});

/** ISO/IEC 13818-1, table 2-34; ATSC A/53 for AC-3; Apple for what is in SAMPLE-AES. */
const KINDS: ReadonlyMap<number, StreamKind> = new Map([
  [0x01, kind('other', 'video')],
  [0x02, kind('other', 'video')],
  [0x03, kind('mp3', 'audio')],
  [0x04, kind('mp3', 'audio')],
  [0x0f, kind('aac', 'audio')],
  [0x11, kind('latm', 'audio')],
  [0x15, kind('id3', 'other')],
  [0x1b, kind('avc', 'video')],
  [0x24, kind('hevc', 'video')],
  [0x81, kind('ac-3', 'audio')],
  [0x87, kind('ec-3', 'audio')],
  [0xc1, kind('ac-3', 'audio', true)],
  [0xc2, kind('ec-3', 'audio', true)],
  [0xcf, kind('aac', 'audio', true)],
  [0xdb, kind('avc', 'video', true)],
]);

/** registration_descriptor and descriptors of DVB that name the codec of private data (0x06). */
const PRIVATE: Readonly<Record<string, StreamKind>> = {
  'AC-3': kind('ac-3', 'audio'),
  EAC3: kind('ec-3', 'audio'),
  HEVC: kind('hevc', 'video'),
  Opus: kind('other', 'audio'),
  'ID3 ': kind('id3', 'other'),
};

export const TAG = {
  registration: 0x05,
  language: 0x0a,
  privateData: 0x0f,
  dvbAc3: 0x6a,
  dvbEac3: 0x7a,
} as const;
const PRIVATE_DATA = 0x06;

/** stream_type in the clear of each in SAMPLE-AES. */
export const CLEAR_TYPES: ReadonlyMap<number, number> = new Map([
  [0xc1, 0x81],
  [0xc2, 0x87],
  [0xcf, 0x0f],
  [0xdb, 0x1b],
]);

/** Codecs that SAMPLE-AES in MPEG-TS knows. */
export const PROTECTABLE: ReadonlySet<StreamCodec> = new Set(['avc', 'aac', 'ac-3', 'ec-3']);

/** What a stream is. */
export function streamKind({ streamType, descriptors }: ProgramStream): StreamKind {
  const known = KINDS.get(streamType);
  if (known) return known;
  if (streamType === PRIVATE_DATA) {
    if (find(descriptors, TAG.dvbAc3)) return kind('ac-3', 'audio');
    if (find(descriptors, TAG.dvbEac3)) return kind('ec-3', 'audio');
    const registered = find(descriptors, TAG.registration);
    return PRIVATE[registered ? latin1(registered.subarray(0, 4)) : ''] ?? kind('other', 'other');
  }
  return kind('other', 'other');
}

/** ISO_639_language_descriptor (2.6.18). */
export function languageOf({ descriptors }: ProgramStream): string | undefined {
  const content = find(descriptors, TAG.language);
  const code = content && latin1(content.subarray(0, 3)).toLowerCase();
  return code && /^[a-z]{3}$/.test(code) ? code : undefined;
}

/** What SAMPLE-AES says of audio so that decoders can be made before the first frame (Apple, 2.3.2). */
export interface AudioSetup {
  /** `zaac`, `zach`, `zacp`, `zac3`, `zec3`. */
  readonly type: string;
  readonly data: Uint8Array;
}

/** private_data_indicator of a stream in SAMPLE-AES. */
const INDICATORS: Partial<Record<StreamCodec, string>> = {
  avc: 'zavc',
  aac: 'aacd',
  'ac-3': 'ac3d',
  'ec-3': 'ec3d',
};
const SETUP_TYPES: Partial<Record<StreamCodec, readonly string[]>> = {
  aac: ['zaac', 'zach', 'zacp'],
  'ac-3': ['zac3'],
  'ec-3': ['zec3'],
};

/** What is wrong with the descriptors of a stream in SAMPLE-AES: completes `the stream …`; `undefined`: nothing. */
export function setupFault({ descriptors }: ProgramStream, codec: StreamCodec): string | undefined {
  const wanted = INDICATORS[codec];
  const indicators = descriptors
    .filter(({ tag }) => tag === TAG.privateData)
    .map(({ content }) => latin1(content));
  if (wanted && !indicators.includes(wanted))
    return `has ${indicators.length > 0 ? `private_data_indicator ${indicators.join(', ')}` : 'no private_data_indicator'} where ${wanted} must be`;
  const types = SETUP_TYPES[codec];
  if (!types) return undefined;
  const setup = audioSetup(descriptors);
  if (!setup) return 'has no audio_setup_information';
  return types.includes(setup.type) ? undefined : `has audio_setup_information of ${setup.type}`;
}

/** audio_setup_information behind `apad` in a registration_descriptor; `undefined`: there is none that is whole. */
export function audioSetup(descriptors: readonly Descriptor[]): AudioSetup | undefined {
  for (const { tag, content } of descriptors) {
    if (tag !== TAG.registration || latin1(content.subarray(0, 4)) !== 'apad') continue;
    const setup = readSetup(content.subarray(4));
    if (setup) return setup;
  }
  return undefined;
}

/** audio_type, priming, version, setup_data_length, setup_data. */
export function readSetup(bytes: Uint8Array): AudioSetup | undefined {
  const length = bytes[7];
  if (length === undefined || 8 + length > bytes.length) return undefined;
  return { type: latin1(bytes.subarray(0, 4)), data: bytes.subarray(8, 8 + length) };
}

const find = (descriptors: readonly Descriptor[], wanted: number): Uint8Array | undefined =>
  descriptors.find(({ tag }) => tag === wanted)?.content;

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
