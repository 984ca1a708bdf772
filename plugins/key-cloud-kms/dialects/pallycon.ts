import { type Dialect, empty, type RequestFlavour } from '../../../core/kit.ts';
import { jsonError } from './json-error.ts';
import { NCG_KEYS_REQUIRED } from './ncg-keys.ts';

/** The token is in the path; ids of DRM systems are compared in upper case; errors are JSON with status 200. */
const V1: RequestFlavour = {
  contentId: 'id',
  mp4Elements: [empty('ContentProtectionData'), empty('PSSH')],
  hlsElements: [empty('URIExtXKey')],
  upperCaseSystemIds: true,
  periodRules: false,
};

/** The schemes that the service has names for; NCG and AES-128 go without. */
const SCHEMES = ['cenc', 'cens', 'cbc1', 'cbcs'];

/** NCG, and the clear-key types AES-128 and SAMPLE-AES, come one at a time. */
const SINGLE_KEY_SYSTEMS = [
  'd9e4411a-e886-4909-a380-a77f28d52335',
  '3ea8778f-7742-4bf9-b18b-e834b2acbd47',
  'be58615b-19c4-4684-88b3-c8c57e99e957',
];

/** What the service tells apart: sound, and pictures by their size. */
const TRACK_TYPES: readonly string[] = ['AUDIO', 'SD', 'HD', 'UHD1', 'UHD2'];

const COMMON = {
  headers: { 'content-type': 'application/xml' },
  rotationQuery: { 'key-rotation': 'true' },
  // ContentProtectionData is the data of the pssh box, where CPIX has XML; one key for each content id.
  // Its track types say which key is for which tracks: the filters beside them have no bounds.
  reading: { contentProtection: 'pssh-data', systemKeys: NCG_KEYS_REQUIRED, mapping: 'track-types' },
  // Period indices are above 0: the first crypto period has the key of a content whose key does not change.
  namesFirstPeriod: false,
  singleKeySystems: SINGLE_KEY_SYSTEMS,
  sharesKey: true,
  errorIn: jsonError,
} as const;

/** PallyCon's CPIX API, version 1: without scheme and usage rules, so that nothing would tell several keys apart. */
export const pallyconV1: Dialect = {
  ...COMMON,
  name: 'pallycon-v1',
  labels: [],
  url: 'https://kms.pallycon.com/v1/cpix/pallycon/getKey/{token}',
  request: V1,
};

/** PallyCon's CPIX API, version 2. */
export const pallyconV2: Dialect = {
  ...COMMON,
  name: 'pallycon-v2',
  labels: ['VIDEO', ...TRACK_TYPES],
  url: 'https://kms.pallycon.com/v2/cpix/pallycon/getKey/{token}',
  request: {
    ...V1,
    periodRules: true,
    scheme: (scheme) => (SCHEMES.includes(scheme) ? scheme : undefined),
    // A single key is asked for as `HD`, and so is that of all pictures.
    usageRule: (label) =>
      label === 'AUDIO'
        ? { trackType: label, filters: [empty('AudioFilter')] }
        : { trackType: TRACK_TYPES.includes(label) ? label : 'HD', filters: [empty('VideoFilter')] },
  },
};

/** The same API under the service's new name. */
export const doverunnerV2: Dialect = {
  ...pallyconV2,
  name: 'doverunner-v2',
  url: 'https://drm-kms.doverunner.com/v2/cpix/pallycon/getKey/{token}',
};
