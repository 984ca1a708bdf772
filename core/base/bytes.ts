/** The bytes of a hexadecimal string; throws a plain `RangeError` when it is not one. */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) throw new RangeError('not hexadecimal');
  return new Uint8Array(Buffer.from(text, 'hex'));
}

/** Lower-case hexadecimal. */
export const toHex = (bytes: Uint8Array): string => view(bytes).toString('hex');

/**
 * The bytes of standard or URL-safe Base64, padded or not; throws a plain `RangeError` when it is not exactly that
 * (`Buffer` would skip what it does not know).
 */
export function fromBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  const canonical = (value: string) =>
    value
      .replace(/={1,2}$/, '')
      .replaceAll('-', '+')
      .replaceAll('_', '/');
  const misfit = text.endsWith('=') && text.length % 4 !== 0;
  if (misfit || canonical(bytes.toString('base64')) !== canonical(text)) throw new RangeError('not Base64');
  return new Uint8Array(bytes);
}

/** Standard Base64, with padding. */
export const toBase64 = (bytes: Uint8Array): string => view(bytes).toString('base64');

/** Lower-case UUID text of 16 bytes, in the byte order of `tenc` and `pssh` (never the GUID order). */
export const toUuid = (bytes: Uint8Array): string =>
  toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** One array of all bytes. For headers and tests; media payload is never joined by copying. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/**
 * The bytes from `start` to `end` in memory of their own: for what is kept while the memory that it came in is used again.
 * `slice` of a `Buffer` is a view, whatever the type says, so nothing here calls it on bytes.
 */
export const copyBytes = (bytes: Uint8Array, start?: number, end?: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(bytes.subarray(start, end));

/** A `Buffer` over the same memory. */
export const view = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The same bytes, to read and write numbers in. */
export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
