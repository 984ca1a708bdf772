import type { MediaSegment } from '../model/media-segment.ts';
import type { MediaTrack, SampleProtection } from '../model/media-track.ts';
import { CounterRanges } from './iv-ranges.ts';
import { KeyPackets } from './key-packets.ts';
import { checkNalUnits, type NalFinding, type NalRules, nalRules } from './nal-units.ts';
import type { Oddity, SampleOddity, TrackFacts } from './package-facts.ts';
import { SegmentRows } from './segment-rows.ts';

/** Where samples lie: their file, and the first byte of the boxes or packets that they are in. */
export interface SegmentPlace {
  readonly file: string;
  readonly position: number;
  /** Of MPEG-TS: where the packets of each sample begin. */
  readonly samples?: Float64Array;
}

/** `MediaSegment.protectedBy` of a clear sample. */
const CLEAR = 255;
/** A sample of audio shorter than a block is clear in cbcs (ISO/IEC 23001-7, 9.7). */
const BLOCK = 16;
/** Bytes that the headers of a sample may take: of short ones, as of a picture that stands still, they are most. */
const HEADERS = 128;
/** Samples of codecs without NAL units have headers of at most so many bytes before what is encrypted. */
const LONGEST_LEAD = 1024;

/** Takes each segment of a track once, as it is read, and keeps numbers of it: memory grows with segments, not with samples. */
export class TrackGatherer {
  readonly #track: MediaTrack;
  readonly #rows = new SegmentRows();
  readonly #protections: SampleProtection[] = [];
  readonly #known = new Map<string, number>();
  /** Of the sample before: nearly all of a segment are under one. */
  #last: SampleProtection | undefined;
  #lastNumber = -1;
  readonly #counters = new Map<string, CounterRanges>();
  readonly #keyPackets = new KeyPackets();
  readonly #oddities = new Map<SampleOddity, Oddity>();
  readonly #rules = new Map<number, NalRules | undefined>();
  readonly #found: NalFinding = { clearSlice: -1, encryptedHeader: -1 };
  #samples = 0;
  #bytes = 0;
  #sealable = 0;
  #sealed = 0;
  #shortest = Number.POSITIVE_INFINITY;
  #longest = 0;
  /** Of the last sample: in some files it is nothing but what was left. */
  #pending: number | undefined;

  constructor(track: MediaTrack) {
    this.#track = track;
  }

  add(segment: MediaSegment, place: SegmentPlace): void {
    if (segment.count === 0) return;
    this.#pushRow(segment, place);
    for (let index = 0; index < segment.count; index++) {
      this.#measure(segment, index);
      if (segment.protectedBy[index] !== CLEAR) this.#look(segment, index, place);
    }
    this.#samples += segment.count;
    if (place.samples) this.#notePackets(segment, place.file, place.samples);
  }

