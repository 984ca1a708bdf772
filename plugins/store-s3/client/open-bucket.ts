import { setMaxListeners } from 'node:events';
import { Access } from './access.ts';
import { BucketClient } from './bucket-client.ts';
import { S3Connection } from './connection.ts';
import type { S3Client, S3Options, S3Side } from './types.ts';

/** All requests of clients without a signal of their own listen to it. */
const NEVER = new AbortController().signal;
setMaxListeners(0, NEVER);

/**
 * A client of a bucket. Nothing is asked, and no settings are read, before its first question.
 * @param side which decides the codes of errors
 * @param access of the same options. @default one of its own
 */
export const openBucket = (
  bucket: string,
  side: S3Side,
  options: S3Options,
  access = new Access(options),
): S3Client => new BucketClient(new S3Connection({ bucket, side, options, access }), NEVER);
