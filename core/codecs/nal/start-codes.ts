import { view } from '../../base/bytes.ts';

const START_CODE = Buffer.of(0, 0, 1);

/** Shorter pieces are searched byte by byte: a native search costs more to start. */
const WORTH_A_CALL = 64;

/**
 * Where the first start code (ITU-T H.264 and H.265, annex B) of [start, end) begins: its three bytes lie before `end`,
 * and one more, the header of a NAL unit. -1 where there is none, as in every NAL unit that stands for itself.
 */
export function startCodeIn(data: Uint8Array, start: number, end: number): number {
  if (end - start >= WORTH_A_CALL) {
    const found = view(data.subarray(start, end - 1)).indexOf(START_CODE);
    return found === -1 ? -1 : start + found;
  }
  for (let at = start; at + 3 < end; at += 1) {
    if (data[at + 2]! > 1) at += 2;
    else if (data[at] === 0 && data[at + 1] === 0 && data[at + 2] === 1) return at;
  }
  return -1;
}

/** Visit the NAL units under one length: one, or those between start codes and the zeros in front of these. */
export function visitPieces(
  data: Uint8Array,
  start: number,
  end: number,
  visit: (from: number, to: number) => void,
): void {
  let from = start;
  while (from < end) {
    const code = startCodeIn(data, from, end);
    let to = code === -1 ? end : code;
    // trailing_zero_8bits and the zero_byte of a longer start code; no NAL unit ends in a zero.
    while (code !== -1 && to > from && data[to - 1] === 0) to -= 1;
    if (to > from) visit(from, to);
    from = code === -1 ? end : code + 3;
  }
}

/** The NAL units that a decoder which looks for start codes finds under one length, as views. */
export function nalPieces(unit: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  visitPieces(unit, 0, unit.length, (from, to) => pieces.push(unit.subarray(from, to)));
  return pieces;
}
