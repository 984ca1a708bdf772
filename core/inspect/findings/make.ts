import { PackagerError } from '../../base/errors.ts';
import { DamageError } from '../model/damage-error.ts';
import type { Finding, FindingKind, FindingPlace } from './finding.ts';
import { type FindingCode, KINDS } from './kinds/index.ts';

/** What ought to be there, and what is. */
export interface Difference {
  readonly expected?: string | number;
  readonly found?: string | number;
}

/**
 * A finding of a known kind.
 * @param message a sentence that says what is wrong, and where
 */
export function finding(
  code: FindingCode,
  place: FindingPlace,
  message: string,
  { expected, found }: Difference = {},
): Finding {
  const kind: FindingKind = KINDS[code];
  return {
    code,
    severity: kind.severity,
    ...(kind.clause !== undefined && { clause: kind.clause }),
    mend: kind.mend,
    file: place.file,
    ...(place.offset !== undefined && { offset: place.offset }),
    ...(place.time !== undefined && { time: place.time }),
    ...(place.rendition !== undefined && { rendition: place.rendition }),
    message,
    ...(expected !== undefined && { expected: String(expected) }),
    ...(found !== undefined && { found: String(found) }),
  };
}

/** What a reader gave up at. */
export const damageFinding = (error: DamageError, rendition?: string): Finding =>
  finding(
    'DAMAGED',
    { file: error.file, offset: error.offset, ...(rendition !== undefined && { rendition }) },
    `${error.file}: at byte ${error.offset} ${error.message}.`,
  );

/**
 * What is said of media that could not be read to its end: of a file that is not there nothing, whoever checks files says that.
 * @throws what is no fault of the package
 */
export function unreadFindings(error: unknown, rendition: string): Finding[] {
  if (error instanceof DamageError) return [damageFinding(error, rendition)];
  if (PackagerError.is(error) && error.code === 'INPUT_NOT_FOUND') return [];
  throw error;
}
