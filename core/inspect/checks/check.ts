import type { Finding, FindingPlace } from '../findings/finding.ts';
import type { MediaTrack } from '../model/media-track.ts';
import type { PackageFacts, RenditionFacts, TrackFacts } from './package-facts.ts';

/** Looks at one subject of a package. */
export type Check = (facts: PackageFacts) => Iterable<Finding>;

/** The same of each rendition by itself. */
export type RenditionCheck = (rendition: RenditionFacts, facts: PackageFacts) => Iterable<Finding>;

/** Run it for all renditions. */
export const ofEach = (check: RenditionCheck): Check =>
  function* (facts) {
    for (const rendition of facts.renditions) yield* check(rendition, facts);
  };

/** In the manifest that lists it. */
export const inManifest = ({ listed }: RenditionFacts): FindingPlace => ({
  file: listed.manifest,
  rendition: listed.id,
});

/** In a file of it. */
export const inFile = (
  { listed }: RenditionFacts,
  place: { readonly file: string; readonly offset?: number; readonly time?: number },
): FindingPlace => ({ ...place, rendition: listed.id });

const KINDS: Readonly<Record<string, MediaTrack['kind']>> = { trick: 'video', image: 'image' };

/** The track that the rendition is listed for: of audio and video in one file the video. */
export function mainTrack({ listed, media }: RenditionFacts): TrackFacts | undefined {
  const kind = KINDS[listed.kind] ?? listed.kind;
  const tracks = media?.tracks ?? [];
  return tracks.find(({ track }) => track.kind === kind) ?? tracks[0];
}

/** Seconds of ticks of a track, by its edit list; in an MPD also by the offset of its timeline. */
export const presented = ({ listed }: RenditionFacts, { track }: TrackFacts, ticks: number): number =>
  (ticks - track.mediaStart) / track.timescale - listed.presentationTimeOffset / listed.timescale;

/** `video-1.mp4`, or `stream.m3u8`: how a sentence names a rendition. */
export const nameOf = ({ listed }: RenditionFacts): string =>
  listed.manifest === listed.id ? listed.id : `Representation ${listed.id}`;

/** Few digits, and none that say nothing. */
export const seconds = (value: number): string => `${Number(value.toFixed(3))} s`;
