/** How an object is seen, e.g. without what is of no account. @default as it is */
type Seen = (value: object) => unknown;

/**
 * JSON with the names of objects in order, so that equal values are equal texts. Functions are told apart by their source, which says
 * nothing of what they close over; fields that are not set are left out, and an object within itself ends there.
 */
export function canonical(
  value: unknown,
  seen: Seen = (one) => one,
  around: ReadonlySet<object> = new Set(),
): string {
  if (['function', 'symbol', 'bigint'].includes(typeof value)) return JSON.stringify(String(value));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (around.has(value)) return '"…"';
  const shown = seen(value);
  const within = new Set(around).add(value);
  const next = (one: unknown): string => canonical(one, seen, within);
  if (typeof shown !== 'object' || shown === null) return next(shown);
  if (shown instanceof URL || shown instanceof RegExp || shown instanceof Date)
    return JSON.stringify(String(shown));
  if (ArrayBuffer.isView(shown))
    return JSON.stringify(Buffer.from(shown.buffer, shown.byteOffset, shown.byteLength).toString('base64'));
  if (Array.isArray(shown) || shown instanceof Set || shown instanceof Map)
    return `[${[...shown].map(next).join(',')}]`;
  const entries = Object.entries(shown)
    .filter(([, each]) => each !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([name, each]) => `${JSON.stringify(name)}:${next(each)}`).join(',')}}`;
}
