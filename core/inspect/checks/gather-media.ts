import type { ListedRendition } from '../model/listed-package.ts';
import type { MediaTrack } from '../model/media-track.ts';
import type { MovieFacts } from '../mp4/facts.ts';
import type { Mp4Layout, Mp4Segment } from '../mp4/mp4-file.ts';
import type { TransportFacts } from '../mpegts/facts.ts';
import type { TransportMedia } from '../mpegts/transport.ts';
import { TrackGatherer } from './gather.ts';
import { FragmentGatherer } from './gather-fragments.ts';
import type { MediaFacts } from './package-facts.ts';

/** What was read of files beside samples. */
export interface MediaParts {
  readonly movie?: MovieFacts;
  readonly layouts?: ReadonlyMap<string, Mp4Layout>;
  readonly transport?: TransportFacts;
  /** Names of keys without which nothing can be read at all. */
  readonly lockedBy?: readonly string[];
}

/** Gathers the facts of a rendition's media while somebody reads it: each segment of each track is handed over once. */
export class MediaGatherer {
  readonly #tracks = new Map<MediaTrack, TrackGatherer>();
  readonly #fragments = new FragmentGatherer();
  readonly #missingKeys = new Map<string, { readonly file: string; readonly offset: number }>();
  readonly #listed: Pick<ListedRendition, 'segments'>;

  /** @param listed the rendition as it is read: parts and segments are counted in its list */
  constructor(listed: Pick<ListedRendition, 'segments'>, tracks: readonly MediaTrack[]) {
    this.#listed = listed;
    for (const track of tracks) this.#tracks.set(track, new TrackGatherer(track));
  }

  addMp4(track: MediaTrack, segment: Mp4Segment): void {
    const { fragment, part, position } = segment;
    // As the package names it: what a reader calls a file may be where it lies on this machine.
    const file = this.#listed.segments[part]?.place.path ?? segment.file;
    if (fragment) this.#fragments.add(fragment, file);
    const offset = fragment?.position ?? position;
    this.#noteMissing(segment.missingKeys, { file, offset });
    this.#tracks.get(track)?.add(segment, { file, position: offset });
  }

  addTransport(track: MediaTrack, segment: TransportMedia): void {
    const place = this.#listed.segments[segment.listed]?.place;
    if (!place) return;
    const { path: file, offset } = place;
    const samples = track.kind === 'video' ? { samples: segment.positions } : {};
    this.#noteMissing(segment.missingKeys, { file, offset });
    this.#tracks.get(track)?.add(segment, { file, position: offset, ...samples });
  }

  #noteMissing(names: readonly string[], place: { readonly file: string; readonly offset: number }): void {
    for (const name of names) if (!this.#missingKeys.has(name)) this.#missingKeys.set(name, place);
  }

  facts({ lockedBy = [], ...parts }: MediaParts): MediaFacts {
    const [first] = this.#listed.segments;
    if (first) this.#noteMissing(lockedBy, { file: first.place.path, offset: first.place.offset });
    return {
      tracks: [...this.#tracks.values()].map((track) => track.facts()),
      ...(this.#missingKeys.size > 0 && { missingKeys: this.#missingKeys }),
      ...parts,
      ...(parts.movie && { fragments: this.#fragments.facts() }),
    };
  }
}
