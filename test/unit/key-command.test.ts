import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toHex } from '../../core/base/bytes.ts';
import type { PackagerError } from '../../core/index.ts';
import { type KeyCommandOptions, keyCommand } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { askKey, keyRequest, testRun } from '../helpers/titles/ask.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('key-command');

const KEY_ID = '00010203-0405-0607-0809-0a0b0c0d0e0f';
const KEY = '101112131415161718191a1b1c1d1e1f';
const IV = 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf';
const PARTS = { keyId: KEY_ID, key: KEY, iv: IV };

/** A program of JavaScript, in a file: the arguments are not to hold the key either. */
function program(source: string): KeyCommandOptions['command'] {
  const path = join(temporaryFolder('key-command'), 'program.mjs');
  writeFileSync(path, source);
  return [process.execPath, path];
}

/** A program that prints what is in a file. */
function saying(text: string | Uint8Array): KeyCommandOptions['command'] {
  const path = join(temporaryFolder('key-command'), 'output');
  writeFileSync(path, text);
  return ['cat', path];
}

const printing = (value: unknown) => saying(JSON.stringify(value));

const ask = (command: KeyCommandOptions['command'], more: Partial<KeyCommandOptions> = {}, facts = {}) =>
  askKey(keyCommand({ command, ...more }), keyRequest(facts));

/** The failure, in which the key is in no spelling. */
async function refusal(command: KeyCommandOptions['command'], more = {}): Promise<PackagerError> {
  const error = await failureOf(ask(command, more));
  const text = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error);
  const base64 = Buffer.from(KEY, 'hex').toString('base64');
  for (const secret of [KEY, KEY.toUpperCase(), base64]) assert.not.ok(text.includes(secret), text);
  return error;
}

test('the key is what the program prints, in hexadecimal or Base64', async () => {
  const base64 = (hex: string) => Buffer.from(hex.replaceAll('-', ''), 'hex').toString('base64');
  const values = [PARTS, { keyId: base64(KEY_ID), key: base64(KEY), iv: base64(IV) }];
  for (const parts of values) {
    const key = (await ask(printing(parts)))!;
    assert.is(key.uuid, KEY_ID);
    assert.is(toHex(key.reveal()), KEY);
    assert.is(toHex(key.iv!), IV);
  }
  const { iv: _, ...withoutIv } = PARTS;
  assert.is((await ask(printing(withoutIv)))!.iv, undefined);
});

test('what is asked is in the environment, and no shell reads the arguments', async () => {
  const source = `
    const names = ['CONTENT_ID', 'MODE', 'SCHEME', 'LABEL', 'PERIOD'];
    const asked = [...names.map((name) => process.env['SEALPACK_' + name]), ...process.argv.slice(2)].join('|');
    const { createHash } = await import('node:crypto');
    const key = createHash('sha256').update(asked).digest('hex').slice(0, 32);
    console.log(JSON.stringify({ keyId: '${KEY_ID}', key }));`;
  const facts = {
    contentId: 'film $(id) "é"',
    mode: 'hls-aes',
    scheme: 'sample-aes',
    label: 'HD',
    period: 2,
  };
  const key = await ask([...program(source), '$HOME', '*'], {}, facts);
  const asked = 'film $(id) "é"|hls-aes|sample-aes|HD|2|$HOME|*';
  assert.is(toHex(key!.reveal()), createHash('sha256').update(asked).digest('hex').slice(0, 32));
});

test('a program that fails says why, without the key', async () => {
  const source = `
    console.log('${JSON.stringify(PARTS)}');
    console.error('The HSM is \\u001b[31mlocked\\u001b[0m. I would have said ${KEY}, that is ${Buffer.from(KEY, 'hex').toString('base64')}.');
    process.exitCode = 3;`;
  const error = await refusal(program(source));
  assert.is(error.code, 'SERVER_ERROR');
  assert.match(
    error.message,
    /^The program .* ended with exit status 3: The HSM is .*locked.*\. I would have said \[…\]/,
  );
  assert.not.match(error.message, '\u001b');
  assert.match(error.hint!, 'SEALPACK_CONTENT_ID');
});

test('a long complaint is cut, a signal is named, silence is told', async () => {
  const long = await refusal(program(`process.stderr.write('no '.repeat(1e5)); process.exitCode = 1;`));
  assert.ok(long.message.length < 500, String(long.message.length));
  const killed = await refusal(program(`process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000);`));
  assert.match(killed.message, /was ended by SIGTERM\.$/);
  assert.match((await refusal(program('process.exitCode = 7;'))).message, /ended with exit status 7\.$/);
});

