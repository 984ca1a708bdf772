import { ffmpeg } from '../commands/command.ts';
import type { TestEdit } from '../media/edit-list-media.ts';
import { type CodedSample, parseFrameHashes } from './samples.ts';

/** A picture or a frame of sound, by its content, and when it is presented, in seconds. */
export type Shown = Pick<CodedSample, 'hash' | 'pts'>;

/** Shorter than any picture is shown: what comes this soon before the next one is there to be decoded. */
const MOMENT = 0.001;

/** Decode all pictures, in order of presentation; edit lists are ignored. */
export async function decodedPictures(input: string, demuxer: readonly string[] = []): Promise<Shown[]> {
  const decode = ['-fps_mode', 'passthrough', '-enc_time_base', '1:90000', '-f', 'framemd5', '-'];
  const text = await ffmpeg([...demuxer, '-copyts', '-threads', '1', '-i', input, '-map', '0:v', ...decode]);
  const [pictures = []] = parseFrameHashes(text.toString(), 1);
  return pictures;
}

/** Hashes of the decoded pictures, all at one size, for streams that change theirs. */
export async function scaledPictures(input: string): Promise<string[]> {
  const scaled = ['-vf', 'scale=320:180:flags=neighbor', '-fps_mode', 'passthrough', '-f', 'framemd5', '-'];
  const text = await ffmpeg(['-threads', '1', '-i', input, '-map', '0:v', ...scaled]);
  const [pictures = []] = parseFrameHashes(text.toString(), 1);
  return pictures.map(({ hash }) => hash);
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
