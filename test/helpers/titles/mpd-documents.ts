/** Titles whose MPD is written, and readers of it. */
import { XMLParser } from 'fast-xml-parser';
import { parse } from 'mpd-parser';
import { common, playready, widevine } from '../../../core/drm/index.ts';
import type { ContentKey } from '../../../core/keys/content-key.ts';
import { ModeKeys } from '../../../core/keys/mode-keys.ts';
import { type DashManifestInput, dashManifest } from '../../../core/manifest/mpd.ts';
import { audioTrack, indexedFile, testKey, videoTrack } from './renditions.ts';

/** The key of the title. */
export const KEY = testKey();
/** What systems are told of the title. */
export const CONTEXT = { contentId: 'title', keys: [KEY], scheme: 'cenc' } as const;
/** Bytes of the three segments of a picture track. */
export const SIZES = [500_000, 700_000, 100_000];
/** Segments of pictures. */
export const VIDEO = { sizes: SIZES, durations: [180_180, 180_180, 30_030] };
/** Segments of sound. */
export const AUDIO = { sizes: [96_000, 96_100, 16_000], durations: [288_768, 287_744, 48_128] };

/** Pictures of 1080 lines. */
export const hd = indexedFile(
  { id: 'video-1', tracks: [videoTrack(1920, 1080)], ...VIDEO },
  'media-video-1.mp4',
);
/** Smaller ones. */
export const sd = indexedFile(
  {
    id: 'video-2',
    tracks: [
      videoTrack(854, 480, {
        codecs: 'avc1.4d401f',
        video: { width: 854, height: 480, sar: { num: 1, den: 1 }, frameRate: { num: 15, den: 1 } },
      }),
    ],
    ...VIDEO,
  },
  'media-video-2.mp4',
);
/** Sound in English. */
export const english = indexedFile(
  { id: 'audio-eng', tracks: [audioTrack('eng', { mediaTimeAtZero: 1024 })], ...AUDIO },
  'media-audio-eng.mp4',
);
/** Sound in Korean. */
export const korean = indexedFile(
  { id: 'audio-kor', tracks: [audioTrack('kor')], ...AUDIO },
  'media-audio-kor.mp4',
);

/** One key for all tracks. */
export const oneKey = (key: ContentKey): ModeKeys => new ModeKeys([{ label: 'ALL', period: 0, key }]);

/** The MPD of an on-demand title; `overrides` say what is different. */
export const manifest = (overrides: Partial<DashManifestInput> = {}) =>
  dashManifest({
    renditions: [hd, sd, english, korean],
    duration: 13.013,
    contentId: 'title',
    keys: oneKey(KEY),
    scheme: 'cenc',
    systems: [widevine(), playready({ licenseUrl: 'https://license.example/' }), common()],
    layout: 'single-file',
    ...overrides,
  });

/** The document by mpd-parser. */
export const read = (text: string) => parse(text, { manifestUri: 'https://cdn.example/title/stream.mpd' });

/** The document as plain objects: attributes have `@` before their names, repeatable elements are lists. */
export interface Element {
  readonly [name: string]: string | Element | Element[];
}
/** Elements of which there may be several. */
export const LISTS = ['AdaptationSet', 'ContentProtection', 'Representation', 'S'];
/** The MPD as plain objects. */
export const document = (text: string) =>
  new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    isArray: (name) => LISTS.includes(name),
  }).parse(text)['MPD'] as Element;
/** The only element of a name. */
export const child = (element: Element, name: string) => element[name] as Element;
/** All elements of a name. */
export const list = (element: Element, name: string) => (element[name] ?? []) as Element[];
/** The adaptation sets. */
export const sets = (text: string) => list(child(document(text), 'Period'), 'AdaptationSet');
