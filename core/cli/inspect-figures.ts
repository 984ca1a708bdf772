import { toUuid } from '../base/bytes.ts';

/** `181 kbit/s`, `5.82 Mbit/s`. */
export const bitRate = (rate: number): string =>
  rate >= 999_500
    ? `${Number((rate / 1e6).toPrecision(3))} Mbit/s`
    : `${Number((rate / 1000).toPrecision(3))} kbit/s`;

/** `0:07.500`, `1:02:05.000`: to the millisecond, as subtitles have it. */
export function clock(seconds: number): string {
  const sign = seconds < 0 ? '-' : '';
  const total = Math.round(Math.abs(seconds) * 1000);
  const [hours, minutes] = [Math.floor(total / 3_600_000), Math.floor(total / 60_000) % 60];
  const rest = ((total % 60_000) / 1000).toFixed(3).padStart(6, '0');
  return sign + (hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`);
}

/** A key id as a UUID, as all else prints it. */
export const keyId = (kid: string): string => (kid.length === 32 ? toUuid(Buffer.from(kid, 'hex')) : 'no id');
