import type { BoolDecoder } from './bool-decoder.ts';
import type { FrameHeader } from './frame-header.ts';

const UPDATE = 252;
const [LARGEST_TRANSFORM, SELECTED] = [3, 4];

/** Walk through compressed_header() (VP9 bitstream specification, 6.3), all of which are updates of probabilities. */
export function walkCompressedHeader(bools: BoolDecoder, header: FrameHeader): void {
  let mode = 0; // tx_mode
  if (!header.isLossless) {
    mode = bools.literal(2);
    if (mode === LARGEST_TRANSFORM) mode += bools.literal(1);
  }
  if (mode === SELECTED) skipUpdates(bools, 2 * (1 + 2 + 3));
  for (let size = 0; size <= Math.min(mode, LARGEST_TRANSFORM); size += 1)
    if (bools.literal(1) === 1) skipUpdates(bools, 2 * 2 * (3 + 5 * 6) * 3);
  skipUpdates(bools, 3); // skip_prob
  if (header.isIntra) return;
  skipUpdates(bools, 7 * 3); // inter_mode_probs
  if (header.isFilterSwitchable) skipUpdates(bools, 4 * 2);
  skipUpdates(bools, 4); // is_inter_prob
  const isCompound = header.allowsCompound && bools.literal(1) === 1;
  const isSelected = isCompound && bools.literal(1) === 1;
  if (isSelected) skipUpdates(bools, 5);
  if (!isCompound || isSelected) skipUpdates(bools, 5 * 2);
  if (isCompound) skipUpdates(bools, 5);
  skipUpdates(bools, 4 * 9 + 16 * 3); // y_mode_probs, partition_probs
  skipVectors(bools, 3 + 2 * (1 + 10 + 1 + 10) + 2 * (2 * 3 + 3) + (header.highPrecision ? 2 * 2 : 0));
}

/** diff_update_prob(), so many times. */
function skipUpdates(bools: BoolDecoder, count: number): void {
  for (let left = count; left > 0; left -= 1) {
    if (bools.bool(UPDATE) === 0) continue;
    // decode_term_subexp
    let group = 0;
    while (group < 3 && bools.literal(1) === 1) group += 1;
    if (group < 3) bools.literal(group < 2 ? 4 : 5);
    else if (bools.literal(7) >= 65) bools.literal(1);
  }
}

/** update_mv_prob(), so many times. */
function skipVectors(bools: BoolDecoder, count: number): void {
  for (let left = count; left > 0; left -= 1) if (bools.bool(UPDATE) === 1) bools.literal(7);
}
