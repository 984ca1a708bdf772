import * as assert from 'uvu/assert';
import type { TitleKey } from './title-keys.ts';

/** A sample of an output. */
export interface ReadSample {
  /** Hash of its bytes as they are. */
  readonly stored: string;
  /** It has no block that its scheme encrypts: the last frame of sound may be that small. */
  readonly isTooSmall: boolean;
  /** Hash of what a key makes of it. */
  under(key: TitleKey): string;
}

/** A stream of an output, and what it is to be. */
export interface ReadStream {
  readonly what: string;
  /** The samples of each segment. */
  readonly segments: readonly (readonly ReadSample[])[];
  /** Hashes of the source's samples, in order. */
  readonly source: readonly string[];
  /** The key of each segment; `undefined`: it is to be clear. */
  readonly keys: readonly (TitleKey | undefined)[];
  /** All keys of the title. */
  readonly all: readonly TitleKey[];
}

/**
 * Assert that each sample is the source's under the key of its segment, and under none other; clear ones as they are. The others are
 * tried on the first sample of a segment: what has become the source under one key cannot be it under another.
 */
export function assertSegments({ what, segments, source, keys, all }: ReadStream): void {
  assert.is(segments.length, keys.length, `${what}: segments`);
  let at = 0;
  for (const [n, samples] of segments.entries()) {
    const key = keys[n];
    const firstEncrypted = samples.findIndex(({ isTooSmall }) => !isTooSmall);
    for (const [index, sample] of samples.entries()) {
      const original = source[at++];
      const where = `${what}, segment ${n + 1}, sample ${index + 1}`;
      const isClear = key === undefined || sample.isTooSmall;
      assert.is(sample.stored === original, isClear, `${where}: clear or not`);
      if (isClear) continue;
      const tried = index === firstEncrypted ? all : [key];
      const fits = tried.filter((one) => sample.under(one) === original);
      assert.equal(fits.map(nameOf), [nameOf(key)], `${where}: keys that fit`);
    }
  }
  assert.is(at, source.length, `${what}: samples`);
}

const nameOf = ({ label, period }: TitleKey): string => `${label}/${period}`;
