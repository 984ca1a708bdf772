import { BitstreamError } from '../../base/bit-reader.ts';
import { concat } from '../../base/bytes.ts';
import { type Rational, sampleAspect } from '../../base/fraction.ts';
import type { Codec, StoredFacts } from '../../codecs/codec.ts';
import { describeEntry } from '../../codecs/describe-entry.ts';
import { dolbyVisionUse } from '../../codecs/dolby-vision.ts';
import { type HdrMetadata, hdrBoxes } from '../../codecs/hdr-metadata.ts';
import type { Colours } from '../../codecs/picture-format.ts';
import type { DisplayMatrix } from '../../media/orientation.ts';
import { videoSampleEntry } from '../mp4/write/new-sample-entry.ts';
import type { VideoEntry } from './packet-format.ts';

/** What a container that is no MP4 says of video. */
export interface StoredPictures {
  /** How messages name the file. */
  readonly name: string;
  /** Pixels that a decoder gives out. */
  readonly width: number;
  readonly height: number;
  /** The decoder configuration; empty when the container has none. @default empty */
  readonly config?: Uint8Array;
  /** @default what the configuration says, else 1:1 */
  readonly sar?: Rational;
  /** @default what the configuration says */
  readonly colours?: Colours | undefined;
  readonly matrix?: DisplayMatrix;
  /** @default nothing but what the bitstream says */
  readonly hdr?: HdrMetadata | undefined;
  /** Payloads of what else belongs into the sample entry, by the type of the box: `dvcC` and `dvvC` of Dolby Vision. @default none */
  readonly boxes?: ReadonlyMap<string, Uint8Array>;
}

const NO_BYTES = new Uint8Array(0);
const SQUARE: Rational = { num: 1, den: 1 };

/**
 * Describe video that has no sample entry: configuration, codec string and the entry that MP4 gets.
 * @param firstKey the first sample with which decoding can start: some codecs have their configuration in it
 * @throws BitstreamError where nothing tells the configuration
 */
export function describeVideo(
  codec: Codec,
  stored: StoredPictures,
  frameRate: Rational,
  firstKey: Uint8Array,
): VideoEntry {
  const { name, width, height, colours: said, matrix, config: given = NO_BYTES, hdr = {} } = stored;
  const boxes = new Map([...(stored.boxes ?? []), ...(codec.hdrBoxes ?? hdrBoxes)(hdr)]);
  if (width <= 0 || height <= 0) throw new BitstreamError('has no width or no height');
  const { configBox = '', matroska } = codec;
  const facts: StoredFacts = {
    ...{ width, height, colours: said, firstKey },
    frameRate: frameRate.num / frameRate.den,
  };
  const config = matroska?.config?.(given, facts) ?? ownConfig(codec, given, facts);
  const plain = matroska?.entry?.(config, name) ?? codec.entries[0]!;
  const entry = (dolbyVisionUse(boxes)?.isAlone && codec.dolbyVision?.[plain]) || plain;
  const described = new Map([...boxes, ...(said ? ([['colr', nclx(said)]] as const) : [])]);
  const { codecs } = describeEntry(codec, config, { type: entry, boxes: described, codecs: entry }, name);
  // What was made here says no more than it was made from.
  const picture = matroska?.config ? undefined : codec.picture?.(config);
  const sar = aspectOf(stored.sar ?? picture?.sar ?? SQUARE, picture?.sar, Math.min(width, height));
  const colours = said ?? picture?.colours;
  return {
    ...{ entry, codecs, config, video: { width, height, sar, ...(matrix && { matrix }) } },
    sampleEntry: videoSampleEntry({ type: entry, width, height, configBox, config, sar, colours, boxes }),
  };
}

const ownConfig = (codec: Codec, given: Uint8Array, facts: StoredFacts): Uint8Array =>
  given.length === 0 && codec.configOf ? codec.configOf(facts.firstKey, facts) : given;

/** Containers round the size of the shown picture to whole pixels: the bitstream's own ratio is the exact one. */
function aspectOf(shown: Rational, coded: Rational | undefined, pixels: number): Rational {
  if (!coded) return sampleAspect(shown);
  const apart = Math.abs((shown.num * coded.den) / (shown.den * coded.num) - 1);
  return sampleAspect(apart * pixels <= 1 ? coded : shown);
}

/** The payload of `colr`, as codec strings are made from it. */
const nclx = ({ primaries, transfer, matrix, fullRange }: Colours): Uint8Array =>
  concat([Buffer.from('nclx'), Uint8Array.of(0, primaries, 0, transfer, 0, matrix, fullRange ? 0x80 : 0)]);
