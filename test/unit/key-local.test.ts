import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toHex } from '../../core/base/bytes.ts';
import type { ContentKey } from '../../core/index.ts';
import type { ProcessState } from '../../core/io/processes.ts';
import { removeTemporaries } from '../../core/io/temporary-files.ts';
import { keyLocal } from '../../plugins/key-local.ts';
import { command } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { askKey, keyRequest, type WantedKey } from '../helpers/titles/ask.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('key-local');

const newFolder = (): string => join(temporaryFolder('keys'), 'deep', 'keys');
const ask = async (folder: string, facts: Partial<WantedKey> = {}): Promise<ContentKey> =>
  (await askKey(keyLocal({ folder }), keyRequest(facts)))!;
const plain = (key: ContentKey): string => [key.id, key.reveal(), key.iv!].map(toHex).join();
const permissions = (path: string): string => (statSync(path).mode & 0o777).toString(8);
/** The one file of a store. */
function onlyFile(folder: string): string {
  const names = readdirSync(folder);
  assert.is(names.length, 1, names.join());
  return join(folder, names[0]!);
}

test('makes a key the first time and gives the same one ever after', async () => {
  const folder = newFolder();
  const first = await ask(folder);
  assert.is(first.reveal().length, 16);
  assert.is(first.iv?.length, 16);
  assert.is(plain(await ask(folder)), plain(first));
  assert.is(plain(await ask(folder, { mode: 'another-mode' })), plain(first));
});

test('keeps it for its owner alone, in a file that says what it is', async () => {
  const folder = newFolder();
  const key = await ask(folder, { contentId: 'films/été: 1' });
  const path = onlyFile(folder);
  assert.match(path, /\/films_été_1\.cenc\.ALL\.0\.[0-9a-f]{32}\.json$/);
  assert.is(permissions(path), '600');
  assert.is(permissions(folder), '700');
  assert.is(permissions(join(folder, '..')), '700');
  const { key: secret, iv, ...rest } = JSON.parse(readFileSync(path, 'utf8'));
  assert.equal(rest, {
    format: 'sealpack-key-1',
    contentId: 'films/été: 1',
    scheme: 'cenc',
    label: 'ALL',
    period: 0,
    keyId: key.uuid,
    created: '2026-01-02T03:04:05.000Z',
  });
  assert.is(secret, toHex(key.reveal()));
  assert.is(iv, toHex(key.iv!));
});

test('gives every content, scheme, label and period a key of its own', async () => {
  const folder = newFolder();
  const requests: Partial<WantedKey>[] = [
    {},
    { contentId: 'film2' },
    { scheme: 'sample-aes' },
    { scheme: 'aes-128' },
    { label: 'HD' },
    { period: 1 },
    { contentId: 'a/b' },
    { contentId: 'a:b' },
    { contentId: '../../../etc/passwd' },
    { contentId: '가'.repeat(66) },
  ];
  const keys: string[] = [];
  for (const request of requests) keys.push(plain(await ask(folder, request)));
  const parts = keys.flatMap((key) => key.split(','));
  assert.is(new Set(parts).size, 3 * requests.length);
  assert.is(readdirSync(folder).length, requests.length);
});

test('a store that knew single keys alone: its key is that of ALL in the first period, and of nothing else', async () => {
  const folder = newFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const name = `film.cenc.ALL.0.${createHash('sha256').update('["film","cenc","ALL",0]').digest('hex').slice(0, 32)}`;
  const record = {
    format: 'sealpack-key-1',
    contentId: 'film',
    scheme: 'cenc',
    label: 'ALL',
    period: 0,
    keyId: '12ea753c-23e7-4c02-8474-b2b976c43beb',
    key: '00112233445566778899aabbccddeeff',
    iv: 'f0e0d0c0b0a090807060504030201000',
    created: '2025-01-02T03:04:05.000Z',
  };
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(record), { mode: 0o600 });
  const labels = ['ALL', 'HD', 'AUDIO'];
  const old = await ask(folder, { labels });
  assert.is(toHex(old.reveal()), record.key);
  const places: Partial<WantedKey>[] = [{ label: 'HD' }, { label: 'AUDIO' }, { period: 1 }];
  for (const place of places) assert.is.not(plain(await ask(folder, { labels, ...place })), plain(old));
  assert.is(plain(await ask(folder)), plain(old));
});

