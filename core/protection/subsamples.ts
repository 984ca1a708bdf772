import { fail } from '../base/errors.ts';
import { GrowingColumn } from '../base/growing-column.ts';
import { ProtectedRanges } from '../codecs/protected-ranges.ts';
import { rangeFinders } from '../codecs/ranges.ts';
import type { Segment, Subsamples } from '../media/segment.ts';
import type { CodedTrack } from '../media/track.ts';

/** BytesOfClearData is a u16. */
const MOST_CLEAR = 0xffff;

/** What of a scheme decides how a sample is cut into subsamples. */
export interface SubsampleRules {
  /** Protected parts are a multiple of this many bytes: 16 for `cenc`, 1 for `cbcs`. */
  readonly align: number;
  /** Bytes of the IV that each sample carries: 8 or 16, 0 for a constant IV. */
  readonly ivSize: number;
}

/** The most subsamples that the one-byte size of a sample's auxiliary information in `saiz` can tell: 40, 42 without IVs. */
export const mostSubsamples = ({ ivSize }: SubsampleRules): number => Math.floor((255 - ivSize - 2) / 6);

export interface SubsampleOptions extends SubsampleRules {
  /** How messages name the file. */
  readonly name: string;
  /** Told once, in a sentence, when slices or tiles have to stay clear because there are too many of them. */
  readonly warn?: ((message: string) => void) | undefined;
}

/** Which parts to protect: those of more than `least` bytes, and `keep` of the `of` that have just `least`, spread evenly. */
interface Choice {
  readonly least: number;
  readonly keep: number;
  readonly of: number;
}

const ANYTHING: Choice = { least: 1, keep: 1, of: 1 };

/**
 * Cuts the samples of a segment into subsamples (ISO/IEC 23001-7): clear pieces run together into the clear
 * part of the next protected one, what does not fill an `align` unit goes to the front, so that a protected part ends
 * where its slice ends. More subsamples than the one-byte size in `saiz` can tell leave the smallest slices or tiles clear.
 */
export class SubsampleBuilder {
  readonly #align: number;
  readonly #most: number;
  readonly #name: string;
  readonly #warn: SubsampleOptions['warn'];
  readonly #counts = new GrowingColumn();
  readonly #clear = new GrowingColumn();
  readonly #protected = new GrowingColumn();
  /** Samples added so far. */
  #samples = 0;
  #hasWarned = false;

  constructor(options: SubsampleOptions) {
    this.#align = options.align;
    this.#most = mostSubsamples(options);
    this.#name = options.name;
    this.#warn = options.warn;
  }

  /**
   * Add the sample at [start, end), of which `ranges` may be encrypted.
   * @throws PackagerError UNSUPPORTED_CODEC when no choice of slices can be described
   */
  add(ranges: ProtectedRanges, start: number, end: number): void {
    this.#samples += 1;
    const count = this.#write(ranges, start, end, ANYTHING);
    this.#counts.push(count > this.#most ? this.#writeLargest(ranges, start, end, count) : count);
  }

  /** How many entries the sample at [start, end) takes; more than `mostSubsamples` cannot be written. Adds nothing. */
  entriesOf(ranges: ProtectedRanges, start: number, end: number): number {
    const count = this.#write(ranges, start, end, ANYTHING);
    this.#cut(this.#clear.length - count);
    return count;
  }

  /** So many samples were added to another builder: for messages, which number pictures. */
  pass(samples: number): void {
    this.#samples += samples;
  }

