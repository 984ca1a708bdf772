import { fail } from '../base/errors.ts';
import type { ContentKey } from '../keys/content-key.ts';
import type { Segment } from '../media/segment.ts';
import type { CodedTrack } from '../media/track.ts';
import { checkSubsamples } from './check-subsamples.ts';
import type { Protector } from './protector.ts';
import { SampleCtr } from './sample-ctr.ts';
import { createSubsampleMap, type SubsampleRules, wholeSamples } from './subsamples.ts';

const IV_SIZE = 8;

const RULES: SubsampleRules = { align: 16, ivSize: IV_SIZE };

export interface CencOptions {
  readonly track: CodedTrack;
  readonly key: ContentKey;
  /** IV of the track's first sample, 8 bytes; each further sample has the next one. Never used twice with one key. */
  readonly iv: Uint8Array;
  /** Told, in a sentence, when some slices have to stay clear. */
  readonly warn?: (message: string) => void;
}

/**
 * Protects a track with the `cenc` scheme (ISO/IEC 23001-7, 10.1): AES-128-CTR with an 8-byte IV for each sample, in
 * place. Video in subsamples of whole blocks behind the slice headers, audio in whole samples.
 * @throws PackagerError KEY_SIZE when the IV has not 8 bytes, UNSUPPORTED_CODEC for video that nobody knows how to
 * protect
 */
export function createCencProtector({ track, key, iv, warn }: CencOptions): Protector {
  if (iv.length !== IV_SIZE) throw fail.keySize('The IV of the cenc scheme', `${IV_SIZE}`, iv.length);
  const subsamplesOf = createSubsampleMap(track, { ...RULES, warn });
  const cipher = new SampleCtr(key.reveal());
  let nextIv = new DataView(iv.buffer, iv.byteOffset, IV_SIZE).getBigUint64(0);

  return {
    scheme: 'cenc',
    protectSegment(segment: Segment): Segment {
      const subsamples = subsamplesOf(segment);
      const ivs = countedIvs(nextIv, segment.count);
      nextIv += BigInt(segment.count);
      cipher.encrypt(segment.data, subsamples ?? wholeSamples(segment.sizes), ivs);
      const encryption = { ivSize: IV_SIZE, ivs, ...(subsamples && { subsamples }) };
      return { ...segment, encryption };
    },
    pass({ count }) {
      subsamplesOf.pass(count);
      nextIv += BigInt(count);
    },
  };
}

/**
 * Refuse a track that the `cenc` scheme cannot protect, before anything is written: `check` of a mode.
 * @throws PackagerError UNSUPPORTED_CODEC when nobody knows how, or its pictures have too many slices or tiles
 */
export async function checkCencTrack(track: CodedTrack, isProtected: boolean): Promise<void> {
  if (isProtected) await checkSubsamples(track, RULES);
}

/** `count` IVs of 8 bytes, one after the other: `first` and the numbers after it, modulo 2^64. */
function countedIvs(first: bigint, count: number): Uint8Array {
  const ivs = new Uint8Array(count * IV_SIZE);
  const words = new DataView(ivs.buffer);
  let high = Number(BigInt.asUintN(64, first) >> 32n);
  let low = Number(BigInt.asUintN(32, first));
  for (let at = 0; at < ivs.length; at += IV_SIZE) {
    words.setUint32(at, high);
    words.setUint32(at + 4, low);
    low = (low + 1) >>> 0;
    if (low === 0) high = (high + 1) >>> 0;
  }
  return ivs;
}
