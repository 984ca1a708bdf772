/** Inputs in buckets: what is asked, and how each fault ends. */
import { randomBytes } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Packager, PackagerError } from '../../core/index.ts';
import type { InputSource } from '../../core/kit.ts';
import { storeS3 } from '../../plugins/index.ts';
import { S3_USER, type S3Bucket, type S3Server, serveS3 } from '../helpers/servers/s3-server.ts';

const MIB = 2 ** 20;
const FILM = randomBytes(5 * MIB + 5);
/** Nothing of it is decoded, or ends it: `%20` is no space, and neither is the plus. */
const KEY = "a b/c+d(é)'/100%#1?x=%20+&y.mp4";
const REFERENCE = `s3://films/${KEY}`;
const NEVER = { signal: new AbortController().signal };

const test = suite('inputs in buckets', {
  s3: undefined as unknown as S3Server,
  bucket: undefined as unknown as S3Bucket,
  source: undefined as unknown as InputSource,
});

test.before(async (context) => {
  context.s3 = await serveS3();
});
test.before.each((context) => {
  const { s3 } = context;
  context.bucket = s3.addBucket('films');
  context.bucket.objects.set(KEY, { bytes: FILM, etag: '"one"', modified: 1_000_000, headers: {} });
  s3.turn = undefined;
  s3.requests.length = 0;
  const { url: endpoint, region } = s3;
  storeS3({ endpoint, region, credentials: S3_USER, retries: 1 }).apply({
    source: (source: InputSource) => {
      context.source = source;
    },
    store: () => {},
  } as unknown as Packager);
});
test.after(({ s3 }) => s3.close());

const failing = (work: Promise<unknown>): Promise<PackagerError> =>
  work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error) => error,
  );

test('it is looked at in one request, and read without another look', async ({ s3, source }) => {
  const facts = await source.look(REFERENCE, NEVER);
  assert.equal(facts, {
    bytes: FILM.length,
    identity: `[${FILM.length},"\\"one\\"",""]`,
    modified: 1_000_000,
  });
  assert.is(s3.requests.length, 1);
  const file = await source.open(REFERENCE, facts.identity, NEVER);
  for (const [from, to] of [
    [FILM.length - 7, FILM.length],
    [0, FILM.length],
    [MIB + 1, 3 * MIB],
  ] as const) {
    const target = new Uint8Array(to - from);
    await file.read(from, [target]);
    assert.equal(Buffer.compare(target, FILM.subarray(from, to)), 0);
  }
  await file.close();
  for (const { what, headers } of s3.requests.slice(1))
    assert.is(`${what} ${headers['if-match']}`, 'GetObject "one"');
});

test('another object under its key, and none', async ({ s3, bucket, source }) => {
  const { identity } = await source.look(REFERENCE, NEVER);
  bucket.objects.set(KEY, { bytes: FILM, etag: '"two"', modified: 1_000_000, headers: {} });
  const read = async (known?: string) => {
    const file = await source.open(REFERENCE, known, NEVER);
    await file.read(0, [new Uint8Array(9)]).finally(() => file.close());
  };
  await read();
  assert.is((await failing(read(identity))).code, 'INPUT_CHANGED');
  const now = await source.look(REFERENCE, NEVER);
  assert.match(source.changeOf!(identity, now.identity), /another one of the same length/);
  bucket.objects.delete(KEY);
  const error = await failing(read(identity));
  assert.is(error.code, 'INPUT_NOT_FOUND');
  assert.match(error.message, /the bucket has no such object/);
  assert.is((await failing(source.look(REFERENCE, NEVER))).code, 'INPUT_NOT_FOUND');
  assert.ok(s3.requests.length > 4);
});

test('the same bytes, told far apart: by length and ETag, whatever the version', ({ source }) => {
  const [one, two] = ['v1', 'v2'].map((version) => JSON.stringify([5, '"e"', version])) as [string, string];
  assert.is(source.isSame!(one, two), true);
  assert.is(source.isSame!(one, JSON.stringify([5, '"f"', 'v1'])), false);
  assert.is(source.isSame!(one, JSON.stringify([6, '"e"', 'v1'])), false);
  assert.is(source.isSame!(JSON.stringify([5, '', '']), JSON.stringify([5, '', ''])), false);
});

test('what names no object is said', async ({ source }) => {
  const gone = await failing(source.look('s3://series/a.mp4', NEVER));
  assert.is(gone.code, 'INPUT_NOT_FOUND');
  assert.match(gone.message, /there is no bucket series/);
  assert.match(
    (await failing(source.look('s3://films/', NEVER))).message,
    /names a bucket, and no object in it/,
  );
  assert.is((await failing(source.look('s3://me:hush@films/a', NEVER))).code, 'INVALID_OPTION');
});

test('who cancels waits for nothing', async ({ s3, source }) => {
  const cancel = new AbortController();
  const { identity } = await source.look(REFERENCE, NEVER);
  const file = await source.open(REFERENCE, identity, { signal: cancel.signal });
  s3.turn = () => {
    cancel.abort();
    return { cutAfter: 1 };
  };
  assert.is((await failing(file.read(0, [new Uint8Array(9)]))).code, 'CANCELLED');
  await file.close();
});

test.run();
