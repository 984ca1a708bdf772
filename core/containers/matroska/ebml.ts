import { viewOf } from '../../base/bytes.ts';
import type { ByteSource } from '../../io/byte-source.ts';

/** Where an EBML element lies (RFC 8794, 6). */
export interface Element {
  readonly id: number;
  /** First byte of its data. */
  readonly start: number;
  /** The byte after its data; `undefined` where the size is not known (live streams). */
  readonly end: number | undefined;
}

/** The file breaks the syntax of EBML. Whoever knows its name turns this into a PackagerError. */
export class EbmlError extends Error {
  override readonly name = 'EbmlError';
}

/** Most bytes of an element's id and size. */
export const MOST_HEADER = 12;

/** Read the header of the element at `at` of `bytes`; positions count from `base`. */
export function readElement(bytes: Uint8Array, at: number, base = 0): Element {
  const idBytes = Math.clz32(bytes[at] ?? 0) - 23;
  if (idBytes > 4 || at + idBytes >= bytes.length) throw new EbmlError('an element is damaged');
  let id = 0;
  for (let n = 0; n < idBytes; n++) id = id * 256 + bytes[at + n]!;

  const { value: size, end: dataAt, isUnknown } = readVarint(bytes, at + idBytes);
  const start = base + dataAt;
  if (!Number.isSafeInteger(start + size) && !isUnknown)
    throw new EbmlError('an element has an impossible size');
  return { id, start, end: isUnknown ? undefined : start + size };
}

/** A number of variable length (RFC 8794, 4), as near as a double can be. @throws EbmlError when it is cut */
export function readVarint(bytes: Uint8Array, at: number) {
  const first = bytes[at] ?? 0;
  const length = Math.clz32(first) - 23;
  if (length > 8 || at + length > bytes.length) throw new EbmlError('an element is damaged');
  let value = first & (0xff >> length);
  let isUnknown = value === 0xff >> length;
  for (let n = 1; n < length; n++) {
    value = value * 256 + bytes[at + n]!;
    isUnknown &&= bytes[at + n] === 0xff;
  }
  return { value, end: at + length, isUnknown };
}

/** The header of the element at `position` of a file; `undefined` at the end of the file. */
export async function elementAt(source: ByteSource, position: number): Promise<Element | undefined> {
  const bytes = new Uint8Array(Math.max(0, Math.min(MOST_HEADER, source.size - position)));
  if (bytes.length < 2) return undefined;
  await source.read(position, [bytes]);
  return readElement(bytes, 0, position);
}

/** The elements in a piece of memory, in order. @throws EbmlError when one of them leaves it */
export function* elements(bytes: Uint8Array): Generator<{ readonly id: number; readonly data: Uint8Array }> {
  for (let at = 0; at < bytes.length; ) {
    const { id, start, end = bytes.length } = readElement(bytes, at);
    if (end > bytes.length) throw new EbmlError('an element does not fit into the one around it');
    yield { id, data: bytes.subarray(start, end) };
    at = end;
  }
}

/** An unsigned integer of up to 8 bytes, as near as a double can be. */
export function unsignedOf(data: Uint8Array, start = 0, end = data.length): number {
  let value = 0;
  for (let at = start; at < Math.min(end, start + 8); at++) value = value * 256 + data[at]!;
  return value;
}

/** A float of 4 or 8 bytes; 0 for an empty one. */
export function floatOf(data: Uint8Array): number {
  const view = viewOf(data);
  return data.length === 4 ? view.getFloat32(0) : data.length === 8 ? view.getFloat64(0) : 0;
}

/** A string, up to its first zero. */
export const textOf = (data: Uint8Array): string => Buffer.from(data).toString('utf8').split('\0')[0]!;

/** The children of an element by id; of several with one id the first. */
export function childrenOf(data: Uint8Array) {
  const children = new Map<number, Uint8Array>();
  for (const { id, data: child } of elements(data)) if (!children.has(id)) children.set(id, child);
  return {
    number: (id: number, otherwise: number) => {
      const child = children.get(id);
      return child ? unsignedOf(child) : otherwise;
    },
    text: (id: number) => textOf(children.get(id) ?? new Uint8Array(0)),
    bytes: (id: number) => children.get(id),
  };
}

/** What `childrenOf` finds. */
export type Children = ReturnType<typeof childrenOf>;
