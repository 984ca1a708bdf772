import { fail } from '../../base/errors.ts';
import type { TrackReader } from '../model/track-reader.ts';
import { TrackJudge } from './track-judge.ts';
import { sayForm } from './verdict.ts';

interface JudgeKeysOptions {
  readonly signal: AbortSignal;
  /** Segments of each track: what packages anew looks at samples itself. @default all */
  readonly most?: number;
  /** Also tracks that begin clear: in MPEG-TS entries show as segments are read. */
  readonly isWhole?: boolean;
}

/**
 * Look at what samples are once they are decrypted.
 * @param name of the rendition or file, for messages
 * @throws PackagerError NO_KEY where a key is missing, or is not the one that they were encrypted with
 */
export async function judgeKeys(
  { tracks }: { readonly tracks: readonly TrackReader[] },
  name: string,
  { signal, most = Number.POSITIVE_INFINITY, isWhole = false }: JudgeKeysOptions,
): Promise<void> {
  for (const reader of tracks) {
    const { track } = reader;
    if (!isWhole && !track.entries.some(({ protection }) => protection)) continue;
    const judge = new TrackJudge(track);
    for await (const segment of reader.segments()) {
      if (signal.aborted) throw fail.cancelled();
      const [missing] = segment.missingKeys;
      if (missing !== undefined)
        throw fail.keyMissing(`There is no key for the key id ${missing} of ${name}.`);
      judge.add(segment);
      if (segment.index + 1 >= most) break;
    }
    for (const verdict of judge.verdicts()) {
      const wrong = verdict.keys.find(({ key }) => key === 'wrong');
      if (!wrong) continue;
      throw fail.keyMissing(
        `The key with the key id ${wrong.kid ?? 'of its playlist'} is not the one that ${name} was encrypted with: ${sayForm(verdict)}.`,
        'Name the key source that it was packaged with. Nothing was written.',
      );
    }
  }
}
