/** What looks like a key is taken out of what is said, however it is spelled and wherever its slashes are; paths and names stay. */
import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { missingPath, withoutKeys } from '../../core/base/key-like.ts';

const test = suite('what looks like a key');

/** Bytes that nobody can tell from random ones, the same in each run. */
function bytesOf(size: number, n: number): Buffer {
  const parts = Array.from({ length: Math.ceil(size / 32) }, (_, part) =>
    createHash('sha256').update(`${size} ${n} ${part}`).digest(),
  );
  return Buffer.concat(parts).subarray(0, size);
}

const lines = (text: string): string => (text.match(/.{1,64}/g) ?? []).join('\n');

const SPELLINGS: Readonly<Record<string, (bytes: Buffer) => string>> = {
  'in Base64': (bytes) => bytes.toString('base64'),
  'in Base64 without padding': (bytes) => bytes.toString('base64').replace(/=+$/, ''),
  'in Base64 for URLs': (bytes) => bytes.toString('base64url'),
  'in lines of Base64': (bytes) => lines(bytes.toString('base64')),
  'in JSON of PHP': (bytes) => bytes.toString('base64').replaceAll('/', '\\/'),
  'in JSON of .NET': (bytes) => bytes.toString('base64').replaceAll('+', '\\u002B'),
  'in a URL': (bytes) => encodeURIComponent(bytes.toString('base64')),
  'in hexadecimal': (bytes) => bytes.toString('hex'),
};

/** Characters of the secret that are shown in a row. */
function shown(text: string, secret: string): number {
  const [flat, whole] = [text.replace(/\s/g, ''), secret.replace(/\s/g, '')];
  let most = 0;
  for (let at = 0; at + most < whole.length; at++)
    while (at + most < whole.length && flat.includes(whole.slice(at, at + most + 1))) most += 1;
  return most;
}

/** Of 16 bytes half of a key is no key yet; what chance makes of one in hundreds that has neither padding nor another line is let be. */
const MOST_SHOWN = 16;
const TRIES = 400;

for (const [how, spell] of Object.entries(SPELLINGS)) {
  for (const size of [16, 32, 48, 1216]) {
    test(`${size} bytes ${how} are not shown, among paths or not`, () => {
      const tries = size > 100 ? TRIES / 20 : TRIES;
      for (const hasPaths of [true, false]) {
        let held = 0;
        for (let n = 0; n < tries; n++) {
          const secret = spell(bytesOf(size, n));
          const text = withoutKeys(`the vault says ${secret} (line 1)`, { hasPaths });
          assert.ok(text.startsWith('the vault says ') && text.endsWith(' (line 1)'), text);
          if (shown(text, secret) > MOST_SHOWN) held += 1;
        }
        assert.ok(held <= 0.01 * tries, `${held} of ${tries}, ${hasPaths ? 'among paths' : 'alone'}`);
      }
    });
  }
}

test('a path that is a key is not shown, whatever its slashes', () => {
  for (let n = 0; n < TRIES; n++)
    for (const size of [16, 32, 300]) {
      const secret = bytesOf(size, n).toString('base64');
      assert.ok(shown(missingPath(secret), secret) <= MOST_SHOWN, secret);
    }
});

const PATHS = [
  '/tmp/sealpack-test-5S6zGm/secrets-tepuo9/a.config.ts',
  '/home/user/Films/MyBigFilmProjects2024/Session3ExportsForAbc/a.mp4',
  '/mnt/Media/TV/Show1/S01E02/Film4K.mp4',
  '/Users/BobSmith/Documents/VideoProjects/FinalCutExports/Master1.mov',
  '/Users/BobSmith/Films2024/Master',
  '/srv/sealpack/node_modules/commander/lib/command.js:1122:5',
  '/data/ENCODES/MOVIES2026/TITLE0001/MASTER0001/VIDEO1080P',
  '/srv/AVATAR/THEWAYOFWATER/IMAXDCP/REEL01/PICTURE',
  'C:\\Users\\ADMINI1\\AppData\\Local\\Temp\\SealpackOutputFolder\\film.mp4',
  'core/containers/mp4/write/fragmentHeaderOfTracks',
  'https://example.com/api/V1/titles/AbCdEf12345/renditions?page=2',
];

test('paths are shown as they are', () => {
  for (const path of PATHS)
    assert.is(withoutKeys(`in ${path} of it`, { hasPaths: true }), `in ${path} of it`);
});

test('words behind a key are shown', () => {
  const secret = lines(bytesOf(100, 1).toString('base64'));
  const words = 'Write the key again. Its name is not known to the server';
  assert.is(withoutKeys(`${secret}\n${words}`, { hasPaths: true }).replace(/(?:\[…\]\s)+/, ''), words);
});

test.run();
