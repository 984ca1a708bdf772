import type { TimedText } from '../media/timed-text.ts';
import type { TimedTrack } from '../media/timed-track.ts';
import { type CodedTrack, codecFamily } from '../media/track.ts';
import type { Presentation } from '../title/presentation.ts';
import { trackRef, type UnitPlan } from './unit-plan.ts';

const unit = (id: string, tracks: readonly (TimedTrack | TimedText)[]): UnitPlan => ({
  id,
  input: tracks[0]?.track.input ?? 0,
  tracks: tracks.map(({ track }) => trackRef(track)),
  bytes: tracks.reduce((sum, { track }) => sum + track.bytes, 0),
});

/**
 * `audio-<language>` for the first track of a language; for its further ones with what they are for, or else with the codec, as in
 * `audio-eng`, `audio-eng-commentary` and `audio-eng-ec-3`: in the order of the tracks.
 */
const audioIds = (audio: readonly TimedTrack[]): string[] =>
  idsByLanguage(
    'audio',
    audio,
    ({ track }) => track.roles?.find((role) => role !== 'main') ?? codecFamily(track),
  );

/** `text-<language>`, for further ones of a language with what they are for: `text-eng-caption`, `text-eng-forced`. */
const textIds = (text: readonly TimedText[]): string[] =>
  idsByLanguage('text', text, ({ track: { roles = [], isForced } }) =>
    isForced ? 'forced' : (roles.find((role) => role !== 'main' && role !== 'subtitle') ?? 'more'),
  );

/** Each once: `<kind>-<language>`, else with what tells it from the first, else with a number behind that. */
function idsByLanguage<T extends TimedTrack | TimedText>(
  kind: string,
  tracks: readonly T[],
  differenceOf: (timed: T) => string,
): string[] {
  const ids = new Set<string>();
  for (const timed of tracks) {
    const first = `${kind}-${timed.track.language}`;
    const further = `${first}-${differenceOf(timed)}`;
    let id = ids.has(first) ? further : first;
    for (let n = 2; ids.has(id); n++) id = `${further}-${n}`;
    ids.add(id);
  }
  return [...ids];
}

function textUnits(text: readonly TimedText[]): UnitPlan[] {
  const ids = textIds(text);
  return text.map((timed, index) => unit(ids[index]!, [timed]));
}

/** `trick-1` … `trick-N`. */
const trickPlayUnits = ({ trickPlay = [] }: Pick<Presentation, 'trickPlay'>): UnitPlan[] =>
  trickPlay.map((track, index) => unit(`trick-${index + 1}`, [track]));

/**
 * One unit for each track: `video-1` … `video-N`, then audio by `audioIds`, text by `textIds`, and what is for trick play,
 * `trick-1` … `trick-N`. For formats with one track a file (DASH, CMAF).
 */
export function planTracks(presentation: Presentation): UnitPlan[] {
  const { video, audio, text } = presentation;
  const ids = audioIds(audio);
  return [
    ...video.map((track, index) => unit(`video-${index + 1}`, [track])),
    ...audio.map((track, index) => unit(ids[index]!, [track])),
    ...textUnits(text),
    ...trickPlayUnits(presentation),
  ];
}

/**
 * One unit for each rendition, `media-1` … `media-N`: its video with the title's first audio track, the same in all of
 * them so that switching is seamless. Further audio, other languages and other codecs, are units of their own, named by
 * `audioIds`; so is all audio where that has another key label than some of the video. Text is beside them, by `textIds`, and what is
 * for trick play, `trick-1` … `trick-N`.
 */
export function planRenditions(
  presentation: Presentation,
  labelOf: (track: CodedTrack) => string | undefined = () => undefined,
): UnitPlan[] {
  const { video, audio, text } = presentation;
  const sharesLabel = (timed: TimedTrack): boolean => {
    const own = labelOf(timed.track);
    return own === undefined || video.every(({ track }) => [own, undefined].includes(labelOf(track)));
  };
  const muxed = audio.slice(0, 1).filter(sharesLabel);
  const others = audio.slice(muxed.length);
  const ids = audioIds(audio).slice(muxed.length);
  const renditions = video.length > 0 ? video.map((track) => [track, ...muxed]) : [muxed];
  return [
    ...renditions.map((tracks, index) => unit(`media-${index + 1}`, tracks)),
    ...others.map((track, index) => unit(ids[index]!, [track])),
    ...textUnits(text),
    ...trickPlayUnits(presentation),
  ];
}
