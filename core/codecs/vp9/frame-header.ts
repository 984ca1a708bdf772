import { BitstreamError } from '../../base/bit-reader.ts';
import { BitReader } from '../../base/plain-bit-reader.ts';

const FRAME_MARKER = 2;
const SYNC_CODE = 0x498342;
const KEY_FRAME = 0;
const SRGB = 7;
const ALL_SLOTS = 0xff;

/** Reads the uncompressed headers of a stream's frames (VP9 specification, 6.2), which need the sizes of earlier frames. */
export class Vp9FrameHeaders {
  /** Pixels across of the frame in each slot: the width says how many bits the tile columns take. */
  readonly #widths = new Array<number | undefined>(8).fill(undefined);

  /**
   * Read the uncompressed_header() of the frame [start, end) of `data`, to the bit.
   * @returns the first byte behind it, trailing bits included
   * @throws BitstreamError when it breaks the syntax or needs the size of a frame that is missing
   */
  read(data: Uint8Array, start: number, end: number): number {
    const reader = new BitReader(data, start, end);
    if (reader.read(2) !== FRAME_MARKER) throw new BitstreamError('does not begin with the frame marker');
    const profile = reader.read(1) + 2 * reader.read(1);
    if (profile === 3 && reader.flag()) throw new BitstreamError('has a reserved profile');
    if (reader.flag()) {
      reader.skip(3); // show_existing_frame: frame_to_show_map_idx
      return reader.position;
    }
    const frameType = reader.read(1);
    const shown = reader.flag();
    const errorResilient = reader.flag();

    let width: number;
    let refresh = ALL_SLOTS;
    if (frameType === KEY_FRAME) {
      readSyncCode(reader);
      skipColorConfig(reader, profile);
      width = readFrameSize(reader);
    } else {
      const intraOnly = !shown && reader.flag();
      if (!errorResilient) reader.skip(2); // reset_frame_context
      if (intraOnly) {
        readSyncCode(reader);
        if (profile > 0) skipColorConfig(reader, profile);
        refresh = reader.read(8);
        width = readFrameSize(reader);
      } else {
        refresh = reader.read(8);
        width = this.#readReferences(reader);
      }
    }
    if (!errorResilient) reader.skip(2); // refresh_frame_context, frame_parallel_decoding_mode
    reader.skip(2); // frame_context_idx
    skipLoopFilter(reader);
    skipQuantization(reader);
    if (reader.flag()) skipSegmentation(reader);
    skipTileInfo(reader, width);
    if (reader.read(16) === 0) throw new BitstreamError('has no compressed header'); // header_size_in_bytes

    for (let slot = 0; slot < this.#widths.length; slot += 1) {
      if (((refresh >> slot) & 1) === 1) this.#widths[slot] = width;
    }
    return reader.position;
  }

  /** From ref_frame_idx to the interpolation filter of an inter frame; answers its width. */
  #readReferences(reader: BitReader): number {
    const slots = [0, 1, 2].map(() => {
      const slot = reader.read(3);
      reader.skip(1); // ref_frame_sign_bias
      return slot;
    });
    const found = slots.find(() => reader.flag()); // found_ref
    const width = found === undefined ? readStatedSize(reader) : this.#widths[found];
    if (width === undefined)
      throw new BitstreamError(`refers to the frame in slot ${found}, which is missing`);
    skipRenderSize(reader);
    reader.skip(1); // allow_high_precision_mv
    if (!reader.flag()) reader.skip(2); // is_filter_switchable: raw_interpolation_filter
    return width;
  }
}

function readSyncCode(reader: BitReader): void {
  if (reader.read(24) !== SYNC_CODE)
    throw new BitstreamError('does not have the sync code of an intra frame');
}

/** color_config() */
function skipColorConfig(reader: BitReader, profile: number): void {
  if (profile >= 2) reader.skip(1); // ten_or_twelve_bit
  const subsampled = profile === 1 || profile === 3;
  if (reader.read(3) !== SRGB)
    reader.skip(subsampled ? 4 : 1); // color_range, subsampling_x and _y, reserved_zero
  else if (subsampled) reader.skip(1); // reserved_zero
}

/** frame_size() and render_size(); answers the width. */
function readFrameSize(reader: BitReader): number {
  const width = readStatedSize(reader);
  skipRenderSize(reader);
  return width;
}

function readStatedSize(reader: BitReader): number {
  const width = reader.read(16) + 1;
  reader.skip(16); // frame_height_minus_1
  return width;
}

function skipRenderSize(reader: BitReader): void {
  if (reader.flag()) reader.skip(32);
}

/** loop_filter_params() */
function skipLoopFilter(reader: BitReader): void {
  reader.skip(6 + 3); // loop_filter_level, loop_filter_sharpness
  if (!reader.flag() || !reader.flag()) return; // loop_filter_delta_enabled, loop_filter_delta_update
  for (let delta = 0; delta < 4 + 2; delta += 1) skipOptional(reader, 7);
}

/** quantization_params() */
function skipQuantization(reader: BitReader): void {
  reader.skip(8); // base_q_idx
  for (let delta = 0; delta < 3; delta += 1) skipOptional(reader, 5);
}

/** Bits of the features of a segment, with their signs. */
const FEATURE_BITS = [8 + 1, 6 + 1, 2, 0] as const;
const SEGMENTS = 8;

/** segmentation_params() with segmentation enabled. */
function skipSegmentation(reader: BitReader): void {
  if (reader.flag()) {
    for (let probability = 0; probability < 7; probability += 1) skipOptional(reader, 8);
    const temporal = reader.flag();
    for (let probability = 0; temporal && probability < 3; probability += 1) skipOptional(reader, 8);
  }
  if (!reader.flag()) return; // segmentation_update_data
  reader.skip(1); // segmentation_abs_or_delta_update
  for (let segment = 0; segment < SEGMENTS; segment += 1) {
    for (const bits of FEATURE_BITS) skipOptional(reader, bits);
  }
}

/** tile_info(): tiles are 4 to 64 superblocks wide. */
function skipTileInfo(reader: BitReader, width: number): void {
  const superblocks = Math.ceil(width / 64);
  let log = 0;
  while (64 << log < superblocks) log += 1;
  while (superblocks >> (log + 1) >= 4 && reader.flag()) log += 1;
  if (reader.flag()) reader.skip(1); // tile_rows_log2
}

/** A flag, and as many bits if it is set. */
function skipOptional(reader: BitReader, bits: number): void {
  if (reader.flag()) reader.skip(bits);
}
