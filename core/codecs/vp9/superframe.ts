/** Frames of a superframe, at most. */
export const MOST_FRAMES = 8;

/**
 * Cut a sample into its frames: one, or those that a superframe index at the end lists (VP9 specification, annex B). The
 * index, and what it leaves over in front of it, belong to no frame.
 * @param bounds where the frames' starts and ends go, in turn, as positions in `data`, and behind them where the index starts
 * @returns the number of frames; 0 when the index lists more bytes than there are
 */
export function splitSuperframe(data: Uint8Array, start: number, end: number, bounds: Uint32Array): number {
  const marker = data[end - 1]!;
  const frames = (marker & 7) + 1;
  const sizeBytes = ((marker >> 3) & 3) + 1;
  const index = end - 2 - frames * sizeBytes;
  // Both ends of the index have the marker, 0b110 and the two numbers; a frame of a single byte can look like one end.
  if ((marker & 0xe0) !== 0xc0 || index < start || data[index] !== marker) {
    bounds[0] = start;
    bounds[1] = end;
    bounds[2] = end;
    return 1;
  }
  let at = start;
  for (let frame = 0; frame < frames; frame += 1) {
    let size = 0;
    for (let byte = sizeBytes; byte > 0; byte -= 1)
      size = size * 256 + data[index + frame * sizeBytes + byte]!;
    if (size > index - at) return 0;
    bounds[2 * frame] = at;
    at += size;
    bounds[2 * frame + 1] = at;
  }
  bounds[2 * frames] = index;
  return frames;
}
