/** The client of buckets against a strict server: what it asks, what it believes, and how each refusal ends. */
import { randomBytes } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PackagerError } from '../../core/index.ts';
import { openBucket } from '../../plugins/store-s3/client/open-bucket.ts';
import type { S3Client, S3Options, S3Side } from '../../plugins/store-s3/client/types.ts';
import { S3_USER, type S3Bucket, type S3Server, type S3Turn, serveS3 } from '../helpers/servers/s3-server.ts';

const MIB = 2 ** 20;
const ODD = "films/a b+c/1%20(é)!*'~&<x>.mp4";

const test = suite('the client of S3', {
  s3: undefined as unknown as S3Server,
  bucket: undefined as unknown as S3Bucket,
});

test.before(async (context) => {
  context.s3 = await serveS3();
});
test.before.each((context) => {
  const { s3 } = context;
  context.bucket = s3.addBucket('films');
  s3.turn = undefined;
  s3.now = Date.now;
  s3.pageSize = 1000;
  s3.requests.length = 0;
});
test.after(({ s3 }) => s3.close());

function clientOf(
  { url, region }: S3Server,
  options: S3Options = {},
  side: S3Side = 'output',
  bucket = 'films',
): S3Client {
  return openBucket(bucket, side, { endpoint: url, region, credentials: S3_USER, retries: 2, ...options });
}

const failing = (work: Promise<unknown>): Promise<PackagerError> =>
  work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error) => error,
  );

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

test('an object: written, looked at, read in pieces, read whole, deleted', async ({ s3, bucket }) => {
  const client = clientOf(s3);
  const bytes = randomBytes(70_001);
  const written = await client.put(ODD, bytes, {
    headers: { 'content-type': 'video/mp4', 'x-amz-acl': 'private' },
  });
  assert.ok(typeof written === 'object');
  assert.equal(Buffer.from(bucket.objects.get(ODD)!.bytes), bytes);
  assert.is(bucket.objects.get(ODD)!.headers['content-type'], 'video/mp4');
  const facts = await client.head(ODD);
  assert.is(`${facts?.bytes} ${facts?.etag}`, `70001 ${written.etag}`);
  assert.ok(Math.abs(facts!.serverTime - facts!.modified) < 60_000);
  const piece = new Uint8Array(9);
  assert.is(((await client.read(ODD, 69_992, piece, written.etag)) as { bytes: number }).bytes, 70_001);
  assert.equal(Buffer.from(piece), bytes.subarray(69_992));
  assert.equal(Buffer.from((await client.get(ODD, 70_001))!.body), bytes);
  assert.match(
    (await failing(client.get(ODD, 70_000))).message,
    /has 70001 bytes, and 70000 at most were expected/,
  );
  await client.delete(ODD);
  await client.delete(ODD);
  assert.is(await client.head(ODD), undefined);
  assert.is(await client.get(ODD, 10), undefined);
  assert.is(await client.read(ODD, 0, piece, written.etag), 'missing');
  await client.put('empty', new Uint8Array(0));
  assert.is((await client.get('empty', 10))?.body.length, 0);
  assert.is((await client.head('empty'))?.bytes, 0);
});

test('conditions are answers', async ({ s3 }) => {
  const client = clientOf(s3);
  const [one, two] = [Buffer.from('one'), Buffer.from('two')];
  const first = await client.put('k', one, { onlyIfAbsent: true });
  assert.ok(typeof first === 'object');
  assert.is(await client.put('k', two, { onlyIfAbsent: true }), 'exists');
  assert.is(await client.put('k', two, { onlyIf: '"other"' }), 'changed');
  assert.is(await client.put('absent', two, { onlyIf: first.etag }), 'changed');
  assert.ok(typeof (await client.put('k', two, { onlyIf: first.etag })) === 'object');
  assert.is(await client.read('k', 0, new Uint8Array(1), first.etag), 'changed');
});

test('a conditional write whose answer was lost is ours all the same, and that of another is not', async ({
  s3,
  bucket,
}) => {
  const client = clientOf(s3);
  s3.turn = (_, count) => (count === 1 ? 'lost' : undefined);
  const written = await client.put('k', Buffer.from('ours'), { onlyIfAbsent: true });
  assert.is(typeof written === 'object' && written.etag, bucket.objects.get('k')!.etag);
  await client.put('theirs', Buffer.from('same'));
  s3.requests.length = 0;
  s3.turn = (_, count) => (count === 1 ? 'cut' : undefined);
  assert.is(await client.put('theirs', Buffer.from('same'), { onlyIfAbsent: true }), 'exists');
});

