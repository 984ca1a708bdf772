import type { types } from 'hls-parser';
import { readAttributes } from './playlist-text.ts';
import { attributesOf, type CheckedPlaylist, type MediaFacts } from './valid-playlists.ts';
import { imageStreamFaults } from './valid-thumbnails.ts';

/** Durations are printed in microseconds. */
const ROUNDING = 1 + 1e-5;

/**
 * What is wrong between a multivariant playlist and the media playlists that it names.
 * @param fileOf where what a URI of it names lies here
 */
export function presentationFaults(
  { text, parsed }: CheckedPlaylist,
  others: ReadonlyMap<string, CheckedPlaylist>,
  fileOf: (uri: string) => string,
): string[] {
  if (!parsed?.isMasterPlaylist) return [];
  const master = parsed;
  const faults: string[] = [];
  const named = (uri: string): MediaFacts | undefined => {
    const media = others.get(fileOf(uri))?.media;
    if (!media) faults.push(`${uri} is no media playlist`);
    return media;
  };
  const tags = attributesOf(text, 'EXT-X-MEDIA').map((list) =>
    Object.fromEntries(readAttributes(list) ?? []),
  );
  // Subtitles may have another target duration (RFC 8216bis, 6.2.4).
  const isSubtitles = ({ TYPE }: (typeof tags)[number]) => TYPE === 'SUBTITLES';
  const playlistsOf = (list: typeof tags) =>
    list.flatMap(({ URI }) => (URI === undefined ? [] : (named(unquoted(URI)) ?? [])));
  const beside = playlistsOf(tags.filter((tag) => !isSubtitles(tag)));
  playlistsOf(tags.filter(isSubtitles));
  const variants = master.variants.map((variant) => ({ variant, media: named(variant.uri) }));
  for (const { variant, media } of variants) {
    if (!media) continue;
    if (media.isIFrame !== Boolean(variant.isIFrameOnly))
      faults.push(`${variant.uri} ${media.isIFrame ? 'has' : 'lacks'} EXT-X-I-FRAMES-ONLY`);
    faults.push(
      ...rateFaults(variant, media, variant.audio.map(({ uri }) => uri && named(uri)).filter(isFacts)),
    );
  }
  if (!variants.some(({ variant }) => !variant.isIFrameOnly)) faults.push('it has no variant');
  const media = [...variants.map((one) => one.media), ...beside].filter(isFacts);
  const targets = [...new Set(media.map(({ targetDuration }) => targetDuration))];
  if (targets.length > 1) faults.push(`target durations of ${targets.join(', ')} s`);
  return [
    ...faults,
    ...sessionKeyFaults(text, media),
    ...groupFaults(text, tags),
    ...imageStreamFaults(text, fileOf),
  ];
}

const isFacts = (media: MediaFacts | '' | undefined): media is MediaFacts => typeof media === 'object';

const unquoted = (value: string): string => value.slice(1, -1);

/** BANDWIDTH bounds the dearest that a client may play, AVERAGE-BANDWIDTH what it takes all in all (RFC 8216, 4.3.4.2). */
function rateFaults(variant: types.Variant, media: MediaFacts, group: readonly MediaFacts[]): string[] {
  const { uri, bandwidth, averageBandwidth = bandwidth } = variant;
  const most = (of: (facts: MediaFacts) => number) => of(media) + Math.max(0, ...group.map(of));
  const peak = most((facts) => facts.peak);
  const average = most((facts) => facts.average);
  const faults: string[] = [];
  if (bandwidth * ROUNDING < peak) faults.push(`${uri} has BANDWIDTH ${bandwidth} and needs ${peak}`);
  if (averageBandwidth * ROUNDING < average || averageBandwidth > bandwidth)
    faults.push(`${uri} has AVERAGE-BANDWIDTH ${averageBandwidth}, with ${average} on average`);
  return faults;
}

/** Each equals a key of a media playlist attribute for attribute (RFC 8216, 4.3.4.5). */
function sessionKeyFaults(text: string, media: readonly MediaFacts[]): string[] {
  const known = new Set(media.flatMap(({ keys }) => keys));
  return attributesOf(text, 'EXT-X-SESSION-KEY')
    .filter((key) => !known.has(key))
    .map((key) => `no media playlist has the key ${key}`);
}

/** Rules of groups (RFC 8216, 4.3.4.1.1) that hls-parser applies only to those that a variant has, which all have to be. */
function groupFaults(text: string, tags: readonly Readonly<Record<string, string>>[]): string[] {
  const faults: string[] = [];
  const used = attributesOf(text, 'EXT-X-STREAM-INF').flatMap((list) => readAttributes(list) ?? []);
  const names = new Map<string, string>();
  for (const { TYPE = '', 'GROUP-ID': id = '' } of tags) {
    const group = tags.filter((tag) => tag['TYPE'] === TYPE && tag['GROUP-ID'] === id);
    names.set(`${TYPE} ${id}`, [...new Set(group.map((tag) => tag['LANGUAGE']))].sort().join());
    if (!used.some(([name, value]) => name === TYPE && value === id))
      faults.push(`no variant has group ${id}`);
    if (group.filter((tag) => tag['DEFAULT'] === 'YES').length > 1)
      faults.push(`two defaults in group ${id}`);
    if (new Set(group.map((tag) => tag['NAME'])).size < group.length)
      faults.push(`a NAME twice in group ${id}`);
  }
  // Whatever group a client can play, it has the same choice (4.3.4.2.1).
  for (const type of new Set(tags.map(({ TYPE = '' }) => TYPE))) {
    const choices = [...names]
      .filter(([key]) => key.startsWith(`${type} `))
      .map(([, languages]) => languages);
    if (new Set(choices).size > 1)
      faults.push(`groups of ${type} have other languages: ${choices.join(' and ')}`);
  }
  const silent = tags.find((tag) => tag['DEFAULT'] === 'YES' && tag['AUTOSELECT'] !== 'YES');
  if (silent) faults.push(`${silent['NAME']} is the default without AUTOSELECT`);
  return [...new Set(faults)];
}
