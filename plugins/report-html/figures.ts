/** Bits a second with three digits: `168 bit/s`, `64 kbit/s`, `5.82 Mbit/s`. */
export function bitRateFigure(rate: number): string {
  if (rate < 999.5) return `${Math.round(rate)} bit/s`;
  const [value, unit] = rate >= 999_500 ? [rate / 1e6, 'Mbit/s'] : [rate / 1000, 'kbit/s'];
  return `${value >= 99.95 ? Math.round(value) : value.toPrecision(3).replace(/\.0+$/, '')} ${unit}`;
}

/** A place on the timeline: `0:07`, `1:02:05`. */
export function clockFigure(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** `23.976`, `25`. */
export const frameRateFigure = ({ num, den }: { readonly num: number; readonly den: number }): string =>
  String(Math.round((num / den) * 1000) / 1000);

/** Whole numbers with a space between thousands: `14 400`. */
export const numberFigure = (value: number): string =>
  String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, '\u202F');

/** `4.3`, `280`: of what is so many times as fast. */
export const paceFigure = (value: number): string => (value < 9.95 ? value.toFixed(1) : numberFigure(value));
