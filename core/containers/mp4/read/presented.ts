import { fail } from '../../../base/errors.ts';
import { applyEdits, type EditedMedia } from '../../../edits/apply-edits.ts';
import { fromFirstKey } from '../../../edits/from-first-key.ts';
import { mediaPieces } from './edit-list.ts';
import type { MediaTrack, Movie } from './movie.ts';
import type { Mp4Samples } from './sample-table.ts';

/**
 * What the edit list presents of the samples, from the first that can be decoded.
 * @param name how messages name the file
 * @param needsSync decoding starts at sync samples alone. @default in pictures
 * @throws PackagerError UNSUPPORTED_INPUT when it cannot be followed
 */
export function presentedMedia(
  { kind, id, headers: { timescale, edits } }: MediaTrack,
  table: Mp4Samples,
  { timescale: movieTimescale, fragmentDefaults }: Movie,
  name: string,
  warn: (message: string) => void,
  needsSync = kind === 'video',
): EditedMedia {
  const fragmented = fragmentDefaults !== undefined;
  const { samples, start, dropped } = needsSync
    ? fromFirstKey(table)
    : { samples: table, start: 0, dropped: 0 };
  const what =
    kind === 'video' ? 'pictures before its first key frame' : 'frames that decoding cannot start with';
  if (dropped > 0) warn(`${name}: track ${id}: ${dropped} ${what} are left out.`);
  const list = { edits, movieTimescale, timescale, mediaStart: table.start + start, fragmented };
  const edited = applyEdits({ kind, samples, timescale, needsSync }, mediaPieces(list, name, id), (reason) =>
    fail.unsupportedInput(name, `the edit list of track ${id} ${reason}.`, 'Encode the file again, edited.'),
  );
  const { pictures, seconds } = edited.leadIn;
  if (pictures > 0) {
    warn(
      `${name}: track ${id} starts ${seconds.toFixed(3)} s behind a key frame: ${pictures} pictures are written that ` +
        'are decoded but not shown. Cut the file at a key frame, or encode it again, to be rid of them.',
    );
  }
  return edited;
}
