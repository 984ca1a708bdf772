import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { box, fullBox, u32 } from '../../core/base/box.ts';
import { findMovie } from '../../core/containers/mp4/read/find-movie.ts';
import { TopLevelBoxes } from '../../core/containers/mp4/read/top-level-boxes.ts';
import { memorySource } from '../helpers/oracles/read-mp4.ts';

const test = suite('top-level boxes');

const FRAGMENT = Buffer.from(box('moof', fullBox('mfhd', 0, 0, u32(1))));

async function fragmentsOf(bytes: Uint8Array): Promise<{ count: number; reads: number }> {
  const source = memorySource(bytes);
  const boxes = new TopLevelBoxes(source);
  let count = 0;
  for await (const span of boxes.spans()) {
    if (span.type !== 'moof') continue;
    assert.equal(Buffer.from(await boxes.whole(span, 100)), FRAGMENT);
    count++;
  }
  return { count, reads: source.reads.length };
}

test('small fragments that lie one behind the other are read along, not each by itself', async () => {
  const { count, reads } = await fragmentsOf(Buffer.alloc(20_000 * FRAGMENT.length, FRAGMENT));
  assert.is(count, 20_000);
  assert.ok(reads < 40, `${reads} reads`);
});

test('the media data between fragments is not read', async () => {
  const media = box('mdat', new Uint8Array(200_000));
  const file = Buffer.concat(Array.from({ length: 30 }, () => [FRAGMENT, media]).flat());
  const source = memorySource(file);
  const boxes = new TopLevelBoxes(source);
  for await (const span of boxes.spans()) if (span.type === 'moof') await boxes.whole(span, 100);
  const bytes = source.reads.reduce((sum, read) => sum + read.bytes, 0);
  assert.ok(bytes < 30 * 100, `${bytes} bytes`);
});

test('a moov that no title needs is refused before it is read', async () => {
  const head = Buffer.concat([
    box('ftyp', Buffer.from('isom'), u32(0)),
    u32(2 ** 29 + 1),
    Buffer.from('moov'),
  ]);
  const source = memorySource(Buffer.concat([head, Buffer.alloc(16)]), 2 ** 30);
  const message = await findMovie(source).then(String, (error: Error) => error.message);
  assert.is(message, 'its "moov" box claims 536870913 bytes, and more than 536870912 make no sense');
  assert.ok(source.reads.every(({ bytes }) => bytes < 100));
});

test.run();
