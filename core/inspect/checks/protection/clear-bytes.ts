import type { FindingCode } from '../../findings/kinds/index.ts';
import { finding } from '../../findings/make.ts';
import { inFile, nameOf, ofEach, presented, seconds } from '../check.ts';
import type { SampleOddity, TrackFacts } from '../package-facts.ts';

/** What is said of samples that are not encrypted as they must be. */
const ODDITIES: Readonly<Record<SampleOddity, readonly [code: FindingCode, words: string]>> = {
  'clear-sample': ['CLEAR_SAMPLES', 'is under a key and wholly clear'],
  'clear-slice': ['CLEAR_SLICE', 'has data of a picture in the clear'],
  'encrypted-header': ['ENCRYPTED_HEADER', 'has a NAL unit whose length or header is encrypted'],
  'partial-block': ['PARTIAL_BLOCKS', 'has a protected part that is no whole number of blocks'],
  'audio-in-parts': ['SUBSAMPLES_OF_AUDIO', 'is audio, and encrypted in parts'],
  'zero-iv': ['IV_ZERO', 'has an IV of zeros'],
};

/** Protected bytes of a scheme that has no pattern, as a share of all: less than this is no protection. */
const LEAST_SHARE = 0.5;
/** A share of few bytes says nothing. */
const ENOUGH_BYTES = 100_000;

/** Bytes are clear only where they may be. */
export const checkClearBytes = ofEach(function* (rendition) {
  for (const track of rendition.media?.tracks ?? []) {
    for (const [oddity, { file, offset, time, sample, count }] of track.oddities) {
      const [code, words] = ODDITIES[oddity];
      const at = presented(rendition, track, time);
      const found = finding(
        code,
        inFile(rendition, { file, offset, time: at }),
        `${file}: sample ${sample}, at ${seconds(at)}, ${words}.`,
      );
      yield count > 1 ? { ...found, count } : found;
    }
    const mixed = mixedRow(track);
    if (mixed)
      yield finding(
        'MIXED_SEGMENT',
        inFile(rendition, { file: mixed.file, offset: mixed.position }),
        `${mixed.file}: the fragment at byte ${mixed.position} has samples under several keys, or clear ones among them.`,
      );
    const least = leastShare(track);
    const share = track.sealed / track.sealable;
    if (track.sealable >= ENOUGH_BYTES && share < least)
      yield finding(
        'CLEAR_SHARE',
        inFile(rendition, { file: track.rows.at(0).file }),
        `${nameOf(rendition)} has ${percent(share)} of its bytes encrypted.`,
        { expected: `at least ${percent(least)}`, found: percent(share) },
      );
  }
});

/** The first fragment within which keys change. */
function mixedRow({ rows }: TrackFacts): { file: string; position: number } | undefined {
  for (const row of rows) if (row.isMixed) return row;
  return undefined;
}

/** By the scheme that leaves most clear. */
function leastShare({ protections, track }: TrackFacts): number {
  const shares = protections.map(({ scheme, cryptBlocks, skipBlocks }) => {
    // SAMPLE-AES takes one block in ten of video.
    if (scheme === 'sample-aes') return track.kind === 'video' ? 0.1 : 1;
    return skipBlocks === 0 ? 1 : cryptBlocks / (cryptBlocks + skipBlocks);
  });
  return LEAST_SHARE * Math.min(1, ...shares);
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
