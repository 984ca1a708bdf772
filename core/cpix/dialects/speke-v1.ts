import { xml } from '../../base/xml/xml-node.ts';
import { empty } from '../build.ts';
import type { Dialect } from './dialect.ts';
import { jsonError } from './json-error.ts';

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
  reading: { contentProtection: 'xml', ncgKey: 'any' },
  sharesKey: false,
  errorIn: jsonError,
};
