import { viewOf } from '../../base/bytes.ts';
import { DamageError } from '../model/damage-error.ts';
import type { BoxPlace } from './facts.ts';
import { FieldReader } from './field-reader.ts';

/** More children than any file has: a hostile one could otherwise hold millions of empty boxes. */
const MOST_CHILDREN = 100_000;

/** Bytes of a file in memory. */
export interface Held {
  /** The name of the file. */
  readonly file: string;
  readonly bytes: Uint8Array;
  /** Position in the file of the first of them. */
  readonly base: number;
}

/** A box in memory (ISO/IEC 14496-12, 4.2). It is a view: valid as long as the bytes are. */
export class Box implements BoxPlace {
  readonly type: string;
  readonly held: Held;
  /** In `held.bytes`: of its header, behind that, and of its end. */
  readonly start: number;
  readonly body: number;
  readonly end: number;

  constructor(held: Held, start: number, body: number, end: number) {
    this.type = fourCC(held.bytes, start + 4);
    this.held = held;
    this.start = start;
    this.body = body;
    this.end = end;
  }

  get position(): number {
    return this.held.base + this.start;
  }

  get size(): number {
    return this.end - this.start;
  }

  get bytes(): Uint8Array {
    return this.held.bytes.subarray(this.start, this.end);
  }

  get place(): BoxPlace {
    return { type: this.type, position: this.position, size: this.size };
  }

  /** Its fields, from the first byte behind the header on. */
  fields(): FieldReader {
    return new FieldReader(this.held, this.body, this.end, this.type);
  }

  /** Its version and flags are read: what follows them. */
  fullFields(): { readonly version: number; readonly flags: number; readonly fields: FieldReader } {
    const fields = this.fields();
    return { version: fields.u8(), flags: fields.u24(), fields };
  }

  /**
   * The boxes in it. Fewer than 8 bytes, or a size of 0, end the list, as in QuickTime.
   * @param skip bytes of fields in front of them
   */
  children(skip = 0): Box[] {
    return boxesBetween(this.held, this.body + skip, this.end);
  }

  /** The first child of a type. */
  child(type: string): Box | undefined {
    return this.children().find((box) => box.type === type);
  }

  /** A child that the standard makes mandatory. */
  needed(type: string): Box {
    const box = this.child(type);
    if (!box) throw this.damage(`has "${printable(this.type)}" without "${type}"`);
    return box;
  }

  damage(reason: string): DamageError {
    return new DamageError(this.held.file, this.position, reason);
  }
}

/** The boxes that lie between two places of bytes in memory. */
export function boxesBetween(held: Held, from: number, to: number): Box[] {
  const boxes: Box[] = [];
  for (let at = from; to - at >= 8; ) {
    const size = boxSize(held.bytes, at, to - at);
    if (size.bytes === 0) break;
    const damage = (reason: string) => new DamageError(held.file, held.base + at, reason);
    if (size.bytes < size.header || size.bytes > to - at)
      throw damage(badSize(held.bytes, at, size, to - at));
    if (boxes.length === MOST_CHILDREN) throw damage(`has more than ${MOST_CHILDREN} boxes in one`);
    boxes.push(new Box(held, at, at + size.header, at + size.bytes));
    at += size.bytes;
  }
  return boxes;
}

/** Bytes of a box and of its header. */
export interface BoxSize {
  readonly bytes: number;
  readonly header: number;
}

/** What the header of a box says: 0 bytes is "to the end", which at top level alone is a box. @param room bytes from it to the end of what it is in */
export function boxSize(bytes: Uint8Array, at: number, room: number): BoxSize {
  const view = viewOf(bytes);
  const short = view.getUint32(at);
  if (short !== 1) return { bytes: short, header: 8 };
  if (room < 16 || at + 16 > bytes.length) return { bytes: 1, header: 16 };
  return { bytes: view.getUint32(at + 8) * 2 ** 32 + view.getUint32(at + 12), header: 16 };
}

/** Says what is wrong with the size of a box, for a DamageError. */
export function badSize(bytes: Uint8Array, at: number, size: BoxSize, room: number): string {
  const type = printable(fourCC(bytes, at + 4));
  if (size.bytes < size.header) return `has a box "${type}" with the impossible size of ${size.bytes} bytes`;
  return `has a box "${type}" of ${size.bytes} bytes where ${room} are left`;
}

export const fourCC = (bytes: Uint8Array, at: number): string =>
  String.fromCharCode(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!);

/** Four characters for a message: what cannot be printed is shown as `?`. */
export const printable = (type: string): string => type.replace(/[^\x20-\x7e]/g, '?');
