import { type Dialect, empty, xml } from '../../../core/kit.ts';
import { jsonError } from './json-error.ts';
import { NCG_KEYS } from './ncg-keys.ts';

/** SPEKE 1.0 (CPIX 2.0): the content id is `id`, HLS has its URI, KEYFORMAT and KEYFORMATVERSIONS apart. */
export const spekeV1: Dialect = {
  name: 'speke-v1',
  headers: { 'content-type': 'application/xml' },
  request: {
    contentId: 'id',
    mp4Elements: [empty('PSSH'), empty('ContentProtectionData')],
    hlsElements: [empty('URIExtXKey'), xml('speke:KeyFormat'), xml('speke:KeyFormatVersions')],
    namespaces: { speke: 'urn:aws:amazon:com:speke' },
  },
  reading: { contentProtection: 'xml', systemKeys: NCG_KEYS },
  sharesKey: false,
  errorIn: jsonError,
};
