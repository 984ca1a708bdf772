import type { Rational } from '../../base/fraction.ts';

/** Times of a video track's samples, in decode order. */
export interface FrameTimes {
  readonly timescale: number;
  readonly frameRate: Rational;
  /** Composition times in ticks of `timescale`. */
  readonly presented: Float64Array;
  /** The same, sorted: decode times, but for a constant. */
  readonly sorted: Float64Array;
  /** Ticks that the sample presented last lasts. */
  readonly last: number;
}

/** Rates of films, television and screens. */
const RATES: readonly Rational[] = [
  ...[10, 12, 15].map((num) => ({ num, den: 1 })),
  ...[24, 30, 48, 60, 120].flatMap((rate) => [
    { num: rate * 1000, den: 1001 },
    { num: rate, den: 1 },
  ]),
  ...[25, 50, 100].map((num) => ({ num, den: 1 })),
].sort((a, b) => a.num / a.den - b.num / b.den);

/** Fine enough for any track to be put beside another. */
const LEAST_TIMESCALE = 90_000;
/** A finer clock than this, Matroska allows nanoseconds, would not fit into the fields of MP4. */
const FINEST_CLOCK = 100_000;
/** How far the roundings of one clock may lie apart: in ticks, and in seconds, because times may have been in Matroska before. */
const [ROUNDING_TICKS, ROUNDING_SECONDS] = [1.01, 0.00101];
/** Nanoseconds in DefaultDuration are a rate's own rounding. */
const SAME_RATE = 1e-5;
/** Seconds by which that rounds. */
const NANOSECOND = 1e-9;
/** Most pictures follow each other at the rate: else it only happens to divide all distances. */
const MOST = 0.5;

/**
 * Give the pictures of a container that rounds its times a time scale of their own: where every time is within the
 * rounding of n / rate, for some rate, times become exactly that. Dropped pictures stay dropped.
 * @param ticks presentation times in decode order, whole ticks of `clock`
 * @param clock ticks a second of the container
 * @param nominal seconds of a picture, as the container says; 0 when it does not
 * @param joints ranks, ascending, from which on times need not go on in step with those before: other recordings begin there
 */
export function frameTimes(
  ticks: Float64Array,
  clock: number,
  nominal: number,
  joints: readonly number[] = [],
): FrameTimes {
  const sorted = ticks.slice().sort();
  const ends = [...joints.filter((rank) => rank > 0 && rank < sorted.length), sorted.length];
  const pieces = ends.map((end, piece) => sorted.subarray(ends[piece - 1] ?? 0, end));
  const { timescale, frameRate, times } =
    fitNominal(pieces, clock, nominal) ?? fitKnown(pieces, clock) ?? unfitted(sorted, clock, nominal);
  const presented = inOrderOf(ticks, sorted, times);
  const last = Math.max(1, Math.round((timescale * frameRate.den) / frameRate.num));
  return { timescale, frameRate, presented, sorted: times, last };
}

/** What the sorted times have become, in decode order; of pictures with one time the first decoded has the lowest rank. */
function inOrderOf(ticks: Float64Array, sorted: Float64Array, times: Float64Array): Float64Array {
  const presented = new Float64Array(ticks.length);
  const equal = new Uint32Array(ticks.length);
  for (let sample = 0; sample < ticks.length; sample++) {
    const rank = rankOf(ticks[sample]!, sorted, sample);
    presented[sample] = times[rank + equal[rank]!++]!;
  }
  return presented;
}

