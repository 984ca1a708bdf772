import { type Bits, FormError, NotFollowed } from '../bits.ts';

/** What uncompressed_header() says of what is behind it (VP9 bitstream specification, 6.2). */
export interface FrameHeader {
  readonly isIntra: boolean;
  readonly isLossless: boolean;
  readonly isFilterSwitchable: boolean;
  readonly allowsCompound: boolean;
  readonly highPrecision: boolean;
  readonly tiles: number;
  /** Bytes of the compressed header; 0: a frame is shown again. */
  readonly headerBytes: number;
}

/** Sizes of reference frames, as they are refreshed: what frames without a size of their own take theirs from. */
export class FrameSizes {
  readonly widths = new Uint32Array(8);
}

const SYNC_CODE = 0x498342;

/** @param bits of a frame, at its start; stands behind the header afterwards, at a whole byte */
export function readFrameHeader(bits: Bits, sizes: FrameSizes): FrameHeader {
  if (bits.read(2) !== 2) throw new FormError('has a frame_marker that VP9 has not');
  const profile = bits.read(1) + 2 * bits.read(1);
  if (profile === 3 && bits.flag()) throw new FormError('is of a reserved profile of VP9');
  if (bits.flag()) return AGAIN; // show_existing_frame
  const [isKey, isShown, isResilient] = [!bits.flag(), bits.flag(), bits.flag()];
  const isIntraOnly = !isKey && !isShown && bits.flag();
  if (!isKey && !isResilient) bits.skip(2); // reset_frame_context
  let [width, highPrecision, isFilterSwitchable, refresh] = [0, false, false, 255];
  const signs: boolean[] = [];
  if (isKey || isIntraOnly) {
    if (bits.read(24) !== SYNC_CODE) throw new FormError('has no sync code of VP9');
    if (isKey || profile > 0) skipColour(bits, profile);
    if (isIntraOnly) refresh = bits.read(8);
    width = readSize(bits);
  } else {
    refresh = bits.read(8);
    const references: number[] = [];
    for (let index = 0; index < 3; index += 1) {
      references.push(bits.read(3));
      signs.push(bits.flag());
    }
    const found = references.find(() => bits.flag());
    width = found === undefined ? readOwnSize(bits) : sizes.widths[found]!;
    skipRenderSize(bits);
    highPrecision = bits.flag();
    isFilterSwitchable = bits.flag();
    if (!isFilterSwitchable) bits.skip(2);
  }
  if (width === 0) throw new NotFollowed('refers to a frame that is not there');
  for (let slot = 0; slot < 8; slot += 1) if (((refresh >> slot) & 1) === 1) sizes.widths[slot] = width;
  if (!isResilient) bits.skip(2);
  bits.skip(2); // frame_context_idx
  skipLoopFilter(bits);
  const isLossless = readQuantizer(bits);
  skipSegmentation(bits);
  const tiles = readTiles(bits, width);
  const headerBytes = bits.read(16);
  if (headerBytes === 0) throw new FormError('has a frame of VP9 without a compressed header');
  bits.align();
  const allowsCompound = signs.some((sign) => sign !== signs[0]);
  const isIntra = isKey || isIntraOnly;
  return { isIntra, isLossless, isFilterSwitchable, allowsCompound, highPrecision, tiles, headerBytes };
}

const AGAIN: FrameHeader = {
  isIntra: false,
  isLossless: false,
  isFilterSwitchable: false,
  allowsCompound: false,
  highPrecision: false,
  tiles: 0,
  headerBytes: 0,
};

function skipColour(bits: Bits, profile: number): void {
  if (profile >= 2) bits.skip(1);
  const RGB = 7;
  const isRgb = bits.read(3) === RGB;
  if (!isRgb) bits.skip(1); // color_range
  if (profile === 1 || profile === 3) bits.skip(isRgb ? 1 : 3);
}

function readOwnSize(bits: Bits): number {
  const width = bits.read(16) + 1;
  bits.skip(16);
  return width;
}

function readSize(bits: Bits): number {
  const width = readOwnSize(bits);
  skipRenderSize(bits);
  return width;
}

function skipRenderSize(bits: Bits): void {
  if (bits.flag()) bits.skip(32);
}

function skipLoopFilter(bits: Bits): void {
  bits.skip(6 + 3);
  if (!bits.flag() || !bits.flag()) return;
  for (let left = 6; left > 0; left -= 1) if (bits.flag()) bits.skip(7);
}

/** @returns Lossless */
function readQuantizer(bits: Bits): boolean {
  let isZero = bits.read(8) === 0;
  for (let left = 3; left > 0; left -= 1) if (bits.flag() && bits.read(5) >> 1 !== 0) isZero = false;
  return isZero;
}

function skipSegmentation(bits: Bits): void {
  if (!bits.flag()) return;
  if (bits.flag()) {
    for (let left = 7; left > 0; left -= 1) if (bits.flag()) bits.skip(8);
    const isTemporal = bits.flag();
    for (let left = 3; left > 0 && isTemporal; left -= 1) if (bits.flag()) bits.skip(8);
  }
  if (!bits.flag()) return;
  bits.skip(1); // segmentation_abs_or_delta_update
  for (let left = 8; left > 0; left -= 1) for (const size of [9, 7, 2, 0]) if (bits.flag()) bits.skip(size);
}

/** tile_info(). @returns how many tiles there are */
function readTiles(bits: Bits, width: number): number {
  const columns = Math.ceil(width / 64);
  let [least, most] = [0, 1];
  while (64 << least < columns) least += 1;
  while (columns >> most >= 4) most += 1;
  let log2 = least;
  while (log2 < most - 1 && bits.flag()) log2 += 1;
  const rows = bits.flag() ? 1 + bits.read(1) : 0;
  return 1 << (log2 + rows);
}
