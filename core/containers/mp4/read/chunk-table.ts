import { lastAtOrBelow } from '../../../base/ascending.ts';
import { BoxError } from '../../../base/box-walk.ts';
import { GrowingColumn, GrowingDoubles } from '../../../base/growing-column.ts';
import { DescriptionRuns } from './description-runs.ts';
import { type SampleSizes, type SizeSums, sampleSizes } from './sample-sizes.ts';
import { KEPT_EVERY, type Rows, rowsOf, type SampleTableBoxes } from './table-rows.ts';

/**
 * `stsz` or `stz2`, `stsc`, `stco` or `co64` (ISO/IEC 14496-12, 8.7): where each sample lies in the file.
 * The tables stay as they are; of every {@link KEPT_EVERY} samples or chunks one place is kept, from which the next ones are found.
 */
export class ChunkTable {
  readonly count: number;
  /** Sum of all sizes. */
  readonly bytes: number;
  /** How many samples have nothing in them. */
  readonly empty: number;
  readonly descriptions = new DescriptionRuns();
  readonly #sizes: SampleSizes;
  readonly #chunks: Chunks;
  readonly #places: Places;

  /** @throws BoxError when the tables contradict each other or point outside the first `fileSize` bytes */
  constructor(boxes: SampleTableBoxes, fileSize: number) {
    this.#sizes = sampleSizes(boxes);
    this.count = this.#sizes.count;
    this.#chunks = readChunks(boxes, this.count, this.descriptions);
    const { places, bytes, empty } = layOut(this.#chunks, this.#sizes, fileSize);
    this.#places = places;
    this.bytes = bytes;
    this.empty = empty;
  }

  sumOfSizes(first: number, end: number): number {
    return this.#sizes.sum(first, end);
  }

  /** Fill both columns for samples `first` to `end`. */
  fill(first: number, end: number, offsets: Float64Array, sizes: Uint32Array): void {
    if (first >= end) return;
    this.#sizes.fill(first, end, sizes);
    let place = this.#placeOf(first, this.#places.before(first));
    for (let sample = first; sample < end; ) {
      let at = place.at + this.#sizes.sum(place.sample, sample);
      for (const until = Math.min(end, place.end); sample < until; sample++) {
        offsets[sample - first] = at;
        at += sizes[sample - first]!;
      }
      if (sample < end) place = this.#placeOf(sample, place);
    }
  }

  /** In the chunk of a sample. @param place in front of it, and moved there if it is not far */
  #placeOf(sample: number, place: Place): Place {
    let at = place;
    // Chunks may have no samples, any number of them: only so many are gone through.
    for (let steps = 0; at.end <= sample; steps++) {
      if (steps === KEPT_EVERY) at = this.#places.before(sample);
      else this.#chunks.next(at);
    }
    return at;
  }
}

/** A sample, the chunk that it is in, and the row of `stsc` for that. */
interface Place {
  sample: number;
  /** Of the sample, in the file. */
  at: number;
  chunk: number;
  /** The first sample behind the chunk. */
  end: number;
  row: number;
}

/** Places that are kept, in the order of the samples. */
class Places {
  readonly #samples = new GrowingColumn();
  readonly #positions = new GrowingDoubles();
  readonly #chunks = new GrowingColumn();
  readonly #ends = new GrowingColumn();
  readonly #rows = new GrowingColumn();

  keep({ sample, at, chunk, end, row }: Place): void {
    this.#samples.push(sample);
    this.#positions.push(at);
    this.#chunks.push(chunk);
    this.#ends.push(end);
    this.#rows.push(row);
  }

