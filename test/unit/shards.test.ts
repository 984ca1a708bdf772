import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cutShards, findTests } from '../runner/shards.ts';

const test = suite('shards');

const FILES = findTests([]);
const SHARDS = cutShards(FILES);

test('each file of tests is in one shard', () => {
  assert.equal(SHARDS.flatMap(({ files }) => files).sort(), FILES);
});

test('a shard is of one folder, and no two have the same name', () => {
  for (const { files } of SHARDS) assert.is(new Set(files.map((file) => file.split('/')[0])).size, 1);
  assert.is(new Set(SHARDS.map(({ name }) => name)).size, SHARDS.length);
});

test('what plays shares with nothing that works', () => {
  const plays = (file: string) => file.startsWith('browser/');
  assert.ok(SHARDS.some(({ isPlayback }) => isPlayback));
  for (const { files, isPlayback } of SHARDS) assert.ok(files.every((file) => plays(file) === isPlayback));
});

test('a file that takes long is by itself', () => {
  const slow = 'cases/long-titles.test.ts';
  assert.ok(SHARDS.some(({ files }) => files.length === 1 && files[0] === slow));
});

test('what is slow is begun before all that is not', () => {
  const first = SHARDS.findIndex(
    ({ files }) => files[0]!.startsWith('unit/') || files[0] === 'cases/access-points.test.ts',
  );
  const last = SHARDS.findLastIndex(({ files }) => /matrix-|long-titles|real-media/.test(files[0]!));
  assert.ok(last < first);
});

test('a file alone is a shard of its name', () => {
  assert.equal(cutShards(['cases/hls.test.ts']), [
    { name: 'cases/hls.test.ts', files: ['cases/hls.test.ts'], isPlayback: false },
  ]);
  assert.equal(cutShards([]), []);
});

test.run();
