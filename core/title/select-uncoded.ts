import { describeTrack, type ImageTrack, type TextTrack, type Track } from '../media/track.ts';
import type { InputInfo } from './presentation.ts';
import { isSaidElsewhere } from './said-elsewhere.ts';
import { programmeOf } from './switching-sets.ts';

/** What a title has beside video and audio. */
export interface ChosenUncoded {
  readonly text: readonly TextTrack[];
  readonly images: readonly ImageTrack[];
}

/**
 * Choose text and images. Text: one track per language, format and use over all inputs, from the first that has it; the other
 * inputs carry the same programme, so theirs are passed over without a word, unless they have nothing else to give. Images: all
 * of the first input that has any.
 */
export function chooseUncoded(
  inputs: readonly InputInfo[],
  tracksPerInput: readonly (readonly Track[])[],
  warn: (message: string) => void,
): ChosenUncoded {
  /** By language, format and use, with who gave it. */
  const text = new Map<string, { readonly track: TextTrack; readonly owner: InputInfo }>();
  let images: readonly ImageTrack[] = [];
  for (const input of inputs) {
    const tracks = tracksPerInput[input.index] ?? [];
    for (const track of tracks.filter((one) => one.kind === 'text')) {
      if (isSaidElsewhere(input, track, inputs, ({ index }) => tracksPerInput[index] ?? [])) continue;
      const place = placeOf(track);
      const owner = text.get(place)?.owner;
      if (owner === undefined) text.set(place, { track, owner: input });
      else if (owner === input)
        warn(`${input.path}: ${describeTrack(track)} was left out: ${ANOTHER} another track of the file.`);
      else if (tracks.length === 1)
        warn(`${input.path} adds nothing: ${ANOTHER} ${owner.path} already. ${TELL_APART}`);
    }
    const pictures = tracks.filter((track) => track.kind === 'image');
    if (images.length === 0) images = pictures;
  }
  return { text: [...text.values()].map(({ track }) => track), images };
}

const ANOTHER = 'text of its language, format and use comes from';
const TELL_APART =
  'If it is in another language or for another use, give it as { file, language, sdh, forced, … }.';

/** Captions and subtitles of one language are two things, and so are those that are forced. */
const placeOf = (track: TextTrack): string =>
  JSON.stringify([
    programmeOf(track),
    track.format,
    track.roles?.includes('main') ?? false,
    track.isForced ?? false,
  ]);
