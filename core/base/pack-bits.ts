export type BitField = readonly [value: number, bits: number];

/** Bytes of fixed-width fields, one after the other, first bit of a byte first; the last byte is filled up with zeros. */
export function packBits(fields: readonly BitField[]): Uint8Array {
  const out = new Uint8Array(Math.ceil(fields.reduce((sum, [, bits]) => sum + bits, 0) / 8));
  let at = 0;
  for (const [value, bits] of fields) {
    if (value < 0 || value >= 2 ** bits) throw new RangeError(`${value} does not fit into ${bits} bits`);
    for (let bit = bits - 1; bit >= 0; bit--, at++) {
      if (Math.floor(value / 2 ** bit) % 2 === 1) out[at >> 3]! |= 0x80 >> (at & 7);
    }
  }
  return out;
}
