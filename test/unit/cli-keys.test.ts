import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { main } from '../../core/cli/main.ts';
import * as core from '../../core/index.ts';
import * as plugins from '../../plugins/index.ts';
import * as presets from '../../presets/index.ts';
import { Sink } from '../helpers/commands/cli-runs.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { SERVER_PATHS } from '../helpers/servers/key-server-paths.ts';
import { startKeyServer, TEST_TOKEN } from '../servers/key-server.ts';

const test = suite('cli keys');

async function sealpack(cwd: string, ...argv: string[]) {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const { signal } = new AbortController();
  const shell = { stdin: Readable.from([]), stdout, stderr, env: {}, cwd, signal, now: () => 0 };
  const parts = {
    builtins: { plugins: plugins.plugins, presets: presets.presets },
    modules: { sealpack: core, 'sealpack/plugins': plugins, 'sealpack/presets': presets },
    entry: 'file:///bin.ts',
  };
  const status = await main(argv, shell, async () => parts);
  return { status, out: stdout.text, err: stderr.text };
}

test('shows key ids, modes, labels and systems; the key itself only with --reveal', async () => {
  const server = await startKeyServer();
  try {
    const cwd = temporaryFolder('keys');
    const url = server.url + SERVER_PATHS['pallycon-v2'];
    const config = { preset: ['pallycon', { kms: { url, token: TEST_TOKEN } }] };
    writeFileSync(join(cwd, 'packager.config.json'), JSON.stringify(config));
    const { status, out, err } = await sealpack(cwd, 'keys', '--content-id', 'film-7');
    assert.is(status, 0, err);
    const [issued] = server.issued;
    assert.match(out, /^Content id {3}film-7\n\nKey id {7}/);
    assert.ok(
      out.includes(
        `Key id       ${issued!.kid}\nModes        dash-cenc, hls-aes, hls-ncg\nFor          ALL, period 0\nLabels       HD\n`,
      ),
      out,
    );
    const systems = 'Widevine (pssh), PlayReady (pssh), FairPlay (key URI), HLS AES-128 (key URI)';
    assert.match(out, `DRM systems  ${systems}\n`);
    const secrets = [issued!.key, issued!.cek.subarray(0, 16), issued!.cek.subarray(16), issued!.iv].map(
      (bytes) => bytes.toString('hex'),
    );
    for (const secret of [...secrets, TEST_TOKEN]) assert.not.ok(out.includes(secret));

    const revealed = await sealpack(cwd, 'keys', '--content-id', 'film-7', '--reveal');
    for (const secret of secrets) assert.ok(revealed.out.includes(secret));
    assert.not.ok(revealed.out.includes(TEST_TOKEN));

    const one = await sealpack(cwd, 'keys', '--content-id', 'film-7', '--mode', 'ncg');
    assert.match(one.out, 'Modes        ncg\n');
    assert.not.match(one.out, 'dash-cenc');
  } finally {
    await server.close();
  }
});

test('needs no inputs and no config with a preset; no key is an error with its exit status', async () => {
  const cwd = temporaryFolder('keys');
  const none = await sealpack(cwd, 'keys', '--preset', 'pallycon', '--content-id', 'film');
  assert.is(none.status, 5);
  assert.match(none.err, /NO_KEY/);
  const local = await sealpack(cwd, 'keys', '--config', 'none.json');
  assert.is(local.status, 2);
});

test('each label has its key, with its period and id; one without is told, and none at all is an error', async () => {
  const cwd = temporaryFolder('keys');
  const hex = (byte: string) => byte.repeat(16);
  const config = (labels: object, policy = 'by-quality') => ({
    keys: policy,
    preset: ['manual', { keys: labels }],
    modes: ['dash-cenc'],
  });
  const labels = {
    SD: { key: hex('a1'), keyId: hex('01') },
    AUDIO: [{ key: hex('a2'), keyId: hex('02') }],
  };
  writeFileSync(join(cwd, 'packager.config.json'), JSON.stringify(config(labels)));
  const { status, out, err } = await sealpack(cwd, 'keys', '--content-id', 'film');
  assert.is(status, 0, err);
  const id = (byte: string) => hex(byte).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  assert.ok(
    out.includes(`Key id       ${id('01')}\nModes        dash-cenc\nFor          SD, period 0\n`),
    out,
  );
  assert.ok(
    out.includes(`Key id       ${id('02')}\nModes        dash-cenc\nFor          AUDIO, period 0\n`),
    out,
  );
  assert.match(out, 'No key for   HD (dash-cenc), UHD1 (dash-cenc), UHD2 (dash-cenc): packaging ends');
  for (const secret of [hex('a1'), hex('a2')]) assert.not.ok(out.includes(secret));

  writeFileSync(join(cwd, 'packager.config.json'), JSON.stringify(config({ HDR: labels.SD })));
  const none = await sealpack(cwd, 'keys', '--content-id', 'film');
  assert.match(none.err, /NO_KEY.*no key for label SD, only for HDR|no key for label SD, only for HDR/);
  assert.is(none.status, 5);
});

test('ncg and keys of several labels: refused by our own sentence, and no server is asked', async () => {
  const server = await startKeyServer();
  try {
    const cwd = temporaryFolder('keys');
    const url = server.url + SERVER_PATHS['pallycon-v2'];
    const config = {
      preset: ['pallycon', { kms: { url, token: TEST_TOKEN } }],
      keys: 'by-quality',
      modes: ['ncg'],
    };
    writeFileSync(join(cwd, 'packager.config.json'), JSON.stringify(config));
    const { status, err } = await sealpack(cwd, 'keys', '--content-id', 'film-7');
    assert.is.not(status, 0);
    assert.match(err, /Mode ncg encrypts files as they are, each under one key/);
    assert.is(server.requests.length, 0);
  } finally {
    await server.close();
  }
});

test('limits that name sound among pictures are refused with the place in the config', async () => {
  const cwd = temporaryFolder('keys');
  const config = { preset: 'local', keys: { limits: { AUDIO: '576p', HD: 'max' } } };
  writeFileSync(join(cwd, 'packager.config.json'), JSON.stringify(config));
  const { status, err } = await sealpack(cwd, 'keys', '--content-id', 'film-7');
  assert.is(status, 2);
  assert.match(err, /keys: .*has the label AUDIO, which is that of sound/);
});

test('limits that are none, and names that are no labels, are told in words', async () => {
  const cwd = temporaryFolder('keys');
  for (const [limits, words] of [
    [{}, /keys\.limits: expected sizes by label, .*, got an empty object\./],
    [{ 'full hd': 'max' }, /keys\.limits: expected a label: 1 to 64 letters, .*, got "full hd"\.\n {2}code/],
  ] as const) {
    writeFileSync(join(cwd, 'packager.config.json'), JSON.stringify({ preset: 'local', keys: { limits } }));
    const { status, err } = await sealpack(cwd, 'keys', '--content-id', 'film-7');
    assert.is(status, 2);
    assert.match(err, words);
  }
});

test.run();
