import type { Rational, VideoInfo } from '../media/track.ts';

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** The same fraction in lowest terms. */
export function reduced({ num, den }: Rational): Rational {
  const divisor = gcd(num, den) || 1;
  return { num: num / divisor, den: den / divisor };
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

/** The aspect ratio of the displayed picture. */
export const pictureAspect = ({ width, height, sar }: VideoInfo): Rational =>
  reduced({ num: width * sar.num, den: height * sar.den });
