import { readMpd } from '../inspect/dash/read-mpd.ts';
import { kindOfFile } from '../inspect/files/manifest-kind.ts';
import { readHls } from '../inspect/hls/read-hls.ts';
import type { ListedPackage, ListedRendition } from '../inspect/model/listed-package.ts';
import type { PackageFiles } from '../inspect/model/places.ts';
import type { PreviewFacts, PreviewRendition, PreviewTiles } from './api.ts';

/** What is said of a title of a day in segments of two seconds, and of its images. */
const MOST_ROWS = 50_000;

/** What a manifest lists: of each rendition where its segments begin, how long they are, and how many bytes they have. */
export async function packageFacts(files: PackageFiles, manifest: string): Promise<PreviewFacts> {
  const read = (await kindOfFile(files, manifest)) === 'mpd' ? readMpd : readHls;
  const listed = await read(files, manifest);
  const sizes = new Sizes(files);
  const renditions: PreviewRendition[] = [];
  for (const rendition of listed.renditions) {
    if (rendition.kind === 'video' || rendition.kind === 'audio')
      renditions.push(await renditionFacts(rendition, sizes));
  }
  return {
    duration: listed.duration,
    renditions,
    tiles: tilesOf(listed),
    ...keyFramesOf(listed),
    elsewhere: listed.elsewhere ?? [],
  };
}

async function renditionFacts(rendition: ListedRendition, sizes: Sizes): Promise<PreviewRendition> {
  const { id, kind, codecs, bandwidth, width, height, language, label, roles } = rendition;
  const segments = rendition.segments.slice(0, MOST_ROWS);
  const bytes: number[] = [];
  for (const { place } of segments) bytes.push(place.length ?? (await sizes.of(place.path)) - place.offset);
  return {
    id,
    kind: kind === 'audio' ? 'audio' : 'video',
    codecs,
    bandwidth,
    width,
    height,
    language,
    label,
    roles,
    starts: segments.map(({ start }) => start),
    durations: segments.map(({ duration }) => duration),
    bytes,
  };
}

/** Thumbnails: of several sets the first. */
function tilesOf({ renditions }: ListedPackage): PreviewTiles | undefined {
  const set = renditions.find(({ kind, tiles }) => kind === 'image' && tiles);
  if (!set?.tiles) return undefined;
  return {
    columns: set.tiles.columns,
    rows: set.tiles.rows,
    images: set.segments
      .slice(0, MOST_ROWS)
      .map(({ place, start, duration }) => ({ path: place.path, start, duration })),
  };
}

/** Where the pictures for trick play are; without such, where segments begin, at each of which a player can. Seconds. */
function keyFramesOf({ renditions }: ListedPackage): Pick<PreviewFacts, 'keyFrames' | 'keyFramesOf'> {
  const trick = renditions.find(({ kind }) => kind === 'trick');
  const set = trick ?? renditions.find(({ kind }) => kind === 'video');
  return {
    keyFrames: (set?.segments ?? []).slice(0, MOST_ROWS).map(({ start }) => start),
    keyFramesOf: trick ? 'trick' : 'segments',
  };
}

/** Sizes of files, each looked at once. */
class Sizes {
  readonly #files: PackageFiles;
  readonly #known = new Map<string, number>();

  constructor(files: PackageFiles) {
    this.#files = files;
  }

  async of(path: string): Promise<number> {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    // Of what is not there the player tells; all else is drawn.
    const source = await this.#files.open(path).catch(() => undefined);
    const size = source?.size ?? 0;
    this.#known.set(path, size);
    await source?.close();
    return size;
  }
}
