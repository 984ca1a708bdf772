import { minOf } from '../../base/largest.ts';
import { kindOfCodec, listOf } from '../files/codec-kinds.ts';
import type { ListedRendition } from '../model/listed-package.ts';
import type { MediaPlaylist } from './media-playlist.ts';
import type { Multivariant, Variant } from './multivariant.ts';

/** What a multivariant playlist says of one of its media playlists. */
export type RenditionFacts = Pick<
  ListedRendition,
  | 'kind'
  | 'set'
  | 'codecs'
  | 'bandwidth'
  | 'averageBandwidth'
  | 'width'
  | 'height'
  | 'frameRate'
  | 'channels'
  | 'sampleRate'
  | 'language'
  | 'characteristics'
  | 'label'
> & { readonly line?: number };

const NOTHING: RenditionFacts = {
  kind: 'unknown',
  set: undefined,
  codecs: [],
  bandwidth: undefined,
  averageBandwidth: undefined,
  width: undefined,
  height: undefined,
  frameRate: undefined,
  channels: undefined,
  sampleRate: undefined,
  language: undefined,
  characteristics: [],
  label: undefined,
};

const MEDIA_KINDS: Readonly<Record<string, ListedRendition['kind']>> = {
  AUDIO: 'audio',
  VIDEO: 'video',
  SUBTITLES: 'text',
};

/**
 * Each media playlist that a multivariant playlist names, by its path, in the order of lines: variants first, then what EXT-X-MEDIA
 * names, then thumbnails. One that is named several times, as by variants with several audio groups, is there once.
 */
export function factsOfPlaylists(all: Multivariant): Map<string, RenditionFacts> {
  const facts = new Map<string, RenditionFacts>();
  const groups = groupsApart(all);
  for (const variant of all.variants) {
    if (!facts.has(variant.playlist)) facts.set(variant.playlist, factsOfVariant(variant, all, groups));
  }
  for (const { type, group, playlist, attributes, line } of all.media) {
    if (playlist === undefined || facts.has(playlist)) continue;
    const kind = MEDIA_KINDS[type] ?? 'unknown';
    const users = all.variants.filter(({ audio, subtitles, attributes: own }) =>
      [audio, subtitles, own.get('VIDEO')].includes(group),
    );
    const sampleRate = Number(attributes.get('SAMPLE-RATE'));
    facts.set(playlist, {
      ...NOTHING,
      kind,
      set: group,
      codecs: unique(users.flatMap(({ codecs }) => codecs)).filter((codec) => kindOfCodec(codec) === kind),
      channels: attributes.get('CHANNELS'),
      sampleRate: sampleRate > 0 ? sampleRate : undefined,
      language: attributes.get('LANGUAGE'),
      characteristics: listOf(attributes.get('CHARACTERISTICS')),
      label: attributes.get('NAME'),
      line,
    });
  }
  for (const { playlist, attributes, line } of all.images) {
    if (facts.has(playlist)) continue;
    const [, width, height] = /^(\d{1,6})x(\d{1,6})$/.exec(attributes.get('RESOLUTION') ?? '') ?? [];
    const bandwidth = Number(attributes.get('BANDWIDTH'));
    facts.set(playlist, {
      ...NOTHING,
      kind: 'image',
      codecs: listOf(attributes.get('CODECS')),
      bandwidth: bandwidth > 0 ? bandwidth : undefined,
      width: width === undefined ? undefined : Number(width),
      height: height === undefined ? undefined : Number(height),
      line,
    });
  }
  return facts;
}

/** Groups whose members have playlists, all of them: one without is in the media of the variants. */
function groupsApart({ media }: Multivariant): ReadonlySet<string> {
  const nameOf = ({ type, group }: Multivariant['media'][number]) => `${type} ${group}`;
  const muxed = new Set(media.filter(({ playlist }) => playlist === undefined).map(nameOf));
  return new Set(media.map(nameOf).filter((name) => !muxed.has(name)));
}

function factsOfVariant(
  variant: Variant,
  { variants }: Multivariant,
  groups: ReadonlySet<string>,
): RenditionFacts {
  const same = variants.filter(({ playlist }) => playlist === variant.playlist);
  const elsewhere = (kind: string | undefined): boolean =>
    (kind === 'audio' && same.some(({ audio }) => groups.has(`AUDIO ${audio}`))) ||
    (kind === 'text' && same.some(({ subtitles }) => groups.has(`SUBTITLES ${subtitles}`)));
  const codecs = unique(same.flatMap((one) => one.codecs));
  const hasPictures =
    variant.width !== undefined ||
    variant.frameRate !== undefined ||
    variant.videoRange !== undefined ||
    codecs.some((codec) => kindOfCodec(codec) === 'video');
  const isAudio = !hasPictures && codecs.some((codec) => kindOfCodec(codec) === 'audio');
  // A variant of sound alone names its own playlist in its group, too.
  const own = isAudio ? codecs : codecs.filter((codec) => !elsewhere(kindOfCodec(codec)));
  const rates = same.map(({ bandwidth }) => bandwidth);
  const averages = same.flatMap(({ averageBandwidth }) => averageBandwidth ?? []);
  return {
    ...NOTHING,
    kind: variant.isTrick ? 'trick' : hasPictures ? 'video' : isAudio ? 'audio' : 'unknown',
    set: variant.attributes.get('VIDEO'),
    codecs: own,
    // That of the cheapest variant has the least of others in it.
    bandwidth: minOf(rates),
    averageBandwidth: averages.length > 0 ? minOf(averages) : undefined,
    width: variant.width,
    height: variant.height,
    frameRate: variant.frameRate,
    line: variant.line,
  };
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];

/** A media playlist as a rendition. @param facts what the multivariant playlist says; absent: there is none */
export function renditionOf(
  path: string,
  playlist: MediaPlaylist,
  independent: boolean,
  facts: RenditionFacts = NOTHING,
): ListedRendition {
  const kind = playlist.imagesOnly ? 'image' : playlist.iFramesOnly ? 'trick' : facts.kind;
  return {
    id: path,
    manifest: path,
    mimeType: undefined,
    roles: [],
    timescale: 1,
    presentationTimeOffset: 0,
    index: undefined,
    isIndexed: false,
    protection: [],
    ...facts,
    kind,
    init: playlist.init,
    segments: playlist.segments,
    independent: independent || playlist.independent || playlist.iFramesOnly,
    targetDuration: playlist.targetDuration,
    tiles: playlist.tiles,
  };
}
