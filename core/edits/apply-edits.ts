import { roundTicks } from '../base/exact-time.ts';
import { compositionTime, type SampleTable } from '../media/samples.ts';
import type { CodedKind, CodedTrack } from '../media/track.ts';
import { type Cut, compositionStart, cutAudio, cutVideo, mediaEndOf } from './cut-samples.ts';
import { EditBuilder } from './edit-builder.ts';
import type { MediaPiece } from './media-piece.ts';

/** What an edit list is applied to. */
export interface UneditedMedia {
  readonly kind: CodedKind;
  readonly samples: SampleTable;
  /** Ticks a second. */
  readonly timescale: number;
  /** Of sound that decoding starts at sync samples alone. @default false: at every frame */
  readonly needsSync?: boolean;
}

/** What it makes of it. */
export interface EditedMedia extends Pick<CodedTrack, 'samples' | 'timescale' | 'presentationOffset'> {
  /**
   * How far the first presented picture lies behind the key frame that it needs, and how many pictures are there for it
   * to be decoded. None when it is that key frame: pictures that lead it belong to an open GOP.
   */
  readonly leadIn: { readonly pictures: number; readonly seconds: number };
}

const NO_LEAD_IN: EditedMedia['leadIn'] = { pictures: 0, seconds: 0 };

/** How often all samples may be in the output. */
const MOST_REPEATS = 4;

/**
 * Present the given pieces of a track, and nothing else.
 *
 * Pictures that are not presented, but needed to decode others, cannot be left out: those from the last sync sample to a
 * start between sync samples, and those at an end that are decoded before the last B-pictures. Edit lists and
 * @presentationTimeOffset would hide them only from some players: MPEG-TS has neither, and Media Source Extensions drop
 * a picture before the append window together with all that follow up to the next sync sample. So they get the least
 * time that all our clocks can tell, about 20 µs each, before the first presented picture or at the end of the last.
 *
 * Decode times are the sums of durations as before, so they ascend through every cut; composition is exact.
 * @param pieces in order of presentation, at least one
 * @param refuse makes the error for what cannot be presented of a reason, which follows "the edit list"
 */
export function applyEdits(
  media: UneditedMedia,
  pieces: readonly MediaPiece[],
  refuse: (reason: string) => Error,
): EditedMedia {
  const { kind, samples, timescale, needsSync = false } = media;
  const [piece, ...others] = pieces;
  const only = others.length === 0 ? piece : undefined;
  const whole = (): EditedMedia => ({
    samples,
    timescale,
    presentationOffset: only!.mediaTime - roundTicks(only!.start, timescale),
    leadIn: NO_LEAD_IN,
  });
  if (only && presentsAll(only, media)) return whole(); // nearly always: no need to look at every sample

  const cuts =
    kind === 'video'
      ? cutVideo(samples, timescale, pieces)
      : cutAudio(samples, timescale, pieces, needsSync ? samples.syncSamples : undefined);
  const [first] = cuts;
  if (!first) throw refuse('presents nothing of it');
  const hidden = cuts.some(({ before, after }) => before.length + after.length > 0);
  if (only && first.first === 0 && first.isOpen && !hidden) return whole();
  const builder = new EditBuilder(media, hidden, refuse);
  for (const [index, cut] of cuts.entries()) builder.add(cut, cuts[index + 1]);
  const edited = builder.finish();
  // A few bytes of edit list could demand any amount of output.
  if (edited.samples.count > MOST_REPEATS * samples.count) throw refuse('presents its media again and again');
  return { ...edited, leadIn: leadInOf(first, media) };
}

function leadInOf(
  { first, before, mediaTime }: Cut,
  { samples, timescale }: UneditedMedia,
): EditedMedia['leadIn'] {
  const behind = mediaTime - compositionTime(samples, first);
  return behind > 0 ? { pictures: before.length, seconds: behind / timescale } : NO_LEAD_IN;
}

/** True when a piece begins with the first picture on display, or before it, and goes on to the end. */
const presentsAll = (piece: MediaPiece, { samples, timescale }: UneditedMedia): boolean =>
  piece.mediaTime <= compositionStart(samples) &&
  mediaEndOf(piece, samples, timescale) === Number.POSITIVE_INFINITY;
