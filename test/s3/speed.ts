import * as assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { storeOf } from './behaviour.ts';
import { memoryPeak, resetPeak } from './peak.ts';
import { leftIn, type Setting } from './setting.ts';

const MEGABYTE = 1e6;
const { signal } = new AbortController();

/** One long file, as fast as it can be written. */
export async function measureLong(setting: Setting): Promise<string> {
  const store = storeOf(setting, 16 * 1024 * 1024);
  const chunk = randomFillSync(new Uint8Array(MEGABYTE));
  const total = 600;
  const staged = await begin(store, 's3://films/long');
  await resetPeak();
  const before = await memoryPeak();
  const started = performance.now();
  const tree = store.tree(staged.place, 'film', signal);
  const file = await tree.create('media.mp4');
  file.reserve(1000);
  for (let count = 0; count < total; count++) await file.append([chunk]);
  await file.writeAt(0, new Uint8Array(1000));
  await file.close();
  await tree.settled?.();
  const seconds = (performance.now() - started) / 1000;
  const peak = await memoryPeak();
  await staged.commit(tree.files.map((each) => fileOf(each)));
  await setting.client.delete('long/film/media.mp4');
  assert.deepEqual(await leftIn(setting), []);
  return `${total} MB in ${seconds.toFixed(1)} s, ${(total / seconds).toFixed(0)} MB/s; memory rose from ${before} to ${peak} MB`;
}

/** Thousands of short files. */
export async function measureShort(setting: Setting): Promise<string> {
  const store = storeOf(setting, 16 * 1024 * 1024);
  const count = 4000;
  const segment = randomFillSync(new Uint8Array(20_000));
  const staged = await begin(store, 's3://films/short');
  await resetPeak();
  const before = await memoryPeak();
  const started = performance.now();
  const tree = store.tree(staged.place, 'film', signal);
  for (let number = 1; number <= count; number++) {
    const file = await tree.create(`${number}.m4s`);
    await file.append([segment]);
    await file.close();
  }
  await tree.settled?.();
  const written = performance.now();
  await staged.commit(tree.files.map((each) => fileOf(each)));
  const ended = performance.now();
  const peak = await memoryPeak();
  const keys: string[] = [];
  for await (const { key } of setting.client.list('short/')) keys.push(key);
  assert.equal(keys.length, count);
  await setting.client.deleteAll(keys);
  assert.deepEqual(await leftIn(setting), []);
  const each = (milliseconds: number) => `${(milliseconds / count).toFixed(1)} ms`;
  return `${count} files of 20 kB: written ${each(written - started)}, published ${each(ended - written)} each; memory rose from ${before} to ${peak} MB`;
}

type Store = ReturnType<typeof storeOf>;
type File = ReturnType<Store['tree']>['files'][number];

const begin = (store: Store, location: string) =>
  store.begin(location, ['film'], { overwrite: false, inputs: [], signal, warn: () => {} });

const fileOf = ({ path, position, receipt }: File) => ({
  path: `film/${path}`,
  bytes: position,
  isManifest: false,
  receipt,
});
