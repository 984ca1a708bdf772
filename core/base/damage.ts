import { BitstreamError } from './bit-reader.ts';
import { fail, type PackagerError } from './errors.ts';

/**
 * Say which part of a file breaks its codec's syntax.
 * @param subject the part, e.g. `the NAL unit at byte 8 of sample 1 of its H.264 track`
 * @returns the PackagerError NOT_MEDIA for a BitstreamError; any other `cause` as it is
 */
export function explainDamage(cause: unknown, name: string, subject: string): PackagerError | unknown {
  if (!(cause instanceof BitstreamError)) return cause;
  return fail.notMedia(
    name,
    `${subject} ${cause.message}.`,
    'The file is damaged or was cut: make it again, or repair it with a remuxer.',
  );
}
