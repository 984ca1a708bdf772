import type { Target } from '../core/index.ts';

/*
 * What device families play, as their makers say it: TARGETS.md has the source of every row. What no source says is not here: a family
 * whose decoders nobody lists has no `decodes`, and nothing is asked of tracks for it. `only` is for what not every model has.
 */

/** A name, `playready-sl3000`, is promised: configs have it. */
type Row = Omit<Target, 'name'>;

const FMP4 = ['fmp4'] as const;
const TS = ['ts'] as const;
const DASH_AND_HLS = ['dash', 'hls'] as const;
const WIDEVINE = ['widevine'] as const;
const PLAYREADY = ['playready'] as const;
const BOTH = ['widevine', 'playready'] as const;

/** Keys of HLS that the player fetches itself (RFC 8216, 4.3.2.4). */
const AES_128 = {
  manifests: ['hls'],
  containers: TS,
  encryptions: ['aes-128'],
  systems: ['identity'],
} as const;

const DASH_CENC = { mode: 'dash-cenc' } as const;
const CMAF_CBCS = { mode: 'cmaf', options: { scheme: 'cbcs' } } as const;
const CMAF_CENC = { mode: 'cmaf', options: { scheme: 'cenc' } } as const;

const APPLE = {
  plays: [
    { manifests: ['hls'], containers: TS, encryptions: ['sample-aes'], systems: ['fairplay', 'identity'] },
    {
      manifests: ['hls'],
      containers: FMP4,
      encryptions: ['cbcs'],
      systems: ['fairplay', 'identity'],
      ivs: ['constant'],
    },
    AES_128,
  ],
  decodes: {
    video: [
      { codec: 'H.264' },
      { codec: 'HEVC', containers: FMP4 },
      { codec: 'Dolby Vision', containers: FMP4, only: 'devices with Dolby Vision' },
      { codec: 'AV1', containers: FMP4, only: 'Macs with M3, iPhone 15 Pro and newer models' },
    ],
    audio: [
      { codec: 'AAC' },
      { codec: 'MP3' },
      { codec: 'AC-3' },
      { codec: 'E-AC-3' },
      { codec: 'xHE-AAC', containers: FMP4, only: 'systems of 2020 and newer' },
      { codec: 'FLAC', containers: FMP4, only: 'systems of 2020 and newer' },
      { codec: 'Opus', containers: FMP4, only: 'iOS 17 and newer' },
    ],
  },
  choose: [{ mode: 'hls-aes' }, CMAF_CBCS],
} as const satisfies Partial<Row>;

/** What browsers decode in common, and AES-128, which their players decrypt (Web Crypto). */
const WEB_AUDIO = [{ codec: 'AAC' }, { codec: 'MP3' }, { codec: 'FLAC' }, { codec: 'Opus' }] as const;
const WEB_VIDEO = [{ codec: 'H.264' }, { codec: 'VP9' }, { codec: 'AV1' }] as const;

const ANDROID_AUDIO = [
  { codec: 'AAC' },
  { codec: 'MP3' },
  { codec: 'FLAC' },
  { codec: 'xHE-AAC', only: 'Android 9 and newer' },
] as const;

/** Devices with Android 7.1 or newer and ExoPlayer, beside a TV. */
const ANDROID_TV_WAYS = [
  { manifests: DASH_AND_HLS, containers: FMP4, encryptions: ['cenc'], systems: BOTH },
  { manifests: DASH_AND_HLS, containers: FMP4, encryptions: ['cbcs'], systems: WIDEVINE },
] as const;

/** Every client of a security level, of whichever version: cbcs came with 4.0, and is optional in there. */
const playReady = (title: string): Row => ({
  title,
  plays: [{ manifests: DASH_AND_HLS, containers: FMP4, encryptions: ['cenc'], systems: PLAYREADY }],
  choose: [DASH_CENC, CMAF_CENC],
});

