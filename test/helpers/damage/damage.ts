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
