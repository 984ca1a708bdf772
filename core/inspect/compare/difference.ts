import { endsWithClearBlock } from '../mpegts/sample-aes.ts';

/** In what a sample differs from that of the source: bytes of the sample, or of one of its NAL units. */
export interface Difference {
  /** The unit: which one of the sample, from 1, and its first byte; absent: the codec has none. */
  readonly unit?: { readonly number: number; readonly header: number };
  /** Where the first byte that is another lies in the sample. */
  readonly at: number;
  /** Bytes of the unit, or of the sample. */
  readonly size: number;
  /** Bytes that the source has there. */
  readonly expectedSize: number;
  /** The first byte that is another, and the end of the last: in the unit, or the sample. */
  readonly from: number;
  readonly to: number;
  /** What the source has from there on, to the end of the unit or the sample. */
  readonly wanted: Buffer;
}

/**
 * `clear`: what players decrypt there was never encrypted, and anybody can see or hear it; `sealed`: a block was encrypted that players of
 * SAMPLE-AES take as it is, `leader`: that at the start of a frame of sound; `differs`: anything else.
 */
export type DifferenceCause = 'clear' | 'sealed' | 'leader' | 'differs';

const BLOCK = 16;
/** Bytes of one that are the same by chance, once it is encrypted; what is damaged has more of them. */
const FEW = 4;

/** A sample of an output. */
interface Stored {
  /** As it lies in the file. */
  readonly stored: Buffer;
  /** Bytes that it has once it is decrypted: fewer, where emulation prevention was put over it. */
  readonly clearSize: number;
  /** Something of it went through the cipher. */
  readonly isProtected: boolean;
  /** SAMPLE-AES in MPEG-TS, where a rule alone says which bytes are encrypted. */
  readonly isSampleAes: boolean;
}

/** Why samples differ, as far as their bytes tell. */
export function causeOf(
  { unit, at, size, expectedSize, from, to, wanted }: Difference,
  { stored, clearSize, isProtected, isSampleAes }: Stored,
): DifferenceCause {
  if (size !== expectedSize) return 'differs';
  if (isSampleAes && unit && from >= size - BLOCK && endsWithClearBlock(unit.header, size)) return 'sealed';
  if (isSampleAes && !unit && to <= BLOCK && to - from > BLOCK - FEW) return 'leader';
  if (!isProtected || wanted.length < BLOCK) return 'differs';
  const found = stored.indexOf(wanted.subarray(0, BLOCK), at);
  return found >= 0 && found - at <= stored.length - clearSize ? 'clear' : 'differs';
}

/** Where it is, in words: `bytes 32 to 47 of its NAL unit 6, which has 48`. */
export function sayPlace({ unit, size, from, to }: Difference): string {
  const bytes = to - from > 1 ? `bytes ${from} to ${to - 1}` : `byte ${from}`;
  return `${bytes} of ${unit === undefined ? 'it' : `its NAL unit ${unit.number}`}, which has ${size}`;
}
