import { codecOf } from '../codecs/built-in.ts';
import { dolbyVisionSupplement, dolbyVisionTransfer } from '../codecs/dolby-vision.ts';
import { UNSPECIFIED } from '../codecs/picture-format.ts';
import { videoEntryBoxes } from '../codecs/sample-entry.ts';
import type { VideoTrack } from '../media/track.ts';
import { HLG, PQ, shownColours, writtenColours } from './colours.ts';

/** Dynamic range, in the words of playlists (rfc8216bis, 4.4.6.2). */
export type VideoRange = 'SDR' | 'HLG' | 'PQ';

/** What manifests say of pictures beyond their size; absent where the stream does not say. */
export interface PictureFacts {
  readonly videoRange?: VideoRange;
  /** A codec string with a brand, of what only some decoders understand: `dvh1.08.07/db4h` (rfc8216bis, 4.4.6.2). */
  readonly supplementalCodecs?: string;
}

/** TransferCharacteristics (ISO/IEC 23091-2, 8.2); absent are 2, "unspecified", and curves that no playlist knows. */
const RANGES: ReadonlyMap<number, VideoRange> = new Map([
  ...[1, 6, 13, 14, 15].map((transfer) => [transfer, 'SDR'] as const),
  [PQ, 'PQ'],
  [HLG, 'HLG'],
]);

/**
 * The range of Dolby Vision where the base layer's code points say another: profile 5 is PQ in colours of its own, which none
 * describes; `db4g` is HLG that is written as SDR.
 */
function dolbyVisionRange(codecs: string, supplement: string | undefined): VideoRange | undefined {
  if (/^dv(h1|he)\.05\./.test(codecs)) return 'PQ';
  return supplement?.endsWith('/db4g') ? 'HLG' : undefined;
}

/** Read from the sample entry, which comes before what the coded stream says. */
export function pictureFacts(track: VideoTrack): PictureFacts {
  const boxes = videoEntryBoxes(track.sampleEntry);
  const own = codecOf(track)?.dolbyVision?.[track.entry];
  const supplementalCodecs = dolbyVisionSupplement(own, boxes, writtenColours(track)?.transfer);
  const shown = shownColours(track)?.transfer ?? UNSPECIFIED;
  // Nothing said of it means SDR in playlists (rfc8216bis, 4.4.6.2), which most Dolby Vision is not.
  const range = RANGES.get(shown === UNSPECIFIED ? (dolbyVisionTransfer(boxes) ?? UNSPECIFIED) : shown);
  const videoRange = dolbyVisionRange(track.codecs, supplementalCodecs) ?? range;
  return { ...(videoRange && { videoRange }), ...(supplementalCodecs && { supplementalCodecs }) };
}
