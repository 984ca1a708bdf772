import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ContentKey, Packager, PackagerError } from '../../core/index.ts';
import type { ByteSource, KeyLookup, Wrapper } from '../../core/kit.ts';
import { ncg } from '../../plugins/index.ts';
import { createNcgProtector } from '../../plugins/ncg/cipher.ts';

const test = suite('ncg-wrapper');

const bytes = (length: number, first: number): Uint8Array => Uint8Array.from({ length }, (_, i) => first + i);
const key = new ContentKey({ id: bytes(16, 1), key: bytes(16, 0x10), iv: bytes(16, 0x20) });
const other = new ContentKey({ id: bytes(16, 1), key: bytes(16, 0x11), iv: bytes(16, 0x20) });
const fields = {
  contentId: 'a film',
  keyId: key.uuid,
  licenseUrl: 'https://example.com/licence',
  source: 'sealpack',
  packageDate: '2010-01-01T12:34:56Z',
  level: 1,
  range: 0,
};

const payload = Buffer.from(Array.from({ length: 1000 }, (_, i) => (i * 7) & 255));

function file(): Buffer {
  const options = { fields, key, nonce: bytes(16, 0x30), payloadBytes: payload.length };
  const cipher = createNcgProtector(options).protectResource!(0);
  return Buffer.concat([cipher.header!, cipher.update(payload), cipher.final()]);
}

const sourceOf = (whole: Buffer): ByteSource => ({
  name: 'film.mp4.ncg',
  size: whole.length,
  async read(position, targets) {
    let at = position;
    for (const target of targets) {
      whole.copy(target, 0, at, at + target.length);
      at += target.length;
    }
  },
  close: async () => {},
});

/** What the mode adds. */
const wrapper = (): Wrapper => new Packager([ncg()]).wrappers[0]!;

test('the mode brings a reader of its container', async () => {
  assert.is(wrapper().accepts(file().subarray(0, 64)), true);
  assert.is(wrapper().accepts(payload.subarray(0, 64)), false);
  assert.is(wrapper().accepts(Buffer.alloc(0)), false);
  const wanted: unknown[] = [];
  const lookup: KeyLookup = (one) => {
    wanted.push(one);
    return key;
  };
  const { kid, scheme, contentId, headerBytes, clear } = await wrapper().open(sourceOf(file()), lookup);
  assert.equal(wanted, [{ kid: key.hexId, scheme: 'whole-file' }]);
  assert.equal([kid, scheme, contentId], [key.hexId, 'ncg', 'a film']);
  assert.is(headerBytes, file().length - payload.length);
  assert.is(clear!.size, payload.length);
});

test('any part of what is in it is read in the clear, into any targets', async () => {
  const { clear } = await wrapper().open(sourceOf(file()), () => key);
  for (const [position, ...sizes] of [
    [0, 1000],
    [1, 15],
    [17, 1, 31, 0, 200],
    [999, 1],
  ] as [number, ...number[]][]) {
    const targets = sizes.map((size) => new Uint8Array(size));
    await clear!.read(position, targets);
    const read = Buffer.concat(targets);
    assert.equal(read, payload.subarray(position, position + read.length), `${sizes} bytes from ${position}`);
  }
});

test('without its key it says what it is, and with another one it is refused', async () => {
  const { kid, clear } = await wrapper().open(sourceOf(file()), () => undefined);
  assert.equal([kid, clear], [key.hexId, undefined]);
  try {
    await wrapper().open(sourceOf(file()), () => other);
    assert.unreachable();
  } catch (error) {
    assert.is((error as PackagerError).code, 'INVALID_KEY');
  }
  try {
    await wrapper().open(sourceOf(file().subarray(0, -1)), () => key);
    assert.unreachable();
  } catch (error) {
    assert.ok(PackagerError.is(error));
    assert.is(error.code, 'INPUT_NOT_READABLE');
  }
});

test.run();
