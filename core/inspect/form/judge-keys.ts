import { fail } from '../../base/errors.ts';
import type { Mp4Media } from '../mp4/mp4-file.ts';
import { formOf } from './form-of.ts';
import type { FormJudge } from './judge.ts';
import { sayForm } from './verdict.ts';

/**
 * Look at what samples are once they are decrypted.
 * @param name of the rendition or file, for messages
 * @param most segments of each track: what packages anew looks at samples itself. @default all
 * @throws PackagerError NO_KEY where a key is missing, or is not the one that they were encrypted with
 */
export async function judgeKeys(
  { tracks }: Mp4Media,
  name: string,
  { signal, most = Number.POSITIVE_INFINITY }: { readonly signal: AbortSignal; readonly most?: number },
): Promise<void> {
  for (const { track, segments } of tracks) {
    if (!track.entries.some(({ protection }) => protection)) continue;
    const judges = track.entries.flatMap((entry, index): FormJudge[] => {
      const judge = formOf(entry, index);
      return judge ? [judge] : [];
    });
    for await (const segment of segments()) {
      if (signal.aborted) throw fail.cancelled();
      const [missing] = segment.missingKeys;
      if (missing !== undefined)
        throw fail.keyMissing(`There is no key for the key id ${missing} of ${name}.`);
      for (const judge of judges) judge.add(segment);
      if (segment.index + 1 >= most) break;
    }
    for (const judge of judges) {
      const verdict = judge.verdict();
      const wrong = verdict.keys.find(({ key }) => key === 'wrong');
      if (!wrong) continue;
      throw fail.keyMissing(
        `The key with the key id ${wrong.kid ?? 'of its playlist'} is not the one that ${name} was encrypted with: ${sayForm(verdict)}.`,
        'Name the key source that it was packaged with. Nothing was written.',
      );
    }
  }
}
