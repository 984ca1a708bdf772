import { TileEnds } from './av1/tile-ends.ts';

/**
 * How improbable it is that a wrong key would have passed, in bits. Two kinds of tests add to it: those whose odds are known, a CRC of
 * 16 bits, and walks through a codec's syntax, whose odds nobody can write down. Of these the odds are found out: the protected
 * bytes of the very samples that passed are replaced by random ones, and it is counted how many pass all the same.
 */
export class Evidence {
  /** Of tests whose odds are known. */
  #exactBits = 0;
  /** Samples with as many trials each lie together: only then is their mean one of all. */
  readonly #pools = new Map<number, { samples: number; trials: number; passes: number }>();
  readonly #marks = new Uint32Array(256);
  readonly tileEnds = new TileEnds();

  addExact(bits: number): void {
    this.#exactBits += bits;
  }

  /** Of a sample that passed: how many trials with random bytes in its place there were, and how many of them passed. */
  addTrials(trials: number, passes: number): void {
    const pool = this.#pools.get(trials) ?? { samples: 0, trials: 0, passes: 0 };
    pool.samples += 1;
    pool.trials += trials;
    pool.passes += passes;
    this.#pools.set(trials, pool);
  }

  /** A protected byte of a sample that is much the same in all of a stream; what a wrong key makes of it is any. */
  addMark(value: number): void {
    this.#marks[value]! += 1;
  }

  get bits(): number {
    let tests = this.#exactBits;
    for (const { samples, trials, passes } of this.#pools.values())
      tests -= log2AllPass(samples, trials, passes);
    return Math.max(tests, marksBits(this.#marks), this.tileEnds.bits);
  }

  /** The same where some of the samples failed: which of them might have been others. */
  bitsAmong(samples: number, failed: number): number {
    return failed === 0 ? this.bits : this.bits - log2Choices(samples, failed);
  }
}

/** log2 of how many ways there are to choose so many of so many. */
function log2Choices(all: number, chosen: number): number {
  let log2 = 0;
  for (let index = 0; index < Math.min(chosen, all - chosen); index += 1)
    log2 += Math.log2((all - index) / (index + 1));
  return log2;
}

/** How improbable it is that so few values are among so many bytes without order. */
function marksBits(marks: Uint32Array): number {
  const count = marks.reduce((sum, times) => sum + times, 0);
  const different = marks.reduce((sum, times) => sum + Number(times > 0), 0);
  if (different === 0) return 0;
  // Which values they are was not known before, nor how many: each choice might have been the one.
  const choices = Math.log2(marks.length) + log2Choices(marks.length, different);
  return Math.max(0, count * Math.log2(marks.length / different) - choices);
}

/**
 * How probable it is that so many samples pass with random bytes, where of so many trials so many passed; its logarithm to base 2.
 * Nothing is assumed of how often that happens (Laplace's rule of succession, carried on for one sample after the other), so few trials
 * say little. Samples differ; the product of their odds is never above the power of the mean.
 */
function log2AllPass(samples: number, trials: number, passes: number): number {
  let log2 = 0;
  for (let sample = 0; sample < samples; sample += 1)
    log2 += Math.log2((passes + 1 + sample) / (trials + 2 + sample));
  // Where all trials passed the test says nothing: what is left of the rule is its doubt, not evidence.
  return passes === trials ? 0 : log2;
}
