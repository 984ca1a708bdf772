import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, copyBytes, fromHex, toBase64, toHex } from '../../core/base/bytes.ts';
import { PackagerError } from '../../core/base/errors.ts';
import type { Shell } from '../../core/cli/shell.ts';
import { ContentKey } from '../../core/keys/content-key.ts';
import { createNcgProtector } from '../../plugins/ncg/cipher.ts';
import { ncgDecrypt, ncgInfo } from '../../plugins/ncg/command-actions.ts';
import { parseKey, readKey } from '../../plugins/ncg/read-key.ts';
import { KEY_ID, Sink } from '../helpers/commands/cli-runs.ts';
import { command } from '../helpers/commands/command.ts';

const test = suite<{ cwd: string }>('cli ncg');

const key = fromHex('000102030405060708090a0b0c0d0e0f');
const iv = fromHex('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff');
const secret = toHex(concat([key, iv]));
const clear = Uint8Array.from({ length: 5000 }, (_, index) => (index * 7) % 251);

test.before.each(async (context) => {
  context.cwd = await mkdtemp(join(tmpdir(), 'sealpack-ncg-'));
  const file = createNcgProtector({
    fields: {
      contentId: 'movie',
      keyId: KEY_ID,
      licenseUrl: 'https://license.example/',
      source: 'sealpack',
      packageDate: '2025-01-01T00:00:00Z',
      level: 1,
      range: 0,
    },
    key: new ContentKey({ id: fromHex(KEY_ID.replaceAll('-', '')), key, iv }),
    nonce: new Uint8Array(16).fill(7),
    payloadBytes: clear.length,
  }).protectResource!(0);
  const bytes = concat([file.header!, file.update(copyBytes(clear)), file.final()]);
  await writeFile(join(context.cwd, 'movie.mp4.ncg'), bytes);
});

test.after.each(async ({ cwd }) => {
  await rm(cwd, { recursive: true });
});

const shellIn = (cwd: string, more: Partial<Shell> = {}) => {
  const stdout = new Sink();
  const { signal } = new AbortController();
  const stdin = Readable.from([]);
  return { stdin, stdout, stderr: new Sink(), env: {}, cwd, signal, now: () => 0, ...more } satisfies Shell;
};

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (PackagerError.is(error)) return error.code;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('info prints what the header says, without a key', async ({ cwd }) => {
  const stdout = new Sink();
  await ncgInfo('movie.mp4.ncg', { cwd, stdout });
  assert.match(stdout.text, /^Content id {3}movie\nKey id {7}0b5f6c1e-8f0a/);
  assert.match(stdout.text, '5.00 kB (5000 bytes)');
  assert.not.match(stdout.text, 'Site id');
});

test('info refuses a file that is not NCG', async ({ cwd }) => {
  await writeFile(join(cwd, 'x.ncg'), 'not at all');
  assert.is(await codeOf(ncgInfo('x.ncg', { cwd, stdout: new Sink() })), 'INPUT_NOT_READABLE');
});

test('decrypts with the key of a file, of standard input or of the environment', async ({ cwd }) => {
  await writeFile(join(cwd, 'key.txt'), `${secret}\n`);
  const ways = [
    { flags: { keyFile: 'key.txt' }, shell: {} },
    { flags: { keyFile: '-' }, shell: { stdin: Readable.from([secret.slice(0, 9), secret.slice(9)]) } },
    { flags: {}, shell: { env: { SEALPACK_KEY: secret } } },
  ];
  for (const { flags, shell } of ways) {
    await ncgDecrypt('movie.mp4.ncg', { ...flags, output: 'sub/clear.mp4' }, shellIn(cwd, shell));
    assert.equal(new Uint8Array(await readFile(join(cwd, 'sub/clear.mp4'))), clear);
    await rm(join(cwd, 'sub'), { recursive: true });
  }
});

test('a wrong key leaves nothing behind', async ({ cwd }) => {
  const shell = shellIn(cwd, { env: { SEALPACK_KEY: '00'.repeat(32) } });
  assert.is(await codeOf(ncgDecrypt('movie.mp4.ncg', { output: 'sub/clear.mp4' }, shell)), 'INVALID_KEY');
  assert.equal(await readdir(cwd), ['movie.mp4.ncg']);
});

test('a cancelled decryption leaves nothing behind', async ({ cwd }) => {
  const shell = shellIn(cwd, { env: { SEALPACK_KEY: secret }, signal: AbortSignal.abort() });
  assert.is(await codeOf(ncgDecrypt('movie.mp4.ncg', { output: 'clear.mp4' }, shell)), 'CANCELLED');
  assert.equal(await readdir(cwd), ['movie.mp4.ncg']);
});

test('an existing output is replaced only on demand', async ({ cwd }) => {
  await writeFile(join(cwd, 'clear.mp4'), 'mine');
  const shell = shellIn(cwd, { env: { SEALPACK_KEY: secret } });
  assert.is(await codeOf(ncgDecrypt('movie.mp4.ncg', { output: 'clear.mp4' }, shell)), 'OUTPUT_EXISTS');
  assert.is(await readFile(join(cwd, 'clear.mp4'), 'utf8'), 'mine');
  await ncgDecrypt('movie.mp4.ncg', { output: 'clear.mp4', overwrite: true }, shell);
  assert.equal(new Uint8Array(await readFile(join(cwd, 'clear.mp4'))), clear);
});

test('reads keys in hexadecimal, in Base64, and as the local key store writes them', () => {
  const record = JSON.stringify({ keyId: KEY_ID, key: toHex(key), iv: toHex(iv) });
  for (const text of [secret, secret.toUpperCase(), toBase64(concat([key, iv])), record]) {
    assert.equal(parseKey(`${text}\n`, 'The key'), { key, iv });
  }
});

test('no message about a key quotes it', async ({ cwd }) => {
  const texts = ['SECRET!', `{ "key": "SECRET", }`, '{ "key": "SECRET" }', toBase64(Buffer.from('SECRET'))];
  for (const text of texts) {
    try {
      await readKey(undefined, shellIn(cwd, { env: { SEALPACK_KEY: text } }));
      assert.unreachable();
    } catch (error) {
      assert.ok(PackagerError.is(error), text);
      assert.match(error.message, 'SEALPACK_KEY');
      assert.not.match(`${error.message}${error.hint}${error.stack}`, /SECRET|U0VDUkVU/);
    }
  }
});

test('a key file that is a named pipe is refused at once', async ({ cwd }) => {
  await command('mkfifo', [join(cwd, 'pipe')]);
  assert.is(await codeOf(readKey('pipe', shellIn(cwd))), 'INPUT_NOT_READABLE');
});

test('says where a key can come from when there is none, and stops reading what is no key', async ({
  cwd,
}) => {
  assert.is(await codeOf(readKey(undefined, shellIn(cwd))), 'MISSING_OPTION');
  assert.is(await codeOf(readKey('none.txt', shellIn(cwd))), 'INPUT_NOT_FOUND');
  const endless = Readable.from(
    (function* () {
      for (;;) yield 'a'.repeat(4096);
    })(),
  );
  assert.is(await codeOf(readKey('-', shellIn(cwd, { stdin: endless }))), 'INVALID_KEY');
});

test.run();
