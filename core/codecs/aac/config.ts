import { BitstreamError } from '../../base/bit-reader.ts';
import { BitReader } from '../../base/plain-bit-reader.ts';
import { usualConfiguration } from '../channel-layout.ts';
import { type AacChannels, readProgramConfig, readUsacChannels } from './channels.ts';

/** AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1), as far as packaging needs it. */
export interface AacConfig {
  /** Audio object type of the core coder: 2 is AAC LC, also under HE-AAC; 42 is xHE-AAC. */
  readonly objectType: number;
  /** samplingFrequencyIndex of the core coder, 0 to 12; 15 for a rate that is not in the table. */
  readonly samplingFrequencyIndex: number;
  /** Hz of the core coder. */
  readonly samplingFrequency: number;
  /** channelConfiguration; 0: a program config element lists the channels, or UsacConfig states them. */
  readonly channelConfiguration: number;
  /** frameLengthFlag: frames have 960 samples of the core coder instead of 1024. */
  readonly shortFrames: boolean;
  /** Spectral band replication is signalled: HE-AAC. */
  readonly sbr: boolean;
  /** Parametric stereo is signalled: HE-AAC v2. */
  readonly ps: boolean;
  /** Hz as presented: the doubled rate of HE-AAC. */
  readonly sampleRate: number;
  /** As presented (2 with parametric stereo); `undefined` when only the samples know. */
  readonly channels: number | undefined;
  /** `AudioInfo.layout`. */
  readonly layout?: number;
  /** RFC 6381: `mp4a.40.2`, `.5` (HE-AAC), `.29` (HE-AAC v2), `.42` (xHE-AAC). */
  readonly codecs: string;
}

const AAC_LC = 2;
const SBR = 5;
const PS = 29;
const ER_BSAC = 22;
const USAC = 42;

/** Hz by samplingFrequencyIndex (table 1.18). */
export const SAMPLING_FREQUENCIES: readonly number[] = [
  96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350,
];

/** Channels of each channelConfiguration; `undefined` where it is reserved. */
const CHANNELS: readonly (number | undefined)[] = [
  ...[undefined, 1, 2, 3, 4, 5, 6, 8],
  ...[undefined, undefined, undefined, 7, 8, 24, 8, undefined],
];

/** Object types whose configuration is a GASpecificConfig; after others no extension can be looked for. */
const GENERAL_AUDIO: ReadonlySet<number> = new Set([1, 2, 3, 4, 6, 7, 17, 19, 20, 21, ER_BSAC, 23]);

/**
 * Parse an AudioSpecificConfig: escape values, and HE-AAC as it is signalled explicitly, hierarchical (object type 5
 * or 29 first) or backward compatible (the sync word 0x2b7 after the core's configuration).
 * @throws BitstreamError when it is cut short or has reserved values
 */
export const parseAudioSpecificConfig = (bytes: Uint8Array): AacConfig =>
  readAudioSpecificConfig(new BitReader(bytes), true).facts;

/** HE-AAC is AAC LC at half the rate: its core has no more than this, in Hz. */
const FASTEST_CORE = 24_000;

/**
 * Whether frames may have spectral band replication of which the configuration says nothing (ISO/IEC 14496-3, 1.6.5.3): those of AAC LC
 * at a low rate, unless it says that they have none.
 * @throws BitstreamError as `parseAudioSpecificConfig`
 */
export function mayHideSbr(bytes: Uint8Array): boolean {
  const { facts, saysSbr } = readAudioSpecificConfig(new BitReader(bytes), true);
  const { objectType, shortFrames, samplingFrequency } = facts;
  return objectType === AAC_LC && !saysSbr && !shortFrames && samplingFrequency <= FASTEST_CORE;
}

/** A configuration in the middle of something. */
export interface AacConfigBits {
  readonly facts: AacConfig;
  /** It says that there is spectral band replication, or that there is none. */
  readonly saysSbr: boolean;
  /** All of it was read: it ends where the reader is. */
  readonly isWhole: boolean;
}

/**
 * The same from wherever the reader is.
 * @param mayExtend what is behind the core's configuration belongs to it
 */
export function readAudioSpecificConfig(bits: BitReader, mayExtend: boolean): AacConfigBits {
  const start = bits.left;
  const first = readObjectType(bits);
  const core = readFrequency(bits);
  const channelConfiguration = bits.read(4);
  const hierarchical = first === SBR || first === PS;
  const extendedRate = hierarchical ? readFrequency(bits).frequency : undefined;
  const objectType = hierarchical ? readObjectType(bits) : first;
  const general = GENERAL_AUDIO.has(objectType)
    ? readGeneralAudio(bits, objectType, channelConfiguration, start)
    : readOther(bits, objectType);
  const implicit =
    general.complete && !hierarchical && mayExtend ? readBackwardCompatible(bits) : NO_EXTENSION;
  const explicit = { isStated: true, sbr: true, ps: first === PS, sampleRate: extendedRate };
  const extension = hierarchical ? explicit : implicit;
  const { sbr, ps, sampleRate } = extension;

  if (channelConfiguration > 0 && CHANNELS[channelConfiguration] === undefined) {
    throw new BitstreamError(`has the reserved channel configuration ${channelConfiguration}`);
  }
  const stated = CHANNELS[channelConfiguration];
  const listed = objectType === USAC ? () => readUsacChannels(bits) : () => general.channels;
  const channels = stated === undefined ? listed() : { channels: stated, layout: channelConfiguration };
  const isStereo = ps && channels?.channels === 1;
  const facts = {
    objectType,
    samplingFrequencyIndex: core.index,
    samplingFrequency: core.frequency,
    channelConfiguration,
    shortFrames: general.shortFrames,
    sbr,
    ps,
    sampleRate: sampleRate ?? core.frequency,
    channels: isStereo ? 2 : channels?.channels,
    ...(isStereo ? {} : unusualLayout(channels)),
    codecs: `mp4a.40.${ps ? PS : sbr ? SBR : objectType}`,
  };
  return { facts, saysSbr: extension.isStated, isWhole: general.complete };
}

