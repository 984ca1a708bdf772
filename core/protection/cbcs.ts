import { viewOf } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';
import { codecOf } from '../codecs/built-in.ts';
import { CbcRuns } from '../crypto/cbc-runs.ts';
import { copyBlocks } from '../crypto/copy-blocks.ts';
import type { ContentKey } from '../keys/content-key.ts';
import type { SampleEncryption, Segment, Subsamples } from '../media/segment.ts';
import { type CodedTrack, describeTrack } from '../media/track.ts';
import { checkSubsamples } from './check-subsamples.ts';
import type { Protector } from './protector.ts';
import { createSubsampleMap, type SubsampleRules } from './subsamples.ts';

const BLOCK = 16;

/** The pattern of `cbcs`, as `tenc` says it: blocks encrypted and blocks skipped, of video; of audio every block. */
export const CBCS_PATTERN = { video: [1, 9], audio: [0, 0] } as const;

/** Bytes from one encrypted block of video to the next. */
const STRIDE = BLOCK * (CBCS_PATTERN.video[0] + CBCS_PATTERN.video[1]);

const RULES: SubsampleRules = { align: 1, ivSize: 0 };

/** What every sample carries: no IV, which is in `tenc`. */
const CONSTANT_IV: Pick<SampleEncryption, 'ivSize' | 'ivs'> = { ivSize: 0, ivs: new Uint8Array(0) };

/** What a `cbcs` protector is made of. */
export interface CbcsOptions {
  readonly track: CodedTrack;
  readonly key: ContentKey;
  /** The constant IV, 16 bytes: the same in `tenc`, and for FairPlay the one that the licence delivers. */
  readonly iv: Uint8Array;
  /** Told, in a sentence, when some slices have to stay clear. */
  readonly warn?: (message: string) => void;
}

/**
 * Protects a track with the `cbcs` scheme (ISO/IEC 23001-7, 10.4): AES-128-CBC with a constant IV, in place. Of video
 * one block in ten behind the slice headers, IV and pattern anew for every subsample; of audio all whole blocks of a
 * sample. What is left of a block at the end stays clear.
 * @throws PackagerError KEY_SIZE when the IV has not 16 bytes, UNSUPPORTED_CODEC for video that nobody knows how to
 * protect, and for VP9, whose binding to MP4 knows `cenc` alone
 */
export function createCbcsProtector({ track, key, iv, warn }: CbcsOptions): Protector {
  if (iv.length !== BLOCK) throw fail.keySize('The IV of the cbcs scheme', `${BLOCK}`, iv.length);
  refuseOtherSchemes(track);
  const subsamplesOf = createSubsampleMap(track, { ...RULES, warn });
  const runs = new CbcRuns(key.reveal(), iv);
  const protectPattern = patternCipher(runs);

  return {
    scheme: 'cbcs',
    protectSegment(segment: Segment): Segment {
      const subsamples = subsamplesOf(segment);
      if (!subsamples) {
        protectWhole(runs, segment);
        return { ...segment, encryption: CONSTANT_IV };
      }
      protectPattern(segment.data, subsamples);
      return { ...segment, encryption: { ...CONSTANT_IV, subsamples } };
    },
    pass: ({ count }) => subsamplesOf.pass(count),
  };
}

/**
 * Refuse a track that the `cbcs` scheme cannot protect, before anything is written: `check` of a mode.
 * @throws PackagerError UNSUPPORTED_CODEC when nobody knows how, or its pictures have too many slices or tiles
 */
export async function checkCbcsTrack(track: CodedTrack, isProtected: boolean): Promise<void> {
  if (!isProtected) return;
  refuseOtherSchemes(track);
  await checkSubsamples(track, RULES);
}

/** Refuse a codec whose binding to MP4 has other schemes alone. */
function refuseOtherSchemes(track: CodedTrack): void {
  const codec = codecOf(track);
  if (!codec?.schemes || codec.schemes.includes('cbcs')) return;
  const { name, schemes } = codec;
  throw fail.unsupportedCodec(
    track.source.name,
    `the cbcs scheme cannot protect ${describeTrack(track)}: ${name} in MP4 knows ${schemes.join(' and ')} alone.`,
    `Leave modes with cbcs out for ${name}, since modes with ${schemes.join(' or ')} carry it, or encode the video as H.264, HEVC or AV1.`,
  );
}

/** Every whole block of each sample, in one chain. */
function protectWhole(runs: CbcRuns, { data, sizes, count }: Segment): void {
  let from = 0;
  for (let sample = 0; sample < count; sample++) {
    const size = sizes[sample]!;
    const blocks = data.subarray(from, from + size - (size % BLOCK));
    if (blocks.length > 0) blocks.set(runs.encrypt(blocks));
    from += size;
  }
}

/** The encrypted blocks of a subsample are gathered, encrypted in one chain and put back: skipped blocks are not in it. */
function patternCipher(runs: CbcRuns): (data: Uint8Array, subsamples: Subsamples) => void {
  let gathered = new Uint8Array(4096);
  return (data, { clear, protected: secret }) => {
    const bytes = viewOf(data);
    let at = 0;
    for (let entry = 0; entry < secret.length; entry++) {
      at += clear[entry]!;
      // As long as a whole block is left: at 0, 160, 320, …
      const count = Math.ceil((secret[entry]! - BLOCK + 1) / STRIDE);
      if (count > 0) {
        if (gathered.length < count * BLOCK) gathered = new Uint8Array(2 * count * BLOCK);
        const blocks = gathered.subarray(0, count * BLOCK);
        copyBlocks(bytes, at, STRIDE, viewOf(blocks), 0, BLOCK, count);
        copyBlocks(viewOf(runs.encrypt(blocks)), 0, BLOCK, bytes, at, STRIDE, count);
      }
      at += secret[entry]!;
    }
  };
}
