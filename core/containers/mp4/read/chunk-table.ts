import { BoxError, viewOf } from '../../../base/box-walk.ts';
import { DescriptionRuns } from './description-runs.ts';
import { lastAtOrBelow, type Rows, rowsAfter, rowsOf, type SampleTableBoxes } from './table-rows.ts';

/** Sizes of samples: one for all, or a column as narrow as the largest allows. */
type Sizes = number | Uint8Array | Uint16Array | Uint32Array;

/** A day of AAC has 4 million samples. The limit keeps hostile tables from filling the memory. */
export const MOST_SAMPLES = 2 ** 26;

/** Samples whose sizes are summed at most to find one of them. */
const PIECE = 1024;

/**
 * `stsz` or `stz2`, `stsc`, `stco` or `co64` (ISO/IEC 14496-12, 8.7): where each sample lies in the file.
 * Chunks are kept as pieces of at most {@link PIECE} samples, since some writers put a whole track into one chunk.
 */
export class ChunkTable {
  readonly count: number;
  /** Sum of all sizes. */
  readonly bytes: number;
  readonly descriptions: DescriptionRuns;
  readonly #sizes: Sizes;
  /** Number of the first sample of each piece, and its position in the file. */
  readonly #pieceSamples: Uint32Array;
  readonly #pieceOffsets: Uint32Array | Float64Array;

  /** @throws BoxError when the tables contradict each other or point outside the first `fileSize` bytes */
  constructor(boxes: SampleTableBoxes, fileSize: number) {
    const { count, sizes } = readSizes(boxes);
    const chunks = readChunks(boxes, count);
    let pieces = 0;
    for (const samples of chunks.samples) pieces += Math.ceil(samples / PIECE);
    this.count = count;
    this.descriptions = chunks.descriptions;
    this.#sizes = sizes;
    this.#pieceSamples = new Uint32Array(pieces);
    this.#pieceOffsets = new (fileSize > 0xffff_ffff ? Float64Array : Uint32Array)(pieces);
    this.bytes = this.#layOut(chunks, fileSize);
  }

  /** Fill both columns for samples `first` to `end`. */
  fill(first: number, end: number, offsets: Float64Array, sizes: Uint32Array): void {
    if (first >= end) return;
    const column = this.#sizes;
    if (typeof column === 'number') sizes.fill(column, 0, end - first);
    else sizes.set(column.subarray(first, end));

    let piece = lastAtOrBelow(this.#pieceSamples, first);
    let at = this.#pieceOffsets[piece]! + this.#sumOfSizes(this.#pieceSamples[piece]!, first);
    let pieceEnd = this.#pieceSamples[piece + 1] ?? this.count;
    for (let sample = first; sample < end; sample++) {
      if (sample === pieceEnd) {
        at = this.#pieceOffsets[++piece]!;
        pieceEnd = this.#pieceSamples[piece + 1] ?? this.count;
      }
      offsets[sample - first] = at;
      at += sizes[sample - first]!;
    }
  }

  /** Cut the chunks into pieces. Everything is checked here, in one pass, so that nothing needs to be later. */
  #layOut({ samples, offset }: Chunks, fileSize: number): number {
    let bytes = 0;
    let piece = 0;
    let sample = 0;
    for (let chunk = 0; chunk < samples.length; chunk++) {
      let at = offset(chunk);
      for (const end = sample + samples[chunk]!; sample < end; piece++) {
        const next = Math.min(end, sample + PIECE);
        this.#pieceSamples[piece] = sample;
        this.#pieceOffsets[piece] = at;
        const size = this.#sumOfSizes(sample, next);
        at += size;
        bytes += size;
        sample = next;
        if (at > fileSize)
          throw new BoxError(`sample data goes on to byte ${at}, but the file has only ${fileSize}`);
      }
    }
    // Samples that share bytes could make a small file demand any amount of memory and output.
    if (bytes > fileSize)
      throw new BoxError(`the samples of a track have ${bytes} bytes, the file only ${fileSize}`);
    return bytes;
  }

