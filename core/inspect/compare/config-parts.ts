import { readAudioConfig } from '../form/aac/audio-config.ts';
import { Bits, NotFollowed } from '../form/bits.ts';
import { readSpsHead } from '../form/hevc/parameter-sets.ts';
import { Rbsp, withoutTrailingZeros } from '../form/nal/emulation.ts';

/** What a decoder configuration says that every packager hands on as it is: by its name, as hexadecimal digits or a number. */
export interface ConfigPart {
  /** `sequence parameter set`, `sampling frequency index`. */
  readonly kind: string;
  /** Among those of its kind. */
  readonly id?: number;
  readonly value: string;
}

/**
 * The parts of a configuration. What packagers may write otherwise is none of them: how many bytes lengths have, delays and loudness,
 * how the extensions of HE-AAC are signalled. Of codecs without such parts there are none.
 * @param format the four letters of a sample entry
 * @param config payload of its box; of `mp4a` the AudioSpecificConfig
 * @throws FormError where it cannot be read
 */
export function configParts(format: string, config: Uint8Array): ConfigPart[] {
  if (/^(avc\d|dva[v1])$/.test(format)) return avcParts(config);
  if (/^(hvc\d|hev\d|dvh[1e])$/.test(format)) return hevcParts(config);
  if (format === 'av01' || format === 'dav1') return av1Parts(config);
  if (format === 'mp4a') return aacParts(config);
  if (format === 'Opus') return opusParts(config);
  return format === 'fLaC' ? flacParts(config) : [];
}

const SEQUENCE = 'sequence parameter set';
const PICTURE = 'picture parameter set';

/** Kinds that a configuration may lack though the one that it was made of has them: they stand in the samples too. */
export const isOptional = (format: string, { kind }: ConfigPart): boolean =>
  kind === SEQUENCE || kind === PICTURE
    ? !/^(avc1|dva1|hvc1|dvh1)$/.test(format)
    : /^(video parameter set|sequence header|channel configuration)$/.test(kind);

/** AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1). */
function avcParts(config: Uint8Array): ConfigPart[] {
  const bytes = bytesFrom(config, 5);
  const parts: ConfigPart[] = [];
  for (const [kind, mask] of [
    [SEQUENCE, 31],
    [PICTURE, 255],
  ] as const) {
    for (let left = u8(bytes) & mask; left > 0; left -= 1) {
      const unit = take(bytes, u16(bytes));
      parts.push(setOf(kind, unit, 1, kind === SEQUENCE ? avcSequenceId : avcPictureId));
    }
  }
  return parts;
}

/** Behind profile, constraints and level (ITU-T H.264, 7.3.2.1.1). */
function avcSequenceId(bits: Bits): number {
  bits.skip(24);
  return bits.ueUpTo(31, 'seq_parameter_set_id');
}

const avcPictureId = (bits: Bits): number => bits.ueUpTo(255, 'pic_parameter_set_id');

/** nal_unit_type of ITU-T H.265, table 7-1, and where the id of each stands. */
const HEVC_SETS: Readonly<Record<number, readonly [kind: string, idOf: (bits: Bits) => number]>> = {
  32: ['video parameter set', (bits) => bits.read(4)],
  33: [SEQUENCE, (bits) => readSpsHead(bits).id],
  34: [PICTURE, (bits) => bits.ueUpTo(63, 'pps_pic_parameter_set_id')],
};

/** HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, 8.3.3.1): sets of the base layer. */
function hevcParts(config: Uint8Array): ConfigPart[] {
  const bytes = bytesFrom(config, 22);
  const parts: ConfigPart[] = [];
  for (let arrays = u8(bytes); arrays > 0; arrays -= 1) {
    const set = HEVC_SETS[u8(bytes) & 63];
    for (let left = u16(bytes); left > 0; left -= 1) {
      const unit = take(bytes, u16(bytes));
      const isBase = ((unit[0] ?? 0) & 1) === 0 && (unit[1] ?? 0) < 8; // nuh_layer_id
      if (set && isBase) parts.push(setOf(set[0], unit, 2, set[1]));
    }
  }
  return parts;
}

