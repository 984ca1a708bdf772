import { BitstreamError } from '../../base/bit-reader.ts';
import { aacFrameSamples, parseAudioSpecificConfig } from '../../codecs/aac/config.ts';
import { LatmError, type MuxElement, readMuxElement, type StreamMuxConfig } from '../../codecs/aac/latm.ts';
import type { Packet } from './packet.ts';
import type { AudioEntry, PacketFormat, SampleFacts } from './packet-format.ts';
import { aacEntry, frame, same } from './sound.ts';

const USAC = 42;

/**
 * AAC in LATM, in AudioSyncStream, as broadcasts have it (ISO/IEC 14496-3, 1.7): the frames come out, what describes them
 * moves to the sample entry. It is told now and then; reading starts where it is.
 */
export class LatmAac implements PacketFormat {
  readonly kind = 'audio';
  readonly sample = same;
  /** What is in force, as far as packets were looked at. */
  #mux: StreamMuxConfig | undefined;
  /** Samples of a channel in each frame, and Hz. */
  #times = { length: 0, sampleRate: 0 };
  #isUsac = false;
  #whyNot: string | undefined;

  get whyNot(): string | undefined {
    if (this.#isUsac) return 'the frames of xHE-AAC cannot be timed outside MP4';
    return this.#whyNot ?? (this.#mux ? undefined : 'nothing in it describes its frames (StreamMuxConfig)');
  }

  split(packet: Packet): readonly Packet[] {
    const element = this.#read(packet.data);
    if (element === 'unknown') return [];
    if (!element) return [{ ...packet, isKey: false }]; // nobody can tell how it is made
    const { mux, frames, isTold } = element;
    if (isTold) this.#describe(mux);
    return frames.map((data, n) => ({
      seconds: packet.seconds + n * mux.frameSeconds,
      position: packet.position + n,
      isKey: isTold && n === 0,
      data,
    }));
  }

  scan({ data, isKey }: Packet): SampleFacts {
    return { ...frame(data.length, this.#times.length), isEntry: isKey };
  }

  get sampleRate(): number {
    return this.#times.sampleRate;
  }

  describe(): AudioEntry {
    if (!this.#mux) throw new BitstreamError('has no frames');
    return aacEntry(this.#mux.config);
  }

  #read(data: Uint8Array): MuxElement | 'unknown' | undefined {
    try {
      return readMuxElement(data, this.#mux);
    } catch (cause) {
      if (!(cause instanceof LatmError)) throw cause;
      this.#whyNot = `its LATM ${cause.message}`;
      return 'unknown';
    }
  }

  #describe(mux: StreamMuxConfig): void {
    const known = this.#mux?.config;
    if (known && Buffer.compare(known, mux.config) !== 0)
      throw new BitstreamError('changes its AudioSpecificConfig on the way');
    this.#mux = mux;
    if (known) return;
    const facts = parseAudioSpecificConfig(mux.config);
    this.#isUsac = facts.objectType === USAC;
    this.#times = { length: aacFrameSamples(facts), sampleRate: facts.samplingFrequency };
  }
}
