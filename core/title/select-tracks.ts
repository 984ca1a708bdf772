import { fail } from '../base/errors.ts';
import { canonicalLanguage } from '../media/language.ts';
import {
  type AudioTrack,
  type CodedKind,
  codecFamily,
  describeTrack,
  formatOf,
  isCoded,
  type Track,
  type TrackInfo,
  type VideoTrack,
} from '../media/track.ts';
import { withDeclaredFacts } from './declared-facts.ts';
import type { InputInfo } from './presentation.ts';
import { type ChosenUncoded, chooseUncoded } from './select-uncoded.ts';
import { type AudioPick, answersPick, isChosen } from './track-choice.ts';

/**
 * The tracks of an input that the config takes: of video in the order of the file, of audio in that of the choice, each
 * once, with what the config says of them (`withDeclaredFacts`); of other kinds all.
 * @throws PackagerError INVALID_OPTION when the file has not what was asked for, nothing is left, or what is said does not fit
 */
export function chosenTracks(input: InputInfo, tracks: readonly Track[]): readonly Track[] {
  const { choice } = input;
  if (choice === undefined) return tracks;
  const { video, audio } = choice;
  const of = (kind: CodedKind, pick: AudioPick): readonly Track[] => {
    const found = tracks.filter((track) => track.kind === kind && answersPick(track, pick));
    const what = typeof pick === 'number' ? `${kind} track ${pick}` : `${kind} in "${pick}"`;
    if (found.length === 0) throw notThere(input, `asks for ${what}, which it does not have`, tracks);
    return found;
  };
  if (typeof video === 'number') of('video', video);
  const picked = new Set(audio ? audio.flatMap((pick) => of('audio', pick)) : []);
  const chosen = [...picked, ...tracks.filter((track) => !picked.has(track) && isChosen(choice, track))];
  if (chosen.length === 0) throw notThere(input, 'leaves all of it out', tracks);
  return withDeclaredFacts(input, chosen);
}

const notThere = ({ path }: InputInfo, what: string, tracks: readonly Track[]) =>
  fail.invalidOption(
    `${path}: the config ${what}.`,
    `It has ${tracks.map(listed).join(', ') || 'no track of a known codec'}.`,
  );

/** `audio track 2 (mp4a.40.2, "eng")`. Pictures are not chosen by their language. */
const listed = (track: TrackInfo): string => {
  const isSpoken = track.kind === 'audio' || track.kind === 'text';
  return `${track.kind} track ${track.id} (${formatOf(track)}${isSpoken ? `, "${track.language}"` : ''})`;
};

/** What of the inputs becomes the title. */
export interface ChosenTracks extends ChosenUncoded {
  readonly video: readonly VideoTrack[];
  readonly audio: readonly AudioTrack[];
}

/**
 * Choose the title's tracks. Video: the first video track of every input is a rendition. Audio: one track per
 * language and codec (`codecFamily`: AAC for everyone, E-AC-3 for those who can) over all inputs, from the first input
 * that has it; the other inputs carry the same programme, so theirs are left out without a word. What is left out of
 * the same file is warned of, and what the config names by its language. Text and images (`chooseUncoded`) make no title by
 * themselves.
 * @throws PackagerError NOT_MEDIA when nothing is left, INVALID_OPTION when a track that the config names by its id
 * cannot be taken, or one of video comes twice
 */
export function chooseTracks(
  inputs: readonly InputInfo[],
  tracksPerInput: readonly (readonly Track[])[],
  warn: (message: string) => void,
): ChosenTracks {
  const video: VideoTrack[] = [];
  const audio: AudioTrack[] = [];
  const uncoded = chooseUncoded(inputs, tracksPerInput, warn);
  const givers = new Set([...uncoded.text, ...uncoded.images].map(({ input }) => input));
  /** Who gave the track of a language and codec. */
  const owners = new Map<string, InputInfo>();

  for (const input of inputs) {
    const tracks = (tracksPerInput[input.index] ?? [])
      .filter(isCoded)
      .filter(({ samples }) => samples.count > 0);
    const leftOut = (track: Track, why: string) =>
      warn(`${input.path}: ${describeTrack(track)} was left out: ${why}.`);

    const [rendition, ...furtherVideo] = tracks.filter((track) => track.kind === 'video');
    if (rendition) {
      const twin = video.find(
        ({ id, input: other }) => id === rendition.id && inputs[other]?.path === input.path,
      );
      if (twin) throw givenTwice(input, twin);
      video.push(rendition);
    }
    for (const track of furtherVideo) leftOut(track, 'a file gives one video track');

    let adds = rendition !== undefined || givers.has(input.index);
    const further: AudioTrack[] = [];
    /** Where what this file has too comes from. */
    let doubled: string | undefined;
    for (const track of tracks.filter((track) => track.kind === 'audio')) {
      const place = `${canonicalLanguage(track.language)} ${codecFamily(track)}`;
      const owner = owners.get(place);
      if (owner === undefined) {
        owners.set(place, input);
        audio.push(track);
        adds = true;
        continue;
      }
      const picks = input.choice?.audio || [];
      if (picks.includes(track.id)) throw secondOfItsKind(input, track, owner);
      if (owner === input || picks.length > 0) further.push(track);
      doubled ??= `audio in "${track.language}" and this codec comes from ${owner.path} already`;
    }
    if (further.length > 0) warn(`${input.path}: ${furtherAudio(further)}; \`audio: [id]\` takes another.`);
    if (!adds && doubled)
      warn(
        `${input.path} adds nothing: ${doubled}. If it is in another language, give it as { file, language }.`,
      );
  }

  if (video.length + audio.length === 0) {
    throw fail.notMedia(
      inputs.map(({ path }) => path).join(', '),
      'it has no video or audio track with samples.',
      'Give a file with a video or an audio track in a codec that README.md lists.',
    );
  }
  return { video, audio, ...uncoded };
}

/** At most this many ids of a hundred are worth reading. */
const LISTED = 8;

function furtherAudio([first, ...others]: readonly AudioTrack[]): string {
  if (others.length === 0)
    return `${describeTrack(first!)} was left out: it is not the first in language "${first!.language}" with this codec`;
  const ids = [first!, ...others].map(({ id }) => id);
  const rest = ids.length > LISTED ? ` and ${ids.length - LISTED} more` : '';
  return `audio tracks ${ids.slice(0, LISTED).join(', ')}${rest} were left out: none is the first in its language and codec`;
}

const givenTwice = ({ path, index }: InputInfo, { id, input }: VideoTrack) =>
  fail.invalidOption(
    `${path} is given twice: inputs ${input + 1} and ${index + 1} both give video track ${id}.`,
    'Take one of them out of `inputs`, or set `video: false` for it.',
  );

const secondOfItsKind = (input: InputInfo, track: AudioTrack, owner: InputInfo) =>
  fail.invalidOption(
    `${input.path}: the config asks for ${describeTrack(track)}, but "${track.language}" in this codec comes from ` +
      `${owner === input ? 'another track of the file' : owner.path} already.`,
    'A title has one track a language and codec: leave one of them out.',
  );
