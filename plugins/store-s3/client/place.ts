import { fail } from '../../../core/index.ts';
import type { S3Place } from './types.ts';

/** Names of buckets, those of services that allow more than Amazon too. */
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/;
/** Bytes of UTF-8. */
const LONGEST_KEY = 1024;

/** Whether a reference or a location is of buckets. */
export const isS3 = (reference: string): boolean => /^s3:/i.test(reference);

/** Whether a key has parts that whatever takes addresses apart on the way would drop: it would be asked for another. */
export const hasDots = (key: string): boolean => /(?:^|\/)\.\.?(?:\/|$)/.test(key);

/** Of an address that is signed (`https://…`), which is none of these. */
const SIGNED = /\?[^?]*\bX-Amz-(?:Signature|Credential|Security-Token)=/i;

/**
 * Take `s3://bucket/key` apart, as the command line of Amazon does. Nothing is decoded: `%`, `+`, `?` and `#` are characters of the key,
 * and so is a slash at its beginning.
 * @throws PackagerError INVALID_OPTION for what no bucket or no key can be called, and for signed addresses
 */
export function placeOf(reference: string): S3Place {
  const [, bucket = '', path = ''] = /^s3:\/\/([^/]*)(?:\/(.*))?$/is.exec(reference) ?? [];
  if (!BUCKET.test(bucket)) {
    throw fail.invalidOption(
      'A reference to a bucket is not written as s3://bucket/key, without user and port.',
      'Credentials, region and endpoint are options of storeS3, or stand in the environment.',
    );
  }
  if (SIGNED.test(path)) {
    throw fail.invalidOption(
      `A reference to the bucket ${bucket} has a signature behind its key, which s3:// knows nothing of.`,
      'Give the signed address as it was made, https://…',
    );
  }
  const key = path.replace(/\/+$/, '');
  if (Buffer.byteLength(key) > LONGEST_KEY) {
    throw fail.invalidOption(
      `A key in the bucket ${bucket} is longer than ${LONGEST_KEY} bytes.`,
      'Choose a shorter prefix.',
    );
  }
  if (hasDots(key)) {
    throw fail.invalidOption(
      `A key in the bucket ${bucket} has a part that is . or .., which cannot be asked for.`,
    );
  }
  return { bucket, key };
}
