import { FormError } from '../bits.ts';
import { CabacEngine } from '../cabac/engine.ts';
import type { Rbsp } from '../nal/emulation.ts';
import { CONTEXTS, startIntra } from './cabac-contexts.ts';
import { CATEGORY, isCoded, walkBlock } from './cabac-residual.ts';
import { BLOCKS, type Macroblocks, MB } from './macroblocks.ts';
import { BLOCK_PLACES, type Planes, planesOf } from './planes.ts';
import type { SliceHeader } from './slice-header.ts';

/** First contexts of syntax elements of I slices (ITU-T H.264, table 9-34). */
const CONTEXT = {
  mbType: 3,
  delta: 60,
  chromaMode: 64,
  isPredictedMode: 68,
  mode: 69,
  field: 70,
  lumaPattern: 73,
  chromaPattern: 77,
  transform8x8: 399,
} as const;

/** Walks through slice_data() of I slices with CABAC (7.3.4), but of 4:4:4. */
export class CabacIntraSlice {
  readonly #engine = new CabacEngine(CONTEXTS);
  readonly #mbs: Macroblocks;
  #rbsp!: Rbsp;
  #header!: SliceHeader;
  #planes!: Planes;
  #isField = 0;
  /** mb_qp_delta of the macroblock before was not 0. */
  #hadDelta = 0;

  constructor(mbs: Macroblocks) {
    this.#mbs = mbs;
  }

  /** The byte of the RBSP that is reached. */
  get at(): number {
    return this.#engine.position >> 3;
  }

  /**
   * @param start the byte behind the header and cabac_alignment_one_bit
   * @param stopBit place of rbsp_stop_one_bit: the slice ends there
   * @throws FormError
   */
  walk(header: SliceHeader, rbsp: Rbsp, start: number, stopBit: number): void {
    const engine = this.#engine;
    const mbs = this.#mbs;
    const { isAdaptive } = header;
    this.#rbsp = rbsp;
    this.#header = header;
    this.#planes = planesOf(header.sps);
    this.#isField = Number(header.isField);
    this.#hadDelta = 0;
    mbs.open(header);
    startIntra(engine.states, header.qp);
    engine.open(rbsp.data, start, rbsp.length);
    let address = header.firstMb * (isAdaptive ? 2 : 1);
    for (let isOver = false; !isOver; address += 1) {
      if (address >= mbs.count) throw new FormError('has a slice of more macroblocks than there are');
      if (isAdaptive && (address & 1) === 0)
        this.#isField = engine.decision(CONTEXT.field + mbs.fieldsBeside(address));
      mbs.enter(address, this.#isField === 1);
      this.#walkMacroblock(address);
      isOver = (!isAdaptive || (address & 1) === 1) && engine.terminate(); // end_of_slice_flag
    }
    checkEnd(rbsp.data, engine.position, stopBit);
  }

  #walkMacroblock(address: number): void {
    const engine = this.#engine;
    const mbs = this.#mbs;
    const mbType = this.#readType();
    if (mbType === 25) {
      this.#walkPcm(address);
      return;
    }
    const isWhole = mbType > 0;
    mbs.kind[address] = isWhole ? MB.intra16x16 : MB.intra;
    if (!isWhole) {
      const isLarge = this.#header.pps.transform8x8
        ? engine.decision(CONTEXT.transform8x8 + this.#large())
        : 0;
      mbs.transform8x8[address] = isLarge;
      for (let left = isLarge === 1 ? 4 : 16; left > 0; left -= 1) {
        if (engine.decision(CONTEXT.isPredictedMode) === 1) continue;
        for (let bin = 0; bin < 3; bin += 1) engine.decision(CONTEXT.mode);
      }
    }
    const hasChroma = this.#planes.chromaBlocks > 0;
    if (hasChroma) mbs.chromaMode[address] = this.#readChromaMode();
    const code = mbType - 1;
    const pattern = isWhole
      ? (code >= 12 ? 15 : 0) + 16 * (((code / 4) | 0) % 3)
      : this.#readPattern(address, hasChroma);
    mbs.pattern[address] = pattern;
    if (pattern === 0 && !isWhole) {
      this.#hadDelta = 0;
      return;
    }
    this.#readDelta();
    this.#walkLuma(address, pattern & 15, isWhole);
    if (hasChroma && pattern >= 16) this.#walkChroma(address, pattern >= 32);
  }

  /** mb_type of I slices (9.3.2.5). */
  #readType(): number {
    const engine = this.#engine;
    const mbs = this.#mbs;
    mbs.lookLeft(0, 16);
    let beside = mbs.beside >= 0 && mbs.kind[mbs.beside] !== MB.intra ? 1 : 0;
    mbs.lookUp();
    if (mbs.beside >= 0 && mbs.kind[mbs.beside] !== MB.intra) beside += 1;
    const first = CONTEXT.mbType;
    if (engine.decision(first + beside) === 0) return 0;
    if (engine.terminate()) return 25;
    let type = 1 + 12 * engine.decision(first + 3);
    if (engine.decision(first + 4) === 1) type += 4 + 4 * engine.decision(first + 5);
    type += 2 * engine.decision(first + 6);
    return type + engine.decision(first + 7);
  }

