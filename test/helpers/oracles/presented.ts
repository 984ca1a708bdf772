import type { TestEdit } from '../media/edit-list-media.ts';
import { type CodedSample, codedSamplesOf, hashes } from './samples.ts';

/** A picture or a frame of sound, by its content, and when it is presented, in seconds. */
export type Shown = Pick<CodedSample, 'hash' | 'pts'>;

/** Shorter than any picture is shown: what comes this soon before the next one is there to be decoded. */
const MOMENT = 0.001;

/** Decode all pictures, in order of presentation. */
export async function decodedPictures(path: string, demuxer: readonly string[] = []): Promise<Shown[]> {
  const [pictures = []] = await codedSamplesOf([{ path, stream: 'v:0', demuxer, decoded: 'as they are' }]);
  return pictures;
}

/** Hashes of the decoded pictures, all at one size, for streams that change theirs. */
export async function scaledPictures(path: string): Promise<string[]> {
  const [pictures = []] = await codedSamplesOf([{ path, stream: 'v:0', decoded: 'scaled' }]);
  return hashes(pictures);
}

/** Without those that are replaced at once, the last of them by the end of the presentation. */
export const shownPictures = (pictures: readonly Shown[], end: number): Shown[] =>
  pictures.filter(({ pts }, i) => (pictures[i + 1]?.pts ?? end) - pts > MOMENT);

/** What an edit list presents, by its definition (ISO/IEC 14496-12, 8.6.6), of samples with composition times. */
export function underEdits(
  samples: readonly Shown[],
  edits: readonly TestEdit[],
  timescale: number,
): Shown[] {
  let start = 0;
  return edits.flatMap(([milliseconds, mediaTime]) => {
    const [from, at, duration] = [mediaTime / timescale, start, milliseconds / 1000];
    start += duration;
    if (mediaTime < 0) return [];
    const inside = samples.filter(({ pts }) => pts > from - MOMENT / 2 && pts < from + duration - MOMENT / 2);
    return inside.map(({ hash, pts }) => ({ hash, pts: at + pts - from }));
  });
}
