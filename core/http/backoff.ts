const FIRST_SECONDS = 0.5;
const LONGEST_SECONDS = 8;
/** Spreads the tries of many packagers that were all told the same `Retry-After`. */
const SPREAD_SECONDS = 0.25;

/**
 * Milliseconds to wait after the given number of tries: "full jitter", anything between nothing and a limit that
 * doubles. Where the server names a time, that time and a little more.
 */
export function backoff(tries: number, retryAfter: number | undefined, random: () => number): number {
  if (retryAfter !== undefined) return 1000 * (retryAfter + random() * SPREAD_SECONDS);
  return 1000 * random() * Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** (tries - 1));
}

/**
 * The seconds of a `Retry-After` header (RFC 9110, 10.2.3): a number, or a date. A date is compared with the answer's
 * own `Date`, so that a clock that is wrong here does no harm.
 */
export function retryAfterSeconds(headers: Readonly<Record<string, string>>): number | undefined {
  const value = headers['retry-after']?.trim();
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const then = Date.parse(value);
  if (Number.isNaN(then)) return undefined;
  const now = Date.parse(headers['date'] ?? '');
  return Math.max(0, (then - (Number.isNaN(now) ? Date.now() : now)) / 1000);
}
