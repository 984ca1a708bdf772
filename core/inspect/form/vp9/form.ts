import { Bits, FormError } from '../bits.ts';
import type { CodecForm, SampleBytes, SampleForm } from '../codec-form.ts';
import { BoolDecoder } from './bool-decoder.ts';
import { walkCompressedHeader } from './compressed-header.ts';
import { type FrameHeader, FrameSizes, readFrameHeader } from './frame-header.ts';

/** A frame of a sample: what its header says, and where that ends; places from the start of the sample. */
interface Frame {
  readonly header: FrameHeader;
  readonly headerEnd: number;
  readonly end: number;
}

/** VP9: compressed headers are followed to their padding, tiles fill the frame, and each begins as the Boolean decoder wants it. */
export class Vp9Form implements CodecForm {
  readonly #bits = new Bits();
  readonly #bools = new BoolDecoder();
  readonly #sizes = new FrameSizes();
  /** Of the sample that was learned last: headers that were not encrypted are the same in trials. */
  #frames: Frame[] = [];
  at = 0;

  learn({ data, start, end }: SampleBytes): void {
    this.at = start;
    this.#frames = [];
    let at = start;
    for (const size of framesOf(data, start, end)) {
      this.at = at;
      const bits = this.#bits.open(data, at, at + size);
      const header = readFrameHeader(bits, this.#sizes);
      this.#frames.push({ header, headerEnd: (bits.position >> 3) - start, end: at + size - start });
      at += size;
    }
  }

  check({ data, start }: SampleBytes): SampleForm {
    let isWalked = false;
    for (const { header, headerEnd, end } of this.#frames) {
      if (header.headerBytes === 0) continue;
      const compressedEnd = start + headerEnd + header.headerBytes;
      this.at = start + headerEnd;
      if (compressedEnd > start + end)
        throw new FormError('has a compressed header of VP9 that is longer than its frame');
      const bools = this.#bools;
      bools.open(data, start + headerEnd, compressedEnd);
      walkCompressedHeader(bools, header);
      this.at = bools.at;
      bools.close();
      this.#checkTiles(data, compressedEnd, start + end, header.tiles);
      isWalked = true;
    }
    return { isWalked, exactBits: 0 };
  }

  /** Sizes of all tiles but the last, and the marker that each begins with. */
  #checkTiles(data: Uint8Array, start: number, end: number, tiles: number): void {
    let at = start;
    for (let left = tiles; left > 0; left -= 1) {
      this.at = at;
      let next = end;
      if (left > 1) {
        if (at + 4 > end) throw new FormError('has tiles of VP9 that do not fit their frame');
        next = at + 4 + new DataView(data.buffer, data.byteOffset + at, 4).getUint32(0);
        at += 4;
      }
      if (next > end) throw new FormError('has tiles of VP9 that do not fit their frame');
      this.#bools.open(data, at, next);
      at = next;
    }
  }
}

/** Sizes of the frames of a superframe (VP9 bitstream specification, annex B); of a plain frame its own. */
function framesOf(data: Uint8Array, start: number, end: number): number[] {
  const marker = data[end - 1]!;
  const count = (marker & 7) + 1;
  const bytes = ((marker >> 3) & 3) + 1;
  const index = end - 2 - count * bytes;
  if (marker >> 5 !== 6 || index < start || data[index] !== marker) return [end - start];
  const sizes: number[] = [];
  let left = index - start;
  for (let frame = 0; frame < count; frame += 1) {
    let size = 0;
    for (let byte = bytes - 1; byte >= 0; byte -= 1)
      size = size * 256 + data[index + 1 + frame * bytes + byte]!;
    if (size > left) throw new FormError('has frames of VP9 that do not fit their superframe');
    left -= size;
    if (size > 0) sizes.push(size);
  }
  return sizes;
}
