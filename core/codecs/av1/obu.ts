import { BitstreamError } from '../../base/bit-reader.ts';

/** obu_type (AV1 specification, 6.2.2), of those that matter here. */
export const OBU = {
  sequenceHeader: 1,
  temporalDelimiter: 2,
  frameHeader: 3,
  tileGroup: 4,
  frame: 6,
  redundantFrameHeader: 7,
  tileList: 8,
} as const;

/** An open bitstream unit (5.3). */
export interface Obu {
  readonly type: number;
  /** Temporal and spatial layer; 0 without an extension header. */
  readonly temporalId: number;
  readonly spatialId: number;
  /** First byte of its payload. */
  readonly start: number;
  /** The byte after its payload: where the next one starts. */
  readonly end: number;
}

/**
 * Read the header of the OBU at `at`; one without a size reaches to `end`, where the sample ends.
 * @throws BitstreamError when it is damaged or leaves the sample
 */
export function readObu(data: Uint8Array, at: number, end: number): Obu {
  const header = data[at]!;
  if ((header & 0x80) !== 0) throw new BitstreamError('has its forbidden bit set');
  const extended = (header & 4) !== 0;
  let start = at + (extended ? 2 : 1);
  if (start > end) throw new BitstreamError('is cut short');
  const extension = extended ? data[at + 1]! : 0;
  let size = end - start;
  if ((header & 2) !== 0) {
    const field = readLeb128(data, start, end);
    start = field.end;
    size = field.value;
    if (size > end - start)
      throw new BitstreamError(`says it has ${size} bytes, but ${end - start} are left`);
  }
  const type = (header >> 3) & 15;
  return { type, temporalId: extension >> 5, spatialId: (extension >> 3) & 3, start, end: start + size };
}

/** leb128() (4.10.5): at most 8 bytes, at most 32 bits. */
function readLeb128(data: Uint8Array, start: number, end: number): { value: number; end: number } {
  let value = 0;
  for (let index = 0; index < 8; index += 1) {
    if (start + index >= end) throw new BitstreamError('is cut short');
    const byte = data[start + index]!;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: start + index + 1 };
  }
  throw new BitstreamError('has a size that does not end');
}
