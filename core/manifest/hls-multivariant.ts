import { quotient } from '../base/fraction.ts';
import { largest, minOf } from '../base/largest.ts';
import type {
  RenditionResult,
  RenditionTrack,
  SegmentRows,
  VideoRenditionTrack,
} from '../contract/rendition.ts';
import type { HlsKey } from '../drm/drm-system.ts';
import type { ClosedCaptions } from '../media/captions.ts';
import { isSideways } from '../media/orientation.ts';
import type { TitleDetails } from '../media/title-details.ts';
import type { VideoInfo } from '../media/track.ts';
import { averageBandwidth, peakBandwidth } from './bandwidth.ts';
import { attributeTag, keysVersion, keyTags, quoted } from './hls-attributes.ts';
import { type AudioGroup, audioGroups, audioTags } from './hls-audio-groups.ts';
import { captionsAttribute, captionsVersion, captionTags } from './hls-captions.ts';
import { detailTags } from './hls-details.ts';
import { chaptersTag } from './hls-markers.ts';
import { lines } from './hls-media.ts';
import type { OutputProtection } from './hls-output-protection.ts';
import { type Pairing, type PairingOptions, pairVariants, type VariantFacts } from './hls-pairing.ts';
import { type HlsPlace, hlsPlaces } from './hls-places.ts';
import { type HlsSubtitles, SUBTITLES_GROUP, subtitleCodecs, subtitleTags } from './hls-subtitles.ts';
import { type HlsThumbnails, imageStreamTags } from './hls-thumbnails.ts';
import { listRows } from './rows.ts';

/** A rendition and its media playlist, both paths from the mode's folder. */
export interface HlsRendition {
  readonly rendition: RenditionResult;
  readonly path: string;
  /** Its I-frame playlist, if it has one. */
  readonly iframePath?: string;
  readonly protection?: OutputProtection;
}

/** What a multivariant playlist is made of. */
export interface MultivariantPlaylistInput extends PairingOptions {
  /** Where the playlist will be, from the mode's folder. @default 'master.m3u8' */
  readonly path?: string;
  /** In the order of preference: players start with the first. */
  readonly variants: readonly HlsRendition[];
  /** Audio beside what is in the variants: one rendition for each further programme, codec, number of channels and quality. */
  readonly audio?: readonly HlsRendition[];
  /** In no variant, but with an I-frame playlist: pictures for trick play. @default none but those of the variants */
  readonly trickPlay?: readonly HlsRendition[];
  /** Beside all variants. */
  readonly subtitles?: readonly HlsSubtitles[];
  /** Images for seek bars. @default none */
  readonly thumbnails?: readonly HlsThumbnails[];
  /** In the pictures of the variants; none where the list is empty. @default nothing is said of them */
  readonly captions?: readonly ClosedCaptions[] | undefined;
  /** What it says of the title as a whole. @default nothing */
  readonly details?: TitleDetails | undefined;
  /** The mode's folder in the output folder, which base URLs lead to. @default the output folder itself */
  readonly folder?: string | undefined;
  /** There is a list of chapters beside it (`CHAPTERS`). @default false */
  readonly hasChapters?: boolean;
  /** Keys that media playlists have; clients can fetch licences early. Those with a relative URI are left out. */
  readonly sessionKeys: readonly HlsKey[];
  /** Seconds, from `targetDuration`. */
  readonly targetDuration: number;
}

