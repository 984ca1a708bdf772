import type { Dialect } from '../../../core/kit.ts';
import { spekeV2 } from './speke-v2.ts';

/** Plain CPIX 2.3, for servers of which the user knows URL, headers and query. */
export const generic: Dialect = {
  ...spekeV2,
  name: 'generic',
  headers: { 'content-type': 'application/xml' },
};
