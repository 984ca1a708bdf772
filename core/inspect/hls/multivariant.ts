import { listOf } from '../files/codec-kinds.ts';
import type { FaultList } from '../files/fault-list.ts';
import { ForeignReference, type References } from '../files/references.ts';
import type { ListedKey, ListedTag, ListedVariant } from '../model/listed-package.ts';
import { readKey } from './key.ts';
import { PlaylistLines } from './playlist-lines.ts';
import type { Variables } from './variables.ts';

/** EXT-X-MEDIA (RFC 8216bis, 4.4.6.1). */
export interface MediaTag {
  readonly type: string;
  readonly group: string;
  /** Path of its playlist; `undefined`: it is in the media of the variants. */
  readonly playlist: string | undefined;
  readonly attributes: ReadonlyMap<string, string>;
  readonly line: number;
}

/** EXT-X-IMAGE-STREAM-INF: a playlist of thumbnails, as Roku and others have it. */
export interface ImageTag {
  readonly playlist: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly line: number;
}

/** A variant with what else its tag says. */
export interface Variant extends ListedVariant {
  readonly attributes: ReadonlyMap<string, string>;
  readonly line: number;
}

/** What a multivariant playlist says (RFC 8216bis, 4.4.6). */
export interface Multivariant {
  readonly variants: readonly Variant[];
  readonly media: readonly MediaTag[];
  readonly images: readonly ImageTag[];
  readonly sessionKeys: readonly ListedKey[];
  readonly independent: boolean;
  readonly tags: readonly ListedTag[];
  /** For media playlists, which import them. */
  readonly variables: Variables;
}

export function readMultivariant(
  path: string,
  text: string,
  references: References,
  faults: FaultList,
): Multivariant {
  const lines = new PlaylistLines(path, text, faults);
  const base = references.addressOf(path);
  const variants: Variant[] = [];
  const media: MediaTag[] = [];
  const images: ImageTag[] = [];
  const sessionKeys: ListedKey[] = [];
  const tags: ListedTag[] = [];
  /** EXT-X-STREAM-INF whose URI is still to come. */
  let waiting: ListedTag | undefined;

  const pathOf = (uri: string, line: number): string => {
    try {
      return references.pathOf(uri, base);
    } catch (cause) {
      if (!(cause instanceof ForeignReference)) throw cause;
      faults.add(path, line, 'REFERENCE_FOREIGN', `In line ${line} of ${path}, ${cause.message}`);
      return cause.shown;
    }
  };
  /** The playlist that an attribute names. */
  const named = ({ name, line, attributes }: ListedTag): string | undefined => {
    const uri = attributes.get('URI');
    if (uri) return pathOf(uri, line);
    lines.faultAt(line, name)('URI_MISSING', 'has no URI');
    return undefined;
  };
  const noUri = ({ name, line }: ListedTag) =>
    lines.faultAt(line, name)('URI_MISSING', 'has no URI in the line behind it');

  for (const line of lines) {
    if (line.name === 'URI') {
      if (waiting) variants.push(variantOf(waiting, pathOf(line.value, line.line), false, lines));
      else lines.faultAt(line.line, 'The URI')('STREAM_INF_MISSING', 'has no EXT-X-STREAM-INF before it');
      waiting = undefined;
      continue;
    }
    if (!('attributes' in line)) continue;
    tags.push(line);
    if (waiting && line.name === 'EXT-X-STREAM-INF') noUri(waiting);
    if (line.name === 'EXT-X-STREAM-INF') waiting = line;
    else if (line.name === 'EXT-X-I-FRAME-STREAM-INF') {
      const playlist = named(line);
      if (playlist !== undefined) variants.push(variantOf(line, playlist, true, lines));
    } else if (line.name === 'EXT-X-IMAGE-STREAM-INF') {
      const playlist = named(line);
      if (playlist !== undefined) images.push({ playlist, attributes: line.attributes, line: line.line });
    } else if (line.name === 'EXT-X-MEDIA') {
      const uri = line.attributes.get('URI');
      media.push(mediaOf(line, uri ? pathOf(uri, line.line) : undefined, lines));
    } else if (line.name === 'EXT-X-SESSION-KEY') {
      const key = readKey(line, lines.faultAt(line.line, line.name));
      if (key) sessionKeys.push(key);
    }
  }
  if (waiting) noUri(waiting);
  const independent = tags.some(({ name }) => name === 'EXT-X-INDEPENDENT-SEGMENTS');
  return { variants, media, images, sessionKeys, independent, tags, variables: lines.variables };
}

function mediaOf(
  { name, line, attributes }: ListedTag,
  playlist: string | undefined,
  lines: PlaylistLines,
): MediaTag {
  const [type, group] = ['TYPE', 'GROUP-ID'].map((attribute) => {
    const value = attributes.get(attribute);
    if (!value) lines.faultAt(line, name)('ATTRIBUTE_MISSING', `has no ${attribute}`);
    return value ?? '';
  });
  if (!attributes.get('NAME')) lines.faultAt(line, name)('ATTRIBUTE_MISSING', 'has no NAME');
  if (type === 'SUBTITLES' && playlist === undefined) lines.faultAt(line, name)('URI_MISSING', 'has no URI');
  return { type: type!, group: group!, playlist, attributes, line };
}

function variantOf(
  { name, line, attributes }: ListedTag,
  playlist: string,
  isTrick: boolean,
  lines: PlaylistLines,
): Variant {
  const [, width, height] = /^(\d{1,6})x(\d{1,6})$/.exec(attributes.get('RESOLUTION') ?? '') ?? [];
  const number = (attribute: string): number | undefined => {
    const value = attributes.get(attribute);
    return value !== undefined && /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : undefined;
  };
  const bandwidth = number('BANDWIDTH');
  if (bandwidth === undefined) lines.faultAt(line, name)('ATTRIBUTE_MISSING', 'has no BANDWIDTH');
  return {
    playlist,
    isTrick,
    bandwidth: bandwidth ?? 0,
    averageBandwidth: number('AVERAGE-BANDWIDTH'),
    codecs: listOf(attributes.get('CODECS')),
    width: width === undefined ? undefined : Number(width),
    height: height === undefined ? undefined : Number(height),
    frameRate: number('FRAME-RATE'),
    audio: attributes.get('AUDIO'),
    subtitles: attributes.get('SUBTITLES'),
    videoRange: attributes.get('VIDEO-RANGE'),
    attributes,
    line,
  };
}
