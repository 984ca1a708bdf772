import { FormError } from '../bits.ts';
import type { CabacEngine } from '../cabac/engine.ts';
import { CONTEXT } from './contexts.ts';
import type { Picture } from './picture.ts';
import { type Residual, ResidualWalk, SCAN } from './residual.ts';
import type { SliceHeader } from './slice-header.ts';

/** Intra prediction modes. */
const [PLANAR, DC, HORIZONTAL, VERTICAL, LAST_ANGULAR] = [0, 1, 10, 26, 34];
/** intra_chroma_pred_mode that takes the mode of luma. */
const AS_LUMA = 4;
/** IntraPredModeC of the others, unless luma has the very same. */
const CHROMA_MODES = [PLANAR, VERTICAL, HORIZONTAL, DC];

/** Flags of chroma blocks of a transform tree. */
const [CB, CR] = [1, 2];

/** Walks through coding_quadtree() of I slices of Main and Main 10 (ITU-T H.265, 7.3.8.4): chroma is 4:2:0. */
export class CodingTree {
  readonly #engine: CabacEngine;
  readonly #picture: Picture;
  readonly #residual: ResidualWalk;
  readonly #block: Residual = { size: 2, isChroma: false, scan: 0, isBypass: false };
  #header!: SliceHeader;
  #ctb = 0;
  #isDeltaCoded = false;
  #chromaMode = 0;
  #isSplitIntra = false;

  constructor(engine: CabacEngine, picture: Picture) {
    this.#engine = engine;
    this.#picture = picture;
    this.#residual = new ResidualWalk(engine);
  }

  open(header: SliceHeader): void {
    this.#header = header;
    this.#residual.signHiding = header.pps.signHiding;
    this.#residual.transformSkip = header.pps.transformSkip;
  }

  /** All of a CTB. @param address CtbAddrInRs */
  walk(address: number): void {
    const { columns, ctbSize } = this.#picture;
    this.#ctb = address;
    const [x, y] = [(address % columns) * ctbSize, Math.floor(address / columns) * ctbSize];
    this.#walkQuadtree(x, y, this.#header.sps.ctb, 0);
  }

