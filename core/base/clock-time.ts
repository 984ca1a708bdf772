const [MINUTE, HOUR] = [60, 3600];

/** A time as messages name it, to the millisecond: `1:02:03.500`. @param seconds may be negative */
export function clockTime(seconds: number): string {
  const milliseconds = Math.round(Math.abs(seconds) * 1000);
  const whole = Math.floor(milliseconds / 1000);
  const part = (value: number, digits: number) => String(value).padStart(digits, '0');
  const minutes = part(Math.floor((whole % HOUR) / MINUTE), 2);
  const sign = seconds < 0 && milliseconds > 0 ? '-' : '';
  return `${sign}${Math.floor(whole / HOUR)}:${minutes}:${part(whole % MINUTE, 2)}.${part(milliseconds % 1000, 3)}`;
}
