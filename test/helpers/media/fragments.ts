import { box, fullBox, u32, u64 } from '../../../core/base/box.ts';

/** One sample of a hand-made `trun`; a field must be there for all samples of a run or for none. */
export interface RunRow {
  readonly duration?: number;
  readonly size?: number;
  readonly flags?: number;
  readonly offset?: number;
}

interface RunHead {
  readonly version?: number;
  readonly dataOffset?: number;
  readonly firstFlags?: number;
  /** For rows without any field. */
  readonly count?: number;
}

const signed = (value: number): Uint8Array => u32(value >>> 0);

/** A `trun` with exactly the fields that are given. */
export function trun(rows: readonly RunRow[], head: RunHead = {}): Uint8Array {
  const { version = 0, dataOffset, firstFlags, count = rows.length } = head;
  const optional = (value: number | undefined) => (value === undefined ? [] : [signed(value)]);
  const [first = {}] = rows;
  const flags =
    (dataOffset === undefined ? 0 : 0x1) |
    (firstFlags === undefined ? 0 : 0x4) |
    (first.duration === undefined ? 0 : 0x100) |
    (first.size === undefined ? 0 : 0x200) |
    (first.flags === undefined ? 0 : 0x400) |
    (first.offset === undefined ? 0 : 0x800);
  const fields = rows.flatMap((row) =>
    [row.duration, row.size, row.flags, row.offset].flatMap((value) => optional(value)),
  );
  return fullBox(
    'trun',
    version,
    flags,
    u32(count),
    ...optional(dataOffset),
    ...optional(firstFlags),
    ...fields,
  );
}

/** What a hand-made `tfhd` may say. */
export interface FragmentHead {
  readonly base?: number;
  readonly description?: number;
  readonly duration?: number;
  readonly size?: number;
  readonly flags?: number;
  readonly isEmpty?: boolean;
  readonly baseIsMoof?: boolean;
}

/** A `tfhd` with exactly the fields that are given. */
export function tfhd(track: number, head: FragmentHead = {}): Uint8Array {
  const { base, description, duration, size, flags, isEmpty = false, baseIsMoof = false } = head;
  const fields = [description, duration, size, flags];
  const present =
    (base === undefined ? 0 : 0x1) |
    [0x2, 0x8, 0x10, 0x20].reduce((sum, bit, i) => sum | (fields[i] === undefined ? 0 : bit), 0) |
    (isEmpty ? 0x1_0000 : 0) |
    (baseIsMoof ? 0x2_0000 : 0);
  const values = fields.flatMap((value) => (value === undefined ? [] : [u32(value)]));
  return fullBox('tfhd', 0, present, u32(track), ...(base === undefined ? [] : [u64(base)]), ...values);
}

/** A `tfdt` of 64 bits. */
export function tfdt(time: bigint | number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(time));
  return fullBox('tfdt', 1, 0, bytes);
}

export const traf = (...boxes: readonly Uint8Array[]): Uint8Array => box('traf', ...boxes);

export const moof = (...trafs: readonly Uint8Array[]): Uint8Array =>
  box('moof', fullBox('mfhd', 0, 0, u32(1)), ...trafs);
