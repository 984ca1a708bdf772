import { BitstreamError } from '../../base/bit-reader.ts';
import { concat, copyBytes } from '../../base/bytes.ts';
import type { Rational } from '../../base/fraction.ts';
import { sampleAspect } from '../../base/fraction.ts';
import type { Codec, StoredFacts } from '../../codecs/codec.ts';
import type { Colours } from '../../codecs/picture-format.ts';
import type { DisplayMatrix } from '../../media/orientation.ts';
import { videoSampleEntry } from '../mp4/write/new-sample-entry.ts';
import type { Packet } from './packet.ts';
import type { PacketFormat, SampleFacts, StreamEntry } from './packet-format.ts';

/** What a container says of a video track whose packets are samples already. */
export interface StoredVideoOptions {
  /** How messages name the file. */
  readonly name: string;
  /** The decoder configuration that the container has; empty when it has none. */
  readonly config: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly sar: Rational;
  readonly colours: Colours | undefined;
  readonly matrix?: DisplayMatrix;
}

const NO_FRAME = new Uint8Array(0);

/** Video as Matroska has it: packets are samples of MP4, the configuration is that of MP4, or can be told from a frame. */
export class StoredVideo implements PacketFormat {
  readonly kind = 'video';
  readonly #codec: Codec;
  readonly #options: StoredVideoOptions;
  #first: Uint8Array | undefined;

  constructor(codec: Codec, options: StoredVideoOptions) {
    this.#codec = codec;
    this.#options = options;
  }

  scan({ data, isKey }: Packet): SampleFacts {
    if (isKey) this.#first ??= copyBytes(data);
    return { bytes: this.sample(data).length, parameterSets: 0, isSync: isKey, length: 0 };
  }

  describe(frameRate: Rational): StreamEntry {
    const { name, width, height, sar: shown, colours: said, matrix } = this.#options;
    if (width <= 0 || height <= 0) throw new BitstreamError('has no width or no height');
    const codec = this.#codec;
    const { configBox = '', matroska } = codec;
    const facts: StoredFacts = {
      width,
      height,
      frameRate: frameRate.num / frameRate.den,
      colours: said,
      firstKey: this.#first ?? NO_FRAME,
    };
    const config = matroska?.config?.(this.#options.config, facts) ?? this.#options.config;
    const entry = matroska?.entry?.(config, name) ?? codec.entries[0]!;
    const boxes = new Map(said ? [['colr', nclx(said)]] : []);
    const { codecs = entry } = codec.describe?.(config, { type: entry, boxes, codecs: entry }, name) ?? {};
    // What was made here says no more than it was made from.
    const picture = matroska?.config ? undefined : codec.picture?.(config);
    const sar = aspectOf(shown, picture?.sar, Math.min(width, height));
    const colours = said ?? picture?.colours;
    return {
      ...{ entry, codecs, config, video: { width, height, sar, ...(matrix && { matrix }) } },
      sampleEntry: videoSampleEntry({ type: entry, width, height, configBox, config, sar, colours }),
    };
  }

  sample(packet: Uint8Array): Uint8Array {
    return this.#codec.matroska?.sample?.(packet) ?? packet;
  }
}

/** Containers round the size of the shown picture to whole pixels: the bitstream's own ratio is the exact one. */
function aspectOf(shown: Rational, coded: Rational | undefined, pixels: number): Rational {
  if (!coded) return sampleAspect(shown);
  const apart = Math.abs((shown.num * coded.den) / (shown.den * coded.num) - 1);
  return sampleAspect(apart * pixels <= 1 ? coded : shown);
}

/** The payload of `colr`, as codec strings are made from it. */
const nclx = ({ primaries, transfer, matrix, fullRange }: Colours): Uint8Array =>
  concat([Buffer.from('nclx'), Uint8Array.of(0, primaries, 0, transfer, 0, matrix, fullRange ? 0x80 : 0)]);
