import { type Bits, FormError, NotFollowed } from '../bits.ts';
import { walkBlock, walkChromaDc } from './cavlc-residual.ts';
import { PATTERNS } from './cavlc-tables.ts';
import {
  B_INTRA,
  B_PARTS,
  B_QUARTERS,
  B_SUB_TYPES,
  P_INTRA,
  P_PARTS,
  P_QUARTERS,
  P_QUARTERS_REF_0,
  P_SUB_TYPES,
  type Parts,
  type Quarter,
} from './macroblock-types.ts';
import { BLOCKS, type Macroblocks, MB } from './macroblocks.ts';
import { BLOCK_PLACES, type Planes, planesOf } from './planes.ts';
import { SLICE, type SliceHeader } from './slice-header.ts';

const PCM_TYPE = 25;

/** Walks through slice_data() with CAVLC (ITU-T H.264, 7.3.4), of I, P and B slices. */
export class CavlcSlice {
  readonly #bits: Bits;
  readonly #mbs: Macroblocks;
  #header!: SliceHeader;
  #planes!: Planes;
  #isField = false;

  constructor(bits: Bits, mbs: Macroblocks) {
    this.#bits = bits;
    this.#mbs = mbs;
  }

  /** @param stopBit place of rbsp_stop_one_bit: the slice ends there. @throws FormError */
  walk(header: SliceHeader, stopBit: number): void {
    if (header.type === SLICE.SP || header.type === SLICE.SI)
      throw new NotFollowed('is of a switching slice');
    const bits = this.#bits;
    const mbs = this.#mbs;
    const { isAdaptive } = header;
    this.#header = header;
    this.#planes = planesOf(header.sps);
    this.#isField = header.isField;
    bits.end = stopBit;
    mbs.open(header);
    let address = header.firstMb * (isAdaptive ? 2 : 1);
    let wasSkipped = false;
    while (bits.position < stopBit) {
      if (header.type !== SLICE.I) {
        const run = bits.ueUpTo(mbs.count - address, 'mb_skip_run');
        for (let left = run; left > 0; left -= 1, address += 1) {
          if (isAdaptive && (address & 1) === 0) this.#isField = mbs.inferredField(address);
          mbs.enter(address, this.#isField);
          mbs.kind[address] = MB.skipped;
        }
        wasSkipped = run > 0;
        if (wasSkipped && bits.position >= stopBit) break;
      }
      if (address >= mbs.count) throw new FormError('has a slice of more macroblocks than there are');
      if (isAdaptive && ((address & 1) === 0 || wasSkipped)) {
        this.#isField = bits.flag(); // mb_field_decoding_flag
        if ((address & 1) === 1) mbs.field[address - 1] = Number(this.#isField);
      }
      mbs.enter(address, this.#isField);
      this.#walkMacroblock(address);
      address += 1;
    }
    if (address === header.firstMb * (isAdaptive ? 2 : 1))
      throw new FormError('has a slice without macroblocks');
  }

  #walkMacroblock(address: number): void {
    const bits = this.#bits;
    const { type } = this.#header;
    const intraFrom = type === SLICE.P ? P_INTRA : type === SLICE.B ? B_INTRA : 0;
    const mbType = bits.ueUpTo(intraFrom + PCM_TYPE, 'mb_type');
    if (mbType >= intraFrom) this.#walkIntra(address, mbType - intraFrom);
    else this.#walkInter(address, mbType);
  }

  #walkIntra(address: number, mbType: number): void {
    const bits = this.#bits;
    const mbs = this.#mbs;
    if (mbType === PCM_TYPE) {
      if ((bits.position & 7) !== 0 && bits.read(8 - (bits.position & 7)) !== 0)
        throw new FormError('has a pcm_alignment_zero_bit that is not zero');
      bits.skip(this.#planes.pcmBits);
      mbs.kind[address] = MB.pcm;
      mbs.coefficients.fill(16, address * BLOCKS, address * BLOCKS + BLOCKS);
      return;
    }
    const isWhole = mbType > 0;
    mbs.kind[address] = isWhole ? MB.intra16x16 : MB.intra;
    const isLarge = !isWhole && this.#header.pps.transform8x8 && bits.flag();
    if (!isWhole) {
      for (let left = isLarge ? 4 : 16; left > 0; left -= 1) if (!bits.flag()) bits.skip(3);
    }
    const { arrayType } = this.#planes;
    if (arrayType === 1 || arrayType === 2) bits.ueUpTo(3, 'intra_chroma_pred_mode');
    if (isWhole) {
      const code = mbType - 1;
      this.#walkResidual(address, (code >= 12 ? 15 : 0) + 16 * (((code / 4) | 0) % 3), true);
    } else {
      this.#walkResidual(address, this.#readPattern('intra'), false);
    }
  }

  #walkInter(address: number, mbType: number): void {
    const bits = this.#bits;
    const { type, sps, pps } = this.#header;
    this.#mbs.kind[address] = MB.inter;
    const isB = type === SLICE.B;
    let mayBeLarge = true;
    if (isB ? mbType === B_QUARTERS : mbType >= P_QUARTERS) {
      mayBeLarge = this.#walkQuarters(isB, !isB && mbType === P_QUARTERS_REF_0);
    } else {
      const parts = (isB ? B_PARTS : P_PARTS)[mbType]!;
      this.#walkParts(parts);
      if (parts.length === 0) mayBeLarge = sps.direct8x8Inference;
    }
    const pattern = this.#readPattern('inter');
    if ((pattern & 15) !== 0 && pps.transform8x8 && mayBeLarge) bits.skip(1); // transform_size_8x8_flag
    this.#walkResidual(address, pattern, false);
  }

  #readPattern(kind: 'intra' | 'inter'): number {
    const { arrayType } = this.#planes;
    const table = (arrayType === 1 || arrayType === 2 ? PATTERNS.chroma : PATTERNS.plain)[kind];
    return table[this.#bits.ueUpTo(table.length - 1, 'coded_block_pattern')]!;
  }

  /** ref_idx and mvd of whole parts (mb_pred). */
  #walkParts(parts: Parts): void {
    const bits = this.#bits;
    for (let list = 0; list < 2; list += 1)
      for (const lists of parts) if ((lists & (1 << list)) !== 0) this.#skipReference(list);
    for (let list = 0; list < 2; list += 1) {
      for (const lists of parts) {
        if ((lists & (1 << list)) === 0) continue;
        bits.se();
        bits.se();
      }
    }
  }

