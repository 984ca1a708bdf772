import * as assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { PackagerError } from '../../core/index.ts';
import { openBucket } from '../../plugins/store-s3/client/open-bucket.ts';
import { placeOf } from '../../plugins/store-s3/client/place.ts';
import { s3Store } from '../../plugins/store-s3/store/s3-store.ts';
import { publishTitle, TITLE } from '../helpers/servers/s3-world.ts';
import { leftIn, objectsBelow, type Setting } from './setting.ts';

/** Of the real service: 5 MiB at least. */
const PART = 5 * 1024 * 1024;

const LOCATION = 's3://films/night';

export const storeOf = ({ client }: Pick<Setting, 'client'>, partBytes = PART) =>
  s3Store({ objects: { partBytes }, open: async () => client, placeOf });

/** What the store relies on: writes under conditions, and that a wrong checksum is refused. */
export async function checkConditions({ client }: Setting): Promise<string> {
  const bytes = (text: string) => Buffer.from(text);
  const first = await client.put('conditions/a', bytes('1'), { onlyIfAbsent: true });
  assert.ok(typeof first === 'object');
  assert.equal(await client.put('conditions/a', bytes('2'), { onlyIfAbsent: true }), 'exists');
  const second = await client.put('conditions/a', bytes('2'), { onlyIf: first.etag });
  assert.ok(typeof second === 'object');
  assert.equal(await client.put('conditions/a', bytes('3'), { onlyIf: first.etag }), 'changed');
  assert.equal(await client.put('conditions/none', bytes('3'), { onlyIf: first.etag }), 'changed');
  const races = Array.from({ length: 20 }, async (_, number) =>
    client.put('conditions/race', bytes(`${number}`), { onlyIfAbsent: true }),
  );
  const won = (await Promise.all(races)).filter((written) => written !== 'exists');
  assert.equal(won.length, 1, 'of twenty writers at once one wins');
  await client.deleteAll(['conditions/a', 'conditions/race']);
  return 'If-None-Match and If-Match hold; of 20 writers at once, one wins';
}

/** Two runs at once: one publishes. */
export async function checkRivals(setting: Setting): Promise<string> {
  const codes: string[] = [];
  for (let round = 0; round < 5; round++) {
    const runs = [1, 2, 3].map((number) =>
      publishTitle(storeOf(setting), { title: { ...TITLE, '1.m4s': `of ${number}` } }).then(
        () => `of ${number}`,
        (cause: unknown) => PackagerError.from(cause).code,
      ),
    );
    const ends = await Promise.all(runs);
    const [winner, ...others] = ends.filter((end) => end.startsWith('of '));
    assert.deepEqual(others, []);
    codes.push(...ends.filter((end) => !end.startsWith('of ')));
    const found = await objectsBelow(setting, 'night/film');
    assert.equal(Buffer.from(found.get('1.m4s') ?? []).toString(), winner);
    assert.deepEqual(await leftIn(setting), []);
    await removeTitle(setting);
  }
  return `5 rounds of three runs: one each, the others ${[...new Set(codes)].sort().join(', ')}`;
}

const ROUNDS = 24;

/** Runs that are killed at all moments, and clean. */
export async function checkKills(setting: Setting): Promise<string> {
  const ends = { published: 0, removed: 0 };
  const whole = await startRun(setting);
  const started = performance.now();
  await once(whole, 'exit');
  const milliseconds = performance.now() - started;
  await removeTitle(setting);
  for (let round = 0; round < ROUNDS; round++) {
    const child = await startRun(setting);
    const ended = once(child, 'exit');
    await Promise.race([ended, wait((milliseconds * round) / ROUNDS)]);
    child.kill('SIGKILL');
    await ended;
    const { signal } = new AbortController();
    // Of the bucket alone all of it is looked through.
    await storeOf(setting).clean?.(round % 2 === 0 ? LOCATION : 's3://films', { signal, tell: () => {} });
    assert.deepEqual(await leftIn(setting), [], `round ${round}`);
    const names = await removeTitle(setting);
    assert.deepEqual(names, names.length > 0 ? Object.keys(TITLE).sort() : [], `round ${round}`);
    ends[names.length > 0 ? 'published' : 'removed']++;
  }
  return `${ROUNDS} kills within ${milliseconds.toFixed(0)} ms: ${ends.removed} removed, ${ends.published} published`;
}

/** A run of another process, which is about to begin. */
async function startRun({ rgw }: Setting): Promise<ChildProcess> {
  const { endpoint, accessKeyId, secretAccessKey } = rgw;
  const env = { ...process.env, S3_TEST: JSON.stringify({ endpoint, accessKeyId, secretAccessKey }) };
  const child = fork(new URL('./killed.ts', import.meta.url), { env, execArgv: ['--import', 'tsx'] });
  await once(child, 'message');
  return child;
}

/** @returns the names of what was there */
export async function removeTitle(setting: Setting): Promise<string[]> {
  const names = [...(await objectsBelow(setting, 'night/film')).keys()].sort();
  await setting.client.deleteAll(names.map((name) => `night/film/${name}`));
  return names;
}

/** What is said where something is wrong with the bucket or the credentials. */
export async function checkRefusals({ options, rgw, bucket }: Setting): Promise<string> {
  const wrong = { accessKeyId: rgw.accessKeyId, secretAccessKey: 'another' };
  const cases = [
    [openBucket(bucket, 'output', { ...options, credentials: wrong }), /secret access key is not the one/],
    [
      openBucket(bucket, 'output', { ...options, credentials: { ...wrong, accessKeyId: 'nobody' } }),
      /does not know the access key id/,
    ],
    [openBucket('missing', 'output', options), /there is no bucket missing/],
  ] as const;
  const said: string[] = [];
  for (const [client, words] of cases) {
    const store = s3Store({ objects: {}, open: async () => client, placeOf });
    const error = await publishTitle(store).then(
      () => undefined,
      (cause: unknown) => PackagerError.from(cause),
    );
    assert.equal(error?.code, 'OUTPUT_NOT_WRITABLE', error?.message);
    assert.match(error?.message ?? '', words);
    assert.ok(!JSON.stringify(error).includes('another'), 'no secret');
    said.push(error?.message ?? '');
    await client.close();
  }
  return `\n    ${said.join('\n    ')}`;
}
