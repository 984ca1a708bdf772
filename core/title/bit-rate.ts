import type { CodedInfo } from '../media/track.ts';

/** Two encodings of one rate never come out quite alike: from this quotient on they are two qualities. */
const NEXT_QUALITY = 1.1;

type RateFacts = Pick<CodedInfo, 'bytes' | 'duration' | 'timescale'>;

/** Bits a second on average; 0 for what has no length. */
export const bitRate = ({ bytes, duration, timescale }: RateFacts): number =>
  duration > 0 ? (bytes * 8 * timescale) / duration : 0;

/** Whether two are as good as of one bit rate, so that a player gains nothing where it goes from the one to the other. */
export function sameRate(one: RateFacts, other: RateFacts): boolean {
  const [low, high] = [bitRate(one), bitRate(other)].toSorted((a, b) => a - b) as [number, number];
  return low === 0 || high / low < NEXT_QUALITY;
}
