import { BitstreamError } from '../../base/bit-reader.ts';
import { view } from '../../base/bytes.ts';

const START_CODE = Buffer.from([0, 0, 1]);

/** Where the next start code is, from `from` on; -1 when there is none. */
export const nextStartCode = (stream: Uint8Array, from: number): number =>
  view(stream).indexOf(START_CODE, from);

/** Bytes of a start code, without the zeros that may be in front of it. */
export const START_CODE_BYTES = START_CODE.length;

/** More NAL units than any picture has: as many slices as H.264 has macroblocks in 4K, and some. */
export const MOST_NALS = 65_536;
export const tooMany = () => new BitstreamError(`has more than ${MOST_NALS} NAL units in one picture`);

/**
 * The NAL units of a byte stream (ITU-T H.264 and H.265, annex B): start and end of each, one behind the other. Bytes
 * before the first start code, and zeros behind a unit, belong to none.
 * @throws BitstreamError when they are more than any picture has
 */
export function nalSpans(stream: Uint8Array): number[] {
  const bytes = view(stream);
  const spans: number[] = [];
  let code = bytes.indexOf(START_CODE);
  while (code !== -1) {
    const start = code + START_CODE.length;
    code = bytes.indexOf(START_CODE, start);
    let end = code === -1 ? bytes.length : code;
    while (end > start && bytes[end - 1] === 0) end--;
    if (end > start) spans.push(start, end);
    if (spans.length > 2 * MOST_NALS) throw tooMany();
  }
  return spans;
}
