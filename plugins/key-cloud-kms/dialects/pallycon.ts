import { type Dialect, empty, type RequestFlavour } from '../../../core/kit.ts';
import { jsonError } from './json-error.ts';
import { NCG_KEYS_REQUIRED } from './ncg-keys.ts';

/** The token is in the path; ids of DRM systems are compared in upper case; errors are JSON with status 200. */
const V1: RequestFlavour = {
  contentId: 'id',
  mp4Elements: [empty('ContentProtectionData'), empty('PSSH')],
  hlsElements: [empty('URIExtXKey')],
  upperCaseSystemIds: true,
};

/** The schemes that the service has names for; NCG and AES-128 go without. */
const SCHEMES = ['cenc', 'cens', 'cbc1', 'cbcs'];

const COMMON = {
  headers: { 'content-type': 'application/xml' },
  rotationQuery: { 'key-rotation': 'true' },
  // ContentProtectionData is the data of the pssh box, where CPIX has XML; one key for each content id.
  reading: { contentProtection: 'pssh-data', systemKeys: NCG_KEYS_REQUIRED },
  sharesKey: true,
  errorIn: jsonError,
} as const;

/** PallyCon's CPIX API, version 1: without scheme and usage rules. */
export const pallyconV1: Dialect = {
  ...COMMON,
  name: 'pallycon-v1',
  url: 'https://kms.pallycon.com/v1/cpix/pallycon/getKey/{token}',
  request: V1,
};

/** PallyCon's CPIX API, version 2. */
export const pallyconV2: Dialect = {
  ...COMMON,
  name: 'pallycon-v2',
  url: 'https://kms.pallycon.com/v2/cpix/pallycon/getKey/{token}',
  request: {
    ...V1,
    scheme: (scheme) => (SCHEMES.includes(scheme) ? scheme : undefined),
    // A single key is asked for as `HD`.
    usageRule: (label) =>
      label === 'AUDIO'
        ? { trackType: label, filters: [empty('AudioFilter')] }
        : { trackType: label === 'ALL' ? 'HD' : label, filters: [empty('VideoFilter')] },
  },
};

/** The same API under the service's new name. */
export const doverunnerV2: Dialect = {
  ...pallyconV2,
  name: 'doverunner-v2',
  url: 'https://drm-kms.doverunner.com/v2/cpix/pallycon/getKey/{token}',
};
