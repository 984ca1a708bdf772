/** Where the blocks of a chroma format lie, as slice data codes them. */
export interface Planes {
  /** ChromaArrayType: 0 without chroma, or with planes of their own. */
  readonly arrayType: number;
  /** Rows of chroma samples in a macroblock; 0: none but those coded like luma. */
  readonly chromaHeight: number;
  /** Blocks of 4 × 4 of one chroma plane: 4, or 8 of 4:2:2. */
  readonly chromaBlocks: number;
  /** Bits of a macroblock of pcm samples. */
  readonly pcmBits: number;
}

export function planesOf(sps: {
  readonly chromaFormat: number;
  readonly separatePlanes: boolean;
  readonly lumaBits: number;
  readonly chromaBits: number;
}): Planes {
  const arrayType = sps.separatePlanes ? 0 : sps.chromaFormat;
  const chromaHeight = arrayType === 1 ? 8 : arrayType === 2 ? 16 : 0;
  const chromaSamples = arrayType === 3 ? 512 : 16 * chromaHeight;
  return {
    arrayType,
    chromaHeight,
    chromaBlocks: chromaHeight / 2,
    pcmBits: 256 * sps.lumaBits + chromaSamples * sps.chromaBits,
  };
}

/** Raster places, in rows of four, of the luma blocks in the order in which they are coded (6.4.3). */
export const BLOCK_PLACES = [0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15];
