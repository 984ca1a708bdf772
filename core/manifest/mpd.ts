import { fail } from '../base/errors.ts';
import { largest } from '../base/largest.ts';
import { writeXml } from '../base/xml/write-xml.ts';
import { type XmlNode, xml } from '../base/xml/xml-node.ts';
import type { RenditionResult } from '../contract/rendition.ts';
import { mp4Protection } from '../drm/content-protection.ts';
import { keyDescriptors } from '../drm/signal-keys.ts';
import type { SignalledSystem } from '../drm/signalled.ts';
import { distinctKeys, type ModeKeys } from '../keys/mode-keys.ts';
import type { ClosedCaptions } from '../media/captions.ts';
import type { Marker } from '../media/markers.ts';
import type { ThumbnailSet } from '../media/thumbnails.ts';
import type { TitleDetails } from '../media/title-details.ts';
import { type SwitchingSet, switchingSets } from '../title/switching-sets.ts';
import { adaptationSet } from './adaptation-set.ts';
import { withClearKeyUrl } from './clear-key-url.ts';
import { steeringElement, titleElements } from './dash-details.ts';
import { eventStreams } from './dash-markers.ts';
import { imageAdaptationSets } from './dash-thumbnails.ts';
import { mainProgrammes } from './main-programmes.ts';
import { hoistNamespaces } from './namespaces.ts';
import { type DashRendition, plainText, type RepresentationOptions } from './representation.ts';
import { keysOfTrack, withKeysAsLabel } from './track-keys.ts';
import { fastestPicture, isToPlay, trickPlayOf } from './trick-play.ts';

/** What an MPD is made of. */
export interface DashManifestInput {
  /** One track each, in the order they are to be listed. */
  readonly renditions: readonly RenditionResult[];
  /** The longest presented track, in seconds. */
  readonly duration: number;
  readonly contentId: string;
  /** Events of the period. @default none */
  readonly markers?: readonly Marker[] | undefined;
  /** Images for seek bars. @default none */
  readonly thumbnails?: readonly ThumbnailSet[] | undefined;
  /** In the pictures. @default none */
  readonly captions?: readonly ClosedCaptions[] | undefined;
  /** What it says of the title as a whole. @default nothing */
  readonly details?: TitleDetails | undefined;
  /** The mode's folder in the output folder, which base URLs lead to. @default the output folder itself */
  readonly folder?: string | undefined;
  /** Each rendition's are those of its track's `keyLabel`. */
  readonly keys: ModeKeys;
  readonly scheme: 'cenc' | 'cbcs';
  readonly systems: readonly SignalledSystem[];
  /** `single-file`: on-demand profile; `segments`: live profile. */
  readonly layout: RepresentationOptions['layout'];
  /**
   * Seconds a player loads before it starts, at each representation's @bandwidth. Less than a segment would only make
   * @bandwidth larger than any player ever needs, and switching worse. @default the longest segment
   */
  readonly minBufferTime?: number;
}

const PROFILES = {
  'single-file': 'urn:mpeg:dash:profile:isoff-on-demand:2011',
  segments: 'urn:mpeg:dash:profile:isoff-live:2011',
} as const;

/** The MPD of a title (ISO/IEC 23009-1, 5): static, one period. */
export function dashManifest(input: DashManifestInput): string {
  const { layout, minBufferTime = longestSegment(input.renditions) } = input;
  const sets = switchingSets(input.renditions.map(singleTrack), ({ track }) =>
    withKeysAsLabel(input.keys, track),
  );
  const trickPlay = trickPlayOf(sets);
  const main = mainProgrammes(sets.filter((set) => !trickPlay.has(set)));
  const scores = scoresOf(input.renditions);
  const adaptationSets = sets.map((set, index) =>
    adaptationSet(set, {
      id: index + 1,
      isMain: main.has(set.programme),
      switchesTo: sets.flatMap((other, place) =>
        other !== set && other.choice === set.choice ? place + 1 : [],
      ),
      trickPlayOf: trickPlay.get(set)?.map((other) => sets.indexOf(other) + 1),
      normalRate: largest(trickPlay.get(set) ?? [], fastestPicture),
      captions: input.captions,
      protection: descriptors(input, set),
      layout,
      minBufferTime,
      scores,
    }),
  );
  const mpd = xml(
    'MPD',
    {
      xmlns: 'urn:mpeg:dash:schema:mpd:2011',
      type: 'static',
      profiles: PROFILES[layout],
      mediaPresentationDuration: durationText(input.duration),
      minBufferTime: durationText(minBufferTime),
    },
    titleElements(input.details ?? {}, input.folder),
    xml(
      'Period',
      { id: 0, start: 'PT0S' },
      eventStreams(input.markers, input.duration),
      adaptationSets,
      imageAdaptationSets(input.thumbnails, sets.length + 1),
    ),
    steeringElement(input.details ?? {}),
  );
  return writeXml(hoistNamespaces(mpd));
}

/** Of all pictures, the best first, each once. */
const scoresOf = (renditions: readonly RenditionResult[]): number[] => {
  const all = renditions.flatMap(({ tracks }) =>
    tracks.flatMap((track) => (track.kind === 'video' && !track.trickPlay ? (track.score ?? []) : [])),
  );
  return [...new Set(all)].sort((a, b) => b - a);
};

/**
 * In seconds, to a tenth: sound is a frame off the grid. Never 0, from which no rate would be fast enough. Text that is one file is no
 * segment (`plainText`): it lasts as long as the title, and players fetch it whole before they start.
 */
function longestSegment(renditions: readonly RenditionResult[]): number {
  const inSegments = renditions.filter(
    (rendition) => isToPlay(rendition) && !rendition.tracks.some(plainText),
  );
  const longest = largest(inSegments, ({ segments, timescale }) =>
    largest(segments.durations, (ticks) => ticks / timescale),
  );
  return Math.max(1, Math.round(longest * 10)) / 10;
}

function singleTrack(rendition: RenditionResult): DashRendition {
  const [track, ...others] = rendition.tracks;
  if (track === undefined || others.length > 0) {
    throw fail.unexpected(
      `${rendition.unit.id} has ${rendition.tracks.length} tracks; DASH needs one a file.`,
    );
  }
  return { ...rendition, track };
}

/**
 * What an encrypted set says of its keys: the same elements in every set under them, so that a player may ask for the licence once;
 * none of a clear set. Where keys change, players hear of each before its segments do.
 */
function descriptors(
  { contentId, keys, scheme, systems }: DashManifestInput,
  { members: [{ track }] }: SwitchingSet<DashRendition>,
): XmlNode[] {
  const own = distinctKeys(keysOfTrack(keys, track));
  const [first] = own;
  if (!first) return [];
  return [
    mp4Protection(scheme, first.uuid),
    ...withClearKeyUrl(keyDescriptors(systems, { contentId, keys: own, scheme })),
  ];
}

/** xs:duration in seconds, to the microsecond. */
const durationText = (seconds: number): string => `PT${Number(seconds.toFixed(6))}S`;
