/** A cyclic redundancy check without reflection: of 8 or 16 bits. */
export class Crc {
  readonly #table: Uint16Array;
  readonly #top: number;
  readonly #mask: number;

  /** @param polynomial without its highest term */
  constructor(width: 8 | 16, polynomial: number) {
    this.#top = width - 8;
    this.#mask = 2 ** width - 1;
    const high = 1 << (width - 1);
    this.#table = Uint16Array.from({ length: 256 }, (_, byte) => {
      let value = byte << this.#top;
      for (let bit = 0; bit < 8; bit += 1)
        value = (value & high) !== 0 ? (value << 1) ^ polynomial : value << 1;
      return value & this.#mask;
    });
  }

  /** Of the bytes from `start` to `end`, or carried on from what was before them. */
  of(data: Uint8Array, start: number, end: number, before = 0): number {
    let value = before;
    for (let at = start; at < end; at += 1)
      value = ((value << 8) & this.#mask) ^ this.#table[((value >> this.#top) ^ data[at]!) & 255]!;
    return value;
  }
}

/** x^16 + x^15 + x^2 + 1: of AC-3, MPEG audio and FLAC. */
export const CRC_16 = new Crc(16, 0x8005);
/** x^8 + x^2 + x + 1: of headers of FLAC. */
export const CRC_8 = new Crc(8, 0x07);