const RBSP = new Rbsp();

/** @param header bytes of it, which say how much others depend on the set, and may differ */
function setOf(kind: string, unit: Uint8Array, header: number, idOf: (bits: Bits) => number): ConfigPart {
  const end = withoutTrailingZeros(unit, 0, unit.length);
  const rbsp = RBSP.open(unit, Math.min(header, end), end);
  return {
    kind,
    id: idOf(new Bits().open(rbsp.data, 0, rbsp.length)),
    value: hex(unit.subarray(header, end)),
  };
}

const [SEQUENCE_HEADER, HAS_EXTENSION, HAS_SIZE] = [1, 4, 2];

/** AV1CodecConfigurationRecord (AV1 Codec ISO Media File Format Binding, 2.3.3): the sequence header among its OBUs, which may lack. */
function av1Parts(config: Uint8Array): ConfigPart[] {
  const bytes = bytesFrom(config, 4);
  const parts: ConfigPart[] = [];
  while (bytes.left > 0) {
    const header = u8(bytes);
    if (header & HAS_EXTENSION) u8(bytes);
    const payload = take(bytes, header & HAS_SIZE ? leb128(bytes) : bytes.left / 8);
    if (((header >> 3) & 15) !== SEQUENCE_HEADER) continue;
    const value = hex(payload.subarray(0, withoutTrailingZeros(payload, 0, payload.length)));
    parts.push({ kind: 'sequence header', value });
  }
  return parts;
}

/** AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1): what the core coder needs. */
function aacParts(config: Uint8Array): ConfigPart[] {
  try {
    const { objectType, frequencyIndex, channelConfiguration, frameLength } = readAudioConfig(config);
    const channels = { kind: 'channel configuration', value: `${channelConfiguration}` };
    return [
      { kind: 'audio object type', value: `${objectType}` },
      { kind: 'sampling frequency index', value: `${frequencyIndex}` },
      { kind: 'frame length', value: `${frameLength}` },
      // 0: a program config element says it, in the configuration or in the stream.
      ...(channelConfiguration === 0 ? [] : [channels]),
    ];
  } catch (cause) {
    if (cause instanceof NotFollowed) return [];
    throw cause;
  }
}

/** OpusSpecificBox (Encapsulation of Opus in ISO Base Media File Format, 4.3.2). */
function opusParts(config: Uint8Array): ConfigPart[] {
  const bytes = bytesFrom(config, 1);
  const channels = u8(bytes);
  take(bytes, 8); // PreSkip, InputSampleRate, OutputGain
  const family = u8(bytes);
  return [
    { kind: 'number of channels', value: `${channels}` },
    { kind: 'channel mapping', value: hex([family, ...(family === 0 ? [] : take(bytes, 2 + channels))]) },
  ];
}

/** STREAMINFO (RFC 9639, 8.2), behind version, flags and the header of its block: sample rate, channels and bits of a sample. */
function flacParts(config: Uint8Array): ConfigPart[] {
  const [high, middle, low, last] = take(bytesFrom(config, 18), 4);
  return [{ kind: 'format of samples', value: hex([high!, middle!, low!, last! & 0xf0]) }];
}

const hex = (bytes: Iterable<number>): string => Buffer.from([...bytes]).toString('hex');

/** The bytes of a configuration from one on. */
const bytesFrom = (config: Uint8Array, at: number): Bits =>
  new Bits().open(config, Math.min(at, config.length), config.length);

const u8 = (bits: Bits): number => bits.read(8);
const u16 = (bits: Bits): number => bits.read(16);

function take(bits: Bits, count: number): Uint8Array {
  const at = bits.position >> 3;
  bits.skip(8 * count);
  return bits.data.subarray(at, at + count);
}

/** leb128() (AV1 specification, 4.10.5). */
function leb128(bits: Bits): number {
  let value = 0;
  for (let shift = 0, byte = 128; byte >= 128; shift += 7) {
    byte = u8(bits);
    value += (byte & 127) * 2 ** shift;
  }
  return value;
}