test('the key is by chance even in a reproducible run', async () => {
  assert.is.not(plain(await ask(newFolder())), plain(await ask(newFolder())));
});

test('gives one key to all who ask at the same moment', async () => {
  const folder = newFolder();
  const keys = await Promise.all(Array.from({ length: 40 }, () => ask(folder)));
  assert.is(new Set(keys.map(plain)).size, 1);
  onlyFile(folder);
});

test('gives one key to processes that ask at the same moment', async () => {
  const folder = newFolder();
  const module = new URL('../helpers/titles/ask-local-key.ts', import.meta.url).pathname;
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => command(process.execPath, ['--import', 'tsx', module, folder])),
  );
  assert.is(new Set(answers.map(String)).size, 1);
  assert.match(String(answers[0]), /^[0-9a-f]{32},[0-9a-f]{32},[0-9a-f]{32}$/);
  onlyFile(folder);
});

test('refuses a file whose key is zeros or its own id', async () => {
  const folder = newFolder();
  await ask(folder);
  const path = onlyFile(folder);
  const record = JSON.parse(readFileSync(path, 'utf8')) as { keyId: string };
  for (const key of ['00'.repeat(16), record.keyId.replaceAll('-', '')]) {
    writeFileSync(path, JSON.stringify({ ...record, key }));
    assert.is((await failureOf(ask(folder))).code, 'INVALID_KEY');
  }
});

test('refuses a file that others may read, and leaves it as it is', async () => {
  const folder = newFolder();
  await ask(folder);
  const path = onlyFile(folder);
  chmodSync(path, 0o640);
  const error = await failureOf(ask(folder));
  assert.is(error.code, 'KEY_STORE');
  assert.match(error.message, /other users may read it/);
  assert.is(error.hint, `Make it yours alone: chmod 600 '${path}'`);
  chmodSync(path, 0o600);
  await ask(folder);
});

test('refuses a folder that others may write to', async () => {
  const folder = newFolder();
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o777);
  const error = await failureOf(ask(folder));
  assert.match(error.message, /other users may write to it/);
  assert.equal(readdirSync(folder), []);
});

/** A user that is neither root nor this one. Only root can give a file away. */
const SOMEBODY = 12_345;
const isRoot = process.geteuid?.() === 0;

test(`refuses a file, a folder and a parent of another user${isRoot ? '' : ' (all at once: only root can give them away)'}`, async () => {
  const folder = newFolder();
  await ask(folder);
  const file = onlyFile(folder);
  const own = process.geteuid!;
  for (const path of isRoot ? [file, folder, join(folder, '..')] : [folder]) {
    if (isRoot) chownSync(path, SOMEBODY, SOMEBODY);
    else process.geteuid = () => SOMEBODY;
    try {
      const error = await failureOf(ask(folder));
      assert.is(error.code, 'KEY_STORE');
      if (isRoot)
        assert.ok(
          error.message.includes(`${path}: it belongs to another user (${SOMEBODY}).`),
          error.message,
        );
    } finally {
      if (isRoot) chownSync(path, 0, 0);
      process.geteuid = own;
    }
  }
  await ask(folder);
});

test('refuses a folder below one that every user may write to, unless it is sticky', async () => {
  const folder = newFolder();
  await ask(folder);
  chmodSync(join(folder, '..'), 0o777);
  assert.match((await failureOf(ask(folder))).message, /deep: other users may write to it/);
  chmodSync(join(folder, '..'), 0o1777);
  await ask(folder);
});

test('refuses a key behind a symbolic link; a folder may be one, when everything on its way is trusted', async () => {
  const folder = newFolder();
  const key = await ask(folder);
  const file = onlyFile(folder);
  const parent = temporaryFolder('keys');
  symlinkSync(join(folder, '..'), join(parent, 'link'));
  assert.is(plain(await ask(join(parent, 'link/keys'))), plain(key));
  if (isRoot) {
    lchownSync(join(parent, 'link'), SOMEBODY, SOMEBODY);
    const { message } = await failureOf(ask(join(parent, 'link/keys')));
    assert.match(message, /link: it belongs to another user/);
    lchownSync(join(parent, 'link'), 0, 0);
  }
  chmodSync(join(folder, '..'), 0o777);
  assert.match((await failureOf(ask(join(parent, 'link/keys')))).message, /other users may write to it/);
  chmodSync(join(folder, '..'), 0o700);
  renameSync(file, join(parent, 'moved'));
  symlinkSync(join(parent, 'moved'), file);
  assert.match((await failureOf(ask(folder))).message, /it is a symbolic link/);
});

