import { MediaGatherer } from '../../inspect/checks/gather-media.ts';
import type { MediaFacts } from '../../inspect/checks/package-facts.ts';
import type { OutputTrack, PackageClock } from '../../inspect/compare/output-track.ts';
import type { ListedRendition } from '../../inspect/model/listed-package.ts';
import type { MediaSegment } from '../../inspect/model/media-segment.ts';
import type { PackageFiles } from '../../inspect/model/places.ts';
import type { KeyLookup, TrackReader } from '../../inspect/model/track-reader.ts';
import type { Mp4Media, Mp4Segment } from '../../inspect/mp4/mp4-file.ts';
import { openMp4 } from '../../inspect/mp4/open-mp4.ts';
import { openMp4Rendition } from '../../inspect/mp4/open-rendition.ts';
import { openTransport } from '../../inspect/mpegts/open-transport.ts';
import type { TransportMedia } from '../../inspect/mpegts/transport.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import type { CodedKind } from './media-kind.ts';

/** A rendition whose media can be read. */
export interface OpenRendition {
  readonly listed: ListedRendition;
  /** Its elementary streams: of audio and video, to be read through once; of text in fMP4. */
  readonly tracks: readonly OutputTrack[];
  /** What was seen, once its tracks were read. */
  facts(): MediaFacts;
  /** Keys without which nothing of it can be read at all; absent: there are none. */
  readonly missingKeys?: readonly string[];
  /** Let go of a file that stays open; absent: there is none. */
  close?(): Promise<void>;
}

/** A file of MP4 by itself: fragments, or samples in tables. */
export const openAlone = (source: ByteSource, keys?: KeyLookup): Promise<Mp4Media> =>
  openMp4(source, keys ? { keys } : {});

export interface Opening {
  readonly files: Pick<PackageFiles, 'open'>;
  readonly lookup: KeyLookup;
  readonly clock: PackageClock;
  /** Of the rendition among those of its kind, from 0. */
  readonly place: number;
  /** Kinds of tracks in its files that other renditions list. */
  readonly elsewhere: readonly ListedRendition['kind'][];
}

/** Open what a rendition lists. @throws DamageError, PackagerError for what cannot be read at all */
export const openRendition = (
  listed: ListedRendition,
  kind: CodedKind,
  opening: Opening,
): Promise<OpenRendition> => (kind === 'mp4' ? openFragments(listed, opening) : openStreams(listed, opening));

async function openFragments(
  listed: ListedRendition,
  { files, lookup, clock, place, elsewhere }: Opening,
): Promise<OpenRendition> {
  const [first] = listed.segments;
  const isAlone = listed.manifest === first?.place.path;
  // A file by itself stays open as long as its samples are read.
  const alone = isAlone ? await files.open(listed.manifest) : undefined;
  const media = alone
    ? await openAlone(alone, lookup).catch(async (cause: unknown) => {
        await alone.close();
        throw cause;
      })
    : await openMp4Rendition(files, listed, { keys: lookup });
  const gatherer = new MediaGatherer(
    listed,
    media.tracks.map(({ track }) => track),
  );
  const pathOf = (segment: MediaSegment): string =>
    listed.segments[(segment as Mp4Segment).part]?.place.path ?? listed.id;
  return {
    listed,
    tracks: media.tracks.map((reader) => ({
      ...trackOf(reader, listed, clock),
      place: place + placeIn(media.tracks, reader),
      zero: reader.track.mediaStart,
      ahead: listed.presentationTimeOffset / listed.timescale,
      isElsewhere: elsewhere.some((kind) => kind === reader.track.kind),
      fileOf: pathOf,
      onSegment: (segment) => gatherer.addMp4(reader.track, segment as Mp4Segment),
    })),
    facts: () => gatherer.facts({ movie: media.movie }),
    ...(alone && { close: () => alone.close() }),
  };
}

/** Kinds of what the renditions of a package list, by the paths of their files. */
export function kindsByFile(
  renditions: readonly ListedRendition[],
): ReadonlyMap<string, ReadonlySet<ListedRendition['kind']>> {
  const kinds = new Map<string, Set<ListedRendition['kind']>>();
  for (const { kind, segments } of renditions)
    for (const { place } of segments) {
      const own = kinds.get(place.path);
      if (own) own.add(kind);
      else kinds.set(place.path, new Set([kind]));
    }
  return kinds;
}

/** Kinds of tracks that other renditions of a package list in files of this one. */
export function kindsElsewhere(
  { kind: own, segments }: ListedRendition,
  byFile: ReturnType<typeof kindsByFile>,
): ListedRendition['kind'][] {
  const kinds = new Set(segments.flatMap(({ place }) => [...(byFile.get(place.path) ?? [])]));
  kinds.delete(own);
  return [...kinds];
}

async function openStreams(
  listed: ListedRendition,
  { files, lookup, clock, place }: Opening,
): Promise<OpenRendition> {
  const { segments } = listed;
  const transport = await openTransport({ segments, open: (path) => files.open(path), lookup });
  const { readers, facts } = transport;
  const gatherer = new MediaGatherer(
    listed,
    readers.map(({ track }) => track),
  );
  return {
    listed,
    tracks: readers.map((reader) => ({
      ...trackOf(reader, listed, clock),
      place: place + placeIn(readers, reader),
      // All streams of a package have one clock, wherever each begins.
      zero: 0,
      fileOf: (segment) => segments[(segment as TransportMedia).listed]?.place.path ?? listed.id,
      positionsOf: (segment) => (segment as TransportMedia).positions,
      onSegment: (segment) => gatherer.addTransport(reader.track, segment as TransportMedia),
    })),
    facts: () =>
      gatherer.facts({
        transport: facts,
        ...(readers.length === 0 && { lockedBy: transport.missingKeys }),
      }),
    ...(readers.length === 0 && { missingKeys: transport.missingKeys }),
  };
}

const trackOf = (
  reader: TrackReader,
  { id, kind, language, manifest }: ListedRendition,
  clock: PackageClock,
) => ({
  rendition: id,
  reader,
  // Of what lies in one rendition the manifest says the language of the one that it is for.
  language: reader.track.kind === kind || manifest !== id ? language : undefined,
  clock,
  isPart: kind === 'trick',
});

/** Among the tracks of its kind in its rendition. */
const placeIn = (readers: readonly TrackReader[], reader: TrackReader): number =>
  readers.filter(({ track }) => track.kind === reader.track.kind).indexOf(reader);