  #walkQuadtree(x: number, y: number, size: number, depth: number): void {
    const { sps, pps } = this.#header;
    const side = 1 << size;
    const isInside = x + side <= sps.width && y + side <= sps.height;
    const isSplit =
      isInside && size > sps.minCb
        ? this.#engine.decision(this.#splitContext(x, y, depth)) === 1
        : size > sps.minCb;
    if (pps.deltaDepth !== undefined && size >= sps.ctb - pps.deltaDepth) this.#isDeltaCoded = false;
    if (!isSplit) {
      this.#walkUnit(x, y, size, depth);
      return;
    }
    const half = side >> 1;
    for (let part = 0; part < 4; part += 1) {
      const [left, top] = [x + (part & 1) * half, y + (part >> 1) * half];
      if (left < sps.width && top < sps.height) this.#walkQuadtree(left, top, size - 1, depth + 1);
    }
  }

  #splitContext(x: number, y: number, depth: number): number {
    const picture = this.#picture;
    let context = CONTEXT.split;
    if (picture.isThere(x - 1, y, this.#ctb) && picture.depths[picture.unitAt(x - 1, y)]! > depth)
      context += 1;
    if (picture.isThere(x, y - 1, this.#ctb) && picture.depths[picture.unitAt(x, y - 1)]! > depth)
      context += 1;
    return context;
  }

  /** coding_unit(). */
  #walkUnit(x: number, y: number, size: number, depth: number): void {
    const engine = this.#engine;
    const picture = this.#picture;
    const { sps, pps } = this.#header;
    this.#block.isBypass = pps.bypass && engine.decision(CONTEXT.bypass) === 1;
    this.#isSplitIntra = size === sps.minCb && engine.decision(CONTEXT.partMode) === 0;
    fillSquare(picture.depths, picture.unitAt(x, y), picture.units, 1 << (size - 2), depth);
    this.#readModes(x, y, size);
    this.#walkTransforms(x, y, size, 0, 0, CB | CR);
  }

  /** Prediction modes of luma, of one part or four, and of chroma. */
  #readModes(x: number, y: number, size: number): void {
    const engine = this.#engine;
    const picture = this.#picture;
    const parts = this.#isSplitIntra ? 4 : 1;
    const partSize = this.#isSplitIntra ? size - 1 : size;
    let flags = 0;
    for (let part = 0; part < parts; part += 1) flags |= engine.decision(CONTEXT.isPredictedMode) << part;
    for (let part = 0; part < parts; part += 1) {
      const [left, top] = [x + ((part & 1) << partSize), y + ((part >> 1) << partSize)];
      const isPredicted = ((flags >> part) & 1) === 1;
      const number = isPredicted ? this.#shortNumber() : this.#bits(5);
      const mode = this.#modeOf(left, top, number, isPredicted);
      // A part of 4 × 4 is one unit; parts are never smaller.
      fillSquare(picture.modes, picture.unitAt(left, top), picture.units, 1 << (partSize - 2), mode);
    }
    const own = picture.modes[picture.unitAt(x, y)]!;
    const chroma = engine.decision(CONTEXT.chromaMode) === 0 ? AS_LUMA : this.#bits(2);
    const other = chroma === AS_LUMA ? own : CHROMA_MODES[chroma]!;
    this.#chromaMode = chroma !== AS_LUMA && other === own ? LAST_ANGULAR : other;
  }

  /** mpm_idx. */
  #shortNumber(): number {
    return this.#engine.bypass() === 0 ? 0 : 1 + this.#engine.bypass();
  }

  #bits(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left -= 1) value = (value << 1) | this.#engine.bypass();
    return value;
  }

  /** IntraPredModeY (8.4.2). @param number mpm_idx or rem_intra_luma_pred_mode */
  #modeOf(x: number, y: number, number: number, isPredicted: boolean): number {
    const picture = this.#picture;
    const left = picture.isThere(x - 1, y, this.#ctb) ? picture.modes[picture.unitAt(x - 1, y)]! : DC;
    const isInRow = y % picture.ctbSize !== 0;
    const above =
      isInRow && picture.isThere(x, y - 1, this.#ctb) ? picture.modes[picture.unitAt(x, y - 1)]! : DC;
    const likely = likelyModes(left, above);
    if (isPredicted) return likely[number]!;
    let mode = number;
    for (const one of likely.sort((first, second) => first - second)) if (mode >= one) mode += 1;
    return mode;
  }

  /** transform_tree(). @param parent which chroma blocks of the one around it have coefficients */
  #walkTransforms(x: number, y: number, size: number, depth: number, part: number, parent: number): void {
    const engine = this.#engine;
    const { sps } = this.#header;
    const isForced = size > sps.maxTb || (this.#isSplitIntra && depth === 0);
    const mostDepth = sps.intraDepth + Number(this.#isSplitIntra);
    const isSplit =
      size <= sps.maxTb && size > sps.minTb && depth < mostDepth && !(this.#isSplitIntra && depth === 0)
        ? engine.decision(CONTEXT.splitTransform + 5 - size) === 1
        : isForced;
    let chroma = parent;
    if (size > 2) {
      chroma = 0;
      if ((parent & CB) !== 0 && engine.decision(CONTEXT.cbfChroma + depth) === 1) chroma |= CB;
      if ((parent & CR) !== 0 && engine.decision(CONTEXT.cbfChroma + depth) === 1) chroma |= CR;
    }
    if (isSplit) {
      if (size <= 2) throw new FormError('has a block of transforms that is too small');
      const half = 1 << (size - 1);
      for (let index = 0; index < 4; index += 1)
        this.#walkTransforms(
          x + (index & 1) * half,
          y + (index >> 1) * half,
          size - 1,
          depth + 1,
          index,
          chroma,
        );
      return;
    }
    const hasLuma = engine.decision(CONTEXT.cbfLuma + (depth === 0 ? 1 : 0)) === 1;
    this.#walkTransformUnit(x, y, size, part, hasLuma, chroma);
  }

  #walkTransformUnit(
    x: number,
    y: number,
    size: number,
    part: number,
    hasLuma: boolean,
    chroma: number,
  ): void {
    if (!hasLuma && chroma === 0) return;
    const picture = this.#picture;
    if (this.#header.pps.deltaDepth !== undefined && !this.#isDeltaCoded) this.#readDelta();
    if (hasLuma) {
      const mode = picture.modes[picture.unitAt(x, y)]!;
      this.#walkBlock(size, false, size <= 3 ? scanOf(mode) : SCAN.diagonal);
    }
    // Four blocks of 4 × 4 have chroma in common, behind the last of them.
    const chromaSize = size > 2 ? size - 1 : part === 3 ? 2 : 0;
    if (chromaSize === 0) return;
    const scan = chromaSize === 2 ? scanOf(this.#chromaMode) : SCAN.diagonal;
    if ((chroma & CB) !== 0) this.#walkBlock(chromaSize, true, scan);
    if ((chroma & CR) !== 0) this.#walkBlock(chromaSize, true, scan);
  }

  #walkBlock(size: number, isChroma: boolean, scan: number): void {
    const block = this.#block;
    block.size = size;
    block.isChroma = isChroma;
    block.scan = scan;
    this.#residual.walk(block);
  }

  /** cu_qp_delta_abs and its sign. */
  #readDelta(): void {
    const engine = this.#engine;
    this.#isDeltaCoded = true;
    let value = 0;
    while (value < 5 && engine.decision(CONTEXT.delta + (value === 0 ? 0 : 1)) === 1) value += 1;
    if (value === 0) return;
    if (value === 5) {
      let order = 0;
      while (engine.bypass() === 1) {
        value += 1 << order;
        order += 1;
        if (order > 8) throw new FormError('has a cu_qp_delta_abs that the standard has not');
      }
      value += this.#bits(order);
    }
    if (value > 26 + 3 * (this.#header.sps.lumaBits - 8))
      throw new FormError('has a cu_qp_delta_abs that the standard has not');
    engine.bypass();
  }
}

/** candModeList. */
function likelyModes(left: number, above: number): number[] {
  if (left !== above) {
    const third = left !== PLANAR && above !== PLANAR ? PLANAR : left !== DC && above !== DC ? DC : VERTICAL;
    return [left, above, third];
  }
  if (left < 2) return [PLANAR, DC, VERTICAL];
  return [left, 2 + ((left + 29) % 32), 2 + ((left - 2 + 1) % 32)];
}

/** scanIdx of small blocks (7.4.9.11). */
function scanOf(mode: number): number {
  if (mode >= 6 && mode <= 14) return SCAN.vertical;
  return mode >= 22 && mode <= 30 ? SCAN.horizontal : SCAN.diagonal;
}

/** A square of so many units a side. */
function fillSquare(column: Uint8Array, first: number, width: number, side: number, value: number): void {
  for (let row = 0; row < side; row += 1) column.fill(value, first + row * width, first + row * width + side);
}