test('what killed runs have left is removed, when they are gone or it is old', async () => {
  const folder = temporaryFolder('keys');
  const random = '0123456789abcdef';
  const system = '0123456789ab';
  const names = {
    running: `.sealpack-tmp-${system}-1-1-${random}`,
    gone: `.sealpack-tmp-${system}-2-1-${random}`,
    elsewhere: `.sealpack-tmp-${system}-3-1-${random}`,
    former: `.sealpack-${random}`,
    key: 'film.cenc.ALL.0.0123.json',
  };
  for (const name of Object.values(names)) writeFileSync(join(folder, name), 'secret');
  const states: Record<string, ProcessState> = { 1: 'running', 2: 'gone', 3: 'elsewhere' };
  const processes = { own: '', stateOf: (mark: string) => states[mark.split('-')[1]!]! };
  const after = async (seconds: number): Promise<string[]> => {
    await removeTemporaries(folder, processes, Date.now() + seconds * 1000);
    return readdirSync(folder).sort();
  };
  const { running, elsewhere, former, key } = names;
  assert.equal(await after(0), [former, elsewhere, running, key].sort());
  assert.equal(await after(4000), [running, key].sort());
});

test('a store in which a run was killed is clean after the next key', async () => {
  const folder = newFolder();
  const script = `import * as fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
fs.default.link = async () => process.kill(process.pid, 'SIGKILL');
syncBuiltinESMExports();
process.argv[2] = ${JSON.stringify(folder)};
await import('${new URL('../helpers/titles/ask-local-key.ts', import.meta.url)}');`;
  const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', script, '-', folder];
  assert.is(spawnSync(process.execPath, args).signal, 'SIGKILL');
  assert.match(readdirSync(folder).join(), /^\.sealpack-tmp-[^,]*$/);
  await ask(folder);
  onlyFile(folder);
});

const DAMAGE: readonly (readonly [what: string, change: (text: string) => string])[] = [
  ['is cut', (text) => text.slice(0, -40)],
  ['is empty', () => ''],
  ['is other JSON', () => '[]'],
  ['has a short key', (text) => text.replace(/"key": "../, '"key": "')],
  ['has no key id', (text) => text.replace('keyId', 'keyIdd')],
  ['is of another format', (text) => text.replace('sealpack-key-1', 'sealpack-key-2')],
  ['belongs to other content', (text) => text.replace('"film"', '"film2"')],
  ['is enormous', (text) => text + ' '.repeat(100_000)],
];

for (const [what, change] of DAMAGE) {
  test(`refuses a file that ${what}: names it, shows nothing of it, never replaces it`, async () => {
    const folder = newFolder();
    const key = await ask(folder);
    const path = onlyFile(folder);
    const damaged = change(readFileSync(path, 'utf8'));
    writeFileSync(path, damaged);
    const error = await failureOf(ask(folder));
    assert.is(error.code, 'KEY_STORE');
    assert.ok(error.message.includes(path));
    assert.not.ok(inspect(error, { depth: 9 }).includes(toHex(key.reveal()).slice(2, 20)));
    assert.is(readFileSync(path, 'utf8'), damaged);
  });
}

test('says in a sentence when the store cannot be used', async () => {
  const parent = temporaryFolder('keys');
  writeFileSync(join(parent, 'file'), '');
  const error = await failureOf(ask(join(parent, 'file')));
  assert.is(error.code, 'KEY_STORE');
  assert.is(error.plugin, 'key-local');
  mkdirSync(join(parent, 'loop'));
  symlinkSync('keys', join(parent, 'loop', 'keys'));
  assert.is((await failureOf(ask(join(parent, 'loop', 'keys')))).code, 'KEY_STORE');
});

test.run();
