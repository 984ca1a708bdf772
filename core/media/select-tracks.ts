import { fail } from '../errors.ts';
import type { InputInfo } from './presentation.ts';
import { codecFamily, describeTrack, type Track } from './track.ts';

/** What of the inputs becomes the title. */
export interface ChosenTracks {
  readonly video: readonly Track[];
  readonly audio: readonly Track[];
}

/**
 * Choose the title's tracks. Video: the first video track of every input is a rendition. Audio: one track per
 * language and codec (`codecFamily`: AAC for everyone, E-AC-3 for those who can) over all inputs, from the first input
 * that has it; the other inputs carry the same programme, so theirs are left out without a word. What is left out of
 * the same file is warned of.
 * @throws PackagerError 1202 when nothing is left.
 */
export function chooseTracks(
  inputs: readonly InputInfo[],
  tracksPerInput: readonly (readonly Track[])[],
  warn: (message: string) => void,
): ChosenTracks {
  const video: Track[] = [];
  const audio: Track[] = [];
  /** Who gave the track of a language and codec. */
  const owners = new Map<string, InputInfo>();

  for (const input of inputs) {
    const tracks = (tracksPerInput[input.index] ?? []).filter(({ samples }) => samples.count > 0);
    const leftOut = (track: Track, why: string) =>
      warn(`${input.path}: ${describeTrack(track)} was left out: ${why}.`);

    const [rendition, ...furtherVideo] = tracks.filter(({ kind }) => kind === 'video');
    if (rendition) video.push(rendition);
    for (const track of furtherVideo) leftOut(track, 'a file gives one video track');

    let adds = rendition !== undefined;
    for (const track of tracks.filter(({ kind }) => kind === 'audio')) {
      const choice = `${track.language} ${codecFamily(track)}`;
      const owner = owners.get(choice);
      if (owner === undefined) {
        owners.set(choice, input);
        audio.push(track);
        adds = true;
      } else if (owner === input) {
        leftOut(track, `it is not the first in language "${track.language}" with this codec`);
      }
    }
    if (!adds)
      warn(
        `${input.path} adds nothing: no video, and no audio in a language and codec that is not there yet.`,
      );
  }

  if (video.length + audio.length === 0) {
    throw fail.notMedia(
      inputs.map(({ path }) => path).join(', '),
      'it has no video or audio track with samples.',
      'Give an MP4 file with a video or an audio track that is listed in README.md.',
    );
  }
  return { video, audio };
}