/** The ChannelConfiguration, where it is not the one that so many channels usually are. */
const unusualLayout = (channels: AacChannels | undefined): { layout?: number } =>
  channels && channels.layout !== usualConfiguration(channels.channels) ? { layout: channels.layout } : {};

/** Samples of the core coder in a frame (ISO/IEC 14496-3, 4.5.1.1). */
export const aacFrameSamples = ({ objectType, shortFrames }: AacConfig): number =>
  (shortFrames ? 960 : 1024) / (LOW_DELAY.has(objectType) ? 2 : 1);

/** AAC-LD and AAC-ELD. */
const ELD = 39;
const LOW_DELAY: ReadonlySet<number> = new Set([23, ELD]);

interface GeneralConfig {
  readonly shortFrames: boolean;
  /** False when it is not known where the configuration ends. */
  readonly complete: boolean;
  /** Those of the program config element, if there is one. */
  readonly channels?: AacChannels | undefined;
}

const UNKNOWN_CONFIG: GeneralConfig = { shortFrames: false, complete: false };

/** Of ELDSpecificConfig only the length of frames is read, of others nothing. */
const readOther = (bits: BitReader, objectType: number): GeneralConfig =>
  objectType === ELD && bits.left > 0 ? { shortFrames: bits.read(1) === 1, complete: false } : UNKNOWN_CONFIG;

interface Extension {
  /** It is said that there is one, or that there is none. */
  readonly isStated: boolean;
  readonly sbr: boolean;
  readonly ps: boolean;
  readonly sampleRate: number | undefined;
}

const NO_EXTENSION: Extension = { isStated: false, sbr: false, ps: false, sampleRate: undefined };

function readObjectType(bits: BitReader): number {
  const type = bits.read(5);
  return type === 31 ? 32 + bits.read(6) : type;
}

function readFrequency(bits: BitReader): { index: number; frequency: number } {
  const written = bits.read(4);
  if (written < 15) {
    const frequency = SAMPLING_FREQUENCIES[written];
    if (frequency === undefined)
      throw new BitstreamError(`has the reserved sampling frequency index ${written}`);
    return { index: written, frequency };
  }
  const frequency = bits.read(24);
  if (frequency === 0) throw new BitstreamError('has a sampling frequency of 0');
  const index = SAMPLING_FREQUENCIES.indexOf(frequency);
  return { index: index === -1 ? 15 : index, frequency };
}

/** Bits that a program config element has at least. */
const LEAST_PROGRAM_CONFIG = 34;

/**
 * GASpecificConfig (ISO/IEC 14496-3, 4.4.1) and, for error resilient types, epConfig.
 * @param start bits that were left where the AudioSpecificConfig begins
 */
function readGeneralAudio(
  bits: BitReader,
  objectType: number,
  channelConfiguration: number,
  start: number,
): GeneralConfig {
  if (bits.left < 3) return UNKNOWN_CONFIG; // some encoders stop after the channels
  const shortFrames = bits.read(1) === 1;
  if (bits.read(1) === 1) bits.read(14); // coreCoderDelay
  const extended = bits.read(1) === 1;
  // Some muxers leave the program config element to the samples.
  if (channelConfiguration === 0 && bits.left < LEAST_PROGRAM_CONFIG) return { shortFrames, complete: false };
  const channels = channelConfiguration === 0 ? readProgramConfig(bits, start) : undefined;
  if (objectType === 6 || objectType === 20) bits.read(3); // layerNr
  if (extended) {
    if (objectType === ER_BSAC) bits.read(16); // numOfSubFrame, layer_length
    if ([17, 19, 20, 23].includes(objectType)) bits.read(3); // resilience flags
    bits.read(1); // extensionFlag3
  }
  if (objectType >= 17) bits.read(2); // epConfig
  return { shortFrames, complete: true, channels };
}

/** The extension that decoders without HE-AAC step over (1.6.6.1). */
function readBackwardCompatible(bits: BitReader): Extension {
  if (bits.left < 16 || bits.read(11) !== 0x2b7) return NO_EXTENSION;
  if (readObjectType(bits) !== SBR) return NO_EXTENSION;
  if (bits.read(1) === 0) return { ...NO_EXTENSION, isStated: true };
  const sampleRate = readFrequency(bits).frequency;
  const ps = bits.left >= 12 && bits.read(11) === 0x548 && bits.read(1) === 1;
  return { isStated: true, sbr: true, ps, sampleRate };
}
