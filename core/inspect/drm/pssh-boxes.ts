import { toUuid, view as viewOf } from '../../base/bytes.ts';

/** A Protection System Specific Header (ISO/IEC 23001-7, 8.1), before anybody has looked at its data. */
export interface PsshBox {
  readonly version: number;
  /** A UUID, in lower case. */
  readonly systemId: string;
  /** Key ids that a box of version 1 lists: 32 hexadecimal digits each. */
  readonly kids: readonly string[];
  readonly data: Uint8Array;
  /** Where it begins in the bytes that were read, and how long it is. */
  readonly offset: number;
  readonly length: number;
}

/** What was found in bytes that ought to be `pssh` boxes. */
export interface PsshBoxes {
  readonly boxes: readonly PsshBox[];
  /** What is wrong, as the end of a sentence: `has a box that ends behind …`; `undefined`: nothing. */
  readonly fault: string | undefined;
}

/** Smallest box: header, version and flags, system id, length of data. */
const SMALLEST = 32;

/** All `pssh` boxes of bytes that hold nothing else, up to the first that is none. */
export function readPsshBoxes(bytes: Uint8Array): PsshBoxes {
  const view = viewOf(bytes);
  const boxes: PsshBox[] = [];
  for (let at = 0; at < view.length; ) {
    const box = view.length - at < SMALLEST ? 'is cut short' : readBox(view, at);
    if (typeof box === 'string') return { boxes, fault: box };
    boxes.push(box);
    at += box.length;
  }
  return { boxes, fault: boxes.length === 0 ? 'is empty' : undefined };
}

/** @returns a string: what is wrong */
function readBox(view: Buffer, at: number): PsshBox | string {
  const length = view.readUInt32BE(at);
  if (view.toString('latin1', at + 4, at + 8) !== 'pssh') return 'is no pssh box';
  if (length < SMALLEST || at + length > view.length)
    return `says that it has ${length} bytes, which it has not`;
  const version = view[at + 8]!;
  if (version > 1) return `is of version ${version}, which nobody knows`;
  const end = at + length;
  let position = at + 28;
  const kids: string[] = [];
  if (version === 1) {
    const count = view.readUInt32BE(position);
    position += 4;
    if (count > (end - position - 4) / 16) return `lists ${count} key ids, for which it has no room`;
    for (let index = 0; index < count; index++, position += 16) {
      kids.push(view.toString('hex', position, position + 16));
    }
  }
  const size = view.readUInt32BE(position);
  position += 4;
  if (position + size !== end) return `says that its data have ${size} bytes, but has ${end - position}`;
  return {
    version,
    systemId: toUuid(view.subarray(at + 12, at + 28)),
    kids,
    data: view.subarray(position, end),
    offset: at,
    length,
  };
}
