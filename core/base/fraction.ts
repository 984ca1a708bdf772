/** A fraction of whole numbers, e.g. a frame rate of 30000/1001. */
export interface Rational {
  readonly num: number;
  readonly den: number;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** The same fraction in lowest terms. */
export function reduced({ num, den }: Rational): Rational {
  const divisor = gcd(num, den) || 1;
  return { num: num / divisor, den: den / divisor };
}

/** Anamorphic pictures are stretched less than threefold. */
const MOST_STRETCH = 16;

/** A sample aspect ratio in lowest terms; 1:1 where a file states one that no picture has. */
export function sampleAspect(stated: Rational): Rational {
  const { num, den } = reduced(stated);
  const isPossible = num > 0 && den > 0 && Math.max(num, den) <= 0xffff_ffff;
  const isPlausible = num <= MOST_STRETCH * den && den <= MOST_STRETCH * num;
  return isPossible && isPlausible ? { num, den } : { num: 1, den: 1 };
}

export const quotient = ({ num, den }: Rational): number => num / den;

/** `30000/1001`, or `30` where the denominator is 1. */
export function frameRateText(rate: Rational): string {
  const { num, den } = reduced(rate);
  return den === 1 ? String(num) : `${num}/${den}`;
}

/** `16:9`. */
export function ratioText(ratio: Rational): string {
  const { num, den } = reduced(ratio);
  return `${num}:${den}`;
}