  /** sub_mb_pred. @returns whether a transform of 8 × 8 may be said */
  #walkQuarters(isB: boolean, isReference0: boolean): boolean {
    const bits = this.#bits;
    const types = isB ? B_SUB_TYPES : P_SUB_TYPES;
    const quarters: Quarter[] = [];
    for (let left = 4; left > 0; left -= 1)
      quarters.push(types[bits.ueUpTo(types.length - 1, 'sub_mb_type')]!);
    for (let list = 0; list < 2 && !isReference0; list += 1)
      for (const { lists } of quarters) if ((lists & (1 << list)) !== 0) this.#skipReference(list);
    for (let list = 0; list < 2; list += 1) {
      for (const { lists, vectors } of quarters) {
        if ((lists & (1 << list)) === 0) continue;
        for (let left = 2 * vectors; left > 0; left -= 1) bits.se();
      }
    }
    const { direct8x8Inference } = this.#header.sps;
    return quarters.every(({ isSmall, isDirect }) => (isDirect ? direct8x8Inference : !isSmall));
  }

  /** ref_idx: te(v), or nothing where there is one choice. */
  #skipReference(list: number): void {
    const { refs, isAdaptive } = this.#header;
    const choices = refs[list]! * (isAdaptive && this.#isField ? 2 : 1);
    if (choices === 1) return;
    if (choices === 2) this.#bits.skip(1);
    else this.#bits.ueUpTo(choices - 1, 'ref_idx');
  }

  #walkResidual(address: number, pattern: number, isWhole: boolean): void {
    if (pattern === 0 && !isWhole) return;
    const { lumaBits } = this.#header.sps;
    const range = 26 + 3 * (lumaBits - 8);
    this.#bits.seWithin(-range, range - 1, 'mb_qp_delta');
    const { arrayType, chromaBlocks } = this.#planes;
    for (let plane = 0; plane < (arrayType === 3 ? 3 : 1); plane += 1)
      this.#walkLuma(address, 16 * plane, pattern & 15, isWhole);
    if (chromaBlocks > 0 && pattern >= 16) this.#walkChroma(address, pattern >= 32);
  }

  /** residual_luma(). @param first the plane's first block */
  #walkLuma(address: number, first: number, pattern: number, isWhole: boolean): void {
    const bits = this.#bits;
    const { coefficients } = this.#mbs;
    if (isWhole) walkBlock(bits, this.#around(address, first, 0, 4, 16), 16); // DC
    for (let block = 0; block < 16; block += 1) {
      if (((pattern >> (block >> 2)) & 1) === 0) continue;
      const place = BLOCK_PLACES[block]!;
      const around = this.#around(address, first, place, 4, 16);
      coefficients[address * BLOCKS + first + place] = walkBlock(bits, around, isWhole ? 15 : 16);
    }
  }

  #walkChroma(address: number, hasAc: boolean): void {
    const bits = this.#bits;
    const { chromaBlocks, chromaHeight } = this.#planes;
    const { coefficients } = this.#mbs;
    for (let plane = 0; plane < 2; plane += 1) walkChromaDc(bits, chromaBlocks as 4 | 8);
    if (!hasAc) return;
    for (let first = 16; first <= 32; first += 16) {
      for (let block = 0; block < chromaBlocks; block += 1) {
        const around = this.#around(address, first, block, 2, chromaHeight);
        coefficients[address * BLOCKS + first + block] = walkBlock(bits, around, 15);
      }
    }
  }

  /** nC: coefficients of the blocks on the left and above (9.2.1). @param width blocks in a row */
  #around(address: number, first: number, place: number, width: number, height: number): number {
    const mbs = this.#mbs;
    const own = address * BLOCKS + first;
    let [left, up] = [-1, -1];
    if (place % width !== 0) {
      left = mbs.coefficients[own + place - 1]!;
    } else {
      mbs.lookLeft(((place / width) | 0) * 4, height);
      if (mbs.beside >= 0) {
        const row = mbs.besideY >> 2;
        left = mbs.coefficients[mbs.beside * BLOCKS + first + row * width + width - 1]!;
      }
    }
    if (place >= width) {
      up = mbs.coefficients[own + place - width]!;
    } else {
      mbs.lookUp();
      if (mbs.beside >= 0)
        up = mbs.coefficients[mbs.beside * BLOCKS + first + (height / 4 - 1) * width + place]!;
    }
    if (left < 0) return up < 0 ? 0 : up;
    return up < 0 ? left : (left + up + 1) >> 1;
  }
}
