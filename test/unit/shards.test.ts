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

test('what plays is by itself, and what is slow too', () => {
  const playing = SHARDS.filter(({ isPlayback }) => isPlayback);
  assert.ok(playing.length > 0);
  for (const { files } of playing) assert.is(files.length, 1);
  for (const slow of ['cases/long-titles.test.ts', 'cases/matrix-dash-cenc.test.ts'])
    assert.ok(SHARDS.some(({ files }) => files.length === 1 && files[0] === slow));
});

test('what is slow is begun before all that shares processes', () => {
  const shared = SHARDS.findIndex(({ files }) => files.length > 1);
  const last = SHARDS.findLastIndex(({ files }) => /matrix-|long-titles|real-media/.test(files[0]!));
  assert.ok(last < shared);
});

test('a file alone is a shard of its name', () => {
  assert.equal(cutShards(['cases/hls.test.ts']), [
    { name: 'cases/hls.test.ts', files: ['cases/hls.test.ts'], isPlayback: false },
  ]);
  assert.equal(cutShards([]), []);
});

test.run();