  /** The last one that is not behind a sample. */
  before(sample: number): Place {
    const kept = lastAtOrBelow(this.#samples.values.subarray(0, this.#samples.length), sample);
    return {
      sample: this.#samples.values[kept]!,
      at: this.#positions.values[kept]!,
      chunk: this.#chunks.values[kept]!,
      end: this.#ends.values[kept]!,
      row: this.#rows.values[kept]!,
    };
  }
}

/** Go through all chunks once. Everything is checked here, so that nothing needs to be later. */
function layOut(chunks: Chunks, sizes: SampleSizes, fileSize: number): SizeSums & { places: Places } {
  const places = new Places();
  const place = chunks.start();
  let [bytes, empty] = [0, 0];
  let [keptSample, keptChunk] = [Number.NEGATIVE_INFINITY, 0];
  const keepIfFar = () => {
    if (place.sample - keptSample < KEPT_EVERY && place.chunk - keptChunk < KEPT_EVERY) return;
    places.keep(place);
    [keptSample, keptChunk] = [place.sample, place.chunk];
  };
  while (place.chunk + 1 < chunks.count) {
    chunks.next(place);
    keepIfFar();
    while (place.sample < place.end) {
      const next = Math.min(place.end, place.sample + KEPT_EVERY);
      const sums = sizes.sums(place.sample, next);
      bytes += sums.bytes;
      empty += sums.empty;
      place.at += sums.bytes;
      place.sample = next;
      if (place.at > fileSize)
        throw new BoxError(`sample data goes on to byte ${place.at}, but the file has only ${fileSize}`);
      keepIfFar();
    }
  }
  // Samples that share bytes could make a small file demand any amount of memory and output.
  if (bytes > fileSize)
    throw new BoxError(`the samples of a track have ${bytes} bytes, the file only ${fileSize}`);
  return { places, bytes, empty };
}

/** `stsc`, and `stco` or `co64`. */
class Chunks {
  readonly count: number;
  readonly #runs: Rows;
  readonly #offsets: Rows;
  readonly #isLarge: boolean;

  constructor(runs: Rows, offsets: Rows, isLarge: boolean) {
    // Without a row that says how many samples they have, chunks have none.
    this.count = runs.count === 0 ? 0 : offsets.count;
    this.#runs = runs;
    this.#offsets = offsets;
    this.#isLarge = isLarge;
  }

  /** In front of the first chunk. */
  start(): Place {
    return { sample: 0, at: 0, chunk: -1, end: 0, row: -1 };
  }

  /** Go to the first sample of the next chunk, which may have none. */
  next(place: Place): void {
    const { count, view } = this.#runs;
    place.chunk += 1;
    if (place.row + 1 < count && view.getUint32((place.row + 1) * 12) - 1 === place.chunk) place.row += 1;
    place.sample = place.end;
    place.end += view.getUint32(place.row * 12 + 4);
    place.at = this.#offsetOf(place.chunk);
  }

  #offsetOf(chunk: number): number {
    const { view } = this.#offsets;
    if (!this.#isLarge) return view.getUint32(chunk * 4);
    return view.getUint32(chunk * 8) * 2 ** 32 + view.getUint32(chunk * 8 + 4);
  }
}

/** @throws BoxError when the rows of `stsc` are not in order, or place not as many samples as there are */
function readChunks(boxes: SampleTableBoxes, count: number, descriptions: DescriptionRuns): Chunks {
  const isLarge = boxes.has('co64');
  const offsets = isLarge ? rowsOf(boxes, 'co64', 8) : rowsOf(boxes, 'stco', 4);
  const runs = rowsOf(boxes, 'stsc', 12);
  const { count: rows, view } = runs;
  let sample = 0;
  let chunk = 0;
  for (let row = 0; row < rows; row++) {
    const next = row + 1 < rows ? view.getUint32((row + 1) * 12) - 1 : offsets.count;
    const samples = view.getUint32(row * 12 + 4);
    if (view.getUint32(row * 12) - 1 !== chunk || next <= chunk || next > offsets.count) {
      throw new BoxError('the chunks of "stsc" are not in order or not in "stco"');
    }
    if (samples > 0) descriptions.push(sample, view.getUint32(row * 12 + 8));
    sample += samples * (next - chunk);
    chunk = next;
  }
  if (sample !== count)
    throw new BoxError(`"stsc" and "stco" place ${sample} samples, but there are ${count}`);
  return new Chunks(runs, offsets, isLarge);
}

/** Which entry of `stsd` the first sample uses, from 1; `undefined` where the tables list no samples. */
export function firstDescription(boxes: SampleTableBoxes): number | undefined {
  const { count, view } = rowsOf(boxes, 'stsc', 12);
  return count > 0 ? view.getUint32(8) : undefined;
}
