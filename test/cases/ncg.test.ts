import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { box, zeros } from '../../core/base/box.ts';
import { ContentKey } from '../../core/index.ts';
import { openFile } from '../../core/kit.ts';
import { hlsNcg, ncg } from '../../plugins/index.ts';
import { createNcgDecryptor } from '../../plugins/ncg/cipher.ts';
import { unwrapKey } from '../../plugins/ncg/files.ts';
import { readNcgHeader } from '../../plugins/ncg/header.ts';
import { command } from '../helpers/commands/command.ts';
import { madeOnce } from '../helpers/commands/folders.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { failureOf, filesBelow, outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';

const test = suite('mode ncg');

const contentKey = (key: string): ContentKey =>
  new ContentKey({
    id: Buffer.from(TEST_KEY.keyId, 'hex'),
    key: Buffer.from(key, 'hex'),
    iv: Buffer.from(TEST_KEY.iv, 'hex'),
  });

/** A film of 21 MiB, none of which is like another: longer than all buffers that it goes through in turn. */
const beyondBuffers = (): Promise<string> =>
  madeOnce('beyond.mp4', async (path) => {
    const numbers = Uint32Array.from({ length: 21 * 2 ** 18 + 1 }, (_, n) => Math.imul(n, 0x9e37_79b9));
    const free = box('free', new Uint8Array(numbers.buffer), zeros(3));
    await writeFile(path, Buffer.concat([await readFile(await oddMedia('video-only')), free]));
  });

test('every input becomes one file that decrypts to it, byte for byte, with OpenSSL too', async () => {
  const inputs = [await oddMedia('ctts-v0'), await oddMedia('video-only'), await beyondBuffers()];
  const { output } = await packageWith([ncg({ siteId: 'DEMO' })], { inputs });
  assert.equal(await filesBelow(output), ['beyond.mp4.ncg', 'ctts-v0.mp4.ncg', 'video-only.mp4.ncg']);
  for (const input of inputs) {
    const source = await openFile(join(output, `${input.split('/').at(-1)}.ncg`));
    const header = await readNcgHeader(source);
    assert.is(header.fields.contentId, 'test-content');
    const payload = Buffer.alloc(header.payloadBytes);
    await source.read(header.headerBytes, [payload]);
    await source.close();
    const clear = await readFile(input);
    assert.is(payload.equals(clear), false);
    const counter = Buffer.from(TEST_KEY.iv, 'hex').map((byte, index) => byte ^ header.nonce[index]!);
    const args = [
      'enc',
      '-d',
      '-aes-128-ctr',
      '-K',
      TEST_KEY.key,
      '-iv',
      Buffer.from(counter).toString('hex'),
    ];
    assert.ok((await command('openssl', args, { input: payload })).equals(clear));
    // Any range on its own, as a player that seeks would read it.
    const decryptor = createNcgDecryptor(header, contentKey(TEST_KEY.key));
    assert.equal(
      Buffer.from(decryptor.decryptRange(12345, payload.subarray(12345, 12400))),
      clear.subarray(12345, 12400),
    );
  }
});

test('two files under one key share no keystream', async () => {
  const inputs = [await oddMedia('ctts-v0'), await oddMedia('video-only')];
  const { output } = await packageWith([ncg()], { inputs });
  const [a, b] = await Promise.all(
    ['ctts-v0.mp4.ncg', 'video-only.mp4.ncg'].map(async (name) => {
      const source = await openFile(join(output, name));
      const { nonce } = await readNcgHeader(source);
      await source.close();
      return Buffer.from(nonce).toString('hex');
    }),
  );
  assert.is.not(a, b);
});

test('key.ncg gives the key of the HLS segments to who has the NCG key, and to nobody else', async () => {
  const input = await oddMedia('ctts-v0');
  const { output } = await packageWith([hlsNcg()], { inputs: [input] });
  const file = await readFile(join(output, outputFolder('HLS-NCG', input), 'key.ncg'));
  assert.not(file.includes(Buffer.from(TEST_KEY.key, 'hex')));
  assert.is(Buffer.from(unwrapKey(file, contentKey(TEST_KEY.key), 'key.ncg')).toString('hex'), TEST_KEY.key);
  const error = await failureOf((async () => unwrapKey(file, contentKey('ff'.repeat(16)), 'key.ncg'))());
  assert.is(error.code, 'INVALID_KEY');
});

test.run();
