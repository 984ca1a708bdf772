import { BitstreamError } from '../../../base/bit-reader.ts';
import { BitReader } from '../../../base/plain-bit-reader.ts';

/** Code points of ISO/IEC 23091-2. */
export interface ColourPoints {
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix: number;
  readonly isFullRange: boolean;
}

/** What a codec string without its tail means. */
const BT_709: ColourPoints = { primaries: 1, transfer: 1, matrix: 1, isFullRange: false };

/** What color_config of a sequence header means that describes no colours. */
const UNSPECIFIED = { primaries: 2, transfer: 2, matrix: 2 };

const SEQUENCE_HEADER = 1;

/** The colours of the sequence header among the OBUs of a configuration; BT.709 where there is none that can be read. */
export function colourPoints(obus: Uint8Array): ColourPoints {
  try {
    const header = sequenceHeader(obus);
    return header ? readColours(header) : BT_709;
  } catch (cause) {
    if (cause instanceof BitstreamError) return BT_709;
    throw cause;
  }
}

/** AV1 Bitstream & Decoding Process Specification, 5.3. */
function sequenceHeader(obus: Uint8Array): Uint8Array | undefined {
  for (let at = 0; at < obus.length; ) {
    const header = obus[at]!;
    at += header & 4 ? 2 : 1;
    if ((header & 2) === 0) return ((header >> 3) & 15) === SEQUENCE_HEADER ? obus.subarray(at) : undefined;
    let length = 0;
    for (let shift = 0; shift < 35 && at < obus.length; shift += 7) {
      const byte = obus[at++]!;
      length += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    if (((header >> 3) & 15) === SEQUENCE_HEADER) return obus.subarray(at, at + length);
    at += length;
  }
  return undefined;
}

/** sequence_header_obu up to color_config (5.5.1, 5.5.2). */
function readColours(header: Uint8Array): ColourPoints {
  const bits = new BitReader(header);
  const profile = bits.read(3);
  bits.skip(1);
  const isReduced = bits.flag();
  if (isReduced) bits.skip(5);
  else skipOperatingPoints(bits);
  const [widthBits, heightBits] = [bits.read(4) + 1, bits.read(4) + 1];
  bits.skip(widthBits + heightBits);
  if (!isReduced && bits.flag()) bits.skip(7);
  bits.skip(3);
  if (!isReduced) skipTools(bits);
  bits.skip(3);
  const isHigh = bits.flag();
  if (profile === 2 && isHigh) bits.skip(1);
  const isMonochrome = profile !== 1 && bits.flag();
  const isDescribed = bits.flag();
  const described = () => ({ primaries: bits.read(8), transfer: bits.read(8), matrix: bits.read(8) });
  const points = isDescribed ? described() : UNSPECIFIED;
  // sRGB, whose range is full without a bit that says so.
  if (!isMonochrome && points.primaries === 1 && points.transfer === 13 && points.matrix === 0)
    return { ...points, isFullRange: true };
  return { ...points, isFullRange: bits.flag() };
}

function skipOperatingPoints(bits: BitReader): void {
  let hasModel = false;
  let delayBits = 0;
  if (bits.flag()) {
    bits.skip(64);
    if (bits.flag()) skipUvlc(bits);
    hasModel = bits.flag();
    if (hasModel) {
      delayBits = bits.read(5) + 1;
      bits.skip(42);
    }
  }
  const hasDelay = bits.flag();
  for (let left = bits.read(5) + 1; left > 0; left--) {
    bits.skip(12);
    if (bits.read(5) > 7) bits.skip(1);
    if (hasModel && bits.flag()) bits.skip(2 * delayBits + 1);
    if (hasDelay && bits.flag()) bits.skip(4);
  }
}

function skipUvlc(bits: BitReader): void {
  let zeros = 0;
  while (!bits.flag()) zeros++;
  if (zeros < 32) bits.skip(zeros);
}

/** From enable_interintra_compound to order_hint_bits_minus_1. */
function skipTools(bits: BitReader): void {
  bits.skip(4);
  const hasOrder = bits.flag();
  if (hasOrder) bits.skip(2);
  const screen = bits.flag() ? 2 : bits.read(1);
  if (screen > 0 && !bits.flag()) bits.skip(1);
  if (hasOrder) bits.skip(3);
}
