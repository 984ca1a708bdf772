import { copyBytes, view } from '../../base/bytes.ts';
import type { DecoderNeeds, NalByteStream } from '../../codecs/nal/byte-stream.ts';
import type { PictureFormat } from '../../codecs/picture-format.ts';

/** An SPS, and what it says of its pictures. */
interface SequenceFormat {
  readonly sps: Uint8Array;
  readonly picture: PictureFormat;
}

const pixels = ({ picture: { width, height } }: SequenceFormat): number => width * height;
const sizeOf = ({ picture: { width, height } }: SequenceFormat): string => `${width}x${height}`;

/**
 * What all sequence parameter sets of a stream say together, those too that take the number of an earlier one: of a track that
 * changes its format, manifests tell the one that asks most of a player.
 */
export class SequenceFormats {
  readonly #codec: NalByteStream;
  #last: Buffer | undefined;
  #first: SequenceFormat | undefined;
  #largest: SequenceFormat | undefined;
  #conformance: Uint8Array | undefined;
  /** The first size that is not that of the first pictures. */
  #change: string | undefined;
  /** Pictures may be pairs of fields that share a sample. */
  mayHaveFields = false;

  constructor(codec: NalByteStream) {
    this.#codec = codec;
  }

  /** @throws BitstreamError when it breaks the syntax */
  add(nal: Uint8Array): void {
    if (this.#last?.equals(nal)) return;
    const sps = copyBytes(nal);
    const format = { sps, picture: this.#codec.picture(sps) };
    this.#last = view(sps);
    this.#first ??= format;
    if (sizeOf(format) !== sizeOf(this.#first)) this.#change ??= sizeOf(format);
    if (!this.#largest || pixels(format) > pixels(this.#largest)) this.#largest = format;
    const conformance = this.#codec.conformance(sps);
    this.#conformance = this.#conformance ? common(this.#conformance, conformance) : conformance;
    this.mayHaveFields ||= this.#codec.mayHaveFields(sps);
  }

  /** Of the largest pictures; `undefined` where there are no SPS. */
  get picture(): PictureFormat | undefined {
    return this.#largest?.picture;
  }

  /** `undefined` where there are no SPS. */
  get needs(): DecoderNeeds | undefined {
    const [largest, conformance] = [this.#largest, this.#conformance];
    return largest && conformance && { sps: largest.sps, conformance };
  }

  /** That the size changes, in a sentence; `undefined` where it does not. */
  get notice(): string | undefined {
    if (!this.#first || !this.#largest || this.#change === undefined) return undefined;
    return `its pictures change their size on the way, from ${sizeOf(this.#first)} to ${this.#change}: manifests and labels of keys go by the largest, ${sizeOf(this.#largest)}.`;
  }
}

/** To what streams of both conform: the higher profile and level, and the flags between them that both have. */
const common = (one: Uint8Array, other: Uint8Array): Uint8Array =>
  one.map((byte, at) => (at === 0 || at === one.length - 1 ? Math.max(byte, other[at]!) : byte & other[at]!));
