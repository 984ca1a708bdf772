import type { Delivery } from '../contract/delivery.ts';
import type { ListedAudioGroup } from '../contract/hooks.ts';
import type { ModeDefinition } from '../contract/packager.ts';
import type { RenditionResult } from '../contract/rendition.ts';
import { type TrackRef, trackRef } from '../contract/unit-plan.ts';
import { shownReference } from '../io/reference.ts';
import type { ClosedCaptions } from '../media/captions.ts';
import type { Marker } from '../media/markers.ts';
import type { ThumbnailSet } from '../media/thumbnails.ts';
import type { TitleDetails } from '../media/title-details.ts';
import { type PeriodRun, periodRuns } from '../title/periods.ts';
import { folderOf, outputNames } from './mode-outputs.ts';
import type { OpenTitle } from './open-title.ts';
import { listInputs, type PlannedInput } from './plan-inputs.ts';
import { type PlannedKey, plannedKeys } from './planned-keys.ts';
import { type CountedFile, requireOnce } from './rehearsal/counting-tree.ts';
import { rehearseManifests } from './rehearsal/rehearse-manifests.ts';
import { rehearseUnit } from './rehearsal/rehearse-unit.ts';
import type { ServedTarget } from './targets/require-targets.ts';
import { forMode, imagesFor } from './thumbnails/for-mode.ts';
import { shownDetails } from './title-details.ts';
import type { UnitWork } from './unit-parts.ts';
import { planUnits, roomFor, unitWorks } from './unit-works.ts';

/** What a title will be, as plain data: nothing in it depends on time, chance or the machine. */
export interface TitlePlan {
  readonly contentId: string;
  /** Absolute path of the output folder. */
  readonly output: string;
  /** Presented, in seconds; 0 where no mode looks into the inputs. */
  readonly duration: number;
  /** Segments of the grid that all modes share. */
  readonly segments: number;
  /** Which of these are encrypted under the keys of which period, and which stay clear: in order. */
  readonly periods: readonly PeriodRun[];
  readonly inputs: readonly PlannedInput[];
  /** Closed captions in the pictures. Absent where nobody has looked for any. */
  readonly captions?: readonly ClosedCaptions[];
  /** Places on its timeline, in order. Absent: there are none. */
  readonly markers?: readonly Marker[];
  /** Images for seek bars. Absent: there are none. */
  readonly thumbnails?: readonly PlannedThumbnails[];
  /** What manifests say of it as a whole, without queries of URLs. Absent: nothing. */
  readonly details?: TitleDetails;
  readonly modes: readonly PlannedMode[];
  /** Bytes of all files together. */
  readonly bytes: number;
  /** Room that is asked for before the first byte is written. */
  readonly roomNeeded: number;
  readonly warnings: readonly string[];
  /** What the title is to play on, with the modes that each plays. Absent where the config names none. */
  readonly targets?: readonly ServedTarget[];
}

/** A set of thumbnails: what there is of it in each mode. */
export interface PlannedThumbnails extends Omit<ThumbnailSet, 'images' | 'webvtt'> {
  /** How many there are. */
  readonly images: number;
}

/** What a mode will write. */
export interface PlannedMode {
  readonly mode: string;
  readonly scheme: string;
  /** Names that it makes in the output folder. */
  readonly outputs: readonly string[];
  /** How players get it; none of a mode that does not say so. */
  readonly delivers: readonly Delivery[];
  readonly keys: readonly PlannedKey[];
  readonly units: readonly UnitFiles[];
  /** Images of thumbnails that are copied. */
  readonly thumbnails?: readonly CountedFile[];
  readonly manifests: readonly CountedFile[];
  /** In its multivariant playlist; none where no audio stands beside the variants. */
  readonly audioGroups: readonly ListedAudioGroup[];
  /** Tracks that it cannot carry. */
  readonly leftOut: readonly (TrackRef & { readonly why: string })[];
  readonly bytes: number;
}

/** A unit of work, and the files that it makes, with the sizes to expect. Paths are relative to the mode's folder. */
export interface UnitFiles {
  readonly unit: string;
  readonly container?: 'ts' | 'fmp4';
  /** What text is written as: `WebVTT` or `TTML`, `wvtt` or `stpp` in fragmented MP4. Absent: it is none. */
  readonly text?: string;
  readonly tracks: readonly TrackRef[];
  readonly files: readonly CountedFile[];
  readonly bytes: number;
}

