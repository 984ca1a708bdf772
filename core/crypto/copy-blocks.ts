/** Copy `count` blocks between strided places, by 32-bit words: a native copy of 16 bytes costs more than it moves. */
export function copyBlocks(
  source: DataView,
  sourceStart: number,
  sourceStride: number,
  target: DataView,
  targetStart: number,
  targetStride: number,
  count: number,
): void {
  let from = sourceStart;
  let to = targetStart;
  for (let n = 0; n < count; n++) {
    target.setInt32(to, source.getInt32(from, true), true);
    target.setInt32(to + 4, source.getInt32(from + 4, true), true);
    target.setInt32(to + 8, source.getInt32(from + 8, true), true);
    target.setInt32(to + 12, source.getInt32(from + 12, true), true);
    from += sourceStride;
    to += targetStride;
  }
}
