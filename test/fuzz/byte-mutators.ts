import type { Dice } from '../helpers/random/dice.ts';

/** Damages bytes, in place or as a copy; answers what is left. */
export type Mutator = (bytes: Buffer, dice: Dice) => Buffer;

/** Values at which parsers go wrong. */
const EXTREMES = [0, 1, 2, 0x7f, 0x80, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];

/** An extreme value, or one next to what is there. */
export const nasty = (dice: Dice, value: number): number =>
  dice.percent(50)
    ? dice.of(EXTREMES)
    : dice.of([value + 1, value - 1, value * 2, Math.floor(value / 2), value + 4, value + 0x1_0000]) >>> 0;

/** Put another whole into the place of some bytes. */
export const splice = (bytes: Buffer, from: number, to: number, middle: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, from), middle, bytes.subarray(to)]);

/** Write a nasty number of 1, 2, 4 or 8 bytes at a place. */
export function writeNasty(bytes: Buffer, at: number, dice: Dice): void {
  const width = Math.min(dice.of([1, 2, 4, 4, 4, 8]), bytes.length - at);
  if (width === 8) {
    bytes.writeUInt32BE(dice.percent(50) ? 0 : nasty(dice, bytes.readUInt32BE(at)), at);
    bytes.writeUInt32BE(nasty(dice, bytes.readUInt32BE(at + 4)), at + 4);
  } else if (width === 4) bytes.writeUInt32BE(nasty(dice, bytes.readUInt32BE(at)), at);
  else if (width > 0) bytes[at] = nasty(dice, bytes[at]!) & 0xff;
}

/** A place: as often as not among the first bytes, where headers are. */
const placeIn = (bytes: Buffer, dice: Dice): number =>
  dice.below(dice.percent(50) ? Math.min(bytes.length, 2048) : bytes.length);

/** What breaks a file of any format. */
export const BYTE_MUTATORS: Readonly<Record<string, Mutator>> = {
  'flip bits': (bytes, dice) => {
    for (let flips = 1 + dice.below(4); flips > 0; flips--) {
      const at = placeIn(bytes, dice);
      bytes[at] = bytes[at]! ^ (1 << dice.below(8));
    }
    return bytes;
  },
  'flip a run of bytes': (bytes, dice) => {
    const from = placeIn(bytes, dice);
    const to = Math.min(bytes.length, from + 1 + dice.below(64));
    for (let at = from; at < to; at++) bytes[at] = dice.below(256);
    return bytes;
  },
  'write a number': (bytes, dice) => {
    writeNasty(bytes, placeIn(bytes, dice), dice);
    return bytes;
  },
  truncate: (bytes, dice) => bytes.subarray(0, 1 + placeIn(bytes, dice)),
  'take a piece out': (bytes, dice) => {
    const from = placeIn(bytes, dice);
    return splice(bytes, from, Math.min(bytes.length, from + 1 + dice.below(400)), Buffer.alloc(0));
  },
  'repeat a piece': (bytes, dice) => {
    const from = placeIn(bytes, dice);
    return splice(bytes, from, from, bytes.subarray(from, from + 1 + dice.below(400)));
  },
  'zero a piece': (bytes, dice) => {
    const from = placeIn(bytes, dice);
    bytes.fill(0, from, Math.min(bytes.length, from + 1 + dice.below(400)));
    return bytes;
  },
};
