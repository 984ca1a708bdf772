import { view, viewOf } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';
import { baseLayerOf } from '../codecs/nal/base-layer.ts';
import { type OrderTest, orderTest } from '../codecs/nal/shared-segments.ts';
import { ProtectedRanges } from '../codecs/protected-ranges.ts';
import type { TrackProtection } from '../contract/rendition.ts';
import { copyBlocks } from '../crypto/copy-blocks.ts';
import type { Segment } from '../media/segment.ts';
import type { TrackTiming } from '../media/timed-track.ts';
import { type CodedTrack, describeTrack } from '../media/track.ts';
import {
  isCommonEncryption,
  type ProtectableParts,
  protectableParts,
} from '../protection/protectable-parts.ts';
import type { Protector } from '../protection/protector.ts';
import { CLEAR } from '../title/periods.ts';
import { GivenColumns } from './given-columns.ts';

export interface GuardedTrack {
  readonly mode: string;
  readonly track: CodedTrack;
  readonly timing: Pick<TrackTiming, 'segmentStarts'>;
  /** What plugins answered, of all crypto periods. */
  readonly protector: Protector;
  /** Of each segment: its crypto period, or `CLEAR`. */
  readonly periods: Int32Array;
  readonly warn: (message: string) => void;
}

/** What was found of the samples of one segment. Plain data that crosses threads. */
export interface SegmentTally extends TrackProtection {
  /** Its number in the grid. */
  readonly index: number;
}

/**
 * Stands between a mode and the protector of one of its tracks and judges that by its result: a copy of a few bytes of the
 * largest part of each sample is compared with what comes back. Which bytes must change the guard finds itself, so that
 * neither a protector that does nothing nor one that has missed the slices passes. Nor does one whose columns do not fit: players could
 * not decrypt what is written by them. Segments that the grid leaves clear pass.
 */
export class SampleGuard {
  /** What the mode gets in the protector's place. */
  readonly protector: Protector;
  readonly #mode: string;
  readonly #track: CodedTrack;
  readonly #warn: (message: string) => void;
  readonly #probes: Probes;
  readonly #given: GivenColumns;
  readonly #starts: Uint32Array;
  readonly #periods: Int32Array;
  /** Samples of each segment that came by: one that comes twice makes up for no other. */
  readonly #seen: Uint32Array;
  readonly #counts = { ...NOTHING };
  #last: SegmentTally | undefined;
  /** Present while others protect segments of the track too: nobody else has to look. */
  #goesOn: OrderTest | undefined;
  #isNeeded = false;

