import type { SampleEncryption, Segment } from '../media/segment.ts';
import { isCommonEncryption } from '../protection/protectable-parts.ts';

/** Sizes of IVs that samples may carry (ISO/IEC 23001-7, 8.2 and 9.1); 0: the IV is constant. */
const IV_SIZES: readonly number[] = [0, 8, 16];

/**
 * What the columns of a segment said before it was protected, in memory of its own: a protector may write into those that it is
 * given. What is written of samples is made of the columns that come back, so these have to fit what came and one another.
 */
export class GivenColumns {
  readonly #keepsSizes: boolean;
  #sizes = new Uint32Array(0);
  #durations = new Uint32Array(0);
  #compositionOffsets = new Int32Array(0);
  #sync = new Uint8Array(0);

  /** Common Encryption changes no sample's size. */
  constructor(scheme: string) {
    this.#keepsSizes = isCommonEncryption(scheme);
  }

  take({ count, sizes, durations, compositionOffsets, sync }: Segment): void {
    if (this.#sizes.length < count) {
      this.#sizes = new Uint32Array(2 * count);
      this.#durations = new Uint32Array(2 * count);
      this.#compositionOffsets = new Int32Array(2 * count);
      this.#sync = new Uint8Array(2 * count);
    }
    const [ownSizes, ownDurations] = [this.#sizes, this.#durations];
    const [ownOffsets, ownSync] = [this.#compositionOffsets, this.#sync];
    for (let sample = 0; sample < count; sample += 1) {
      ownSizes[sample] = sizes[sample]!;
      ownDurations[sample] = durations[sample]!;
      ownOffsets[sample] = compositionOffsets[sample]!;
      ownSync[sample] = sync[sample]!;
    }
  }

  /**
   * What is wrong with what came back, as the end of a sentence; `undefined`: it fits.
   * @param given the segment that was taken
   * @param answer of as many samples
   */
  faultOf(given: Segment, answer: Segment): string | undefined {
    const { index, decodeTime, count } = given;
    if (answer.index !== index) return `says that it is segment ${answer.index + 1}`;
    if (answer.decodeTime !== decodeTime) return `begins at ${answer.decodeTime} in place of ${decodeTime}`;
    if (!haveSameRows(given, answer))
      return `has columns of other lengths than it was given for ${count} samples`;
    return this.#rowFault(given, answer) ?? (this.#keepsSizes ? encryptionFault(answer) : undefined);
  }

  #rowFault({ count }: Segment, answer: Segment): string | undefined {
    const { sizes, durations, compositionOffsets, sync, data } = answer;
    const [ownSizes, ownDurations] = [this.#sizes, this.#durations];
    const [ownOffsets, ownSync] = [this.#compositionOffsets, this.#sync];
    let bytes = 0;
    let resized = -1;
    for (let sample = 0; sample < count; sample += 1) {
      const size = sizes[sample]!;
      bytes += size;
      if (size !== ownSizes[sample]) resized = sample;
      if (
        durations[sample] !== ownDurations[sample] ||
        compositionOffsets[sample] !== ownOffsets[sample] ||
        sync[sample] !== ownSync[sample]
      )
        return `has another duration, composition offset or sync flag of sample ${sample + 1} than it was given`;
    }
    if (bytes !== data.length)
      return `has ${data.length} bytes of data for samples of ${bytes} bytes together`;
    if (resized === -1 || !this.#keepsSizes) return undefined;
    return `has ${sizes[resized]} bytes of sample ${resized + 1}, which had ${ownSizes[resized]}`;
  }
}

const haveSameRows = (one: Segment, other: Segment): boolean =>
  one.sizes.length === other.sizes?.length &&
  one.durations.length === other.durations?.length &&
  one.compositionOffsets.length === other.compositionOffsets?.length &&
  one.sync.length === other.sync?.length &&
  one.formats?.length === other.formats?.length;

/** Without IVs and ranges nobody can decrypt a sample of Common Encryption (ISO/IEC 23001-7, 7.2). */
function encryptionFault(answer: Segment): string | undefined {
  const { encryption, count } = answer;
  if (count === 0) return undefined;
  if (!encryption) return 'has no `encryption`, which Common Encryption needs';
  const { ivSize, ivs } = encryption;
  if (!IV_SIZES.includes(ivSize)) return `has IVs of ${ivSize} bytes in place of 0, 8 or 16`;
  if (ivs?.length !== count * ivSize)
    return `has ${ivs?.length ?? 'no'} bytes of IVs for ${count} samples with ${ivSize} each`;
  return encryption.subsamples && subsampleFault(answer, encryption.subsamples);
}

function subsampleFault(
  { sizes, count }: Segment,
  { counts, clear, protected: secret }: NonNullable<SampleEncryption['subsamples']>,
): string | undefined {
  let entry = 0;
  for (let sample = 0; sample < count; sample += 1) {
    let bytes = 0;
    for (const end = entry + counts[sample]!; entry < end; entry += 1)
      bytes += clear[entry]! + secret[entry]!;
    if (bytes === sizes[sample]) continue;
    return `has subsamples of ${bytes} bytes for sample ${sample + 1}, which has ${sizes[sample]}`;
  }
  if (counts.length === count && clear.length === entry && secret.length === entry) return undefined;
  return `has ${clear.length} and ${secret.length} rows of subsamples in place of ${entry}`;
}
