import { fail } from '../base/errors.ts';
import { codecOf } from '../codecs/built-in.ts';
import { CbcRuns } from '../crypto/cbc-runs.ts';
import type { ContentKey } from '../keys/content-key.ts';
import { type CodedTrack, describeTrack } from '../media/track.ts';
import type { Protector } from './protector.ts';

export interface SampleAesOptions {
  readonly track: CodedTrack;
  readonly key: ContentKey;
  /** 16 bytes; every NAL unit and every audio frame starts from it. */
  readonly iv: Uint8Array;
}

/**
 * SAMPLE-AES for MPEG-TS (Apple, MPEG-2 Stream Encryption Format for HTTP Live Streaming): 1 block in 10 of a video
 * slice, all whole blocks of an audio frame after its leader. Segments are encrypted in place, but slices may grow: the
 * bytes of a result are valid until the next but one.
 * @throws PackagerError UNSUPPORTED_CODEC for a codec that the format does not know, KEY_SIZE when the IV has not 16
 * bytes.
 */
export function createSampleAesProtector({ track, key, iv }: SampleAesOptions): Protector {
  if (iv.length !== BLOCK) throw fail.keySize('The IV', '16', iv.length);
  const codec = codecOf(track);
  if (!codec?.sampleAes) {
    throw fail.unsupportedCodec(
      track.source.name,
      `SAMPLE-AES in MPEG-TS cannot protect ${describeTrack(track)}.`,
      'Use H.264 video with AAC, AC-3 or E-AC-3 audio, or a mode that writes MP4.',
    );
  }
  return { scheme: 'sample-aes', protectSegment: codec.sampleAes(new CbcRuns(key.reveal(), iv)) };
}

const BLOCK = 16;
