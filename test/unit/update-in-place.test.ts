/** Ciphers whose answers go back where their input was. */
import { createCipheriv, randomBytes } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encryptInPieces, updateInPlace } from '../../core/kit.ts';

const test = suite('update in place');

const [key, iv] = [randomBytes(16), randomBytes(16)];
const clear = randomBytes(300_001);
const cbc = () => createCipheriv('aes-128-cbc', key, iv);

test('what is encrypted piece by piece is what a cipher answers, wherever pieces end', () => {
  const whole = cbc();
  const expected = Buffer.concat([whole.update(clear), whole.final()]);
  for (const size of [15, 16, 17, 65_535, 65_536, 200_000, 300_001]) {
    const cipher = cbc();
    const parts: Uint8Array[] = [];
    for (let at = 0; at < clear.length; at += size)
      parts.push(...encryptInPieces(cipher, Buffer.from(clear.subarray(at, at + size))));
    assert.ok(Buffer.concat([...parts, cipher.final()]).equals(expected), `${size}`);
  }
});

test('the answer is in the memory of the input where it fits there', () => {
  const bytes = Buffer.from(clear);
  const answer = updateInPlace(createCipheriv('aes-128-ctr', key, iv), bytes);
  assert.is(answer.buffer, bytes.buffer);
  assert.ok(createCipheriv('aes-128-ctr', key, iv).update(clear).equals(bytes));
});

test('what a cipher answers as it is, or in the same memory, stays there', () => {
  for (const length of [20_000, 100_000]) {
    const bytes = Uint8Array.from(clear.subarray(0, length));
    const same = updateInPlace({ update: (given) => given }, bytes);
    assert.ok(Buffer.from(clear.subarray(0, length)).equals(same), `${length}`);
    const part = updateInPlace({ update: (given) => given.subarray(3) }, bytes);
    assert.ok(Buffer.from(clear.subarray(3, length)).equals(part), `${length}`);
  }
});

test.run();
