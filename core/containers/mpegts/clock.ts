/** Ticks a second of PTS, DTS and PCR base (ISO/IEC 13818-1, 2.4.2). */
export const CLOCK = 90_000;

/** 100 ms: how long before its decode time an access unit may begin to arrive, i.e. DTS − PCR. */
export const DECODER_BUFFER = 9_000;

/** Timestamps have 33 bits and wrap every 26.5 hours. */
export const WRAP = 2 ** 33;

/**
 * Ticks of a track's time scale as 90 kHz ticks, rounded once, a half up, from the absolute time: errors do not add
 * up. Seconds and their rest are converted apart, so that every step is exact for any time scale of 32 bits.
 */
export function to90k(ticks: number, timescale: number): number {
  const seconds = Math.floor(ticks / timescale);
  const rest = ticks - seconds * timescale;
  return seconds * CLOCK + Math.round((rest * CLOCK) / timescale);
}

/** The lowest 33 bits of a time, split where 32-bit arithmetic needs it: bits 32 to 30, and bits 29 to 0. */
export function split33(time: number): [high: number, low: number] {
  const wrapped = ((time % WRAP) + WRAP) % WRAP;
  const high = Math.floor(wrapped / 2 ** 30);
  return [high, wrapped - high * 2 ** 30];
}
