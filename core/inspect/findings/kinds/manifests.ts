import type { FindingKind } from '../finding.ts';

/** Of manifests as documents: what RFC 8216 and ISO/IEC 23009-1 say that one must be. */
export const MANIFEST_KINDS = {
  MANIFEST_SYNTAX: {
    severity: 'error',
    mend: 'Write the manifest as its standard asks: players may refuse it.',
  },
  HLS_VERSION: {
    severity: 'error',
    clause: 'RFC 8216, 7',
    mend: 'Write the EXT-X-VERSION that the tags of the playlist need.',
  },
  DASH_LIST: {
    severity: 'error',
    clause: 'ISO/IEC 23009-1, 5.3',
    mend: 'Give each Representation of a Period an id of its own.',
  },
} as const satisfies Record<string, FindingKind>;