/**
 * The second of the four steps, for whoever wants to see it: every file that the title will make, without making it. Of the
 * inputs only headers and the first samples of each track are read.
 * @throws PackagerError as writing would, as far as that shows without the bytes
 */
export async function planTitle(opened: OpenTitle): Promise<TitlePlan> {
  return opened.title.step(() => describePlan(opened));
}

/** The same within another step. */
export async function describePlan(opened: OpenTitle): Promise<TitlePlan> {
  const { title, modes, presentation, targets } = opened;
  const { run, inputs } = title;
  const units = planUnits(opened, run);
  const works = unitWorks(opened, units);
  const planned: PlannedMode[] = [];
  for (const mode of modes) {
    const own = works.filter((work) => work.mode === mode.name);
    planned.push(await planMode(opened, mode, own));
  }
  return {
    contentId: run.contentId,
    output: shownReference(run.title.output),
    duration: presentation.grid.duration,
    segments: presentation.grid.count,
    periods: periodRuns(presentation.grid),
    inputs: await listInputs(inputs, run, opened),
    ...(presentation.markers && { markers: presentation.markers }),
    ...(presentation.thumbnails && { thumbnails: presentation.thumbnails.map(withoutPaths) }),
    ...(presentation.captions && { captions: presentation.captions }),
    ...(run.title.details && { details: shownDetails(run.title.details) }),
    modes: planned,
    bytes: bytesOf(planned),
    roomNeeded: roomFor(units, presentation),
    warnings: [...run.warnings],
    ...(targets.length > 0 && { targets }),
  };
}

/** Rehearse one mode: its units, then its manifests. */
async function planMode(
  opened: OpenTitle,
  mode: ModeDefinition,
  works: readonly UnitWork[],
): Promise<PlannedMode> {
  const { title, presentation } = opened;
  const { run, packager, inputs } = title;
  const { name, scheme } = mode;
  const keys = opened.keys.get(name)!;
  const units: UnitFiles[] = [];
  const renditions: RenditionResult[] = [];
  for (const work of works) {
    run.throwIfCancelled();
    const { result, files } = await rehearseUnit({ packager, run, inputs }, work);
    const { id: unit, container, tracks } = work.unit;
    const text = textForm(result);
    units.push({
      unit,
      ...(container && { container }),
      ...(text !== undefined && { text }),
      tracks,
      files,
      bytes: bytesOf(files),
    });
    renditions.push(result);
  }
  const own = forMode(mode, presentation);
  const thumbnails = imagesFor(mode, presentation);
  const folder = folderOf(mode, run.inputs);
  const { files: manifests, audioGroups } = await rehearseManifests(packager, {
    mode: name,
    run,
    presentation: own,
    renditions,
    keys,
    ...(folder && { folder }),
  });
  requireOnce([...units.flatMap(({ files }) => files), ...thumbnails, ...manifests]);
  const { leftOut, carriage } = opened.carried.get(name)!;
  return {
    mode: name,
    scheme,
    outputs: outputNames(mode, run.inputs),
    delivers: carriage.delivers ?? [],
    keys: plannedKeys(opened, mode),
    units,
    ...(thumbnails.length > 0 && { thumbnails }),
    manifests,
    audioGroups,
    leftOut: leftOut.map(({ track, why }) => ({ ...trackRef(track), why })),
    bytes: bytesOf(units) + bytesOf(thumbnails) + bytesOf(manifests),
  };
}

const withoutPaths = ({ images, webvtt: _, ...set }: ThumbnailSet): PlannedThumbnails => ({
  ...set,
  images: images.length,
});

function textForm({ tracks: [track] }: RenditionResult): string | undefined {
  if (track?.kind !== 'text') return undefined;
  return track.mimeType === undefined ? track.entry : track.entry === 'wvtt' ? 'WebVTT' : 'TTML';
}

const bytesOf = (things: readonly { readonly bytes: number }[]): number =>
  things.reduce((sum, { bytes }) => sum + bytes, 0);
