import type { SliceHeader } from './slice-header.ts';

/** Kinds of macroblocks, as far as their neighbours care. */
export const MB = { intra: 0, intra16x16: 1, pcm: 2, inter: 3, skipped: 4 } as const;

/** Blocks of 4 × 4 that a macroblock has a place for: 16 of each plane. */
export const BLOCKS = 48;

/**
 * The macroblocks of a picture that a slice has read, as columns, and who is beside whom (ITU-T H.264, 6.4.12). Others than the slice's
 * own count as not available, so nothing has to be cleared between slices.
 */
export class Macroblocks {
  #slice = 0;
  #width = 0;
  #isAdaptive = false;
  #sliceOf = new Int32Array(0);
  count = 0;
  kind = new Uint8Array(0);
  /** Of field macroblocks 1: of a pair both are. */
  field = new Uint8Array(0);
  /** CodedBlockPatternLuma + 16 × CodedBlockPatternChroma. */
  pattern = new Uint8Array(0);
  transform8x8 = new Uint8Array(0);
  chromaMode = new Uint8Array(0);
  /** Which DC blocks have coefficients: 1 of luma, 2 of Cb, 4 of Cr. */
  dc = new Uint8Array(0);
  /** Coefficients of each block, or whether there are any; rows of four blocks, of chroma of two. */
  coefficients = new Uint8Array(0);

  /** The macroblock that is being read. */
  current = 0;
  /** Answers of `lookLeft` and `lookUp`: a macroblock, or -1, and in it a row of luma or chroma samples. */
  beside = -1;
  besideY = 0;

  /** Begin a slice. */
  open({ sps, isField, isAdaptive }: SliceHeader): void {
    this.#width = sps.widthInMbs;
    this.#isAdaptive = isAdaptive;
    this.count = sps.widthInMbs * sps.heightInMapUnits * (sps.frameMbsOnly || isField ? 1 : 2);
    if (this.kind.length < this.count) {
      this.#sliceOf = new Int32Array(this.count);
      this.kind = new Uint8Array(this.count);
      this.field = new Uint8Array(this.count);
      this.pattern = new Uint8Array(this.count);
      this.transform8x8 = new Uint8Array(this.count);
      this.chromaMode = new Uint8Array(this.count);
      this.dc = new Uint8Array(this.count);
      this.coefficients = new Uint8Array(this.count * BLOCKS);
    }
    this.#slice += 1;
  }

  /** Begin a macroblock: nothing in it yet. */
  enter(address: number, isField: boolean): void {
    this.current = address;
    this.#sliceOf[address] = this.#slice;
    this.kind[address] = MB.intra;
    this.field[address] = Number(isField);
    this.pattern[address] = 0;
    this.transform8x8[address] = 0;
    this.chromaMode[address] = 0;
    this.dc[address] = 0;
    this.coefficients.fill(0, address * BLOCKS, address * BLOCKS + BLOCKS);
  }

  /** The slice has read it, or is reading it. */
  #has(address: number): boolean {
    return this.#sliceOf[address] === this.#slice;
  }

  /** The first macroblock of the pair on the left of a pair, or -1. */
  #leftPair(pair: number): number {
    return pair % this.#width !== 0 && this.#has(2 * (pair - 1)) ? 2 * (pair - 1) : -1;
  }

  #upperPair(pair: number): number {
    return pair >= this.#width && this.#has(2 * (pair - this.#width)) ? 2 * (pair - this.#width) : -1;
  }

  /** Whether the pairs on the left and above are of fields: what mb_field_decoding_flag depends on. */
  fieldsBeside(address: number): number {
    const [left, upper] = [this.#leftPair(address >> 1), this.#upperPair(address >> 1)];
    return (left >= 0 ? this.field[left]! : 0) + (upper >= 0 ? this.field[upper]! : 0);
  }

  /** mb_field_decoding_flag where nothing says it (7.4.4). */
  inferredField(address: number): boolean {
    const [left, upper] = [this.#leftPair(address >> 1), this.#upperPair(address >> 1)];
    if (left >= 0) return this.field[left] === 1;
    return upper >= 0 && this.field[upper] === 1;
  }

  /** What is on the left of row `y` of the current macroblock. @param height rows of the plane in a macroblock */
  lookLeft(y: number, height: number): void {
    const address = this.current;
    if (!this.#isAdaptive) {
      const isThere = address % this.#width !== 0 && this.#has(address - 1);
      this.beside = isThere ? address - 1 : -1;
      this.besideY = y;
      return;
    }
    const pair = this.#leftPair(address >> 1);
    this.beside = pair;
    this.besideY = y;
    if (pair < 0) return;
    const isBottom = (address & 1) === 1;
    const isField = this.field[address] === 1;
    const isOtherField = this.field[pair] === 1;
    if (isField === isOtherField) {
      if (isBottom) this.beside += 1;
    } else if (isField) {
      // Rows of a field are every second one of the two frame macroblocks (table 6-4).
      const row = 2 * y + (isBottom ? 1 : 0);
      if (row >= height) this.beside += 1;
      this.besideY = row % height;
    } else {
      const row = y + (isBottom ? height : 0);
      if ((y & 1) === 1) this.beside += 1;
      this.besideY = row >> 1;
    }
  }

  /** What is above the current macroblock: its last row. */
  lookUp(): void {
    const address = this.current;
    if (!this.#isAdaptive) {
      const above = address - this.#width;
      this.beside = above >= 0 && this.#has(above) ? above : -1;
      return;
    }
    const isBottom = (address & 1) === 1;
    const isField = this.field[address] === 1;
    if (!isField && isBottom) {
      this.beside = address - 1;
      return;
    }
    const pair = this.#upperPair(address >> 1);
    if (pair < 0) {
      this.beside = -1;
      return;
    }
    const takesTop = isField && !isBottom && this.field[pair] === 1;
    this.beside = takesTop ? pair : pair + 1;
  }
}