test('a program that is not there, or may not be run', async () => {
  const missing = await refusal(['/nowhere/get-key']);
  assert.is(missing.code, 'INVALID_OPTION');
  assert.is(missing.message, 'The program /nowhere/get-key cannot be started: there is none.');
  const folder = await refusal([temporaryFolder('key-command')]);
  assert.match(folder.message, 'cannot be started: it may not be executed');
  // The key itself in the place of the program.
  assert.not.match((await refusal([KEY])).message, KEY);
});

test('what is no key is refused without a word of it', async () => {
  const { keyId, key } = PARTS;
  for (const [command, code, message] of [
    [saying(''), 'KEY_DOCUMENT', /is no JSON/],
    [saying(KEY), 'KEY_DOCUMENT', /is no JSON/],
    [saying(Uint8Array.of(0xff, 0xfe)), 'KEY_DOCUMENT', /is no JSON/],
    [saying(`Key: ${JSON.stringify(PARTS)}`), 'KEY_DOCUMENT', /is no JSON/],
    [printing([PARTS]), 'KEY_DOCUMENT', /is no object/],
    [printing(KEY), 'KEY_DOCUMENT', /is no object/],
    [printing(null), 'KEY_DOCUMENT', /is no object/],
    [printing({ ...PARTS, KEY }), 'KEY_DOCUMENT', /more than/],
    [printing({ key }), 'KEY_DOCUMENT', /no text `keyId`/],
    [printing({ keyId }), 'KEY_DOCUMENT', /no text `key`/],
    [printing({ keyId, key: 7 }), 'KEY_DOCUMENT', /no text `key`/],
    [printing({ ...PARTS, iv: null }), 'KEY_DOCUMENT', /no text `iv`/],
    [
      printing({ keyId, key: KEY + IV }),
      'KEY_SIZE',
      /`key` of what the program prints must have 16 bytes, but has 32/,
    ],
    [printing({ keyId: KEY_ID.slice(0, 8), key }), 'KEY_SIZE', /`keyId`/],
    [printing({ ...PARTS, iv: IV.slice(2) }), 'KEY_SIZE', /`iv`/],
    [printing({ keyId, key: `${KEY}!` }), 'INVALID_KEY', /neither Base64 nor hexadecimal/],
    [printing({ keyId, key: '00'.repeat(16) }), 'INVALID_KEY', /all zeros/],
    [printing({ keyId, key: KEY_ID.replaceAll('-', '') }), 'INVALID_KEY', /its own key id/],
  ] as const) {
    const error = await refusal(command);
    assert.is(error.code, code, String(message));
    assert.match(error.message, message);
  }
});

test('one that prints without end is stopped', async () => {
  const error = await refusal(program(`setInterval(() => process.stdout.write('${KEY}'.repeat(1000)), 1);`));
  assert.is(error.code, 'SERVER_ERROR');
  assert.match(error.message, 'printed more than 65536 bytes');
});

/** Starts another program that holds its output, and tells by a file that both are there; then waits for ever. */
const waiting = (sign: string) => `
  const { spawn } = await import('node:child_process');
  const { writeFileSync } = await import('node:fs');
  const { pid } = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
  writeFileSync(${JSON.stringify(sign)}, String(pid));
  setInterval(() => {}, 1000);`;

const ended = async (pid: number): Promise<void> => {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

test('one that takes too long is told by its limit', async () => {
  const error = await refusal(program('setInterval(() => {}, 1000);'), { timeoutSeconds: 0.5 });
  assert.is(error.code, 'REQUEST_FAILED');
  assert.match(error.message, /could not be asked: it took longer than 0\.5 s\.$/);
});

test('one that is stopped is ended with all that it has started', async () => {
  const sign = join(temporaryFolder('key-command'), 'pid');
  const controller = new AbortController();
  const plugin = keyCommand({ command: program(waiting(sign)), timeoutSeconds: 600 });
  const answer = failureOf(askKey(plugin, keyRequest(), testRun('feature.mp4', controller.signal)));
  const started = () => existsSync(sign) && readFileSync(sign, 'utf8');
  while (!started()) await new Promise((resolve) => setTimeout(resolve, 10));
  controller.abort();
  assert.is((await answer).code, 'CANCELLED');
  await ended(Number(started()));
});

test.run();