  constructor({ mode, track, timing, protector, periods, warn }: GuardedTrack) {
    this.#mode = mode;
    this.#track = track;
    this.#warn = warn;
    this.#starts = timing.segmentStarts;
    this.#periods = periods;
    this.#seen = new Uint32Array(periods.length);
    this.#probes = new Probes(protectableParts(protector.scheme, track));
    this.#given = new GivenColumns(protector.scheme);
    const onlyBase = baseLayerOf(track, { wrappers: isCommonEncryption(protector.scheme), warn });
    this.protector = {
      scheme: protector.scheme,
      ...(protector.protectSegment && {
        protectSegment: (clear: Segment) => {
          const plain = onlyBase(clear);
          this.#seen[plain.index]! += plain.count;
          this.#last = { index: plain.index, ...NOTHING };
          if (this.#goesOn && !this.#isNeeded) this.#isNeeded = plain !== clear || this.#goesOn(plain);
          if (periods[plain.index] === CLEAR) return protector.protectSegment!(plain);
          this.#probes.take(plain);
          this.#given.take(plain);
          const result = protector.protectSegment!(plain);
          this.#judge(plain, result);
          return result;
        },
      }),
      ...(protector.pass && {
        pass: (segment: Pick<Segment, 'index' | 'count'>) => {
          if (periods[segment.index] !== CLEAR) this.#probes.pass(segment.count);
          protector.pass!(segment);
        },
      }),
      ...(protector.protectResource && {
        protectResource: (index: number) => protector.protectResource!(index),
      }),
    };
  }

  /** Others are to protect segments of the track too. @returns false: one protector has to see all of them */
  share(): boolean {
    this.#goesOn = this.protector.pass && orderTest(this.#track);
    return this.#goesOn !== undefined;
  }

  /** What was found of the segment that was protected last; `undefined` when there was none. */
  get last(): SegmentTally | undefined {
    return this.#last;
  }

  /** Later segments depend on what came by: only who has seen it can make those. */
  get isNeeded(): boolean {
    return this.#isNeeded;
  }

  /** Whether all of a segment went through a protector elsewhere, under a guard of the same track that found this. */
  accepts({ index, count }: Pick<Segment, 'index' | 'count'>, tally: SegmentTally | undefined): boolean {
    return tally?.index === index && (this.#periods[index] === CLEAR || tally.samples === count);
  }

  /** It did, and is taken over. */
  take(segment: Pick<Segment, 'index' | 'count'>, tally: TrackProtection): void {
    this.#seen[segment.index]! += segment.count;
    this.protector.pass!(segment);
    this.#add(tally);
  }

  /**
   * What was found, when the unit is written.
   * @throws PackagerError LEFT_CLEAR when not every sample went through the protector, UNSUPPORTED_INPUT when none has a
   * picture
   */
  finish(): TrackProtection {
    const { samples, coded, encrypted } = this.#counts;
    const sampleCount = this.#track.samples.count;
    const missing = this.#missing();
    if (missing > 0)
      throw this.#leftClear(`${missing} of its ${sampleCount} samples never went through the protector`);
    if (samples > 0 && coded === 0) {
      throw fail.unsupportedInput(
        this.#track.source.name,
        `mode ${this.#mode} finds nothing to encrypt in ${describeTrack(this.#track)}: none of its ${samples} samples has a ` +
          'picture where decoders look for one.',
        'Encode it again, leave the mode out, or list `video` under `clear` if it is to stay clear.',
      );
    }
    if (coded > 0 && encrypted === 0) {
      this.#warn(
        `${this.#track.source.name}: nothing of ${describeTrack(this.#track)} is encrypted in mode ${this.#mode}: its samples are ` +
          `all too small for the scheme ${this.protector.scheme}.`,
      );
    }
    return { ...this.#counts };
  }

  #missing(): number {
    let missing = 0;
    for (const [segment, seen] of this.#seen.entries()) {
      const end = this.#starts[segment + 1] ?? this.#track.samples.count;
      missing += Math.max(0, end - this.#starts[segment]! - seen);
    }
    return missing;
  }

  #judge(plain: Segment, result: Segment): void {
    const { count, data } = plain;
    // Of plugins in JavaScript nobody has checked that it is one, and no promise of one.
    if (!(result?.data instanceof Uint8Array)) throw this.#unfit(plain, 'is no segment');
    if (result.count !== count)
      throw this.#leftClear(
        `of ${count} samples in segment ${plain.index + 1} its protector answered ${result.count}`,
      );
    const { coded, tooSmall, clear, partBytes } = this.#probes.compare(result);
    if (clear > 0)
      throw this.#leftClear(
        `${clear} of ${coded - tooSmall} samples with something to encrypt in segment ${plain.index + 1} came back from the protector as they were`,
      );
    const fault = this.#given.faultOf(plain, result);
    if (fault !== undefined) throw this.#unfit(plain, fault);
    const tally = {
      index: plain.index,
      samples: count,
      coded,
      tooSmall,
      encrypted: coded - tooSmall,
      bytes: data.length,
      protectedBytes: protectedBytes(result) ?? partBytes,
    };
    this.#last = tally;
    this.#add(tally);
  }

  #add(tally: TrackProtection): void {
    for (const name of COUNTED) this.#counts[name] += tally[name];
  }

  #leftClear(what: string) {
    return fail.leftClear(this.#mode, this.#named, what);
  }

  #unfit({ index }: Segment, fault: string) {
    return fail.unfitAnswer(this.#mode, this.#named, `its answer for segment ${index + 1} ${fault}`);
  }

  get #named(): string {
    return `${describeTrack(this.#track)}, ${this.#track.source.name}`;
  }
}

const NOTHING = { samples: 0, coded: 0, tooSmall: 0, encrypted: 0, bytes: 0, protectedBytes: 0 };

const COUNTED = Object.keys(NOTHING) as readonly (keyof typeof NOTHING)[];

/** Bytes in the protected ranges that Common Encryption will state; `undefined` where nothing is stated. */
function protectedBytes({ encryption, data }: Segment): number | undefined {
  if (!encryption) return undefined;
  if (!encryption.subsamples) return data.length;
  let bytes = 0;
  for (const value of encryption.subsamples.protected) bytes += value;
  return bytes;
}

const BLOCK = 16;

/** Fewer bytes are copied faster than a view of them is made. */
const WORTH_A_VIEW = 1024;

