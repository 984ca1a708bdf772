import { fail, PackagerError } from '../../base/errors.ts';
import { FaultList } from '../files/fault-list.ts';
import { kindOfText } from '../files/manifest-kind.ts';
import { readManifest } from '../files/read-manifest.ts';
import { References } from '../files/references.ts';
import type { ListedPackage, ListedPlaylist, ListedRendition } from '../model/listed-package.ts';
import type { PackageFiles } from '../model/places.ts';
import { type MediaPlaylist, MOST_SEGMENTS, readMediaPlaylist } from './media-playlist.ts';
import { type Multivariant, readMultivariant } from './multivariant.ts';
import { factsOfPlaylists, type RenditionFacts, renditionOf } from './renditions.ts';
import type { Variables } from './variables.ts';

/**
 * Read a playlist of a package and all that it names (RFC 8216bis). What is wrong in them is told as facts; what cannot be read at
 * all, where it is not the first, too.
 * @param path of a multivariant playlist, or of a media playlist that stands alone
 * @throws PackagerError where the first cannot be read, or lists more than any title has
 */
export async function readHls(files: PackageFiles, path: string): Promise<ListedPackage> {
  const text = await readManifest(files, path);
  const faults = new FaultList();
  const references = new References(files, path);
  const reading: Reading = { files, references, faults, listed: 0 };
  const isMultivariant = kindOfText(path, text) === 'multivariant';
  const result = isMultivariant ? await readAll(path, text, reading) : readAlone(path, text, reading);
  const { elsewhere } = references;
  return {
    manifest: path,
    kind: 'hls',
    ...result,
    faults: faults.all(),
    ...(elsewhere.length > 0 && { elsewhere }),
  };
}

interface Reading {
  readonly files: PackageFiles;
  readonly references: References;
  readonly faults: FaultList;
  /** Segments so far, of all playlists. */
  listed: number;
}

type Result = Omit<ListedPackage, 'manifest' | 'kind' | 'faults'>;

function readAlone(path: string, text: string, reading: Reading): Result {
  const playlist = readOne(path, text, reading);
  return {
    duration: playlist.isComplete ? playlist.duration : undefined,
    renditions: [renditionOf(path, playlist, false)],
    variants: [],
    sessionKeys: [],
    playlists: [{ path, isMultivariant: false, tags: playlist.tags }],
  };
}

async function readAll(path: string, text: string, reading: Reading): Promise<Result> {
  const all = readMultivariant(path, text, reading.references, reading.faults);
  const renditions: ListedRendition[] = [];
  const playlists: ListedPlaylist[] = [{ path, isMultivariant: true, tags: all.tags }];
  let duration: number | undefined;
  for (const [name, facts] of factsOfPlaylists(all)) {
    const playlist = await readNamed(path, name, facts, all, reading);
    renditions.push(renditionOf(name, playlist ?? EMPTY, all.independent, facts));
    if (!playlist) continue;
    playlists.push({ path: name, isMultivariant: false, tags: playlist.tags });
    if (playlist.isComplete) duration = Math.max(duration ?? 0, playlist.duration);
  }
  const variants = all.variants.map(({ attributes: _, ...variant }) => variant);
  return { duration, renditions, variants, sessionKeys: all.sessionKeys, playlists };
}

/** In place of a playlist of which nothing can be read. */
const EMPTY: MediaPlaylist = {
  segments: [],
  init: undefined,
  targetDuration: undefined,
  duration: 0,
  isComplete: false,
  iFramesOnly: false,
  imagesOnly: false,
  independent: false,
  tiles: undefined,
  tags: [],
};

/** A playlist that another names. `undefined`: it cannot be read, which was told. */
async function readNamed(
  from: string,
  path: string,
  { line }: RenditionFacts,
  { variables }: Multivariant,
  reading: Reading,
): Promise<MediaPlaylist | undefined> {
  let text: string;
  try {
    text = await readManifest(reading.files, path);
  } catch (cause) {
    if (!PackagerError.is(cause) || cause.code === 'CANCELLED') throw cause;
    const what = `Line ${line} of ${from} names a playlist that cannot be read`;
    reading.faults.add(from, line, 'PLAYLIST_NOT_READ', `${what}: ${cause.message.replace(/\.$/, '')}.`);
    return undefined;
  }
  const kind = kindOfText(path, text);
  if (kind !== 'media-playlist') {
    const what = kind === 'multivariant' ? 'a multivariant playlist' : 'no playlist';
    reading.faults.add(
      from,
      line,
      'PLAYLIST_KIND',
      `${path} is ${what}, where a media playlist ought to be.`,
    );
    return undefined;
  }
  return readOne(path, text, reading, variables);
}

function readOne(path: string, text: string, reading: Reading, variables?: Variables): MediaPlaylist {
  try {
    const playlist = readMediaPlaylist(path, text, reading.references, reading.faults, variables);
    reading.listed += playlist.segments.length;
    if (reading.listed > MOST_SEGMENTS)
      throw new RangeError(`with what was read before it, it lists more than ${MOST_SEGMENTS} segments.`);
    // Nothing of it would be read, and nothing else would say so.
    if (playlist.segments.every(({ isGap }) => isGap))
      reading.faults.add(path, undefined, 'SEGMENTS_MISSING', `${path} lists no segment that can be played.`);
    return playlist;
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw fail.inputNotReadable(path, cause.message, 'Read its renditions one by one.');
  }
}
