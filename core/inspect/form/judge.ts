import type { MediaSegment } from '../model/media-segment.ts';
import { FormError, NotFollowed } from './bits.ts';
import { type CodecForm, protectedWithin } from './codec-form.ts';
import { Evidence } from './evidence.ts';
import { ProtectedBytes } from './protected-bytes.ts';
import { RandomBytes } from './random-bytes.ts';
import type { FormVerdict, FormViolation, KeyForm } from './verdict.ts';

/**
 * Trials with random bytes a sample, for as long as its key is not sure: many of the first ones, for there may be no others. Few of many
 * samples say more than many of few.
 */
const FIRST_SAMPLES = 3;
const [FIRST_TRIALS, TRIALS] = [64, 4];
/** Bits from which on a key is sure: no more trials, and walks only of a part of its bytes where they are slow. */
const ENOUGH_BITS = 64;
/** Samples of one key with trials at the most, and bytes that the trials go over. */
const MOST_TRIED = 2048;
const MOST_TRIAL_BYTES = 1 << 26;
/** Bits from which on a key counts as right: one in a million. */
const SURE_BITS = 20;
const CLEAR = 255;

/** What is known of a key, as it grows. */
class KeyState {
  readonly kid: string | undefined;
  readonly isProtected: boolean;
  readonly evidence = new Evidence();
  samples = 0;
  walked = 0;
  violations = 0;
  /** Of these those that came of clear bytes alone, and say nothing of the key. */
  damaged = 0;
  first: FormViolation | undefined;
  /** The first sample with ends of tiles: where all of them are wrong. */
  firstTiles: FormViolation | undefined;
  /** Samples with trials, and bytes that the trials went over. */
  tried = 0;
  trialBytes = 0;
  /** Of samples, and of those of them that were walked through. */
  bytes = 0;
  walkedBytes = 0;

  constructor(kid: string | undefined, isProtected: boolean) {
    this.kid = kid;
    this.isProtected = isProtected;
  }

  facts(): KeyForm {
    const { kid, isProtected, samples, walked, damaged } = this;
    const isRandom = isProtected && this.evidence.tileEnds.areRandom;
    const [violations, first] = isRandom ? [samples, this.firstTiles] : [this.violations, this.first];
    const failed = isRandom ? samples : violations - damaged;
    const bits = isProtected && !isRandom ? this.evidence.bitsAmong(samples - damaged, failed) : 0;
    const key = bits >= SURE_BITS ? 'right' : failed > 0 && isProtected ? 'wrong' : 'open';
    return {
      kid,
      isProtected,
      key,
      samples,
      walked,
      violations,
      first,
      missProbability: bits > 0 ? -bits : 0,
    };
  }
}

/** Judges the samples of one sample entry by their own bytes: fed with segments, it answers at the end. */
export class FormJudge {
  readonly #entry: number;
  readonly #form: CodecForm;
  readonly #protected = new ProtectedBytes();
  readonly #random = new RandomBytes();
  readonly #keys = new Map<string, KeyState>();
  /** A sample for trials. */
  #scratch = new Uint8Array(1 << 16);
  #seen = 0;
  #unjudged = 0;

  /** @param entry index in `MediaTrack.entries`: samples of others are passed over */
  constructor(form: CodecForm, entry: number) {
    this.#form = form;
    this.#entry = entry;
  }

