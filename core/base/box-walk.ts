import { BitstreamError } from './bit-reader.ts';
import { viewOf } from './bytes.ts';
import { fail, PackagerError } from './errors.ts';

/** The bytes break the box syntax or contradict each other; the message is a reason without a final stop. */
export class BoxError extends Error {
  override readonly name = 'BoxError';
}

/** Where a box lies in the bytes around it. */
export interface BoxSpan {
  readonly type: string;
  readonly start: number;
  /** First byte after `size`, `type` and `largesize`. */
  readonly payload: number;
  readonly end: number;
}

/** More children than any file has: a hostile one could otherwise hold millions of empty boxes. */
export const MOST_CHILDREN = 10_000;

/**
 * Read a box header (ISO/IEC 14496-12, 4.2): 32-bit size, 64-bit size, or 0 for "to the end".
 * @param bytes at least 8 bytes from `at`, and 16 where there is room for them
 * @param room bytes from `at` to the end of what the box is in
 * @param base position of `bytes` in what the answer counts from
 */
export function readBoxHeader(bytes: Uint8Array, at: number, room: number, base = 0): BoxSpan {
  const view = viewOf(bytes);
  const type = fourCC(bytes, at + 4);
  let size = view.getUint32(at);
  let header = 8;
  if (size === 0) size = room;
  if (size === 1 && room >= 16) {
    header = 16;
    size = view.getUint32(at + 8) * 2 ** 32 + view.getUint32(at + 12);
  }
  if (size < header) throw new BoxError(`box ${quote(type)} has an impossible size of ${size} bytes`);
  if (size > room) throw new BoxError(`box ${quote(type)} claims ${size} bytes where only ${room} are left`);
  const start = base + at;
  return { type, start, payload: start + header, end: start + size };
}

/**
 * Walk over the boxes between two positions. A size of 0 or fewer than 8 bytes are not a box but end the list
 * (QuickTime); "to the end of the file" it means at top level only.
 */
export function* eachBox(bytes: Uint8Array, from: number, to: number): Generator<BoxSpan, void> {
  const view = viewOf(bytes);
  for (let at = from; to - at >= 8 && view.getUint32(at) !== 0; ) {
    const child = readBoxHeader(bytes, at, to - at);
    yield child;
    at = child.end;
  }
}

/** All that {@link eachBox} finds. @throws BoxError when they are more than any file has */
export function childBoxes(bytes: Uint8Array, from: number, to: number): BoxSpan[] {
  const children: BoxSpan[] = [];
  for (const child of eachBox(bytes, from, to)) {
    if (children.length === MOST_CHILDREN)
      throw new BoxError(`a box has more than ${MOST_CHILDREN} boxes in it`);
    children.push(child);
  }
  return children;
}

/** The first child of each type. */
export function childMap(bytes: Uint8Array, parent: BoxSpan): ReadonlyMap<string, BoxSpan> {
  const map = new Map<string, BoxSpan>();
  for (const child of childBoxes(bytes, parent.payload, parent.end)) {
    if (!map.has(child.type)) map.set(child.type, child);
  }
  return map;
}

/** A child that the standard makes mandatory. */
export function required(children: ReadonlyMap<string, BoxSpan>, type: string, parent: string): BoxSpan {
  const child = children.get(type);
  if (!child) throw new BoxError(`${parent} has no ${quote(type)} box`);
  return child;
}

export const payloadOf = (bytes: Uint8Array, box: BoxSpan): Uint8Array =>
  bytes.subarray(box.payload, box.end);

export const fourCC = (bytes: Uint8Array, at: number): string =>
  String.fromCharCode(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!);

/** A four-character code for a message: what cannot be printed is shown as `?`. */
export const quote = (type: string): string => `"${printable(type)}"`;

/** The same without quotation marks. */
export const printable = (type: string): string => type.replace(/[^\x20-\x7e]/g, '?');

/**
 * Run a parser of untrusted boxes and give its complaints the name of the file.
 * @throws PackagerError NOT_MEDIA
 */
export async function withFileName<T>(name: string, parse: () => T | Promise<T>): Promise<T> {
  try {
    return await parse();
  } catch (cause) {
    if (PackagerError.is(cause)) throw cause;
    const hint = 'It is damaged or cut short: export it again, or try `ffmpeg -i in.mp4 -c copy out.mp4`.';
    if (cause instanceof BoxError) throw fail.notMedia(name, `${cause.message}.`, hint);
    if (cause instanceof BitstreamError)
      throw fail.notMedia(name, `a decoder configuration ${cause.message}.`, hint);
    // What DataView, and mp4box with it, throws when a box ends before its fields do.
    if (cause instanceof RangeError) throw fail.notMedia(name, 'one of its boxes ends too early.', hint);
    throw cause;
  }
}
