import { codecOf } from '../../codecs/built-in.ts';
import { visitNalUnits } from '../../codecs/nal/units.ts';
import type { Segment } from '../../media/segment.ts';

/** What a picture is made of: what is in front of its first slice (delimiter, parameter sets, messages), and two bytes of that. */
interface Makeup {
  /** Whole NAL units with their lengths. */
  readonly prefix: Uint8Array;
  readonly header: Uint8Array;
  /** Part of its bytes, from 0 to 1, that is behind that slice and outside the base layer; two bytes of it. */
  readonly layers: number;
  readonly layerHeader: Uint8Array;
}

const HEADER_BYTES = 2;

/**
 * Writes samples of a codec of NAL units that nobody decodes: each begins as those of its kind do in the input, and the
 * rest of it is one slice, or as many as the lengths can say, and one of another layer where the input has these.
 */
export class NalSamples {
  readonly #lengthSize: number;
  readonly #other: Makeup;
  readonly #sync: Makeup;

  private constructor(lengthSize: number, other: Makeup, sync: Makeup) {
    this.#lengthSize = lengthSize;
    this.#other = other;
    this.#sync = sync;
  }

  /** @returns `undefined` for codecs without NAL units. @param first the first samples of the track */
  static like(first: Segment): NalSamples | undefined {
    if (first.nalLengthSize === 0) return undefined;
    const ranges: SampleRange[] = [];
    for (let sample = 0, from = 0; sample < first.count; sample++) {
      const to = from + first.sizes[sample]!;
      ranges.push({ from, to, isSync: first.sync[sample] === 1 });
      from = to;
    }
    const like = (isSync: boolean): Makeup => {
      const own = ranges.filter((range) => range.isSync === isSync);
      return makeupOf(first, own.length > 0 ? own : ranges);
    };
    return new NalSamples(first.nalLengthSize, like(false), like(true));
  }

  /** Write one over `data[from … to)`, in which no byte is like one of a start code. */
  write(data: Buffer, from: number, to: number, isSync: boolean): void {
    const { prefix, header, layers, layerHeader } = isSync ? this.#sync : this.#other;
    const least = this.#lengthSize + HEADER_BYTES;
    let at = from;
    if (to - from > prefix.length + least) {
      data.set(prefix, at);
      at += prefix.length;
    }
    const end = to - Math.round(layers * (to - from));
    const hasLayers = end - at > least && to - end > least;
    this.#fill(data, at, hasLayers ? end : to, header);
    if (hasLayers) this.#fill(data, end, to, layerHeader);
  }

  /** Write NAL units over `data[from … to)` that begin with `header`. */
  #fill(data: Buffer, from: number, to: number, header: Uint8Array): void {
    const lengthSize = this.#lengthSize;
    const longest = Math.min(2 ** (8 * lengthSize) - 1, 2 ** 31);
    let at = from;
    while (to - at > lengthSize) {
      const left = to - at - lengthSize;
      let length = Math.min(longest, left);
      // A rest that is too short for a length would belong to no NAL unit.
      if (left > length && left - length < lengthSize) length -= lengthSize;
      data.writeUIntBE(length, at, lengthSize);
      at += lengthSize;
      data.set(header.subarray(0, length), at);
      at += length;
    }
    data.fill(0, at, to); // a NAL unit of no length, where there is room for nothing else
  }
}

/** Where a sample is in its segment's data. */
interface SampleRange {
  readonly from: number;
  readonly to: number;
  readonly isSync: boolean;
}

/** Of samples of one kind: how the first begins, and how much of all is of other layers. */
function makeupOf(segment: Segment, samples: readonly SampleRange[]): Makeup {
  const { data, nalLengthSize, track } = segment;
  const roleOf = codecOf(track)?.nal?.roleOf;
  let beginning: Pick<Makeup, 'prefix' | 'header'> | undefined;
  let layerHeader: Uint8Array = new Uint8Array(0);
  let bytes = 0;
  let layerBytes = 0;
  for (const { from, to } of samples) {
    let slice: number | undefined;
    visitNalUnits(segment, from, to, (start, end) => {
      const role = roleOf?.(data, start) ?? 'slice';
      if (role === 'slice') slice ??= start;
      if (role !== 'other-layer' || slice === undefined) return;
      if (layerBytes === 0) layerHeader = data.subarray(start, start + HEADER_BYTES);
      layerBytes += nalLengthSize + end - start;
    });
    const start = slice ?? from + nalLengthSize;
    bytes += to - from;
    beginning ??= {
      prefix: data.subarray(from, start - nalLengthSize),
      header: data.subarray(start, start + HEADER_BYTES),
    };
  }
  const nothing = { prefix: new Uint8Array(0), header: new Uint8Array(0) };
  return { ...(beginning ?? nothing), layers: bytes > 0 ? layerBytes / bytes : 0, layerHeader };
}