  /** Where key frames begin, and the sample behind each. */
  #notePackets(segment: MediaSegment, file: string, positions: Float64Array): void {
    const { count, sync, decodeTimes, compositionOffsets } = segment;
    for (let index = 0; index < count; index++) {
      if (sync[index] !== 1) continue;
      const next = index + 1 < count ? positions[index + 1]! : Number.POSITIVE_INFINITY;
      const time = decodeTimes[index]! + compositionOffsets[index]!;
      this.#keyPackets.add(file, positions[index]!, next, time);
    }
  }

  facts(): TrackFacts {
    return {
      track: this.#track,
      rows: this.#rows,
      protections: this.#protections,
      samples: this.#samples,
      bytes: this.#bytes,
      sealable: this.#sealable,
      sealed: this.#sealed,
      shortest: Number.isFinite(this.#shortest) ? this.#shortest : (this.#pending ?? 0),
      longest: this.#longest || (this.#pending ?? 0),
      counters: this.#counters,
      keyPackets: this.#keyPackets,
      oddities: this.#oddities,
    };
  }

  #pushRow(segment: MediaSegment, { file, position }: SegmentPlace): void {
    const { count, decodeTimes, durations, compositionOffsets, sync, starts } = segment;
    let start = Number.POSITIVE_INFINITY;
    let end = Number.NEGATIVE_INFINITY;
    let syncs = 0;
    let isMixed = false;
    const by = this.#protectionOf(segment, 0);
    for (let index = 0; index < count; index++) {
      const time = decodeTimes[index]! + compositionOffsets[index]!;
      start = Math.min(start, time);
      end = Math.max(end, time + durations[index]!);
      syncs += sync[index]!;
      isMixed ||= this.#protectionOf(segment, index) !== by;
    }
    this.#rows.push({
      file,
      position,
      count,
      bytes: starts[count]! - starts[0]!,
      decodeStart: decodeTimes[0]!,
      decodeEnd: decodeTimes[count - 1]! + durations[count - 1]!,
      start,
      end,
      firstStart: decodeTimes[0]! + compositionOffsets[0]!,
      startsWithSync: sync[0] === 1,
      syncs,
      firstSampleEnd: segment.position - position + starts[1]! - starts[0]!,
      entry: segment.entries[0]!,
      protection: by,
      isMixed,
    });
  }

  #measure({ durations, starts, protectedBytes, protectedBy }: MediaSegment, index: number): void {
    if (this.#pending !== undefined) {
      this.#shortest = Math.min(this.#shortest, this.#pending);
      this.#longest = Math.max(this.#longest, this.#pending);
    }
    this.#pending = durations[index]!;
    const size = starts[index + 1]! - starts[index]!;
    this.#bytes += size;
    if (protectedBy[index] === CLEAR) return;
    const sealable = Math.max(0, size - HEADERS);
    this.#sealable += sealable;
    this.#sealed += Math.min(sealable, protectedBytes[index]!);
  }

  /** Index in `#protections`; -1: it is clear. */
  #protectionOf(segment: MediaSegment, index: number): number {
    const by = segment.protectedBy[index]!;
    const protection = by === CLEAR ? undefined : segment.protections[by];
    if (!protection?.isProtected) return -1;
    if (protection === this.#last) return this.#lastNumber;
    const { scheme, kid, perSampleIvSize, constantIv, cryptBlocks, skipBlocks } = protection;
    const key = `${scheme} ${kid} ${perSampleIvSize} ${constantIv} ${cryptBlocks}:${skipBlocks}`;
    const known = this.#known.get(key);
    const number = known ?? this.#protections.push(protection) - 1;
    this.#known.set(key, number);
    this.#last = protection;
    this.#lastNumber = number;
    return number;
  }

  /** What is encrypted of a sample that ought to be. */
  #look(segment: MediaSegment, index: number, place: SegmentPlace): void {
    const protection = this.#protections[this.#protectionOf(segment, index)];
    // In MPEG-TS the rule alone says what is encrypted: there is nothing that could say it wrong.
    if (!protection || protection.scheme === 'aes-128' || protection.scheme === 'sample-aes') return;
    const { protectedBytes, starts } = segment;
    const { kind } = this.#track;
    if (kind === 'video') this.#lookAtPicture(segment, index, protection, place);
    else if (protectedBytes[index] === 0 && starts[index + 1]! - starts[index]! >= BLOCK)
      this.#note('clear-sample', segment, index, place);
    if (kind === 'audio' && hasTwoParts(segment, index)) this.#note('audio-in-parts', segment, index, place);
    this.#count(segment, index, protection, place);
  }

  #lookAtPicture(
    segment: MediaSegment,
    index: number,
    { scheme, cryptBlocks, skipBlocks }: SampleProtection,
    place: SegmentPlace,
  ): void {
    const { clear, clearStarts, subsamples, subsampleStarts } = segment;
    const rows = subsamples.subarray(2 * subsampleStarts[index]!, 2 * subsampleStarts[index + 1]!);
    if (scheme !== 'cbcs' && hasPartialBlock(rows)) this.#note('partial-block', segment, index, place);
    const rules = this.#rulesOf(segment.entries[index]!);
    if (rules && rows.length > 0) {
      checkNalUnits(clear.subarray(clearStarts[index], clearStarts[index + 1]), rows, rules, this.#found);
      if (this.#found.clearSlice >= 0) this.#note('clear-slice', segment, index, place);
      if (this.#found.encryptedHeader >= 0) this.#note('encrypted-header', segment, index, place);
    } else if (rules) this.#note('encrypted-header', segment, index, place);
    else {
      const size = clearStarts[index + 1]! - clearStarts[index]!;
      const share = skipBlocks === 0 ? 1 : cryptBlocks / (cryptBlocks + skipBlocks);
      const isClear = segment.protectedBytes[index]! < ((size - LONGEST_LEAD) * share) / 2;
      if (isClear) this.#note('clear-slice', segment, index, place);
    }
  }

  #rulesOf(entry: number): NalRules | undefined {
    if (!this.#rules.has(entry)) {
      const known = this.#track.entries[entry];
      this.#rules.set(entry, known && nalRules(known));
    }
    return this.#rules.get(entry);
  }

  /** Counter blocks that it took. */
  #count(
    segment: MediaSegment,
    index: number,
    { scheme, kid, perSampleIvSize, constantIv }: SampleProtection,
    place: SegmentPlace,
  ): void {
    const { ivs, protectedBytes } = segment;
    if (protectedBytes[index] === 0) return;
    const iv = ivs.subarray(16 * index, 16 * index + 16);
    if (iv.length === 16 && isZero(iv)) this.#note('zero-iv', segment, index, place);
    if (scheme === 'cbcs' || constantIv || kid === undefined || perSampleIvSize === 0) return;
    const counters = this.#counters.get(kid) ?? new CounterRanges();
    this.#counters.set(kid, counters);
    // An IV of a cipher that chains is itself what must not come again.
    counters.add(iv, perSampleIvSize, scheme === 'cbc1' ? 1 : Math.ceil(protectedBytes[index]! / BLOCK));
  }

  #note(oddity: SampleOddity, segment: MediaSegment, index: number, { file, position }: SegmentPlace): void {
    const known = this.#oddities.get(oddity);
    if (known) {
      known.count += 1;
      return;
    }
    const time = segment.decodeTimes[index]! + segment.compositionOffsets[index]!;
    this.#oddities.set(oddity, {
      file,
      offset: position,
      time,
      sample: this.#samples + index + 1,
      count: 1,
    });
  }
}

const isZero = (iv: Uint8Array): boolean => {
  for (const byte of iv) if (byte !== 0) return false;
  return true;
};

const hasPartialBlock = (rows: Uint32Array): boolean => {
  for (let at = 1; at < rows.length; at += 2) if (rows[at]! % BLOCK !== 0) return true;
  return false;
};

/** Parts of which one is clear and another protected: more than a way to say "all of it". */
const hasTwoParts = ({ subsamples, subsampleStarts }: MediaSegment, index: number): boolean => {
  for (let row = subsampleStarts[index]!; row < subsampleStarts[index + 1]!; row++)
    if (subsamples[2 * row] !== 0 && subsamples[2 * row + 1] !== 0) return true;
  return false;
};