  /** pcm samples begin at a whole byte, and the engine anew behind them. */
  #walkPcm(address: number): void {
    const mbs = this.#mbs;
    const { data, length } = this.#rbsp;
    const at = (this.#engine.position + 7) >> 3;
    const next = at + this.#planes.pcmBits / 8;
    if (next > length) throw new FormError('has a slice that ends before its syntax does');
    this.#engine.open(data, next, length);
    mbs.kind[address] = MB.pcm;
    mbs.pattern[address] = 47;
    mbs.dc[address] = 7;
    mbs.coefficients.fill(1, address * BLOCKS, address * BLOCKS + BLOCKS);
    this.#hadDelta = 0;
  }

  /** ctxIdxInc of transform_size_8x8_flag. */
  #large(): number {
    const mbs = this.#mbs;
    mbs.lookLeft(0, 16);
    const left = mbs.beside >= 0 ? mbs.transform8x8[mbs.beside]! : 0;
    mbs.lookUp();
    return left + (mbs.beside >= 0 ? mbs.transform8x8[mbs.beside]! : 0);
  }

  #readChromaMode(): number {
    const engine = this.#engine;
    const mbs = this.#mbs;
    mbs.lookLeft(0, 16);
    let beside = mbs.beside >= 0 && mbs.chromaMode[mbs.beside] !== 0 ? 1 : 0;
    mbs.lookUp();
    if (mbs.beside >= 0 && mbs.chromaMode[mbs.beside] !== 0) beside += 1;
    if (engine.decision(CONTEXT.chromaMode + beside) === 0) return 0;
    if (engine.decision(CONTEXT.chromaMode + 3) === 0) return 1;
    return 2 + engine.decision(CONTEXT.chromaMode + 3);
  }

  /** coded_block_pattern. */
  #readPattern(address: number, hasChroma: boolean): number {
    const engine = this.#engine;
    const mbs = this.#mbs;
    let luma = 0;
    for (let quarter = 0; quarter < 4; quarter += 1) {
      let beside = 0;
      if ((quarter & 1) === 1) {
        beside = ((luma >> (quarter - 1)) & 1) ^ 1;
      } else {
        mbs.lookLeft((quarter >> 1) * 8, 16);
        if (mbs.beside >= 0) beside = ((mbs.pattern[mbs.beside]! >> (mbs.besideY < 8 ? 1 : 3)) & 1) ^ 1;
      }
      if (quarter >= 2) {
        beside += 2 * (((luma >> (quarter - 2)) & 1) ^ 1);
      } else {
        mbs.lookUp();
        if (mbs.beside >= 0) beside += 2 * (((mbs.pattern[mbs.beside]! >> (2 + quarter)) & 1) ^ 1);
      }
      luma |= engine.decision(CONTEXT.lumaPattern + beside) << quarter;
    }
    mbs.pattern[address] = luma;
    if (!hasChroma) return luma;
    mbs.lookLeft(0, 16);
    const left = mbs.beside >= 0 ? mbs.pattern[mbs.beside]! >> 4 : 0;
    mbs.lookUp();
    const up = mbs.beside >= 0 ? mbs.pattern[mbs.beside]! >> 4 : 0;
    const first = CONTEXT.chromaPattern;
    if (engine.decision(first + Math.min(1, left) + 2 * Math.min(1, up)) === 0) return luma;
    return luma + 16 * (1 + engine.decision(first + 4 + (left >> 1) + 2 * (up >> 1)));
  }

  /** mb_qp_delta. */
  #readDelta(): void {
    const engine = this.#engine;
    const { lumaBits } = this.#header.sps;
    const most = 2 * (26 + 3 * (lumaBits - 8));
    let value = engine.decision(CONTEXT.delta + this.#hadDelta);
    this.#hadDelta = value;
    if (value === 0) return;
    while (engine.decision(CONTEXT.delta + (value === 1 ? 2 : 3)) === 1) {
      value += 1;
      if (value > most) throw new FormError('has a mb_qp_delta that the standard has not');
    }
  }

  #walkLuma(address: number, pattern: number, isWhole: boolean): void {
    const engine = this.#engine;
    const mbs = this.#mbs;
    if (isWhole && isCoded(engine, CATEGORY.dc, this.#dcBeside(1))) {
      mbs.dc[address]! |= 1;
      walkBlock(engine, CATEGORY.dc, 16, this.#isField);
    }
    const own = address * BLOCKS;
    if (mbs.transform8x8[address] === 1) {
      for (let quarter = 0; quarter < 4; quarter += 1) {
        if (((pattern >> quarter) & 1) === 0) continue;
        walkBlock(engine, CATEGORY.luma8x8, 64, this.#isField);
        const place = own + BLOCK_PLACES[4 * quarter]!;
        mbs.coefficients.fill(1, place, place + 2);
        mbs.coefficients.fill(1, place + 4, place + 6);
      }
      return;
    }
    const category = isWhole ? CATEGORY.ac : CATEGORY.luma;
    for (let block = 0; block < 16; block += 1) {
      if (((pattern >> (block >> 2)) & 1) === 0) continue;
      const place = BLOCK_PLACES[block]!;
      if (!isCoded(engine, category, this.#blocksBeside(own, place, 4, 16))) continue;
      walkBlock(engine, category, isWhole ? 15 : 16, this.#isField);
      mbs.coefficients[own + place] = 1;
    }
  }

  #walkChroma(address: number, hasAc: boolean): void {
    const engine = this.#engine;
    const mbs = this.#mbs;
    const { chromaBlocks, chromaHeight } = this.#planes;
    for (let flag = 2; flag <= 4; flag += 2) {
      if (!isCoded(engine, CATEGORY.chromaDc, this.#dcBeside(flag))) continue;
      mbs.dc[address]! |= flag;
      walkBlock(engine, CATEGORY.chromaDc, chromaBlocks, this.#isField);
    }
    if (!hasAc) return;
    for (let first = 16; first <= 32; first += 16) {
      const own = address * BLOCKS + first;
      for (let block = 0; block < chromaBlocks; block += 1) {
        if (!isCoded(engine, CATEGORY.chromaAc, this.#blocksBeside(own, block, 2, chromaHeight))) continue;
        walkBlock(engine, CATEGORY.chromaAc, 15, this.#isField);
        mbs.coefficients[own + block] = 1;
      }
    }
  }

  /** ctxIdxInc of coded_block_flag of a DC block; what is not there counts as coded. */
  #dcBeside(flag: number): number {
    const mbs = this.#mbs;
    mbs.lookLeft(0, 16);
    const left = mbs.beside < 0 || (mbs.dc[mbs.beside]! & flag) !== 0 ? 1 : 0;
    mbs.lookUp();
    return left + (mbs.beside < 0 || (mbs.dc[mbs.beside]! & flag) !== 0 ? 2 : 0);
  }

  /** The same of a block of 4 × 4. @param own place of the plane's first block; @param width blocks in a row */
  #blocksBeside(own: number, place: number, width: number, height: number): number {
    const mbs = this.#mbs;
    const first = own % BLOCKS;
    let [left, up] = [1, 1];
    if (place % width !== 0) {
      left = mbs.coefficients[own + place - 1]!;
    } else {
      mbs.lookLeft(((place / width) | 0) * 4, height);
      if (mbs.beside >= 0)
        left = mbs.coefficients[mbs.beside * BLOCKS + first + (mbs.besideY >> 2) * width + width - 1]!;
    }
    if (place >= width) {
      up = mbs.coefficients[own + place - width]!;
    } else {
      mbs.lookUp();
      if (mbs.beside >= 0)
        up = mbs.coefficients[mbs.beside * BLOCKS + first + (height / 4 - 1) * width + place]!;
    }
    return left + 2 * up;
  }
}

/**
 * The last bit that the engine has read is rbsp_stop_one_bit, and nothing follows; but x264 sets the last bit of the last byte in half of
 * its pictures.
 */
function checkEnd(data: Uint8Array, position: number, stopBit: number): void {
  const isStop = (place: number): boolean => ((data[place >> 3]! >> (7 - (place & 7))) & 1) === 1;
  const own = position - 1;
  const rest = data[own >> 3]! & ((1 << (7 - (own & 7))) - 1);
  if (isStop(own) && own >> 3 === stopBit >> 3 && rest <= 1) return;
  throw new FormError('has a slice that ends before its bytes do');
}
