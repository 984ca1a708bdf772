import { createHmac, randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { Access } from './access.ts';
import { openBucket } from './open-bucket.ts';
import type { S3Client, S3Options, S3Side } from './types.ts';

/** Of each kind; what was asked for longest ago is forgotten, and goes on where it is at work. */
const MOST = 64;

/** Keys are made of secrets: without this, which nobody knows, they say nothing about them. */
const SALT = randomBytes(32);

const accesses = new Map<string, Access>();
const clients = new Map<string, S3Client>();

/** A function has no other name than itself. */
const numbers = new WeakMap<object, number>();
let last = 0;

/**
 * The client of a bucket that all titles of this thread share which would open the same one. Credentials are shared by all buckets, and by
 * inputs and outputs: a token service is asked once until they end, however many titles there are.
 */
export function sharedBucket(bucket: string, side: S3Side, options: S3Options): S3Client {
  const { region, profile, credentials, allowPlainHttp, ca } = options;
  const { endpoint, pathStyle, timeoutSeconds, retries } = options;
  const who = typeof credentials === 'function' ? numberOf(credentials) : credentials;
  const access = digest([region, profile, who, allowPlainHttp, ca, surroundings()]);
  const key = digest([access, side, bucket, endpoint, pathStyle, timeoutSeconds, retries]);
  return kept(clients, key, () =>
    openBucket(
      bucket,
      side,
      options,
      kept(accesses, access, () => new Access(options)),
    ),
  );
}

/** All that the options leave to the environment. */
const surroundings = (): unknown => [
  homedir(),
  Object.entries(process.env)
    .filter(([name]) => /^AWS_|_proxy$/i.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1)),
];

function numberOf(made: object): number {
  const number = numbers.get(made) ?? ++last;
  numbers.set(made, number);
  return number;
}

/** `undefined` is told from what is not: by position. */
const digest = (parts: readonly unknown[]): string =>
  createHmac('sha256', SALT).update(JSON.stringify(parts)).digest('base64url');

function kept<T>(all: Map<string, T>, key: string, make: () => T): T {
  const found = all.get(key) ?? make();
  // The last one is the one that was asked for last.
  all.delete(key);
  all.set(key, found);
  const [oldest] = all.keys();
  if (all.size > MOST && oldest !== undefined) all.delete(oldest);
  return found;
}
