import { concat } from '../../../base/bytes.ts';
import { Bits } from './bits.ts';

/** What of a sequence parameter set is needed (ITU-T H.265, 7.3.2.2.1). */
export interface HevcSequence {
  readonly id: number;
  readonly codecs: string;
  readonly width: number;
  readonly height: number;
  /** Profile, compatibility, constraints and level: the 12 bytes of general_* as `hvcC` has them. */
  readonly profileTierLevel: Uint8Array;
  readonly subLayers: number;
  readonly chromaFormat: number;
  readonly bitDepths: readonly [luma: number, chroma: number];
}

const CHROMA_UNITS: readonly (readonly [width: number, height: number])[] = [
  [1, 1],
  [2, 2],
  [2, 1],
  [1, 1],
];

/** @param raw the NAL unit without emulation prevention */
export function readHevcSequence(raw: Uint8Array): HevcSequence {
  const subLayers = ((raw[2]! >> 1) & 7) + 1;
  const profileTierLevel = raw.subarray(3, 15);
  const bits = new Bits(raw, 15);
  skipSubLayers(bits, subLayers - 1);
  const id = bits.ue();
  const chromaFormat = bits.ue();
  const isSeparate = chromaFormat === 3 && bits.flag();
  const codedWidth = bits.ue();
  const codedHeight = bits.ue();
  const window = bits.flag() ? [bits.ue(), bits.ue(), bits.ue(), bits.ue()] : [0, 0, 0, 0];
  const [left = 0, right = 0, top = 0, bottom = 0] = window;
  const [unitX, unitY] = isSeparate ? CHROMA_UNITS[0]! : (CHROMA_UNITS[chromaFormat] ?? CHROMA_UNITS[0]!);
  return {
    id,
    codecs: codecString(profileTierLevel),
    width: codedWidth - unitX * (left + right),
    height: codedHeight - unitY * (top + bottom),
    profileTierLevel,
    subLayers,
    chromaFormat,
    bitDepths: [bits.ue(), bits.ue()],
  };
}

function skipSubLayers(bits: Bits, count: number): void {
  const present: [profile: boolean, level: boolean][] = [];
  for (let layer = 0; layer < count; layer++) present.push([bits.flag(), bits.flag()]);
  if (count > 0) bits.skip(2 * (8 - count));
  for (const [profile, level] of present) bits.skip((profile ? 88 : 0) + (level ? 8 : 0));
}

/** ISO/IEC 14496-15, E.3. */
function codecString(bytes: Uint8Array): string {
  const space = ['', 'A', 'B', 'C'][bytes[0]! >> 6];
  let reversed = 0;
  for (let bit = 0; bit < 32; bit++)
    if ((bytes[1 + (bit >> 3)]! >> (7 - (bit & 7))) & 1) reversed += 2 ** bit;
  const constraints = [...bytes.subarray(5, 11)];
  while (constraints.length > 0 && constraints.at(-1) === 0) constraints.pop();
  const tier = bytes[0]! & 0x20 ? 'H' : 'L';
  const parts = [
    `hvc1.${space}${bytes[0]! & 0x1f}`,
    reversed.toString(16),
    `${tier}${bytes[11]}`,
    ...constraints.map((byte) => byte.toString(16)),
  ];
  return parts.join('.');
}

const TYPES = [32, 33, 34];

/** `hvcC` (ISO/IEC 14496-15, 8.3.3.1) of parameter sets: video, sequence, picture. */
export function hevcConfig(facts: HevcSequence, sets: readonly (readonly Uint8Array[])[]): Uint8Array {
  const { profileTierLevel, chromaFormat, bitDepths, subLayers } = facts;
  const head = Uint8Array.of(
    1,
    ...profileTierLevel,
    0xf0,
    0,
    0xfc,
    0xfc | chromaFormat,
    0xf8 | bitDepths[0],
    0xf8 | bitDepths[1],
    0,
    0,
    (subLayers << 3) | 3,
    sets.length,
  );
  const arrays = sets.flatMap((list, index) => [
    Uint8Array.of(TYPES[index]!, list.length >> 8, list.length & 0xff),
    ...list.flatMap((set) => [Uint8Array.of(set.length >> 8, set.length & 0xff), set]),
  ]);
  return concat([head, ...arrays]);
}
