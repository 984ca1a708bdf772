/** What is held of a `moov` box: all but its large tables of samples, which stay in the file. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { box, u32, u64, zeros } from '../../core/base/box.ts';
import { BoxError, childMap, payloadOf, readBoxHeader, required } from '../../core/base/box-walk.ts';
import { concat, viewOf } from '../../core/base/bytes.ts';
import { readMovieBox, tableBytes } from '../../core/containers/mp4/read/movie-box.ts';
import { PagedBytes } from '../../core/containers/mp4/read/paged-bytes.ts';
import type { ByteSource } from '../../core/io/byte-source.ts';
import { fileOf } from '../helpers/media/read-at-once.ts';
import { memorySource } from '../helpers/oracles/read-mp4.ts';
import { Dice } from '../helpers/random/dice.ts';

const test = suite('movie box');

/** A box with a 64-bit size. */
const large = (type: string, ...parts: readonly Uint8Array[]): Uint8Array => {
  const payload = concat(parts);
  return concat([u32(1), Buffer.from(type, 'latin1'), u64(16 + payload.length), payload]);
};

const DICE = new Dice(1);
const LONG = Uint8Array.from({ length: 150_000 }, () => DICE.below(256));
const TABLE = concat([LONG, LONG]);

const track = (...tables: readonly Uint8Array[]): Uint8Array =>
  large(
    'trak',
    box('tkhd', zeros(84)),
    box('mdia', box('mdhd', zeros(24)), large('minf', box('vmhd', zeros(12)), box('stbl', ...tables))),
  );

const moovOf = (file: Uint8Array) => readBoxHeader(file, 0, file.length);

/** A table of the track. */
function tablesOf(found: Awaited<ReturnType<typeof readMovieBox>>, type: string) {
  const children = childMap(found.bytes, moovOf(found.bytes));
  const mdia = required(childMap(found.bytes, required(children, 'trak', '')), 'mdia', '');
  const minf = required(childMap(found.bytes, mdia), 'minf', '');
  const stbl = childMap(found.bytes, required(childMap(found.bytes, minf), 'stbl', ''));
  return tableBytes(found, required(stbl, type, ''));
}

test('only large tables of samples are left in the file', async () => {
  const title = box('udta', LONG, LONG);
  const file = box(
    'moov',
    box('mvhd', zeros(100)),
    track(box('stsd', TABLE), large('stsz', TABLE), box('stts', LONG), box('stco', TABLE)),
    title,
    zeros(7),
  );
  const found = await readMovieBox(fileOf(file), moovOf(file));
  assert.is(found.large.size, 2);
  for (const [type, bytes, isLarge] of [
    ['stsz', TABLE, true],
    ['stco', TABLE, true],
    ['stts', LONG, false],
    ['stsd', TABLE, false],
  ] as const) {
    const table = tablesOf(found, type);
    assert.is(table instanceof PagedBytes, isLarge, type);
    assert.is(table.byteLength, bytes.length);
    for (let at = 0; at < bytes.length; at += 4) {
      if (table.getUint32(at) !== viewOf(bytes).getUint32(at)) throw new Error(`${type} differs at ${at}`);
    }
  }
  const kept = childMap(found.bytes, moovOf(found.bytes));
  assert.equal([...kept.keys()], ['mvhd', 'trak', 'udta']);
  assert.ok(Buffer.from(payloadOf(found.bytes, kept.get('udta')!)).equals(concat([LONG, LONG])));
  assert.is(moovOf(found.bytes).end, found.bytes.length);
  assert.is(found.bytes.length, file.length - 2 * TABLE.length - 8 * 3);
});

test('of a source that cannot be read at once nothing is left', async () => {
  const file = box('moov', track(box('stsz', TABLE)));
  const found = await readMovieBox(memorySource(file), moovOf(file));
  assert.is(found.large.size, 0);
  assert.ok(Buffer.from(found.bytes).equals(file));
});

test('where boxes do not fit, or there are more than any film has, all is held as it is: who looks there says so', async () => {
  const refusal = async (file: Uint8Array, source: ByteSource) => {
    const found = await readMovieBox(source, moovOf(file));
    try {
      tablesOf(found, 'stsz');
    } catch (error) {
      assert.ok(error instanceof BoxError);
      return error.message;
    }
    return 'nothing';
  };
  const cut = Buffer.from(box('moov', track(box('stsz', TABLE))));
  cut.writeUInt32BE(TABLE.length + 500, cut.indexOf('stsz') - 4);
  const many = box('moov', Buffer.alloc(8 * 70_000, box('free')));
  for (const [file, message] of [
    [cut, /"stsz" claims 300500 bytes where only 300008 are left/],
    [many, /more than 10000 boxes/],
  ] as const) {
    assert.match(await refusal(file, fileOf(file)), message);
    assert.is(await refusal(file, fileOf(file)), await refusal(file, memorySource(file)));
  }
  const looked = fileOf(many);
  await readMovieBox(looked, moovOf(many));
  assert.ok(looked.reads.length < 100, `${looked.reads.length} reads`);
});

test.run();