test('409 of a write that met another is tried again', async ({ s3 }) => {
  s3.turn = (_, count) => (count === 1 ? { status: 409, code: 'ConditionalRequestConflict' } : undefined);
  assert.ok(typeof (await clientOf(s3).put('k', Buffer.from('x'), { onlyIfAbsent: true })) === 'object');
  assert.is(s3.requests.length, 2);
});

test('an upload in parts, in any order; its completion is told when the answer was lost', async ({
  s3,
  bucket,
}) => {
  const client = clientOf(s3);
  const bytes = randomBytes(5 * MIB + 3);
  const id = await client.beginUpload(ODD, { 'content-type': 'video/mp4', 'cache-control': 'max-age=9' });
  const parts = [];
  for (const [number, part] of [
    [2, bytes.subarray(5 * MIB)],
    [1, bytes.subarray(0, 5 * MIB)],
  ] as const) {
    const taken = await client.uploadPart(ODD, id, number, part);
    assert.ok(taken !== 'gone');
    parts.unshift({ number, etag: taken.etag });
  }
  assert.is(await client.head(ODD), undefined);
  assert.equal(
    (await all(client.listUploads('films/a'))).map(({ key, uploadId }) => [key, uploadId]),
    [[ODD, id]],
  );
  const done = await client.completeUpload(ODD, id, parts);
  assert.is(done !== 'gone' && done.etag, bucket.objects.get(ODD)!.etag);
  assert.equal(Buffer.from(bucket.objects.get(ODD)!.bytes), bytes);
  assert.is(bucket.objects.get(ODD)!.headers['cache-control'], 'max-age=9');
  assert.is(await client.completeUpload(ODD, id, parts), 'gone');
  assert.is(await client.uploadPart(ODD, id, 1, bytes.subarray(0, 1)), 'gone');
  await client.abortUpload(ODD, id);
  const other = await client.beginUpload('other');
  await client.abortUpload('other', other);
  assert.is(bucket.uploads.size, 0);
});

test('lists go over pages, and no further than they are asked for', async ({ s3, bucket }) => {
  const client = clientOf(s3);
  const keys = [
    'p/',
    'p/a b',
    'p/a+b',
    'p/é',
    'p/\u0001',
    ...Array.from({ length: 9 }, (_, at) => `p/${at}`),
  ];
  for (const key of [...keys, 'other'])
    bucket.objects.set(key, { bytes: Buffer.from(key), etag: '"e"', modified: 5000, headers: {} });
  s3.pageSize = 4;
  const sorted = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const listed = await all(client.list('p/'));
  assert.equal(
    listed.map(({ key }) => key),
    sorted,
  );
  assert.equal(listed[0], { key: 'p/', bytes: 2, etag: '"e"', modified: 5000 });
  assert.is(s3.requests.length, 4);
  s3.requests.length = 0;
  assert.is((await all(client.list('p/', 1))).length, 1);
  assert.is(s3.requests.length, 1);
  for (let at = 0; at < 9; at++) await client.beginUpload(`p/${at >> 1}`);
  assert.is((await all(client.listUploads('p/'))).length, 9);
  await client.deleteAll(keys);
  assert.equal([...bucket.objects.keys()], ['other']);
});

test('more objects than one request deletes; a service that cannot is asked for each', async ({
  s3,
  bucket,
}) => {
  const keys = Array.from({ length: 1003 }, (_, at) => `k${at}`);
  for (const key of keys)
    bucket.objects.set(key, { bytes: Buffer.from(key), etag: '"e"', modified: 0, headers: {} });
  await clientOf(s3).deleteAll(keys.slice(3));
  assert.is(s3.requests.length, 1);
  s3.turn = ({ what }) => (what === 'DeleteObjects' ? { status: 501, code: 'NotImplemented' } : undefined);
  await clientOf(s3).deleteAll(keys.slice(0, 3));
  assert.is(bucket.objects.size, 0);
});

test('answers that break off, and 503, are gone over', async ({ s3, bucket }) => {
  const bytes = randomBytes(300_000);
  bucket.objects.set('k', { bytes, etag: '"e"', modified: 0, headers: {} });
  const into = new Uint8Array(bytes.length);
  s3.turn = (_, count) =>
    count === 1 ? { status: 503, code: 'SlowDown' } : count < 4 ? { cutAfter: 100_000 } : undefined;
  await clientOf(s3).read('k', 0, into, '"e"');
  assert.equal(Buffer.from(into), bytes);
  assert.is(s3.requests.at(-1)?.headers.range, 'bytes=200000-299999');
});

