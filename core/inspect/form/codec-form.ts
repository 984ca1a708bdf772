import type { ProtectedBytes } from './protected-bytes.ts';

/** What was found of a sample that is in order. */
export interface SampleForm {
  /**
   * All of its syntax was followed, to the exact end: how probable it is that other bytes pass is found out by trial. False: only
   * tests were made whose odds are known.
   */
  readonly isWalked: boolean;
  /** Of tests whose odds are known: how improbable it is that random protected bytes pass, as bits: 16 of a CRC of 16 bits. */
  readonly exactBits: number;
  /** A protected byte that has few values in a stream of this codec, though any is allowed. */
  readonly mark?: number;
  /** Protected last bytes of tiles of AV1, whose trailing bits tell, all together. */
  readonly tileEnds?: readonly number[];
}

/** A sample, or what stands for one in a trial. */
export interface SampleBytes {
  readonly data: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Bytes of it that went through the cipher: begin and end in `data`, by turns; `protectedCount` numbers of it count. */
  readonly protectedAt: Uint32Array;
  readonly protectedCount: number;
}

/** Knows what samples of a codec look like. */
export interface CodecForm {
  /** Note what later samples refer to: parameter sets. Called once for each sample, before `check`. */
  learn?(sample: SampleBytes): void;
  /**
   * Look at a sample; what is known of others stays as it is, so that trials leave no trace.
   * @param walk follow all of its syntax, where that can be done
   * @throws FormError when it breaks the codec's syntax; `at` says where
   * @throws NotFollowed when nothing can be said of it
   */
  check(sample: SampleBytes, walk: boolean): SampleForm;
  /** Add the bytes of a sample that SAMPLE-AES protects in a transport stream or packed audio (Apple, MPEG-2 Stream Encryption Format). */
  addSampleAes?(data: Uint8Array, start: number, end: number, ranges: ProtectedBytes): void;
  /** Walks take so long that not all of a film can be walked. */
  readonly isWalkSlow?: boolean;
  /** The byte of `SampleBytes.data` where the last `check` stopped. */
  readonly at: number;
  /** Where the NAL unit begins that it stopped in; absent: it reads samples from their start. */
  readonly unitStart?: number;
}

/** Bytes of a part of the sample that are protected. */
export function protectedWithin(
  { protectedAt, protectedCount }: SampleBytes,
  start: number,
  end: number,
): number {
  let bytes = 0;
  for (let row = 0; row < protectedCount; row += 2)
    bytes += Math.max(0, Math.min(protectedAt[row + 1]!, end) - Math.max(protectedAt[row]!, start));
  return bytes;
}
