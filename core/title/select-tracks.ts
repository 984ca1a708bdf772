import { fail } from '../base/errors.ts';
import {
  type AudioTrack,
  type CodedKind,
  describeTrack,
  formatOf,
  isCoded,
  type Track,
  type TrackInfo,
  type VideoTrack,
} from '../media/track.ts';
import { withDeclaredFacts } from './declared-facts.ts';
import type { InputInfo } from './presentation.ts';
import { AudioChoice } from './select-audio.ts';
import { type ChosenUncoded, chooseUncoded } from './select-uncoded.ts';
import { type AudioPick, answersPick, isChosen } from './track-choice.ts';
import { inOrderOfUse, requireOneDefault, withOneDefault } from './use-order.ts';

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
  if (choice.trickPlay && chosen.length === 0)
    throw notThere(input, 'takes it for trick play, and it has no video', tracks);
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
  /** Of inputs that are given for trick play. */
  readonly trickPlay: readonly VideoTrack[];
}

/**
 * Choose the title's tracks, each kind in the order in which players are to see it (`inOrderOfUse`). Video: the first video track of
 * every input is a rendition. Audio: one track of each programme, codec and number of channels over all inputs, and several
 * of different bit rate (`AudioChoice`). Text and images (`chooseUncoded`) make no title by themselves.
 * @throws PackagerError NOT_MEDIA when nothing is left, INVALID_OPTION when a track that the config names by its id
 * cannot be taken, one of video comes twice, or two are to be the default
 */
export function chooseTracks(
  inputs: readonly InputInfo[],
  tracksPerInput: readonly (readonly Track[])[],
  warn: (message: string) => void,
): ChosenTracks {
  const video: VideoTrack[] = [];
  const trickPlay: VideoTrack[] = [];
  const uncoded = chooseUncoded(inputs, tracksPerInput, warn);
  const givers = new Set([...uncoded.text, ...uncoded.images].map(({ input }) => input));
  const coded = ({ index }: InputInfo) =>
    (tracksPerInput[index] ?? []).filter(isCoded).filter(({ samples }) => samples.count > 0);
  const audio = new AudioChoice(
    inputs,
    (input) => coded(input).filter((track) => track.kind === 'audio'),
    warn,
  );

  for (const input of inputs) {
    const [rendition, ...furtherVideo] = coded(input).filter((track) => track.kind === 'video');
    const isTrickPlay = input.choice?.trickPlay === true;
    if (rendition) {
      const known = isTrickPlay ? trickPlay : video;
      const twin = known.find(
        ({ id, input: other }) => id === rendition.id && inputs[other]?.path === input.path,
      );
      if (twin) throw givenTwice(input, twin);
      known.push(rendition);
    }
    for (const track of furtherVideo)
      warn(`${input.path}: ${describeTrack(track)} was left out: a file gives one video track.`);
    if (isTrickPlay) continue;
    const gives = {
      video: rendition !== undefined,
      anything: rendition !== undefined || givers.has(input.index),
    };
    audio.take(input, gives);
  }

  if (trickPlay[0] && video.length === 0) throw withoutFilm(inputs[trickPlay[0].input]!);
  if (video.length + audio.chosen.length === 0) {
    throw fail.notMedia(
      inputs.map(({ path }) => path).join(', '),
      'it has no video or audio track with samples.',
      'Give a file with a video or an audio track in a codec that README.md lists.',
    );
  }
  const text = withOneDefault(inputs, uncoded.text);
  for (const tracks of [audio.chosen, text]) requireOneDefault(inputs, tracks);
  requireAllScores(inputs, video);
  return {
    video,
    audio: inOrderOfUse(audio.chosen),
    text: inOrderOfUse(text),
    images: uncoded.images,
    trickPlay,
  };
}

const withoutFilm = ({ path }: InputInfo) =>
  fail.invalidOption(
    `${path} is given for trick play, and the title has no other video.`,
    'Give the renditions of the film as well, or take `trickPlay` out.',
  );

/** A player that compares the variants of a playlist has to be able to compare all (RFC 8216bis, 4.4.6.2). */
function requireAllScores(inputs: readonly InputInfo[], video: readonly VideoTrack[]): void {
  const unknown = video.find(({ score }) => score === undefined);
  if (!unknown || video.every(({ score }) => score === undefined)) return;
  throw fail.invalidOption(
    `${inputs[unknown.input]!.path} has no \`score\`, and other inputs with video have one.`,
    'Give all of them a `score`, or none.',
  );
}

const givenTwice = ({ path, index }: InputInfo, { id, input }: VideoTrack) =>
  fail.invalidOption(
    `${path} is given twice: inputs ${input + 1} and ${index + 1} both give video track ${id}.`,
    'Take one of them out of `inputs`, or set `video: false` for it.',
  );
