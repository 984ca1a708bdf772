import { BitstreamError } from '../../base/bit-reader.ts';
import { box } from '../../base/box.ts';
import type { BitField } from '../../base/pack-bits.ts';
import { type AdtsHeader, audioSpecificConfig, parseAdtsHeader } from '../../codecs/aac/adts-header.ts';
import { aacFrameSamples, parseAudioSpecificConfig } from '../../codecs/aac/config.ts';
import { findProgramConfig, withProgramConfig } from '../../codecs/aac/program.ts';
import { opusLayout, vorbisLayout } from '../../codecs/channel-layout.ts';
import { flacFrameSamples, parseFlacHead } from '../../codecs/flac/head.ts';
import { type MpegAudioFrame, parseMpegAudioFrame } from '../../codecs/mp3/frame.ts';
import { OPUS_RATE, opusPacketSamples, parseOpusHead } from '../../codecs/opus/head.ts';
import { esds } from '../../codecs/write-esds.ts';
import type { AudioInfo } from '../../media/track.ts';
import { audioSampleEntry } from '../mp4/write/new-sample-entry.ts';
import type { Packet } from './packet.ts';
import type { AudioEntry, PacketFormat, SampleFacts } from './packet-format.ts';

/** objectTypeIndication of MPEG-4 audio. */
const MPEG4_AUDIO = 0x40;
/** Samples of a frame of AAC in ADTS. */
const AAC_FRAME = 1024;

/** What a frame is: every one of sound can be decoded by itself. */
export const frame = (bytes: number, length: number): SampleFacts => ({
  bytes,
  length,
  parameterSets: 0,
  isSync: true,
});

/** A packet that is a sample already. */
export const same = (packet: Uint8Array): Uint8Array => packet;

/** What users are told of channels that change. @param most that a frame has */
export const changingChannels = (most: number): string =>
  `its channels change on the way: it is described by the frames that have the most (${most}).`;

/** AAC with a configuration of its own, as Matroska has it. @throws BitstreamError when that is damaged */
export function storedAac(config: Uint8Array): PacketFormat {
  const facts = parseAudioSpecificConfig(config);
  const { samplingFrequency, objectType } = facts;
  const length = aacFrameSamples(facts);
  return {
    kind: 'audio',
    sampleRate: samplingFrequency,
    whyNot: objectType === 42 ? 'the frames of xHE-AAC cannot be timed outside MP4' : undefined,
    scan: ({ data }) => frame(data.length, length),
    describe: () => aacEntry(config),
    sample: same,
  };
}

/** AAC in ADTS, as MPEG-TS has it: headers come off. */
export class AdtsAac implements PacketFormat {
  readonly kind = 'audio';
  #first: AdtsHeader | undefined;
  /** The channels, where headers do not say them. */
  #program: readonly BitField[] | undefined;