/** The first place of a time that is among them, which is near `about` where pictures are moved by a few. */
function rankOf(time: number, sorted: Float64Array, about: number): number {
  let [low, high] = [about, about];
  for (let step = 1; low > 0 && sorted[low - 1]! >= time; step *= 2) low = Math.max(0, low - step);
  for (let step = 1; sorted[high]! < time; step *= 2) high = Math.min(sorted.length - 1, high + step);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The rate that the container says. */
function fitNominal(pieces: readonly Float64Array[], clock: number, nominal: number): Fit | undefined {
  if (!(nominal > 0)) return undefined;
  const known = RATES.find(({ num, den }) => Math.abs((nominal * num) / den - 1) < SAME_RATE);
  const rate = known ?? simplestRate(nominal);
  return rate && fitRate(pieces, clock, rate);
}

/**
 * The rate with the smallest numbers that lasts `nominal` seconds, to the nanosecond: a convergent of its continued fraction.
 * @returns `undefined` where none has a time scale that segments of hours have room in
 */
function simplestRate(nominal: number): Rational | undefined {
  let [num, den, numBefore, denBefore] = [1, 0, 0, 1];
  for (let rest = 1 / nominal; Number.isFinite(rest); rest = 1 / (rest - Math.floor(rest))) {
    const whole = Math.floor(rest);
    [num, numBefore] = [whole * num + numBefore, num];
    [den, denBefore] = [whole * den + denBefore, den];
    if (num > FINEST_CLOCK) return undefined;
    if (Math.abs(den / num - nominal) <= NANOSECOND) return { num, den };
  }
  return undefined;
}

/** The known rate that fits best: 24 and 24000/1001 are the same for a while. */
const fitKnown = (pieces: readonly Float64Array[], clock: number): Fit | undefined =>
  RATES.flatMap((rate) => fitRate(pieces, clock, rate) ?? []).reduce<Fit | undefined>(
    (best, fit) => (best && best.spread <= fit.spread ? best : fit),
    undefined,
  );

interface Fit {
  /** How far times lie apart from it, in ticks of the container. */
  readonly spread: number;
  readonly timescale: number;
  readonly frameRate: Rational;
  readonly times: Float64Array;
}

/** All pieces in step with one rate, each from a start of its own. */
function fitRate(pieces: readonly Float64Array[], clock: number, frameRate: Rational): Fit | undefined {
  const factor = Math.max(1, Math.ceil(LEAST_TIMESCALE / frameRate.num));
  const timescale = frameRate.num * factor;
  const times = new Float64Array(pieces.reduce((sum, { length }) => sum + length, 0));
  if (times.length < 2) return undefined;
  let [spread, steady, rank] = [0, 0, 0];
  for (const piece of pieces) {
    const step = stepThrough(piece, clock, frameRate);
    if (!step) return undefined;
    // The first time is rounded too: the middle of what all of them allow is nearest to what it was.
    const start = Math.round((step.phase / clock) * timescale);
    for (const number of step.numbers) times[rank++] = start + number * frameRate.den * factor;
    spread = Math.max(spread, step.spread);
    steady += step.steady;
  }
  if (steady < (times.length - pieces.length) * MOST) return undefined;
  return { spread, timescale, frameRate, times };
}

/** Number the pictures of a piece by a rate; `undefined` where their times are not in step with it. */
function stepThrough(sorted: Float64Array, clock: number, frameRate: Rational) {
  const frame = (clock * frameRate.den) / frameRate.num;
  if (frame < 2) return undefined;
  const rounding = Math.max(ROUNDING_TICKS, clock * ROUNDING_SECONDS);
  const numbers = new Float64Array(sorted.length);
  let [least, most, steady] = [0, 0, 0];
  for (let rank = 1; rank < sorted.length; rank++) {
    const steps = Math.round((sorted[rank]! - sorted[rank - 1]!) / frame);
    if (steps === 1) steady++;
    numbers[rank] = numbers[rank - 1]! + steps;
    const rest = sorted[rank]! - sorted[0]! - numbers[rank]! * frame;
    if (rest < least) least = rest;
    if (rest > most) most = rest;
    if (steps < 1 || most - least > rounding) return undefined;
  }
  return { numbers, steady, spread: most - least, phase: sorted[0]! + (most + least) / 2 };
}

/** Times as they are. */
function unfitted(sorted: Float64Array, clock: number, nominal: number): Fit {
  const isWhole = Number.isInteger(clock) && clock <= FINEST_CLOCK;
  const timescale = isWhole ? clock : LEAST_TIMESCALE;
  const times = isWhole ? sorted : sorted.map((time) => Math.round((time / clock) * timescale));
  const length = times.at(-1)! - times[0]!;
  const average = { num: (times.length - 1) * timescale, den: length };
  const single = { num: 1000, den: Math.max(1, Math.round((nominal || 0.04) * 1000)) };
  return { spread: 0, timescale, frameRate: length > 0 ? average : single, times };
}