test('a clock that is wrong here does no harm', async ({ s3 }) => {
  s3.now = () => Date.now() - 3 * 3600_000;
  const client = clientOf(s3);
  await client.put('k', Buffer.from('x'));
  const facts = await client.head('k');
  assert.ok(Math.abs(facts!.modified - s3.now()) < 60_000);
});

test('credentials that ran out are asked for once more', async ({ s3 }) => {
  s3.users.set('OLD', {
    secret: 'old',
    refusal: { status: 400, code: 'ExpiredToken', message: 'The provided token has expired.' },
  });
  let asked = 0;
  const credentials = () => (asked++ === 0 ? { accessKeyId: 'OLD', secretAccessKey: 'old' } : S3_USER);
  const client = clientOf(s3, { credentials });
  await client.put('k', Buffer.from('x'));
  await client.head('k');
  assert.is(asked, 2);
  const lasting = { accessKeyId: 'OLD', secretAccessKey: 'old' };
  const error = await failing(clientOf(s3, { credentials: lasting }).head('k'));
  assert.is(error.code, 'OUTPUT_NOT_WRITABLE');
  assert.match(`${error.message} ${error.hint}`, /run out.*those of the option `credentials`/);
});

test('session tokens are sent, and signed', async ({ s3 }) => {
  s3.users.set('SESSION', { secret: 'hush', token: 'to/ken+1==' });
  const credentials = { accessKeyId: 'SESSION', secretAccessKey: 'hush', sessionToken: 'to/ken+1==' };
  await clientOf(s3, { credentials }).put('k', Buffer.from('x'));
  const error = await failing(
    clientOf(s3, { credentials: { ...credentials, sessionToken: 'other' } }).head('k'),
  );
  assert.match(error.message, /does not take the session token/);
});

/** What each refusal says, to who reads and to who writes. */
const REFUSALS: readonly (readonly [turn: S3Turn, says: RegExp, hint: RegExp])[] = [
  [{ status: 403, code: 'AccessDenied' }, /does not allow it: As the test wants it\./, /s3:GetObject/],
  [
    { status: 301, code: 'PermanentRedirect', headers: { 'x-amz-bucket-region': 'eu-west-3' } },
    /is in the region eu-west-3, and was looked for in eu-test-1/,
    /region: 'eu-west-3'/,
  ],
  [{ status: 301, code: 'PermanentRedirect' }, /is not asked at 127\.0\.0\.1:\d+, but elsewhere/, /`region`/],
  [{ status: 403, code: 'InvalidObjectState' }, /archived/, /Restore it/],
  [{ status: 400, code: 'EntityTooSmall' }, /smaller than the service takes/, /partBytes/],
  [{ status: 400, code: 'InvalidPart' }, /a part of the upload is not there any more/, /Run it again/],
  [{ status: 400, code: 'AccessControlListNotSupported' }, /no access control lists/, /`acl`/],
  [{ status: 400, code: 'InvalidStorageClass' }, /no such storage class/, /storageClass/],
  [{ status: 409, code: 'NobodyKnowsIt' }, /answered NobodyKnowsIt: As the test wants it\./, /ask who runs/],
  [{ status: 403, code: 'not a code' }, /does not allow it/, /s3:GetObject/],
  [
    { status: 503, code: 'SlowDown', headers: { 'retry-after': '0' } },
    /HTTP 503: SlowDown.*after 2 tries/,
    /fewer titles/,
  ],
  ['cut', /was closed before the answer.*after 2 tries/, /./],
];
for (const [turn, says, hint] of REFUSALS)
  test(`${typeof turn === 'string' ? turn : JSON.stringify(turn)}: one sentence`, async ({ s3, bucket }) => {
    bucket.objects.set('k', { bytes: Buffer.from('x'), etag: '"e"', modified: 0, headers: {} });
    s3.turn = () => turn;
    const read = await failing(clientOf(s3, { retries: 1 }, 'input').read('k', 0, new Uint8Array(1), '"e"'));
    assert.is(read.code, 'INPUT_NOT_READABLE', read.stack);
    assert.match(read.message, /^s3:\/\/films\/k cannot be read: /);
    assert.match(read.message, says);
    assert.match(read.hint ?? '', hint);
    // What may go well the next time is said to be so: batches and queues try it again.
    assert.is(
      read.transient,
      turn === 'cut' || (typeof turn === 'object' && 'status' in turn && turn.status === 503),
    );
    const written = await failing(clientOf(s3, { retries: 1 }).uploadPart('k', 'id', 1, Buffer.from('x')));
    assert.is(written.code, 'OUTPUT_NOT_WRITABLE');
    assert.match(written.message, says);
    assert.is(written.transient, read.transient);
  });

