/** Zero bits at the end of a byte: 0 to 7; 8 of a byte that is zero. */
const KINDS = 9;
const LOG2_8 = 3;
/** log2 of how often a tile ends with a byte of zeros: no encoder that is known does so, and some may fill up. */
const ZERO_BITS = 16;
/** Bits by which bytes are rather random than ends of tiles, before a key is called wrong. */
const OVERWHELMING = 40;
/** Bits that any other order among the bytes may explain more than chance does: random ones have none. */
const NO_ORDER = 8;

/**
 * Last bytes of tiles under one key. The arithmetic coder of AV1 ends a tile with a one bit, then zeros up to the byte's end (AV1
 * Bitstream & Decoding Process Specification, 8.2.4): 0 to 7 of them, each as often. That was counted of libaom, SVT-AV1 and rav1e: of 361
 * tiles 11, 13, 13, 14, 12, 12, 13 and 11 per cent. Of random bytes half have none, a quarter one, and so on.
 */
export class TileEnds {
  readonly #counts = new Uint32Array(KINDS);
  #bits = 0;

  add(byte: number): void {
    const zeros = byte === 0 ? 8 : 31 - Math.clz32(byte & -byte);
    this.#counts[zeros]! += 1;
    this.#bits += zeros === 8 ? 8 - ZERO_BITS : zeros + 1 - LOG2_8;
  }

  /**
   * How improbable it is that random bytes end as well as these do, in bits. By Markov's inequality: the ratio of the likelihoods has the
   * mean 1 for random bytes, whatever real ones are like.
   */
  get bits(): number {
    return Math.max(0, this.#bits);
  }

  /** They are what random bytes are, and no tiles: also not those of an encoder that ends them otherwise. */
  get areRandom(): boolean {
    if (this.#bits > -OVERWHELMING) return false;
    return this.#log2Ordered() - this.#log2Random() < NO_ORDER;
  }

  #log2Random(): number {
    return this.#counts.reduce((sum, count, zeros) => sum - count * Math.min(zeros + 1, 8), 0);
  }

  /** Of the best that could be said of them without knowing how often each comes (Krichevsky and Trofimov). */
  #log2Ordered(): number {
    let log2 = 0;
    let all = 0;
    for (const count of this.#counts)
      for (let seen = 0; seen < count; seen += 1) {
        log2 += Math.log2((seen + 0.5) / (all + KINDS / 2));
        all += 1;
      }
    return log2;
  }
}
