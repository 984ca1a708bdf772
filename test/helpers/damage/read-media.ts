import { statSync } from 'node:fs';
import { join } from 'node:path';
import { MediaGatherer, type MediaParts } from '../../../core/inspect/checks/gather-media.ts';
import type { MediaFacts } from '../../../core/inspect/checks/package-facts.ts';
import { placesOf } from '../../../core/inspect/checks/segments/files.ts';
import type { Finding } from '../../../core/inspect/findings/finding.ts';
import { damageFinding } from '../../../core/inspect/findings/make.ts';
import { readImages } from '../../../core/inspect/images/read-images.ts';
import { DamageError } from '../../../core/inspect/model/damage-error.ts';
import type { ListedRendition } from '../../../core/inspect/model/listed-package.ts';
import type { MediaTrack } from '../../../core/inspect/model/media-track.ts';
import type { PackageFiles } from '../../../core/inspect/model/places.ts';
import type { KeyLookup } from '../../../core/inspect/model/track-reader.ts';
import { type Mp4Layout, openMp4Rendition, readMp4Layout } from '../../../core/inspect/mp4/index.ts';
import { openTransport } from '../../../core/inspect/mpegts/open-transport.ts';
import { DAMAGE_KEYS, damageKey } from './packages.ts';

/** What was read of a rendition, and why not all of it. */
export interface MediaReading {
  readonly media: MediaFacts | undefined;
  readonly findings: readonly Finding[];
}

const lookup: KeyLookup = ({ kid, uri }) =>
  kid === undefined ? damageKey(uri?.includes('audio') ? 'AUDIO' : 'VIDEO') : DAMAGE_KEYS.get(kid);

const readings = new Map<string, Promise<MediaReading>>();

/** Read all samples of a rendition, once: renditions that no damage has touched are the same files, listed alike. */
export function gatherMedia(
  folder: string,
  files: PackageFiles,
  listed: ListedRendition,
): Promise<MediaReading> {
  const inodes = [...new Set([...placesOf(listed)].map(({ path }) => path))].map((path) => {
    const { ino = 0, size = 0 } = statSync(join(folder, path), { throwIfNoEntry: false }) ?? {};
    return [path, ino, size];
  });
  const { init, index, segments, kind } = listed;
  const key = JSON.stringify([inodes, init, index, kind, segments]);
  const known = readings.get(key) ?? read(files, listed);
  readings.set(key, known);
  return known;
}

async function read(files: PackageFiles, listed: ListedRendition): Promise<MediaReading> {
  const path = listed.segments[0]?.place.path ?? '';
  if (listed.kind === 'image')
    return { media: { tracks: [], images: await readImages(files, listed) }, findings: [] };
  const isText = /\.(vtt|ttml)$/.test(path);
  if (isText || (listed.kind === 'trick' && listed.manifest === listed.id)) return NOTHING;
  const reading = new Reading(files, listed);
  const findings: Finding[] = [];
  try {
    await (path.endsWith('.ts') ? reading.ofTransport() : reading.ofMp4());
  } catch (error) {
    if (error instanceof DamageError) findings.push(damageFinding(error, listed.id));
    else if ((error as { code?: string }).code !== 'INPUT_NOT_FOUND') throw error;
  }
  return { media: reading.facts(), findings };
}

const NOTHING: MediaReading = { media: undefined, findings: [] };

/** What was read up to where it broke counts. */
class Reading {
  readonly #files: PackageFiles;
  readonly #listed: ListedRendition;
  #gatherer: MediaGatherer | undefined;
  #parts: MediaParts = {};

  constructor(files: PackageFiles, listed: ListedRendition) {
    this.#files = files;
    this.#listed = listed;
  }

  facts(): MediaFacts | undefined {
    return this.#gatherer?.facts(this.#parts);
  }

  async ofTransport(): Promise<void> {
    const { segments } = this.#listed;
    const { readers, facts } = await openTransport({
      segments,
      open: (path) => this.#files.open(path),
      lookup,
    });
    const gatherer = this.#gather(readers);
    this.#parts = { transport: facts };
    for (const reader of readers)
      for await (const segment of reader.segments()) gatherer.addTransport(reader.track, segment);
  }

  async ofMp4(): Promise<void> {
    const media = await openMp4Rendition(this.#files, this.#listed, { keys: lookup });
    const gatherer = this.#gather(media.tracks);
    this.#parts = { movie: media.movie, layouts: await this.#layouts() };
    for (const reader of media.tracks)
      for await (const segment of reader.segments()) gatherer.addMp4(reader.track, segment);
  }

  #gather(readers: readonly { readonly track: MediaTrack }[]): MediaGatherer {
    const tracks = readers.map(({ track }) => track);
    this.#gatherer = new MediaGatherer(this.#listed, tracks);
    return this.#gatherer;
  }

  /** Of files of which pieces are listed. */
  async #layouts(): Promise<Map<string, Mp4Layout>> {
    const layouts = new Map<string, Mp4Layout>();
    const pieces = [...placesOf(this.#listed)].filter(({ length }) => length !== undefined);
    for (const path of new Set(pieces.map((place) => place.path))) {
      const source = await this.#files.open(path);
      try {
        layouts.set(path, await readMp4Layout(source));
      } finally {
        await source.close();
      }
    }
    return layouts;
  }
}
