/** A point in time or a length as an exact fraction of a second; `den` > 0. Ticks of different time scales compare exactly. */
export interface ExactTime {
  readonly num: bigint;
  readonly den: bigint;
}

export const ZERO: ExactTime = { num: 0n, den: 1n };

/** Of a second: lengths that a config says are counted in them. */
export const MICROSECONDS = 1_000_000;

/** The time of so many ticks (a whole number, possibly negative) of a time scale. */
export const fromTicks = (ticks: number, timescale: number): ExactTime => ({
  num: BigInt(ticks),
  den: BigInt(timescale),
});

/** Seconds as the user wrote them, to the microsecond: 2.002 is 2002000/1000000, not the nearest binary fraction. */
export const fromSeconds = (seconds: number): ExactTime =>
  fromTicks(Math.round(seconds * MICROSECONDS), MICROSECONDS);

export const add = (a: ExactTime, b: ExactTime): ExactTime => ({
  num: a.num * b.den + b.num * a.den,
  den: a.den * b.den,
});

export const subtract = (a: ExactTime, b: ExactTime): ExactTime => add(a, { num: -b.num, den: b.den });

export const times = (a: ExactTime, factor: number): ExactTime => ({
  num: a.num * BigInt(factor),
  den: a.den,
});

/** Negative, zero or positive, as for `Array.sort`. */
export function compare(a: ExactTime, b: ExactTime): number {
  const left = a.num * b.den;
  const right = b.num * a.den;
  return left < right ? -1 : left > right ? 1 : 0;
}

export const later = (a: ExactTime, b: ExactTime): ExactTime => (compare(a, b) < 0 ? b : a);

export const earlier = (a: ExactTime, b: ExactTime): ExactTime => (compare(a, b) > 0 ? b : a);

/** How often `length` (> 0) fits wholly into `time`; rounds towards −∞. */
export const wholeTimes = (time: ExactTime, length: ExactTime): number =>
  Number(floorDivide(time.num * length.den, time.den * length.num));

/** The first whole tick at or after this time. */
export const ceilTicks = (time: ExactTime, timescale: number): number =>
  Number(-floorDivide(-time.num * BigInt(timescale), time.den));

/** The nearest whole tick; a half goes up. */
export const roundTicks = (time: ExactTime, timescale: number): number =>
  Number(floorDivide(2n * time.num * BigInt(timescale) + time.den, 2n * time.den));

/** Seconds, as near as a double can be. */
export function toSeconds(time: ExactTime): number {
  const whole = floorDivide(time.num, time.den);
  return Number(whole) + Number(time.num - whole * time.den) / Number(time.den);
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}
