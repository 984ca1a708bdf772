/** What looks like a key is taken out of what is said, however it is spelled and wherever its slashes are; paths and names stay. */
import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { missingPath, withoutKeys } from '../../core/base/key-like.ts';
import { isQuick } from '../helpers/commands/processor-time.ts';

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
  'in JSON in JSON': (bytes) =>
    bytes.toString('base64').replaceAll('/', '\\\\/').replaceAll('+', '\\\\u002b'),
  'in a URL': (bytes) => encodeURIComponent(bytes.toString('base64')),
  'in a URL in a URL': (bytes) => encodeURIComponent(encodeURIComponent(bytes.toString('base64'))),
  'in XML': (bytes) =>
    bytes.toString('base64').replaceAll('/', '&#x2F;').replaceAll('+', '&#x2B;').replaceAll('=', '&#x3D;'),
  'in hexadecimal': (bytes) => bytes.toString('hex'),
};

const inGroups = (bytes: Buffer, digits: number) =>
  (bytes.toString('hex').match(new RegExp(`.{${digits}}`, 'g')) ?? []).join(' ');
const each = (bytes: Buffer, prefix: string) =>
  [...bytes].map((byte) => prefix + byte.toString(16).padStart(2, '0'));

/** Bytes as programs print them; none of these has a chance to be let be. */
const PRINTED: Readonly<Record<string, (bytes: Buffer) => string>> = {
  'as numbers with commas': (bytes) => new Uint8Array(bytes).toString(),
  'as numbers in a list': (bytes) => `[${[...bytes].join(', ')}]`,
  'as Go prints them': (bytes) => `[${[...bytes].join(' ')}]`,
  'as JSON of Node': (bytes) => JSON.stringify(bytes),
  'as JSON in lines': (bytes) => JSON.stringify([...bytes], undefined, 4),
  'as in C': (bytes) => each(bytes, '0x').join(', '),
  'as in a text of Python': (bytes) => each(bytes, '\\x').join(''),
  'in pairs': (bytes) => inGroups(bytes, 2),
  'in fours': (bytes) => inGroups(bytes, 4),
  'in eights': (bytes) => inGroups(bytes, 8),
  'in sixteens': (bytes) => inGroups(bytes, 16),
};

for (const [how, spell] of Object.entries(PRINTED))
  test(`bytes ${how} are not shown`, () => {
    for (let n = 0; n < 300; n++)
      for (const size of [16, 32])
        for (const hasPaths of [true, false]) {
          const secret = spell(bytesOf(size, n));
          const text = withoutKeys(`the vault says ${secret} (line 1)`, { hasPaths });
          assert.match(text, /^the vault says [^\d]*\[…\][^\d]* \(line 1\)$/, secret);
        }
  });

test('numbers that are no bytes are shown, and no list of them takes long', async () => {
  for (const text of [
    'frames 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 of it',
    'at 2026-11-29 16:33:20.125, 1920x1080, 25 fps, 48000 Hz, 1.25 MiB of 300',
    'years 2019 2020 2021 2022 2023 2024 2025 2026 2027 2028',
    'sizes 10485760 20971520 41943040 83886080 16777216',
    'times 1000 2000 3000 4000 300 256 400 1024 500 600 700 800 900 999 2048 4096 8192',
    'the face of a dead bee is a bad facade',
  ])
    for (const hasPaths of [true, false]) assert.is(withoutKeys(text, { hasPaths }), text);
  for (const part of ['1 ', '1,', '0x1 ', '\\x1', '\\', 'abcd ', 'abcd1234 ', '255 256 ', '1            '])
    await isQuick(1, part, () => withoutKeys(part.repeat(60_000 / part.length)));
});

/** Characters of a last line that is too short to be known by itself. */
const lastLine = (secret: string): number => (secret.includes('\n') ? 16 : 0);

/** Characters of the secret that are shown in a row. */
function shown(text: string, secret: string): number {
  const [flat, whole] = [text.replace(/\s/g, ''), secret.replace(/\s/g, '')];
  let most = 0;
  for (let at = 0; at + most < whole.length; at++)
    while (at + most < whole.length && flat.includes(whole.slice(at, at + most + 1))) most += 1;
  return most;
}

/** Characters of which nobody makes a key. What chance makes of one in fifty that no padding gives away is let be. */
const MOST_SHOWN = 8;
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
          if (shown(text, secret) > Math.max(MOST_SHOWN, lastLine(secret))) held += 1;
        }
        assert.ok(held <= 0.02 * tries, `${held} of ${tries}, ${hasPaths ? 'among paths' : 'alone'}`);
      }
    });
  }
}

const FOLDERS = [
  '',
  '/home/user/films/',
  '/home/someuser/projects/packaging/configuration/production/titles/',
];

test('a path that ends with a key is shown without it, whatever its slashes', () => {
  for (const folder of FOLDERS)
    for (let n = 0; n < TRIES; n++)
      for (const size of [16, 32, 300]) {
        const secret = bytesOf(size, n).toString('base64');
        if (!secret.endsWith('=')) continue;
        for (const text of [
          missingPath(folder + secret),
          withoutKeys(`no ${folder}${secret} here`, { hasPaths: true }),
        ])
          assert.ok(shown(text, secret) <= MOST_SHOWN, `${secret}: ${text}`);
      }
});

test('so is one without padding, mostly', () => {
  for (const folder of FOLDERS) {
    let held = 0;
    for (let n = 0; n < TRIES; n++) {
      const secret = bytesOf(16, n).toString('base64').slice(0, 22);
      if (shown(missingPath(folder + secret), secret) > MOST_SHOWN) held += 1;
    }
    assert.ok(held <= 0.05 * TRIES, `${held} of ${TRIES} behind "${folder}"`);
  }
});

test('what looks like a key and is none stays', () => {
  const id = bytesOf(16, 1).toString('base64');
  for (const hasPaths of [true, false])
    assert.is(withoutKeys(`no key ${id} here`, { known: [id], hasPaths }), `no key ${id} here`);
});

const PATHS = [
  '/tmp/sealpack-test-5S6zGm/secrets-tepuo9/a.config.ts',
  '/home/user/Films/MyBigFilmProjects2024/Session3ExportsForAbc/a.mp4',
  '/mnt/Media/TV/Show1/S01E02/Film4K.mp4',
  '/Users/BobSmith/Documents/VideoProjects/FinalCutExports/Master1.mov',
  '/Users/BobSmith/Films2024/Master',
  '/media/TheShow/Season01/S01E02Title.mp4',
  'in/Show1/S01E02/Film4KMaster.mp4',
  'SecurityGroupAllToAndFromPorts.py',
  'struct.MappedRwLockWriteGuard.html',
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

test('of a path with a hash in it the folders are shown', () => {
  for (let n = 0; n < TRIES; n++) {
    const [hash, other] = [bytesOf(20, n).toString('hex'), bytesOf(16, n).toString('hex').toUpperCase()];
    const text = withoutKeys(`no '/data/${hash}/film.mp4' and s3://films/${other}/film.mp4`, {
      hasPaths: true,
    });
    assert.is(text, "no '/data/[…]/film.mp4' and s3://films/[…]/film.mp4");
  }
});

test('words behind a key are shown', () => {
  const secret = lines(bytesOf(100, 1).toString('base64'));
  const words = 'Write the key again. Its name is not known to the server';
  assert.is(withoutKeys(`${secret}\n${words}`, { hasPaths: true }).replace(/(?:\[…\]\s)+/, ''), words);
});

test.run();
