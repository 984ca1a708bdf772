import type { TtElement } from './elements.ts';

/** How long frames and ticks of a document are, in milliseconds (TTML2, 7.2). */
export interface TimeUnits {
  readonly frame: number;
  readonly tick: number;
  readonly subFrames: number;
}

const HOUR = 3_600_000;
const MINUTE = 60_000;
const SECOND = 1000;

const CLOCK = /^(\d{2,9}):([0-5]\d):([0-5]\d|60)(?:(\.\d{1,30})|:(\d{2,9})(?:\.(\d{1,9}))?)?$/;
const OFFSET = /^(\d{1,15}(?:\.\d{1,30})?)(h|m|s|ms|f|t)$/;

/** The units that `tt` declares, or the defaults of the standard. */
export function timeUnits({ attributes }: TtElement): TimeUnits {
  const frameRate = positive(attributes['ttp:frameRate']);
  const [num, den] = (attributes['ttp:frameRateMultiplier'] ?? '')
    .trim()
    .split(/[\s:]+/)
    .map(positive);
  // The drafts had one number where all is one: `1`.
  const perSecond = (frameRate ?? 30) * ((num ?? 1) / (den ?? 1));
  const subFrames = positive(attributes['ttp:subFrameRate']) ?? 1;
  const ticks = positive(attributes['ttp:tickRate']) ?? (frameRate === undefined ? 1 : perSecond * subFrames);
  return { frame: SECOND / perSecond, tick: SECOND / ticks, subFrames };
}

const positive = (text: string | undefined): number | undefined => {
  const value = /^\s*\d{1,12}\s*$/.test(text ?? '') ? Number(text) : 0;
  return value > 0 ? value : undefined;
};

/** A time expression (TTML2, 12.3.1) in milliseconds of media time; NaN where it is none. */
export function parseTime(text: string, { frame, tick, subFrames }: TimeUnits): number {
  const offset = OFFSET.exec(text.trim());
  if (offset !== null) {
    const units = { h: HOUR, m: MINUTE, s: SECOND, ms: 1, f: frame, t: tick };
    return Number(offset[1]) * units[offset[2] as keyof typeof units];
  }
  const clock = CLOCK.exec(text.trim());
  if (clock === null) return Number.NaN;
  const [, hours, minutes, seconds, fraction = '0', frames = 0, subFrame = 0] = clock;
  const whole = Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * SECOND;
  return whole + Number(fraction) * SECOND + (Number(frames) + Number(subFrame) / subFrames) * frame;
}
