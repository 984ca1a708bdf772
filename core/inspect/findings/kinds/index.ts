import type { FindingKind } from '../finding.ts';
import { APPLE_KINDS } from './apple.ts';
import { COMPARE_KINDS } from './compare.ts';
import { DASH_IF_KINDS } from './dash-if.ts';
import { FACT_KINDS } from './facts.ts';
import { KEY_KINDS } from './keys.ts';
import { MANIFEST_KINDS } from './manifests.ts';
import { PROTECTION_KINDS } from './protection.ts';
import { SEGMENT_KINDS } from './segments.ts';
import { TRANSPORT_KINDS } from './transport.ts';

/** All that findings can say: a table a subject. Codes are stable: programs look for them. */
export const KINDS = {
  ...KEY_KINDS,
  ...PROTECTION_KINDS,
  ...SEGMENT_KINDS,
  ...TRANSPORT_KINDS,
  ...FACT_KINDS,
  ...MANIFEST_KINDS,
  ...APPLE_KINDS,
  ...DASH_IF_KINDS,
  ...COMPARE_KINDS,
  RECEIPT_MISMATCH: {
    severity: 'error',
    mend: 'Package again, or restore the file: it is not the one that was published.',
  },
  DAMAGED: {
    severity: 'error',
    mend: 'Copy or package the file again: it cannot be read any further.',
  },
} as const satisfies Record<string, FindingKind>;

export type FindingCode = keyof typeof KINDS;
