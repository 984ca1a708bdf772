/** Ticks a second of PTS and DTS. */
export const CLOCK = 90_000;
/** They have 33 bits (ISO/IEC 13818-1, 2.4.3.7): 26.5 hours. */
const WRAP = 2 ** 33;

/** The time that has these 33 bits and lies nearest to another one. */
export function nearest(ticks: number, to: number): number {
  const turns = Math.round((to - ticks) / WRAP);
  return ticks + turns * WRAP;
}
