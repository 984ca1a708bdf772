import { BitstreamError } from '../../base/bit-reader.ts';
import { concat, copyBytes, toHex } from '../../base/bytes.ts';
import type { Rational } from '../../base/fraction.ts';
import { sampleAspect } from '../../base/fraction.ts';
import { av1CodecString } from '../../codecs/av1/codec-string.ts';
import { parseAv1Config } from '../../codecs/av1/config.ts';
import { OBU, readObu } from '../../codecs/av1/obu.ts';
import { parseAvcConfig } from '../../codecs/avc/config.ts';
import { hevcCodecString } from '../../codecs/hevc/codec-string.ts';
import { parseHevcConfig } from '../../codecs/hevc/config.ts';
import type { Colours, PictureFormat } from '../../codecs/picture-format.ts';
import { buildVp9Config, vp9Config, vp9Level } from '../../codecs/vp9/build-config.ts';
import { vp9CodecString } from '../../codecs/vp9/codec-string.ts';
import type { DisplayMatrix } from '../../media/orientation.ts';
import { videoSampleEntry } from '../mp4/write/new-sample-entry.ts';
import { AVC, HEVC } from './nal-syntax.ts';
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

/** What a codec makes of them. */
interface Described {
  readonly entry: string;
  readonly configBox: string;
  readonly config: Uint8Array;
  readonly codecs: string;
  /** What the bitstream says of its pictures. */
  readonly picture?: Pick<PictureFormat, 'sar' | 'colours'>;
}

interface StoredCodec {
  describe(options: StoredVideoOptions, first: Uint8Array, frameRate: number): Described;
  sample?(packet: Uint8Array): Uint8Array;
}

const HEVC_SPS = 33;
const nalType = (nal: Uint8Array): number => (nal[0]! >> 1) & 63;

const CODECS = {
  avc: {
    describe({ config, name }) {
      const { sps } = parseAvcConfig(config, name);
      const codecs = `avc1.${toHex(config.subarray(1, 4))}`;
      const described = { entry: 'avc1', configBox: AVC.configBox, config, codecs };
      return sps[0] ? { ...described, picture: AVC.picture(sps[0]) } : described;
    },
  },
  hevc: {
    describe({ config, name }) {
      const parsed = parseHevcConfig(config, name);
      const sps = parsed.nalUnits.find((nal) => nalType(nal) === HEVC_SPS);
      // Without parameter sets in the configuration they can only be in the samples.
      const entry = sps ? 'hvc1' : 'hev1';
      const described = { entry, configBox: HEVC.configBox, config, codecs: hevcCodecString(entry, parsed) };
      return sps ? { ...described, picture: HEVC.picture(sps) } : described;
    },
  },
  av1: {
    describe({ config, name, colours }) {
      const parsed = parseAv1Config(config, name);
      const { colors, fullRange = false } = parsed.sequenceHeader ?? {};
      const stated = colours ?? (colors && { ...colors, fullRange });
      const codecs = av1CodecString(parsed, stated && nclx(stated));
      return {
        ...{ entry: 'av01', configBox: 'av1C', config, codecs },
        picture: { sar: undefined, colours: stated },
      };
    },
    sample: withoutTemporalDelimiter,
  },
  vp9: {
    describe({ width, height, colours, config }, first, frameRate) {
      const level = levelOf(config) ?? vp9Level(width, height, frameRate);
      const parsed = vp9Config(first, level, colours);
      return {
        ...{ entry: 'vp09', configBox: 'vpcC', config: buildVp9Config(parsed) },
        codecs: vp9CodecString(parsed),
      };
    },
  },
} as const satisfies Readonly<Record<string, StoredCodec>>;

export type StoredVideoCodec = keyof typeof CODECS;

/** Video as Matroska has it: packets are samples of MP4, the configuration is that of MP4, or can be told from a frame. */
export class StoredVideo implements PacketFormat {
  readonly kind = 'video';
  readonly #codec: StoredCodec;
  readonly #options: StoredVideoOptions;
  #first: Uint8Array | undefined;

  constructor(codec: StoredVideoCodec, options: StoredVideoOptions) {
    this.#codec = CODECS[codec];
    this.#options = options;
  }

  scan({ data, isKey }: Packet): SampleFacts {
    if (isKey) this.#first ??= copyBytes(data);
    return { bytes: this.sample(data).length, parameterSets: 0, isSync: isKey, length: 0 };
  }

  describe(frameRate: Rational): StreamEntry {
    const { width, height, sar: shown, colours: said, matrix } = this.#options;
    if (width <= 0 || height <= 0) throw new BitstreamError('has no width or no height');
    const rate = frameRate.num / frameRate.den;
    const described = this.#codec.describe(this.#options, this.#first ?? new Uint8Array(0), rate);
    const { entry, codecs, configBox, config, picture } = described;
    const sar = aspectOf(shown, picture?.sar, Math.min(width, height));
    const colours = said ?? picture?.colours;
    return {
      ...{ entry, codecs, config, video: { width, height, sar, ...(matrix && { matrix }) } },
      sampleEntry: videoSampleEntry({ type: entry, width, height, configBox, config, sar, colours }),
    };
  }

  sample(packet: Uint8Array): Uint8Array {
    return this.#codec.sample?.(packet) ?? packet;
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

/** A temporal unit in MP4 has no temporal delimiter (AV1 Codec ISO Media File Format Binding, 2.4). */
function withoutTemporalDelimiter(packet: Uint8Array): Uint8Array {
  if (packet.length === 0) return packet;
  const { type, end } = readObu(packet, 0, packet.length);
  return type === OBU.temporalDelimiter ? packet.subarray(end) : packet;
}

const VP9_LEVEL = 2;

/** The level in VP9's CodecPrivate: features of an id, a length and a value (VP9 in WebM). */
function levelOf(features: Uint8Array): number | undefined {
  for (let at = 0; at + 2 < features.length; at += 2 + features[at + 1]!) {
    if (features[at] === VP9_LEVEL && features[at + 1] === 1) return features[at + 2];
  }
  return undefined;
}