const ROWS = {
  safari: { title: 'Safari on macOS and iOS', ...APPLE },
  ios: { title: 'apps on iPhone and iPad', ...APPLE },
  'apple-tv': { title: 'Apple TV', ...APPLE },
  chrome: {
    title: 'Chrome on a computer',
    plays: [
      { manifests: DASH_AND_HLS, containers: FMP4, encryptions: ['cenc', 'cbcs'], systems: WIDEVINE },
      AES_128,
    ],
    decodes: {
      video: [...WEB_VIDEO, { codec: 'HEVC', only: 'computers that decode it in hardware' }],
      audio: WEB_AUDIO,
    },
    choose: [DASH_CENC, CMAF_CBCS],
  },
  edge: {
    title: 'Microsoft Edge on a computer',
    plays: [
      { manifests: DASH_AND_HLS, containers: FMP4, encryptions: ['cenc', 'cbcs'], systems: BOTH },
      AES_128,
    ],
    decodes: {
      video: [...WEB_VIDEO, { codec: 'HEVC', only: 'computers that decode it in hardware' }],
      audio: [
        ...WEB_AUDIO,
        { codec: 'AC-3', only: 'Edge on Windows' },
        { codec: 'E-AC-3', only: 'Edge on Windows' },
      ],
    },
    choose: [DASH_CENC, CMAF_CBCS],
  },
  firefox: {
    title: 'Firefox on a computer',
    plays: [
      { manifests: DASH_AND_HLS, containers: FMP4, encryptions: ['cenc'], systems: WIDEVINE },
      {
        manifests: DASH_AND_HLS,
        containers: FMP4,
        encryptions: ['cbcs'],
        systems: WIDEVINE,
        ivs: ['constant'],
      },
      AES_128,
    ],
    decodes: {
      video: [...WEB_VIDEO, { codec: 'HEVC', only: 'Firefox 137 and newer with a decoder of the system' }],
      audio: WEB_AUDIO,
    },
    choose: [DASH_CENC, CMAF_CBCS],
  },
  android: {
    title: 'Android 7.1 and newer',
    plays: [{ manifests: DASH_AND_HLS, containers: FMP4, encryptions: ['cenc', 'cbcs'], systems: WIDEVINE }],
    decodes: {
      video: [
        { codec: 'H.264' },
        { codec: 'HEVC' },
        { codec: 'VP9' },
        { codec: 'AV1', only: 'Android 10 and newer' },
      ],
      audio: [...ANDROID_AUDIO, { codec: 'Opus' }],
    },
    choose: [DASH_CENC, CMAF_CBCS],
  },
  'android-4.4': {
    title: 'Android 4.4 to 7.0',
    plays: [{ manifests: DASH_AND_HLS, containers: FMP4, encryptions: ['cenc'], systems: WIDEVINE }],
    decodes: {
      video: [{ codec: 'H.264' }, { codec: 'VP9' }, { codec: 'HEVC', only: 'Android 5.0 and newer' }],
      audio: [...ANDROID_AUDIO, { codec: 'Opus', only: 'Android 5.0 and newer' }],
    },
    choose: [DASH_CENC, CMAF_CENC],
  },
  'android-tv': {
    title: 'Android TV and Google TV with Android 7.1 and newer',
    plays: ANDROID_TV_WAYS,
    choose: [DASH_CENC, CMAF_CBCS],
  },
  'fire-tv': {
    title: 'Fire TV with Fire OS 6 and newer',
    plays: ANDROID_TV_WAYS,
    choose: [DASH_CENC, CMAF_CBCS],
  },
  chromecast: {
    title: 'Chromecast of the first three generations',
    plays: [{ manifests: DASH_AND_HLS, containers: FMP4, encryptions: ['cenc'], systems: BOTH }, AES_128],
    decodes: { video: [{ codec: 'H.264', width: 1920, height: 1080 }], audio: WEB_AUDIO },
    choose: [DASH_CENC, CMAF_CENC],
  },
  'chromecast-ultra': {
    title: 'Chromecast Ultra',
    plays: [{ manifests: DASH_AND_HLS, containers: FMP4, encryptions: ['cenc'], systems: BOTH }, AES_128],
    decodes: {
      video: [
        { codec: 'H.264', width: 1920, height: 1080 },
        { codec: 'HEVC', width: 3840, height: 2160 },
        { codec: 'VP9', width: 3840, height: 2160 },
      ],
      audio: WEB_AUDIO,
    },
    choose: [DASH_CENC, CMAF_CENC],
  },
  tizen: {
    title: 'Samsung TVs with Tizen 3.0 and newer (2017)',
    plays: [{ manifests: ['dash'], containers: FMP4, encryptions: ['cenc'], systems: BOTH }, AES_128],
    choose: [DASH_CENC, CMAF_CENC],
  },
  webos: {
    title: 'LG TVs with webOS',
    plays: [{ manifests: ['dash'], containers: FMP4, encryptions: ['cenc'], systems: BOTH }],
    choose: [DASH_CENC, CMAF_CENC],
  },
  roku: {
    title: 'Roku players and TVs',
    plays: [
      { manifests: ['dash'], containers: FMP4, encryptions: ['cenc'], systems: BOTH },
      { manifests: DASH_AND_HLS, containers: FMP4, encryptions: ['cenc', 'cbcs'], systems: WIDEVINE },
      AES_128,
    ],
    decodes: {
      video: [
        { codec: 'H.264', width: 1920, height: 1080 },
        { codec: 'HEVC', width: 3840, height: 2160, only: 'Roku 4K models' },
        { codec: 'AV1', width: 7680, height: 4320, only: 'models with an AV1 decoder' },
      ],
      audio: [
        { codec: 'AAC' },
        { codec: 'MP3', containers: TS },
        { codec: 'AC-3', only: 'models that decode Dolby, or pass it on to what does' },
        { codec: 'E-AC-3', only: 'models that decode Dolby, or pass it on to what does' },
      ],
    },
    choose: [DASH_CENC, CMAF_CBCS],
  },
  xbox: {
    title: 'Xbox One and Xbox Series',
    plays: [{ manifests: DASH_AND_HLS, containers: FMP4, encryptions: ['cenc', 'cbcs'], systems: PLAYREADY }],
    decodes: {
      video: [
        { codec: 'H.264' },
        { codec: 'HEVC', width: 3840, height: 2160, only: 'Xbox One S and newer models' },
      ],
    },
    choose: [DASH_CENC, CMAF_CBCS],
  },
  'playready-sl150': playReady('PlayReady clients of security level 150'),
  'playready-sl2000': playReady('PlayReady clients of security level 2000'),
  'playready-sl3000': playReady('PlayReady clients of security level 3000'),
  'playready-4': {
    title: 'PlayReady clients of version 4.0 and newer with CBC keys',
    plays: [{ manifests: DASH_AND_HLS, containers: FMP4, encryptions: ['cenc', 'cbcs'], systems: PLAYREADY }],
    choose: [DASH_CENC, CMAF_CBCS],
  },
  'windows-sl3000': {
    title: 'hardware DRM of Windows',
    plays: [{ manifests: DASH_AND_HLS, containers: FMP4, encryptions: ['cenc'], systems: PLAYREADY }],
    decodes: {
      video: [{ codec: 'H.264' }, { codec: 'HEVC', only: 'computers that decode it in hardware' }],
    },
    wantsOwnAudioKey: true,
    choose: [DASH_CENC, CMAF_CENC],
  },
  'hls-4': {
    title: 'set-top boxes with version 4 of HLS',
    plays: [AES_128],
    choose: [{ mode: 'hls-ncg', options: { keyUri: 'https://keys.example/your-key' } }],
  },
} as const satisfies Record<string, Row>;

/** Names of the built-in targets. */
export type TargetName = keyof typeof ROWS;

/** The built-in targets by the names that configs use. */
export const targets: Readonly<Record<TargetName, Target>> = Object.fromEntries(
  Object.entries(ROWS).map(([name, row]): [string, Target] => [name, { name, ...row }]),
) as Record<TargetName, Target>;
