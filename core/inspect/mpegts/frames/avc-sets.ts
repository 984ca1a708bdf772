import { Bits } from './bits.ts';

/** What of a sequence parameter set is needed (ITU-T H.264, 7.3.2.1.1). */
export interface AvcSequence {
  readonly id: number;
  readonly width: number;
  readonly height: number;
  readonly frameNumBits: number;
  readonly framesOnly: boolean;
  readonly separatePlanes: boolean;
}

/** Profiles whose parameter sets say the chroma format. */
const HIGH = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
const PAIRS: readonly (readonly [width: number, height: number])[] = [
  [1, 1],
  [2, 2],
  [2, 1],
  [1, 1],
];

/** @param raw the NAL unit without emulation prevention */
export function readAvcSequence(raw: Uint8Array): AvcSequence {
  const bits = new Bits(raw, 4);
  const id = bits.ue();
  let chroma = 1;
  let separatePlanes = false;
  if (HIGH.has(raw[1]!)) {
    chroma = bits.ue();
    if (chroma === 3) separatePlanes = bits.flag();
    bits.ue();
    bits.ue();
    bits.skip(1);
    if (bits.flag()) skipScalingLists(bits, chroma === 3 ? 12 : 8);
  }
  const frameNumBits = bits.ue() + 4;
  skipOrder(bits);
  bits.ue();
  bits.skip(1);
  const widthMbs = bits.ue() + 1;
  const heightUnits = bits.ue() + 1;
  const framesOnly = bits.flag();
  if (!framesOnly) bits.skip(1);
  bits.skip(1);
  const crop = bits.flag() ? [bits.ue(), bits.ue(), bits.ue(), bits.ue()] : [0, 0, 0, 0];
  const [left = 0, right = 0, top = 0, bottom = 0] = crop;
  const [unitX, unitY] = separatePlanes ? PAIRS[0]! : (PAIRS[chroma] ?? PAIRS[0]!);
  const fields = framesOnly ? 1 : 2;
  return {
    id,
    width: 16 * widthMbs - unitX * (left + right),
    height: 16 * fields * heightUnits - unitY * fields * (top + bottom),
    frameNumBits,
    framesOnly,
    separatePlanes,
  };
}

function skipScalingLists(bits: Bits, count: number): void {
  for (let list = 0; list < count; list++) {
    if (!bits.flag()) continue;
    let last = 8;
    let next = 8;
    for (let index = 0; index < (list < 6 ? 16 : 64); index++) {
      if (next !== 0) next = (last + bits.se() + 256) % 256;
      last = next === 0 ? last : next;
    }
  }
}

function skipOrder(bits: Bits): void {
  const type = bits.ue();
  if (type === 0) bits.ue();
  if (type !== 1) return;
  bits.skip(1);
  bits.se();
  bits.se();
  const cycle = Math.min(bits.ue(), 255);
  for (let frame = 0; frame < cycle; frame++) bits.se();
}

/** `avcC` (ISO/IEC 14496-15, 5.3.3.1) of parameter sets; without the extension of high profiles, which decoders do not need. */
export function avcConfig(sequences: readonly Uint8Array[], pictures: readonly Uint8Array[]): Uint8Array {
  const [first] = sequences;
  const sets = (list: readonly Uint8Array[]): number[] =>
    list.flatMap((set) => [set.length >> 8, set.length & 0xff, ...set]);
  const profile = [...(first?.subarray(1, 4) ?? [0, 0, 0])];
  return Uint8Array.from([
    1,
    ...profile,
    0xff,
    0xe0 | sequences.length,
    ...sets(sequences),
    pictures.length,
    ...sets(pictures),
  ]);
}