  get whyNot(): string | undefined {
    if (this.#first?.channelConfiguration !== 0 || this.#program) return undefined;
    return 'nothing in it says which channels it has (no program config element)';
  }

  scan({ data }: Packet): SampleFacts {
    const header = parseAdtsHeader(data);
    this.#first ??= header;
    if (header.channelConfiguration === 0) this.#findProgram(data.subarray(header.bytes, header.frameLength));
    const { objectType, frequencyIndex, channelConfiguration } = this.#first;
    const isSame =
      header.objectType === objectType &&
      header.frequencyIndex === frequencyIndex &&
      header.channelConfiguration === channelConfiguration;
    if (!isSame) throw new BitstreamError('changes its object type, sampling rate or channels on the way');
    return frame(header.frameLength - header.bytes, AAC_FRAME);
  }

  get sampleRate(): number {
    return parseAudioSpecificConfig(this.#config).samplingFrequency;
  }

  describe(): AudioEntry {
    return aacEntry(this.#config);
  }

  sample(packet: Uint8Array): Uint8Array {
    const { bytes, frameLength } = parseAdtsHeader(packet);
    return packet.subarray(bytes, frameLength);
  }

  get #config(): Uint8Array {
    if (!this.#first) throw new BitstreamError('has no frames');
    const config = audioSpecificConfig(this.#first);
    return this.#program ? withProgramConfig(config, this.#program) : config;
  }

  #findProgram(block: Uint8Array): void {
    const found = findProgramConfig(block);
    if (found && this.#program && found.join() !== this.#program.join())
      throw new BitstreamError('changes its channels on the way');
    this.#program ??= found;
  }
}

export function aacEntry(config: Uint8Array): AudioEntry {
  const { channels, sampleRate, layout, codecs } = parseAudioSpecificConfig(config);
  if (channels === undefined) throw new BitstreamError('describes its channels in a program config element');
  const audio = { channels, sampleRate, ...(layout !== undefined && { layout }) };
  return mp4aEntry(codecs, audio, MPEG4_AUDIO, config);
}

const mp4aEntry = (codecs: string, audio: AudioInfo, objectType: number, config: Uint8Array): AudioEntry => ({
  ...{ entry: 'mp4a', codecs, config, audio },
  sampleEntry: audioSampleEntry({ type: 'mp4a', ...audio, config: esds(objectType, config) }),
});

/** MP3, of MPEG-1 and MPEG-2. Decoders follow where frames have other channels. */
export class Mp3 implements PacketFormat {
  readonly kind = 'audio';
  #first: MpegAudioFrame | undefined;
  /** The most that a frame has. */
  #channels = 0;
  #changesChannels = false;

  get whyNot(): string | undefined {
    return this.#first?.isLayer3 === false ? 'it is MPEG audio of layer I or II, not MP3' : undefined;
  }

  scan({ data }: Packet): SampleFacts {
    const header = parseMpegAudioFrame(data);
    this.#first ??= header;
    const { isLayer3, sampleRate, channels } = this.#first;
    if (isLayer3 && !(header.isLayer3 && header.sampleRate === sampleRate))
      throw new BitstreamError('changes its layer or sampling rate on the way');
    this.#changesChannels ||= header.channels !== channels;
    this.#channels = Math.max(this.#channels, header.channels);
    return frame(data.length, header.samples);
  }

  get notices(): readonly string[] {
    return this.#changesChannels ? [changingChannels(this.#channels)] : [];
  }

  get sampleRate(): number {
    return this.#header.sampleRate;
  }

  describe(): AudioEntry {
    const { objectType, sampleRate } = this.#header;
    const channels = this.#channels;
    const codecs = `mp4a.${objectType.toString(16).toUpperCase()}`;
    return mp4aEntry(codecs, { channels, sampleRate }, objectType, new Uint8Array(0));
  }

  readonly sample = same;

  get #header(): MpegAudioFrame {
    if (!this.#first) throw new BitstreamError('has no frames');
    return this.#first;
  }
}

/** Opus. @param head the CodecPrivate of Matroska. @throws BitstreamError when that is damaged */
export function opus(head: Uint8Array): PacketFormat {
  const { channels, family, config } = parseOpusHead(head);
  const audio = { channels, sampleRate: OPUS_RATE, ...opusLayout(channels, family) };
  return {
    kind: 'audio',
    sampleRate: OPUS_RATE,
    scan: ({ data }) => frame(data.length, opusPacketSamples(data)),
    describe: () => ({
      ...{ entry: 'Opus', codecs: 'Opus', config, audio },
      sampleEntry: audioSampleEntry({ type: 'Opus', ...audio, config: box('dOps', config) }),
    }),
    sample: same,
  };
}

/** FLAC. @param head the CodecPrivate of Matroska. @throws BitstreamError when that is damaged */
export function flac(head: Uint8Array): PacketFormat {
  const { channels, sampleRate, bitsPerSample: sampleSize, config } = parseFlacHead(head);
  const audio = { channels, sampleRate, ...vorbisLayout(channels) };
  return {
    kind: 'audio',
    sampleRate,
    scan: ({ data }) => frame(data.length, flacFrameSamples(data)),
    describe: () => ({
      ...{ entry: 'fLaC', codecs: 'fLaC', config, audio },
      sampleEntry: audioSampleEntry({ type: 'fLaC', ...audio, sampleSize, config: box('dfLa', config) }),
    }),
    sample: same,
  };
}