  /** Look at the samples of the next segment. */
  add(segment: MediaSegment): void {
    for (let row = 0; row < segment.count; row += 1) {
      if (segment.entries[row] === this.#entry) this.#judge(segment, row);
      this.#seen += 1;
    }
  }

  verdict(): FormVerdict {
    const keys = [...this.#keys.values()].map((key) => key.facts());
    const underKeys = keys.filter((key) => key.isProtected && key.samples > 0);
    const firsts = keys.flatMap(({ first }) => first ?? []).sort((one, other) => one.sample - other.sample);
    return {
      samples: keys.reduce((sum, { samples }) => sum + samples, 0),
      unjudged: this.#unjudged,
      violations: keys.reduce((sum, { violations }) => sum + violations, 0),
      first: firsts[0],
      missProbability:
        underKeys.length === 0 ? undefined : Math.max(...underKeys.map((key) => key.missProbability)),
      keys,
    };
  }

  #judge(segment: MediaSegment, row: number): void {
    const form = this.#form;
    const [data, start, end] = [segment.clear, segment.clearStarts[row]!, segment.clearStarts[row + 1]!];
    const protection =
      segment.protectedBy[row] === CLEAR ? undefined : segment.protections[segment.protectedBy[row]!];
    const isKeyMissing =
      protection?.isProtected === true &&
      (protection.kid === undefined
        ? segment.missingKeys.length > 0
        : segment.missingKeys.includes(protection.kid));
    if (isKeyMissing) {
      this.#unjudged += 1;
      return;
    }
    const ranges = this.#protected;
    if (protection?.scheme === 'sample-aes') this.#readSampleAes(segment, row);
    else ranges.readSample(segment, row);
    const key = this.#keyOf(ranges.count > 0 ? protection?.kid : undefined, ranges.count > 0);
    const sample = { data, start, end, protectedAt: ranges.at, protectedCount: ranges.count };
    const isSure = !key.isProtected || key.evidence.bits >= ENOUGH_BITS;
    const mayWalk = !isSure || !form.isWalkSlow || key.walkedBytes * 16 <= key.bytes;
    key.bytes += end - start;
    try {
      form.learn?.(sample);
      const { isWalked, exactBits, mark, tileEnds = [] } = form.check(sample, mayWalk);
      key.samples += 1;
      key.walked += Number(isWalked);
      if (isWalked) key.walkedBytes += end - start;
      if (ranges.count === 0) return;
      if (mark !== undefined) key.evidence.addMark(mark);
      for (const byte of tileEnds) key.evidence.tileEnds.add(byte);
      if (tileEnds.length > 0)
        key.firstTiles ??= {
          segment: segment.index,
          sample: this.#seen,
          byte: end - 1 - start,
          reason: 'ends its tiles as random bytes end, not as the arithmetic coder of AV1 does',
        };
      if (!isWalked || isSure || key.tried >= MOST_TRIED || key.trialBytes >= MOST_TRIAL_BYTES)
        key.evidence.addExact(exactBits);
      else this.#tryRandom(key, data.subarray(start, end), start);
    } catch (cause) {
      if (cause instanceof NotFollowed) {
        this.#unjudged += 1;
        return;
      }
      if (!(cause instanceof FormError)) throw cause;
      key.samples += 1;
      key.violations += 1;
      if (protectedWithin(sample, form.unitStart ?? start, form.at + 1) === 0) key.damaged += 1;
      key.first ??= {
        segment: segment.index,
        sample: this.#seen,
        byte: Math.max(0, Math.min(form.at, end) - start),
        reason: cause.message,
      };
    }
  }

  #readSampleAes(segment: MediaSegment, row: number): void {
    const ranges = this.#protected;
    ranges.clear();
    if (segment.protectedBytes[row] === 0) return;
    try {
      this.#form.addSampleAes?.(
        segment.clear,
        segment.clearStarts[row]!,
        segment.clearStarts[row + 1]!,
        ranges,
      );
    } catch (cause) {
      if (!(cause instanceof FormError)) throw cause;
      ranges.clear(); // the check comes upon it too
    }
  }

  #keyOf(kid: string | undefined, isProtected: boolean): KeyState {
    const name = isProtected ? (kid ?? 'without an id') : 'clear';
    const known = this.#keys.get(name);
    if (known) return known;
    const key = new KeyState(kid, isProtected);
    this.#keys.set(name, key);
    return key;
  }

  /** How often would this sample have passed with random bytes where it is protected? */
  #tryRandom(key: KeyState, bytes: Uint8Array, origin: number): void {
    const { at, count } = this.#protected;
    if (this.#scratch.length < bytes.length) this.#scratch = new Uint8Array(bytes.length * 2);
    const data = this.#scratch.subarray(0, bytes.length);
    data.set(bytes);
    const shifted = at.slice(0, count).map((place) => place - origin);
    const sample = { data, start: 0, end: data.length, protectedAt: shifted, protectedCount: count };
    const trials = key.tried < FIRST_SAMPLES ? FIRST_TRIALS : TRIALS;
    let passes = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      for (let range = 0; range < count; range += 2)
        this.#random.fill(data, shifted[range]!, shifted[range + 1]!);
      passes += Number(this.#passes(sample));
    }
    key.tried += 1;
    key.trialBytes += trials * bytes.length;
    key.evidence.addTrials(trials, passes);
  }

  /** What is not followed is not called wrong either: it passes. */
  #passes(sample: Parameters<CodecForm['check']>[0]): boolean {
    try {
      this.#form.check(sample, true);
      return true;
    } catch (cause) {
      if (cause instanceof FormError) return false;
      if (cause instanceof NotFollowed) return true;
      throw cause;
    }
  }
}