test('who asks wrongly is told what is wrong', async ({ s3 }) => {
  const told = async (options: S3Options, side: S3Side = 'input', bucket?: string) => {
    const error = await failing(clientOf(s3, options, side, bucket).head('k'));
    const text = `${error.code} ${error.message} ${error.hint}`;
    for (const secret of [S3_USER.accessKeyId, S3_USER.secretAccessKey, 'wrong/secret'])
      assert.not.ok(text.includes(secret), text);
    return text;
  };
  assert.match(await told({}, 'input', 'series'), /^INPUT_NOT_FOUND .*there is no bucket series at 127/);
  assert.match(await told({}, 'output', 'series'), /^OUTPUT_NOT_WRITABLE .*there is no bucket series at 127/);
  assert.match(
    await told({ credentials: { ...S3_USER, accessKeyId: 'ANOTHER' } }),
    /does not know the access key id/,
  );
  assert.match(
    await told({ credentials: { ...S3_USER, secretAccessKey: 'wrong/secret' } }),
    /the secret access key is not the one of its id/,
  );
  assert.match(
    await told({ region: 'us-east-1' }),
    /is in the region eu-test-1, and was looked for in us-east-1/,
  );
});

test('an answer with status 200 can be an error', async ({ s3, bucket }) => {
  const client = clientOf(s3);
  const id = await client.beginUpload('k');
  const part = await client.uploadPart('k', id, 1, Buffer.from('x'));
  const parts = [{ number: 1, etag: part === 'gone' ? '' : part.etag }];
  s3.requests.length = 0;
  s3.turn = (_, count) => (count === 1 ? { late: 'InternalError' } : undefined);
  assert.ok((await client.completeUpload('k', id, parts)) !== 'gone');
  assert.is(s3.requests.length, 2);
  s3.turn = () => ({ late: 'InvalidPartOrder' });
  assert.match(
    (await failing(client.completeUpload('k', id, parts))).message,
    /were not named in their order/,
  );
  // Of an upload that was completed already some services miss the parts.
  s3.turn = () => ({ late: 'InvalidPart' });
  assert.is(await client.completeUpload('k', id, parts), 'gone');
  s3.turn = () => ({ late: 'NoSuchUpload' });
  assert.is(await client.completeUpload('k', id, parts), 'gone');
  assert.is(bucket.objects.size, 1);
});

test('what says neither that it was done nor why not is asked again, and is no success', async ({
  s3,
  bucket,
}) => {
  const upload = async () => {
    const id = await clientOf(s3).beginUpload('k');
    const part = await clientOf(s3).uploadPart('k', id, 1, Buffer.from('x'));
    return [id, [{ number: 1, etag: part === 'gone' ? '' : part.etag }]] as const;
  };
  for (const text of [
    '',
    '  \n',
    '<Error><Message>no code</Message></Error>',
    '<Error><Code>a b</Code></Error>',
    '<html/>',
  ]) {
    const [id, parts] = await upload();
    s3.turn = ({ what }) => (what === 'CompleteMultipartUpload' ? { text } : undefined);
    const error = await failing(clientOf(s3, { retries: 1 }).completeUpload('k', id, parts));
    assert.match(error.message, /says neither that it was done nor why not/, text);
    assert.is(error.transient, true);
    assert.is(bucket.objects.size, 0);
    let count = 0;
    s3.turn = ({ what }) => (what === 'CompleteMultipartUpload' && count++ === 0 ? { text } : undefined);
    assert.ok((await clientOf(s3).completeUpload('k', id, parts)) !== 'gone');
    bucket.objects.clear();
    s3.turn = undefined;
  }
  bucket.objects.set('d', { bytes: Buffer.from('x'), etag: '"e"', modified: 0, headers: {} });
  for (const text of ['<Error><Code>InternalError</Code></Error>', '']) {
    s3.turn = ({ what }) => (what === 'DeleteObjects' ? { text } : undefined);
    await failing(clientOf(s3, { retries: 0 }).deleteAll(['d']));
  }
});

