import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FileParts } from '../oracles/file-parts.ts';
import { readAttributes } from '../oracles/playlist-text.ts';
import { attributesOf, checkPlaylist, type MediaFacts } from '../oracles/valid-playlists.ts';

/** Attributes of a tag, without their quotes. */
export type Attributes = Readonly<Record<string, string>>;

/** The playlists of a title as a client sees them, all paths from its folder. */
export interface AppleOutput {
  readonly folder: string;
  readonly master: string;
  /** Text of the media playlists, by path. */
  readonly playlists: ReadonlyMap<string, string>;
  /** What was measured of each. */
  readonly measured: ReadonlyMap<string, MediaFacts>;
}

/** A variant, with where its media playlist is. */
export interface AppleVariant {
  readonly attributes: Attributes;
  readonly uri: string;
}

export function readAppleOutput(folder: string): AppleOutput {
  const files = new FileParts();
  try {
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.m3u8'),
    );
    const found = paths.map((path) => [path, checkPlaylist(join(folder, path), files)] as const);
    const media = found.filter(([, { media: facts }]) => facts !== undefined);
    const master = found.find(([, { media: facts }]) => facts === undefined);
    return {
      folder,
      master: master![1].text,
      playlists: new Map(media.map(([path, { text }]) => [path, text])),
      measured: new Map(media.map(([path, { media: facts }]) => [path, facts!])),
    };
  } finally {
    files.close();
  }
}

/** All tags of a name. */
export const tagsOf = (text: string, tag: string): Attributes[] =>
  attributesOf(text, tag).map((list) =>
    Object.fromEntries(
      (readAttributes(list) ?? []).map(([name, value]) => [name, value.replaceAll('"', '')]),
    ),
  );

export const variantsOf = ({ master }: AppleOutput): AppleVariant[] => {
  const uris = master.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return tagsOf(master, 'EXT-X-STREAM-INF').map((attributes, index) => ({ attributes, uri: uris[index]! }));
};

/** The EXT-X-MEDIA tags of a type, those of a group alone where it is named. */
export const renditionsOf = ({ master }: AppleOutput, type: string, group?: string): Attributes[] =>
  tagsOf(master, 'EXT-X-MEDIA').filter(
    (tag) => tag['TYPE'] === type && (group === undefined || tag['GROUP-ID'] === group),
  );

/** Paths of the playlists of all renditions of a type. */
export const pathsOf = (output: AppleOutput, type: string): string[] => [
  ...new Set(
    renditionsOf(output, type).flatMap(({ URI }) => (URI === undefined ? [] : decodeURIComponent(URI))),
  ),
];

/** Seconds that a media playlist lasts. */
export const lengthOf = (text: string): number =>
  [...text.matchAll(/^#EXTINF:([\d.]+)/gm)].reduce((sum, [, seconds]) => sum + Number(seconds), 0);

/** The files that a media playlist names, as they lie here, each once. */
export const filesOf = ({ folder }: AppleOutput, path: string, text: string): string[] => [
  ...new Set(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => join(folder, dirname(path), decodeURIComponent(line))),
  ),
];