  /** The columns of all samples added since the last call. */
  finish(): Subsamples {
    const subsamples = {
      counts: new Uint16Array(this.#counts.values.subarray(0, this.#counts.length)),
      clear: new Uint16Array(this.#clear.values.subarray(0, this.#clear.length)),
      protected: this.#protected.values.slice(0, this.#protected.length),
    };
    this.#counts.cut(0);
    this.#cut(0);
    return subsamples;
  }

  /** Write a sample's entries and answer how many there are. */
  #write(ranges: ProtectedRanges, start: number, end: number, { least, keep, of }: Choice): number {
    const before = this.#clear.length;
    let from = start;
    let tie = 0;
    for (let index = 0; index < ranges.count; index += 1) {
      const bytes = this.#protectable(ranges, index);
      if (bytes < least) continue;
      if (bytes === least) {
        tie += 1;
        if (Math.round((tie * keep) / of) === Math.round(((tie - 1) * keep) / of)) continue;
      }
      const to = ranges.end(index);
      this.#entry(to - bytes - from, bytes);
      from = to;
    }
    if (from < end || this.#clear.length === before) this.#entry(end - from, 0);
    return this.#clear.length - before;
  }

  /** Write the sample, whose `count` entries are too many, again: with as many of its largest parts as can be described. */
  #writeLargest(ranges: ProtectedRanges, start: number, end: number, count: number): number {
    const sizes = new Uint32Array(ranges.count);
    for (let index = 0; index < sizes.length; index += 1) sizes[index] = this.#protectable(ranges, index);
    sizes.sort();

    let written = count;
    let kept = Math.min(this.#most, sizes.length);
    while (kept > 0) {
      this.#cut(this.#clear.length - written);
      written = this.#write(ranges, start, end, largest(sizes, kept));
      if (written <= this.#most) {
        this.#warnOnce(ranges.count);
        return written;
      }
      // Parts left clear can cost entries too, one for each 65535 bytes: as many again must go.
      kept -= written - this.#most;
    }
    throw fail.unsupportedCodec(
      this.#name,
      `picture ${this.#samples} has ${end - start} bytes in ${ranges.count} slices or tiles; ${this.#most} subsamples cannot describe them.`,
      `Encode the video with at most ${this.#most} slices or tiles a picture.`,
    );
  }

  /** The first pictures were looked at before anything was written: a later one must not cost what has been. */
  #warnOnce(parts: number): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#warn?.(
      `${this.#name}: picture ${this.#samples} has ${parts} slices or tiles, more than the ${this.#most} that can be ` +
        'encrypted one by one; the smallest stay clear, here and wherever else there are so many.',
    );
  }

  /** Write clear bytes and the protected ones after them. */
  #entry(clear: number, bytes: number): void {
    let rest = clear;
    for (; rest > MOST_CLEAR; rest -= MOST_CLEAR) {
      this.#clear.push(MOST_CLEAR);
      this.#protected.push(0);
    }
    this.#clear.push(rest);
    this.#protected.push(bytes);
  }

  #protectable(ranges: ProtectedRanges, index: number): number {
    const bytes = ranges.end(index) - ranges.start(index);
    return bytes - (bytes % this.#align);
  }

  #cut(length: number): void {
    this.#clear.cut(length);
    this.#protected.cut(length);
  }
}

/** The `count` largest of ascending sizes. */
function largest(sizes: Uint32Array, count: number): Choice {
  const least = Math.max(1, sizes[sizes.length - count]!);
  const larger = sizes.length - firstAbove(sizes, least);
  return { least, keep: count - larger, of: sizes.length - larger - firstAbove(sizes, least - 1) };
}

/** The index of the first of ascending sizes that is larger than `bytes`. */
function firstAbove(sizes: Uint32Array, bytes: number): number {
  const index = sizes.findIndex((size) => size > bytes);
  return index === -1 ? sizes.length : index;
}

/** Answers the subsamples of a segment; `undefined` where samples are protected whole. */
export interface SubsampleMap {
  (segment: Segment): Subsamples | undefined;
  /** A segment of so many samples was another map's, and nothing depends on it. */
  pass(samples: number): void;
}

/**
 * The subsample map of a track, whose segments are asked for in order, once each.
 * @throws PackagerError UNSUPPORTED_CODEC for video that nobody knows how to protect
 */
export function createSubsampleMap(track: CodedTrack, options: Omit<SubsampleOptions, 'name'>): SubsampleMap {
  const finderOf = rangeFinders(track);
  if (finderOf === undefined) return Object.assign(() => undefined, { pass() {} });
  const builder = new SubsampleBuilder({ ...options, name: track.source.name });
  const ranges = new ProtectedRanges();
  const map = ({ data, sizes, count, formats }: Segment): Subsamples => {
    let end = 0;
    for (let sample = 0; sample < count; sample += 1) {
      const start = end;
      end += sizes[sample]!;
      ranges.clear();
      finderOf(formats?.[sample]).find(data, start, end, ranges);
      builder.add(ranges, start, end);
    }
    return builder.finish();
  };
  return Object.assign(map, {
    pass(samples: number) {
      builder.pass(samples);
      finderOf().pass?.(samples);
    },
  });
}

/** The layout of samples that are protected whole. */
export const wholeSamples = (sizes: Uint32Array): Subsamples => ({
  counts: new Uint16Array(sizes.length).fill(1),
  clear: new Uint16Array(sizes.length),
  protected: sizes,
});