test('white space ahead of an answer is none of it', async ({ s3 }) => {
  const text =
    ' \r\n <?xml version="1.0"?><CompleteMultipartUploadResult><ETag>"e"</ETag></CompleteMultipartUploadResult>';
  s3.turn = () => ({ text });
  assert.equal((await clientOf(s3).completeUpload('k', 'id', [])) === 'gone', false);
});

test('what DeleteObjects leaves is deleted one by one', async ({ s3, bucket }) => {
  for (const key of ['a', 'b', 'c'])
    bucket.objects.set(key, { bytes: Buffer.from(key), etag: '"e"', modified: 0, headers: {} });
  const text = `<DeleteResult>${['a', 'b', 'c'].map((key) => `<Error><Key>${key}</Key><Code>InternalError</Code></Error>`).join('')}</DeleteResult>`;
  s3.turn = ({ what, key }) =>
    what === 'DeleteObjects' ? { text } : key === 'a' ? { status: 403, code: 'AccessDenied' } : undefined;
  assert.match(
    (await failing(clientOf(s3).deleteAll(['a', 'b', 'c']))).message,
    /s3:\/\/films\/a.*does not allow it/,
  );
  assert.equal([...bucket.objects.keys()], ['a']);
});

test('a list that only looks whole, or has no end, is an error', async ({ s3 }) => {
  const page = (more: string) =>
    `<ListBucketResult><IsTruncated>true</IsTruncated>${more}</ListBucketResult>`;
  for (const [text, says] of [
    [page(''), /goes on, and does not say where/],
    [page('<NextContinuationToken>t</NextContinuationToken>'), /list has no end/],
  ] as const) {
    s3.turn = () => ({ text });
    assert.match((await failing(all(clientOf(s3).list('p/')))).message, says);
  }
  const uploads = '<ListMultipartUploadsResult><IsTruncated>true</IsTruncated></ListMultipartUploadsResult>';
  s3.turn = () => ({ text: uploads });
  assert.match(
    (await failing(all(clientOf(s3).listUploads('p/')))).message,
    /goes on, and does not say where/,
  );
});

test('another object is noticed where conditions are not kept, and weak ETags are no conditions', async ({
  s3,
  bucket,
}) => {
  const bytes = randomBytes(100);
  const facts = { bytes, modified: 0, headers: {} };
  s3.turn = ({ headers }) => void delete headers['if-match'];
  bucket.objects.set('k', { ...facts, etag: '"two"' });
  const into = new Uint8Array(10);
  assert.is(await clientOf(s3).read('k', 0, into, '"one"'), 'changed');
  assert.equal(into, new Uint8Array(10));
  s3.turn = undefined;
  bucket.objects.set('k', { ...facts, etag: 'W/"one"' });
  assert.ok(typeof (await clientOf(s3).read('k', 0, into, 'W/"one"')) === 'object');
  assert.equal(Buffer.from(into), bytes.subarray(0, 10));
  assert.is(await clientOf(s3).read('k', 0, into, 'W/"two"'), 'changed');
});

test('keys that would be asked for as others are not asked for', async ({ s3, bucket }) => {
  const other = s3.addBucket('others');
  other.objects.set('k', { bytes: Buffer.from('theirs'), etag: '"e"', modified: 0, headers: {} });
  const client = clientOf(s3);
  for (const key of ['../others/k', 'a/../../others/k', 'a/./b', '..']) {
    const error = await failing(client.put(key, Buffer.from('ours')));
    assert.match(error.message, /has a part that is \. or \.\./);
    await failing(client.delete(key));
  }
  assert.is(Buffer.from(other.objects.get('k')!.bytes).toString(), 'theirs');
  assert.is(s3.requests.length, 0);
  for (const key of [
    '/a',
    'a//b',
    'a/',
    '...',
    'a/..b',
    'x'.repeat(1000),
    'é'.repeat(500),
    '%2e%2e/a+ &?#',
  ]) {
    await client.put(key, Buffer.from(key));
    assert.ok(bucket.objects.has(key), key);
    assert.is((await client.head(key))?.bytes, Buffer.byteLength(key));
  }
});

test('who cancels waits for nothing', async ({ s3 }) => {
  const cancel = new AbortController();
  s3.turn = () => {
    cancel.abort();
    return { status: 503, code: 'SlowDown', headers: { 'retry-after': '60' } };
  };
  assert.is((await failing(clientOf(s3).withSignal(cancel.signal).head('k'))).code, 'CANCELLED');
});

test.run();