  #sumOfSizes(first: number, end: number): number {
    const sizes = this.#sizes;
    if (typeof sizes === 'number') return (end - first) * sizes;
    let sum = 0;
    for (let sample = first; sample < end; sample++) sum += sizes[sample]!;
    return sum;
  }
}

/** Number of samples and position of each chunk, and what their samples are described by. */
interface Chunks {
  readonly samples: Uint32Array;
  readonly descriptions: DescriptionRuns;
  offset(chunk: number): number;
}

function readSizes(boxes: SampleTableBoxes): { count: number; sizes: Sizes } {
  const type = boxes.has('stsz') ? 'stsz' : 'stz2';
  const payload = boxes.get(type);
  if (!payload) throw new BoxError('a track has no "stsz" box');
  const view = viewOf(payload);
  const uniform = type === 'stsz' ? view.getUint32(4) : 0;
  const bits = type === 'stsz' ? 32 : view.getUint8(7);
  const count = view.getUint32(8);
  if (count > MOST_SAMPLES) throw new BoxError(`"${type}" claims ${count} samples`);
  if (uniform > 0) return { count, sizes: uniform };
  const rows = rowsAfter(payload, type, 12, count, bits / 8);
  return { count, sizes: sizeColumn(rows, bits) };
}

function sizeColumn({ count, view }: Rows, bits: number): Exclude<Sizes, number> {
  switch (bits) {
    case 4:
      return Uint8Array.from(
        { length: count },
        (_, i) => (view.getUint8(i >> 1) >> (i % 2 === 0 ? 4 : 0)) & 15,
      );
    case 8:
      return Uint8Array.from({ length: count }, (_, i) => view.getUint8(i));
    case 16:
      return Uint16Array.from({ length: count }, (_, i) => view.getUint16(i * 2));
    case 32: {
      let largest = 0;
      for (let i = 0; i < count; i++) largest = Math.max(largest, view.getUint32(i * 4));
      const column = new (largest > 0xffff ? Uint32Array : Uint16Array)(count);
      for (let i = 0; i < count; i++) column[i] = view.getUint32(i * 4);
      return column;
    }
    default:
      throw new BoxError(`"stz2" has sizes of ${bits} bits`);
  }
}

function readChunks(boxes: SampleTableBoxes, count: number): Chunks {
  const large = boxes.has('co64');
  const { count: chunks, view } = large ? rowsOf(boxes, 'co64', 8) : rowsOf(boxes, 'stco', 4);
  return {
    ...readChunkSizes(boxes, chunks, count),
    offset: large
      ? (chunk) => view.getUint32(chunk * 8) * 2 ** 32 + view.getUint32(chunk * 8 + 4)
      : (chunk) => view.getUint32(chunk * 4),
  };
}

/** Expand `stsc`: samples of each chunk. */
function readChunkSizes(
  boxes: SampleTableBoxes,
  chunks: number,
  count: number,
): Pick<Chunks, 'samples' | 'descriptions'> {
  const { count: rows, view } = rowsOf(boxes, 'stsc', 12);
  const sizes = new Uint32Array(chunks);
  const descriptions = new DescriptionRuns();
  let sample = 0;
  let chunk = 0;
  for (let row = 0; row < rows; row++) {
    const next = row + 1 < rows ? view.getUint32((row + 1) * 12) - 1 : chunks;
    const samples = view.getUint32(row * 12 + 4);
    if (view.getUint32(row * 12) - 1 !== chunk || next <= chunk || next > chunks) {
      throw new BoxError('the chunks of "stsc" are not in order or not in "stco"');
    }
    sizes.fill(samples, chunk, next);
    if (samples > 0) descriptions.push(sample, view.getUint32(row * 12 + 8));
    sample += samples * (next - chunk);
    chunk = next;
  }
  if (sample !== count)
    throw new BoxError(`"stsc" and "stco" place ${sample} samples, but there are ${count}`);
  return { samples: sizes, descriptions };
}

/** Which entry of `stsd` the first sample uses, from 1; `undefined` where the tables list no samples. */
export function firstDescription(boxes: SampleTableBoxes): number | undefined {
  const { count, view } = rowsOf(boxes, 'stsc', 12);
  return count > 0 ? view.getUint32(8) : undefined;
}
