import type { FindingCode } from '../../../core/inspect/findings/kinds/index.ts';
import type { PackageCopy } from './copy.ts';
import type { PackageName } from './packages.ts';

/** One thing that is done to a copy of a package, and what is said of it. */
export interface Damage {
  readonly what: string;
  readonly of: PackageName;
  /** Every code that is found, and no other: mostly one. */
  readonly codes: readonly FindingCode[];
  /** It takes a source to see it: verified through the engine, beside the title that the package was made of. */
  readonly beside?: true;
  damage(copy: PackageCopy): void;
}

/** Where the type of the first box of a kind stands, from a byte on. */
export function boxAt(bytes: Buffer, type: string, from = 0): number {
  const at = bytes.indexOf(type, from, 'latin1');
  if (at < 0) throw new Error(`no ${type}`);
  return at;
}

/** Where the payload of the n-th box of a kind begins, from 1. */
export function payloadAt(bytes: Buffer, type: string, count = 1): number {
  let at = -1;
  for (let seen = 0; seen < count; seen++) at = boxAt(bytes, type, at + 1);
  return at + 4;
}

/** Turn the bits of a byte. */
export const flip = (bytes: Buffer, at: number): void => {
  bytes[at] = bytes[at]! ^ 0xff;
};

/** Write other transfer characteristics into the first parameter set that says the colours of BT.709, wherever its bits stand. */
export function sayTransfer(bytes: Buffer, transfer: number): void {
  const from = boxAt(bytes, 'avcC');
  const colours = 0x010101;
  for (let at = from; at < from + 64; at++)
    for (let shift = 0; shift < 8; shift++) {
      const word = bytes.readUInt32BE(at);
      if (((word >>> (8 - shift)) & 0xffffff) !== colours) continue;
      const mask = (0xff << (16 - shift)) >>> 0;
      bytes.writeUInt32BE(((word & ~mask) | (transfer << (16 - shift))) >>> 0, at);
      return;
    }
  throw new Error('nothing says BT.709');
}
