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
    keyFrames: keyFramesOf(listed),
  };
}

async function renditionFacts(rendition: ListedRendition, sizes: Sizes): Promise<PreviewRendition> {
  const { id, kind, codecs, bandwidth, width, height, language, label } = rendition;
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

/** Where the pictures for trick play are: seconds. */
function keyFramesOf({ renditions }: ListedPackage): number[] {
  const set = renditions.find(({ kind }) => kind === 'trick');
  return (set?.segments ?? []).slice(0, MOST_ROWS).map(({ start }) => start);
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
    const source = await this.#files.open(path);
    this.#known.set(path, source.size);
    await source.close();
    return source.size;
  }
}