/** The multivariant (master) playlist of a title (RFC 8216, 4.3.4). */
export function multivariantPlaylist(input: MultivariantPlaylistInput): string {
  const { path = 'master.m3u8', variants, audio = [], subtitles = [], thumbnails = [], captions } = input;
  const { details = {} } = input;
  const places = hlsPlaces(details, path, input.folder);
  const sessionKeys = announced(input.sessionKeys);
  const pairings = pairingsIn(input);
  const media = [
    ...places.flatMap((place) => [
      ...pairings.flatMap(({ group }) => (group ? audioTags(group, place) : [])),
      ...subtitleTags(subtitles, place),
    ]),
    ...captionTags(captions),
  ];
  const withIframes = [...variants, ...(input.trickPlay ?? [])];
  const iframes = places.flatMap((place) =>
    withIframes.flatMap((variant) => iframeTag(variant, input, place)),
  );
  const version = Math.max(
    keysVersion(sessionKeys),
    captionsVersion(captions),
    media.length + iframes.length > 0 ? 4 : 1,
  );
  return lines([
    '#EXTM3U',
    `#EXT-X-VERSION:${version}`,
    // Here for all media playlists; stating it there too is discouraged (RFC 8216, 4.3.5).
    ...([...variants, ...audio].every(isIndependent) ? ['#EXT-X-INDEPENDENT-SEGMENTS'] : []),
    ...detailTags(details),
    ...(input.hasChapters ? [chaptersTag(places[0]!)] : []),
    ...keyTags('EXT-X-SESSION-KEY', sessionKeys),
    ...media,
    ...places.flatMap((place) =>
      pairings.flatMap(({ group, variants: paired }) =>
        paired.flatMap((variant) => variantTag(variant, group, input, place)),
      ),
    ),
    ...iframes,
    // No attribute says the place of these: players would take further ones for further sets.
    ...imageStreamTags(thumbnails, places[0]!),
  ]);
}

/** The audio groups of the playlist, each with the variants that name it. */
export function pairingsIn(input: MultivariantPlaylistInput): Pairing<HlsRendition>[] {
  const { variants, audio = [] } = input;
  const muxed = variants[0]?.rendition.tracks.filter((track) => track.kind === 'audio') ?? [];
  const beside = audio.flatMap(({ rendition, path: playlist }) =>
    rendition.tracks
      .filter((track) => track.kind === 'audio')
      .map((track) => ({ track, beside: { rendition, path: playlist } })),
  );
  const groups = audioGroups(muxed, beside);
  return pairVariants(groups, variants, ({ rendition }) => factsOf(rendition, input), input);
}

const factsOf = (
  rendition: RenditionResult,
  { targetDuration }: MultivariantPlaylistInput,
): VariantFacts => ({
  height: pictureOf(rendition)?.video.height,
  rate: bandwidths(rendition, rendition.segments, targetDuration).peak,
});

/** Every segment can be decoded without those before it. */
const isIndependent = ({ rendition }: HlsRendition): boolean =>
  rendition.tracks.every(({ startsWithSap }) => startsWithSap <= 2);

/**
 * The keys that can be announced here, each once. A session key has to equal the media playlist's attribute for
 * attribute, and the same relative URI would mean another place from here.
 */
function announced(keys: readonly HlsKey[]): HlsKey[] {
  const tags = keyTags('EXT-X-SESSION-KEY', keys);
  return keys.filter(({ uri }, index) => isAbsolute(uri) && tags.indexOf(tags[index]!) === index);
}