/** What the samples of one segment looked like before they were protected: a few bytes of each, in one buffer. */
class Probes {
  readonly #parts: ProtectableParts;
  readonly #ranges = new ProtectedRanges();
  #bytes = Buffer.alloc(0);
  #blocks = viewOf(this.#bytes);
  /** Of each sample: its size, where in it the probe was taken, and where the probe ends in `#bytes`. */
  #sizes = new Uint32Array(0);
  #offsets = new Uint32Array(0);
  #ends = new Uint32Array(0);
  #coded = 0;
  #tooSmall = 0;
  #partBytes = 0;

  constructor(parts: ProtectableParts) {
    this.#parts = parts;
  }

  take(segment: Segment): void {
    const { data, sizes, count } = segment;
    const { least, reach } = this.#parts;
    const ranges = this.#ranges;
    if (this.#ends.length < count) {
      this.#sizes = new Uint32Array(2 * count);
      this.#offsets = new Uint32Array(2 * count);
      this.#ends = new Uint32Array(2 * count);
    }
    this.#sizes.set(sizes.subarray(0, count));
    this.#coded = 0;
    this.#tooSmall = 0;
    this.#partBytes = 0;
    const blocks = viewOf(data);
    let end = 0;
    let used = 0;
    for (let sample = 0; sample < count; sample += 1) {
      const start = end;
      end += sizes[sample]!;
      ranges.clear();
      this.#parts.find(segment, sample, start, end, ranges);
      const largest = this.#largest();
      if (ranges.count > 0) this.#coded += 1;
      const at = largest === -1 ? start : ranges.start(largest);
      const bytes = largest === -1 ? 0 : ranges.end(largest) - at;
      if (bytes >= least) {
        const probe = Math.min(bytes, reach);
        this.#reserve(used + probe, used);
        if (probe > WORTH_A_VIEW) this.#bytes.set(data.subarray(at, at + probe), used);
        else this.#copy(data, blocks, at, probe, used);
        used += probe;
      } else if (ranges.count > 0) this.#tooSmall += 1;
      this.#offsets[sample] = at - start;
      this.#ends[sample] = used;
    }
  }

  /** So many samples were looked at elsewhere. */
  pass(samples: number): void {
    this.#parts.pass?.(samples);
  }

  /** How many samples of the protected segment still have the bytes of their probe. */
  compare({ data, sizes, count }: Segment): {
    coded: number;
    tooSmall: number;
    clear: number;
    partBytes: number;
  } {
    const bytes = view(data);
    let clear = 0;
    let end = 0;
    let from = 0;
    for (let sample = 0; sample < count; sample += 1) {
      const start = end;
      end += sizes[sample]!;
      const to = this.#ends[sample]!;
      if (to > from && this.#isClear(bytes, sample, start, end, from, to)) clear += 1;
      from = to;
    }
    return { coded: this.#coded, tooSmall: this.#tooSmall, clear, partBytes: this.#partBytes };
  }

  #isClear(data: Buffer, sample: number, start: number, end: number, from: number, to: number): boolean {
    const probes = this.#bytes;
    if (end - start !== this.#sizes[sample])
      return data.subarray(start, end).indexOf(probes.subarray(from, to)) !== -1;
    let at = start + this.#offsets[sample]!;
    for (let probe = from; probe < to; probe += 1, at += 1) if (data[at] !== probes[probe]) return false;
    return true;
  }

  /** The number of the largest range that was found; -1 where there is none. */
  #largest(): number {
    const ranges = this.#ranges;
    let largest = -1;
    let most = 0;
    for (let index = 0; index < ranges.count; index += 1) {
      const bytes = ranges.end(index) - ranges.start(index);
      if (bytes >= this.#parts.least) this.#partBytes += bytes;
      if (bytes > most) {
        most = bytes;
        largest = index;
      }
    }
    return largest;
  }

  /** @param blocks of the same bytes */
  #copy(data: Uint8Array, blocks: DataView, from: number, bytes: number, to: number): void {
    const whole = bytes - (bytes % BLOCK);
    copyBlocks(blocks, from, BLOCK, this.#blocks, to, BLOCK, whole / BLOCK);
    for (let at = whole; at < bytes; at += 1) this.#bytes[to + at] = data[from + at]!;
  }

  #reserve(bytes: number, used: number): void {
    if (this.#bytes.length >= bytes) return;
    const larger = Buffer.allocUnsafeSlow(2 * bytes);
    larger.set(this.#bytes.subarray(0, used));
    this.#bytes = larger;
    this.#blocks = viewOf(larger);
  }
}
