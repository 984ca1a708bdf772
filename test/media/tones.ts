/** Length of the sample title. */
export const SECONDS = 20;

/** For ffmpeg's `aevalsrc`: a low tone for each side, in Hz, each with its own beep on the full second. */
export const tones = (sides: readonly [left: number, right: number]): string =>
  sides.map((tone) => `0.06*sin(2*PI*${tone}*t)+0.3*sin(2*PI*${2 * tone}*t)*lt(mod(t\\,1)\\,0.16)`).join('|');
