import { copyBytes } from '../../base/bytes.ts';
import type { Rational } from '../../base/fraction.ts';
import type { Codec } from '../../codecs/codec.ts';
import { describeVideo, type StoredPictures } from './describe-video.ts';
import type { Packet } from './packet.ts';
import type { PacketFormat, SampleFacts, VideoEntry } from './packet-format.ts';

const NO_FRAME = new Uint8Array(0);

/** Video as Matroska has it: packets are samples of MP4, the configuration is that of MP4, or can be told from a frame. */
export class StoredVideo implements PacketFormat {
  readonly kind = 'video';
  readonly #codec: Codec;
  readonly #stored: StoredPictures;
  readonly notices: readonly string[];
  #first: Uint8Array | undefined;

  /** @param notices what users are told of the track */
  constructor(codec: Codec, stored: StoredPictures, notices: readonly string[] = []) {
    this.#codec = codec;
    this.#stored = stored;
    this.notices = notices;
  }

  scan({ data, isKey }: Packet): SampleFacts {
    if (isKey) this.#first ??= copyBytes(data);
    return { bytes: this.sample(data).length, parameterSets: 0, isSync: isKey, length: 0 };
  }

  describe(frameRate: Rational): VideoEntry {
    return describeVideo(this.#codec, this.#stored, frameRate, this.#first ?? NO_FRAME);
  }

  sample(packet: Uint8Array): Uint8Array {
    return this.#codec.matroska?.sample?.(packet) ?? packet;
  }
}
