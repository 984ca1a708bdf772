/** `0:07`, `1:02:07`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** `0:07.5`: to a tenth of a second. */
export const exactClock = (seconds: number): string =>
  `${clock(Math.round(10 * seconds) / 10)}.${Math.round(10 * Math.max(0, seconds)) % 10}`;

/** `12.4 MB`. */
export function size(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(2)} GB`;
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`;
  return bytes >= 1e3 ? `${Math.round(bytes / 1e3)} kB` : `${bytes} B`;
}

/** A key id as people compare it: `1b91b7e8-9843-4aac-82e1-b3458ad6ccce`. */
export const uuid = (kid: string): string =>
  kid.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** `1 234 567` with thin spaces. */
export const whole = (value: number): string =>
  Math.round(value).toLocaleString('en').replaceAll(',', '\u202f');
