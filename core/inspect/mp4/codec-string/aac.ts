import { BitstreamError } from '../../../base/bit-reader.ts';
import { BitReader } from '../../../base/plain-bit-reader.ts';

/** What AudioSpecificConfig says (ISO/IEC 14496-3, 1.6.2.1). */
export interface AudioConfig {
  /** Audio object type of a codec string: 5 and 29 where SBR and PS are signalled, in whichever way. */
  readonly announced: number;
  /** Of what is decoded: twice the core's with SBR. */
  readonly sampleRate: number | undefined;
  /** `undefined`: a program config element says it. */
  readonly channels: number | undefined;
}

const RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
];

/** By channelConfiguration (ISO/IEC 23003-3 and 14496-3, 1.6.3.5). */
const CHANNELS = [undefined, 1, 2, 3, 4, 5, 6, 8, undefined, undefined, undefined, 7, 8, 24, 8];

const [SBR, PS, USAC] = [5, 29, 42];

/** @returns `undefined` where it is cut short */
export function readAudioConfig(config: Uint8Array): AudioConfig | undefined {
  try {
    return new AudioConfigReader(config).read();
  } catch (cause) {
    if (cause instanceof BitstreamError) return undefined;
    throw cause;
  }
}

class AudioConfigReader {
  readonly #config: Uint8Array;
  readonly #bits: BitReader;

  constructor(config: Uint8Array) {
    this.#config = config;
    this.#bits = new BitReader(config);
  }

  read(): AudioConfig {
    const type = this.#objectType();
    const rate = this.#rate();
    const channels = CHANNELS[this.#bits.read(4)];
    if (type === SBR || type === PS)
      return { announced: type, sampleRate: this.#rate(), channels: type === PS ? 2 : channels };
    if (type === USAC) return { announced: type, sampleRate: rate, channels };
    return this.#extension(type, rate, channels);
  }

  /** The backward compatible extension behind the configuration of the core: it is looked for, as decoders do (1.6.6.1). */
  #extension(type: number, rate: number | undefined, channels: number | undefined): AudioConfig {
    const plain = { announced: type, sampleRate: rate, channels };
    const bits = this.#config.length * 8 - this.#bits.left;
    for (let at = bits; at + 17 <= this.#config.length * 8; at++) {
      const extension = new BitReader(this.#config);
      extension.skip(at);
      if (extension.read(11) !== 0x2b7 || extension.read(5) !== SBR) continue;
      if (!extension.flag()) return plain;
      const index = extension.read(4);
      const sampleRate = index === 15 ? extension.read(24) : RATES[index];
      const hasPs = extension.left >= 12 && extension.read(11) === 0x548 && extension.flag();
      return { announced: hasPs ? PS : SBR, sampleRate, channels: hasPs ? 2 : channels };
    }
    return plain;
  }

  #objectType(): number {
    const type = this.#bits.read(5);
    return type === 31 ? 32 + this.#bits.read(6) : type;
  }

  #rate(): number | undefined {
    const index = this.#bits.read(4);
    return index === 15 ? this.#bits.read(24) : RATES[index];
  }
}
