import { createDecipheriv } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, fromHex, toHex } from '../../core/base/bytes.ts';
import { PackagerError } from '../../core/base/errors.ts';
import { TsMuxer } from '../../core/containers/mpegts/write/muxer.ts';
import { createAes128Protector } from '../../core/protection/aes-128.ts';
import { avcTrack, pictures, plainTiming } from '../helpers/media/ts-media.ts';
import { testKey } from '../helpers/titles/renditions.ts';

const test = suite('AES-128');

const KEY = testKey();
const IV = fromHex('a0a1a2a3a4a5a6a7a8a9aaabacadaeaf');
const protector = createAes128Protector({ key: KEY, iv: (index) => IV.map((byte) => byte + index) });

function encrypt(index: number, ...parts: Uint8Array[]): Uint8Array {
  const cipher = protector.protectResource!(index);
  return concat([...parts.map((part) => cipher.update(part)), cipher.final()]);
}

function decrypt(bytes: Uint8Array, iv: Uint8Array, padded = true): Buffer {
  const cipher = createDecipheriv('aes-128-cbc', KEY.reveal(), iv).setAutoPadding(padded);
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}

test('encrypts to the published ciphertext and a block of padding', () => {
  const ciphertext = toHex(encrypt(0, new Uint8Array(32)));
  assert.is(ciphertext.slice(0, 64), 'c911a312ec749cafcbf2958ee455122b3bd97aaa20c4c65c33f4e81417308edd');
  assert.is(ciphertext.length, 96);
});

test('always adds 1 to 16 bytes', () => {
  for (let size = 0; size <= 33; size++) {
    const clear = new Uint8Array(size).fill(7);
    const ciphertext = encrypt(0, clear);
    assert.is(ciphertext.length, size + 16 - (size % 16));
    assert.equal(decrypt(ciphertext, IV), Buffer.from(clear));
  }
});

test('is the same in one piece and in many', () => {
  const clear = Uint8Array.from({ length: 1000 }, (_, i) => i);
  assert.equal(
    encrypt(0, clear.subarray(0, 7), clear.subarray(7, 500), clear.subarray(500)),
    encrypt(0, clear),
  );
});

test('states the IV of each resource and starts again with it', () => {
  const clear = new Uint8Array(100);
  for (const index of [0, 1, 5]) {
    const { iv } = protector.protectResource!(index);
    assert.equal(
      iv,
      IV.map((byte) => byte + index),
    );
    assert.equal(decrypt(encrypt(index, clear), iv!), Buffer.from(clear));
  }
});

test('refuses an IV of another length', () => {
  const wrong = createAes128Protector({ key: KEY, iv: () => new Uint8Array(8) });
  try {
    wrong.protectResource!(0);
    assert.unreachable();
  } catch (error) {
    assert.ok(PackagerError.is(error));
    assert.is(error.code, 'KEY_SIZE');
  }
});

test('an I-frame decrypts from its own range, widened to whole blocks and the block before', () => {
  const track = avcTrack({ samples: { ...avcTrack().samples, count: 1e6 } });
  const muxer = new TsMuxer({ video: { track, timing: plainTiming(), encrypted: false }, tsOffset: 9000 });
  const sync = Uint8Array.of(1, 0, 1, 0, 1);
  for (const decodeTime of [0, 18_000]) {
    const { data, iframes } = muxer.mux(pictures([9000, 500, 8000, 1, 180], { sync, decodeTime }), undefined);
    const resource = encrypt(0, data);
    assert.is(iframes.length, 3);
    for (const { offset, size } of iframes) {
      const start = offset - (offset % 16) - 16;
      const end = Math.ceil((offset + size) / 16) * 16;
      assert.ok(start >= 0);
      const [before, blocks] = [resource.subarray(start, start + 16), resource.subarray(start + 16, end)];
      const clear = decrypt(blocks, before, false);
      const lead = offset - (start + 16);
      assert.equal(clear.subarray(lead, lead + size), Buffer.from(data.subarray(offset, offset + size)));
    }
  }
});

test.run();