const isAbsolute = (uri: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(uri);

function variantTag(
  { rendition, path, protection }: HlsRendition,
  group: AudioGroup | undefined,
  { targetDuration, variants, subtitles = [], captions }: MultivariantPlaylistInput,
  place: HlsPlace,
): string[] {
  const own = bandwidths(rendition, rendition.segments, targetDuration);
  // A client plays the variant and any one of the group beside it: the dearest counts.
  const others = (group?.members ?? []).flatMap(({ beside }) => beside?.rendition ?? []);
  const ratesOf = (other: RenditionResult) => bandwidths(other, other.segments, targetDuration);
  const beside = others.map(ratesOf);
  const text = subtitles.map((one) => ratesOf(one.rendition));
  const picture = pictureOf(rendition);
  const video = picture?.video;
  return [
    attributeTag('EXT-X-STREAM-INF', {
      BANDWIDTH: own.peak + largest(beside, ({ peak }) => peak) + largest(text, ({ peak }) => peak),
      'AVERAGE-BANDWIDTH':
        own.average + largest(beside, ({ average }) => average) + largest(text, ({ average }) => average),
      SCORE: score(picture, variants),
      CODECS: codecs(
        [rendition, ...others].flatMap(({ tracks }) => tracks),
        subtitleCodecs(subtitles),
      ),
      'SUPPLEMENTAL-CODECS': picture?.supplementalCodecs && quoted(picture.supplementalCodecs),
      RESOLUTION: video && resolution(video, rendition),
      'FRAME-RATE': video && quotient(video.frameRate).toFixed(3),
      'VIDEO-RANGE': picture?.videoRange,
      'HDCP-LEVEL': protection?.hdcpLevel,
      'ALLOWED-CPC': protection?.allowedCpc,
      AUDIO: group && quoted(place.group(group.id)),
      SUBTITLES: subtitles.length > 0 ? quoted(place.group(SUBTITLES_GROUP)) : undefined,
      'CLOSED-CAPTIONS': captionsAttribute(captions),
      'PATHWAY-ID': place.pathway && quoted(place.pathway),
    }),
    place.uri(path),
  ];
}

function iframeTag(
  { rendition, iframePath, protection }: HlsRendition,
  { targetDuration, variants }: MultivariantPlaylistInput,
  place: HlsPlace,
): string[] {
  const { iframes } = rendition;
  const picture = pictureOf(rendition);
  if (iframePath === undefined || iframes === undefined || picture === undefined) return [];
  const { peak, average } = bandwidths(rendition, iframes, targetDuration);
  return [
    attributeTag('EXT-X-I-FRAME-STREAM-INF', {
      BANDWIDTH: peak,
      'AVERAGE-BANDWIDTH': average,
      SCORE: score(picture, variants),
      CODECS: codecs([picture]),
      'SUPPLEMENTAL-CODECS': picture.supplementalCodecs && quoted(picture.supplementalCodecs),
      RESOLUTION: resolution(picture.video, rendition),
      'VIDEO-RANGE': picture.videoRange,
      'HDCP-LEVEL': protection?.hdcpLevel,
      'ALLOWED-CPC': protection?.allowedCpc,
      'PATHWAY-ID': place.pathway && quoted(place.pathway),
      URI: quoted(place.uri(iframePath)),
    }),
  ];
}

function bandwidths(
  { timescale }: RenditionResult,
  segments: SegmentRows,
  targetDuration: number,
): { peak: number; average: number } {
  const rows = listRows(segments);
  return {
    peak: peakBandwidth(rows, timescale, targetDuration),
    average: averageBandwidth(rows, timescale),
  };
}

/**
 * The same for all variants with these pictures; all of a title have one, or none, I-frames too (RFC 8216bis, 4.4.6.2). What is for
 * trick play alone is no better than any other.
 */
function score(
  picture: VideoRenditionTrack | undefined,
  variants: MultivariantPlaylistInput['variants'],
): number | undefined {
  const all = variants.flatMap(({ rendition }) => pictureOf(rendition)?.score ?? []);
  const own = picture?.trickPlay ? undefined : picture?.score;
  return all.length === 0 ? undefined : Number((own ?? minOf(all)).toFixed(3));
}

const pictureOf = ({ tracks }: RenditionResult): VideoRenditionTrack | undefined =>
  tracks.find((track) => track.kind === 'video');

/** Every format once, video first. */
function codecs(tracks: readonly RenditionTrack[], others: readonly string[] = []): string {
  const ordered = [
    ...tracks.filter((track) => track.kind === 'video'),
    ...tracks.filter((track) => track.kind === 'audio'),
  ];
  return quoted([...new Set([...ordered.map((track) => track.codecs), ...others])].join(','));
}

/** The size at which to display the picture: square pixels, turned where the file says so, which MPEG-TS cannot. */
function resolution(video: VideoInfo, { init }: RenditionResult): string {
  const { width, height, sar } = video;
  const size = [Math.round((width * sar.num) / sar.den), height];
  return (init && isSideways(video) ? size.reverse() : size).join('x');
}
