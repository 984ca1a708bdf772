import { copyBytes } from '../../base/bytes.ts';
import { baseLayerOf } from '../../codecs/nal/base-layer.ts';
import type { SampleEncryption, Segment } from '../../media/segment.ts';
import type { CodedTrack } from '../../media/track.ts';
import { isCommonEncryption } from '../../protection/protectable-parts.ts';
import type { Protector } from '../../protection/protector.ts';
import type { PeriodProtectors } from '../period-protector.ts';

/** What a protector says of its samples, as far as it takes room. */
interface Manner {
  readonly ivSize: number;
  /** Subsamples of a sample, in the mean; `undefined`: whole samples are encrypted. */
  readonly entries: number | undefined;
}

/** A track, and what a rehearsal knows of it. */
export interface RehearsedTrack {
  readonly track: CodedTrack;
  /** Its first samples. */
  readonly first: Segment | undefined;
  readonly warn: (message: string) => void;
}

/** What stands for the protectors of a track in a rehearsal. */
export const imaginaryProtectors = (
  { periods, byPeriod }: PeriodProtectors,
  rehearsed: RehearsedTrack,
): PeriodProtectors => ({
  periods,
  byPeriod: new Map([...byPeriod].map(([period, real]) => [period, imaginaryProtector(real, rehearsed)])),
});

/**
 * A protector that encrypts nothing, and describes samples as the real one does: that is tried with the first samples of the
 * track. What is made with it is for nobody's eyes, and has the size of what will be made. As in writing, what is outside the
 * base layer is left out before.
 */
function imaginaryProtector(real: Protector, { track, first, warn }: RehearsedTrack): Protector {
  const { scheme } = real;
  const onlyBase = baseLayerOf(track, { wrappers: isCommonEncryption(scheme), warn });
  const tried = first && real.protectSegment?.(onlyBase({ ...first, data: copyBytes(first.data) }));
  const manner = tried?.encryption && mannerOf(tried.count, tried.encryption);
  return {
    scheme,
    protectSegment(segment) {
      const plain = onlyBase(segment);
      return manner ? { ...plain, encryption: imagined(plain.count, manner) } : plain;
    },
  };
}

const mannerOf = (count: number, { ivSize, subsamples }: SampleEncryption): Manner => ({
  ivSize,
  entries: subsamples && subsamples.counts.reduce((sum, entries) => sum + entries, 0) / count,
});

function imagined(count: number, { ivSize, entries }: Manner): SampleEncryption {
  const ivs = new Uint8Array(count * ivSize);
  if (entries === undefined) return { ivSize, ivs };
  // So that their sum is right, whatever the mean.
  const counts = Uint16Array.from(
    { length: count },
    (_, sample) => Math.round((sample + 1) * entries) - Math.round(sample * entries),
  );
  const rows = Math.round(count * entries);
  return {
    ivSize,
    ivs,
    subsamples: { counts, clear: new Uint16Array(rows), protected: new Uint32Array(rows) },
  };
}
