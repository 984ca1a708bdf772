import { BitstreamError } from '../../base/bit-reader.ts';
import { box } from '../../base/box.ts';
import { opusLayout } from '../../codecs/channel-layout.ts';
import { OPUS_RATE, opusPacketSamples } from '../../codecs/opus/head.ts';
import {
  type OpusAccessUnit,
  type OpusChannels,
  parseOpusControlHeader,
} from '../../codecs/opus/transport.ts';
import { audioSampleEntry } from '../mp4/write/new-sample-entry.ts';
import type { Packet } from './packet.ts';
import type { AudioEntry, PacketFormat, SampleFacts } from './packet-format.ts';
import { frame } from './sound.ts';

/** PreSkip of `dOps` has 16 bits. */
const MOST_PRE_SKIP = 0xffff;

/** Opus as MPEG-TS has it: control headers come off, what they trim at the start becomes the pre-skip. */
export class TransportOpus implements PacketFormat {
  readonly kind = 'audio';
  readonly sampleRate = OPUS_RATE;
  isTrimming = true;
  readonly #channels: OpusChannels;
  #preSkip = 0;

  constructor(channels: OpusChannels) {
    this.#channels = channels;
  }

  scan({ data }: Packet): SampleFacts {
    const { startTrim, endTrim, ...unit } = accessUnit(data);
    const packet = packetOf(data, unit);
    const samples = opusPacketSamples(packet);
    if (this.isTrimming) {
      this.#preSkip += Math.min(startTrim, samples);
      this.isTrimming = samples > 0 && startTrim >= samples;
      if (this.#preSkip > MOST_PRE_SKIP) throw new BitstreamError('drops more at its start than players can');
    }
    return frame(packet.length, Math.max(1, samples - endTrim));
  }

  get startTrim(): number {
    return this.#preSkip / OPUS_RATE;
  }

  describe(): AudioEntry {
    const config = this.#channels.config(this.#preSkip);
    const { channels, family } = this.#channels;
    const audio = { channels, sampleRate: OPUS_RATE, ...opusLayout(channels, family) };
    return {
      entry: 'Opus',
      codecs: 'Opus',
      config,
      audio,
      sampleEntry: audioSampleEntry({ type: 'Opus', ...audio, config: box('dOps', config) }),
    };
  }

  sample(data: Uint8Array): Uint8Array {
    return packetOf(data, accessUnit(data));
  }
}

const packetOf = (
  data: Uint8Array,
  { headerBytes, packetBytes }: Pick<OpusAccessUnit, 'headerBytes' | 'packetBytes'>,
): Uint8Array => data.subarray(headerBytes, headerBytes + packetBytes);

function accessUnit(data: Uint8Array): OpusAccessUnit {
  const unit = parseOpusControlHeader(data);
  if (!unit || unit.headerBytes + unit.packetBytes > data.length)
    throw new BitstreamError('has an Opus packet that is cut short');
  return unit;
}
