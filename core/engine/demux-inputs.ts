import type { ModeDefinition, Packager } from '../contract/packager.ts';
import type { Run } from '../contract/run.ts';
import type { LabelledTrack, LabelPolicy } from '../keys/label-policy.ts';
import type { CodedTrack, VideoTrack } from '../media/track.ts';
import { withAccessPoints } from '../title/access-points.ts';
import { checkTurns } from '../title/check-turns.ts';
import { createPresentation } from '../title/present.ts';
import type { Presentation } from '../title/presentation.ts';
import { checkKeyFrames, keyFrameRenditions } from '../title/trick-play.ts';
import type { Inputs } from './inputs.ts';
import { type Carried, carriedBy } from './plan.ts';
import { counted } from './stage.ts';
import { fitThumbnails } from './thumbnails/fit-images.ts';
import { forMode, warnOfNoThumbnails } from './thumbnails/for-mode.ts';
import type { FoundImages } from './thumbnails/look-at-images.ts';
import { titleCaptions } from './title-captions.ts';
import { detailNotices, requireDetails } from './title-details.ts';
import { labelPolicy } from './title-keys.ts';
import { configuredMarkers, markersOfInputs, withinTitle } from './title-markers.ts';

/** The title, which of its tracks share a key, and what of it each mode gets, by the mode's name. */
export interface Demuxed {
  readonly presentation: Presentation;
  readonly policy: LabelPolicy;
  readonly carried: ReadonlyMap<string, Carried>;
}

/**
 * Look into all inputs; decide tracks, timeline and grid once for all modes, and refuse what a mode cannot carry.
 * @param found images of thumbnails
 */
export async function demuxInputs(
  inputs: Inputs,
  packager: Packager,
  run: Run,
  modes: readonly ModeDefinition[],
  found: readonly FoundImages[] = [],
): Promise<Demuxed> {
  // Modes that take files as they are need no demuxer that knows them.
  const shown = modes.some((mode) => mode.carries) ? await present(inputs, run, found) : withoutTracks(run);
  const { presentation, policy } = withKeyFrames(shown, labelPolicy(run.title, shown), modes, run);
  await checkKeyFrames(presentation, (message) => run.warn(message));
  warnOfNoThumbnails(modes, found, (message) => run.warn(message));
  for (const notice of detailNotices(run.title, modes)) run.warn(notice);
  const carried = new Map<string, Carried>();
  for (const mode of modes) {
    const own = forMode(mode, presentation);
    carried.set(mode.name, await carriedBy(mode, own, packager, run));
  }
  return { presentation, policy, carried };
}

/** With key frames for trick play where the config asks for them, and a mode writes them: under the label of what they are made of. */
function withKeyFrames(
  presentation: Presentation,
  policy: LabelPolicy,
  modes: readonly ModeDefinition[],
  { title }: Run,
): Pick<Demuxed, 'presentation' | 'policy'> {
  const isOfUse = modes.some((mode) =>
    [mode, ...(mode.otherwise ?? [])].some(({ trickPlay }) => trickPlay === 'any'),
  );
  const made = title.trickPlay && isOfUse ? keyFrameRenditions(presentation, policy.labelOf) : [];
  if (made.length === 0) return { presentation, policy };
  const origins = new Map<LabelledTrack, VideoTrack>(made.map(({ made: { track }, from }) => [track, from]));
  const { trickPlay: given = [] } = presentation;
  return {
    presentation: { ...presentation, trickPlay: [...given, ...made.map((one) => one.made)] },
    policy: { ...policy, labelOf: (track) => policy.labelOf(origins.get(track) ?? track) },
  };
}

async function present(inputs: Inputs, run: Run, found: readonly FoundImages[]): Promise<Presentation> {
  const tracks = await Promise.all(run.inputs.map((input) => inputs.tracks(input.index)));
  const { segmentDuration, keyRotation, clearLead } = run.title;
  const warn = (message: string) => run.warn(message);
  const markers = await configuredMarkers(run.title.markers);
  const presentation = createPresentation(run.inputs, tracks, {
    segmentDuration,
    keyRotation,
    clearLead,
    markers: (origin, all) => markers ?? markersOfInputs(all, origin),
    warn,
  });
  const nameOf = ({ input }: CodedTrack) => run.inputs[input]!.path;
  checkTurns(
    [...presentation.video, ...(presentation.trickPlay ?? [])].map(({ track }) => track),
    nameOf,
    warn,
  );
  const looked = await withAccessPoints(presentation, warn);
  const captions = await titleCaptions(looked, run);
  const title = {
    ...looked,
    ...(captions && { captions }),
    ...(found.length > 0 && { thumbnails: fitThumbnails(found, looked, warn) }),
    ...(looked.markers && { markers: withinTitle(looked.markers, looked, warn) }),
  };
  requireDetails(run.title, title);
  return title;
}

/** `3 files, 3 video, 1 audio, 20.0 s in 10 segments`. */
export function describePresentation({ inputs, grid, ...presentation }: Presentation): string {
  const files = counted(inputs.length, 'file');
  const { video, audio, text, images, trickPlay = [] } = presentation;
  if (video.length + audio.length === 0) return files;
  const kinds = { video, audio, text, image: images, 'trick play': trickPlay };
  const tracks = Object.entries(kinds).flatMap(([kind, { length }]) =>
    length > 0 ? [`${length} ${kind}`] : [],
  );
  return `${[files, ...tracks].join(', ')}; ${grid.duration.toFixed(1)} s in ${counted(grid.count, 'segment')}`;
}

const withoutTracks = ({ inputs }: Run): Presentation => ({
  inputs,
  video: [],
  audio: [],
  text: [],
  images: [],
  grid: { count: 0, boundaries: new Float64Array(1), periods: new Int32Array(0), duration: 0 },
});
