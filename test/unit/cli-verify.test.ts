import { cpSync, readFileSync, writeFileSync } from 'node:fs';
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

const test = suite('cli verify');

const MEDIA = join(import.meta.dirname, '../media');

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

const cwd = temporaryFolder('verify');
const inputs = [join(MEDIA, 'sample-180p.mp4'), join(MEDIA, 'sample-en.vtt')];

test.before(async () => {
  const config = {
    preset: ['local', { folder: join(cwd, 'keys') }],
    contentId: 'film',
    modes: ['dash-cenc', 'hls-aes'],
    inputs,
    workers: 0,
  };
  writeFileSync(join(cwd, 'packager.config.json'), JSON.stringify(config));
  const { status, err } = await sealpack(cwd, 'run', '--verify', '--quiet');
  assert.is(status, 0, err);
});

test('all packages of a folder are verified, and the last line is the verdict', async () => {
  const { status, out, err } = await sealpack(cwd, 'verify', 'out');
  assert.is(status, 0, err + out);
  assert.match(out, /^DASH_sample-180p_mp4\/stream\.mpd {2}proved\n {2}proved .*samples in 2 tracks\n/);
  assert.match(out, 'HLS_sample-180p_mp4/master.m3u8  proved\n');
  assert.match(out, /\nproved: \d+ samples the same as in the source\n$/);
  const one = await sealpack(cwd, 'verify', 'out/HLS_sample-180p_mp4/master.m3u8');
  assert.is(one.status, 0);
  assert.not.match(one.out, 'stream.mpd');
});

test('JSON is the same every time, and has each finding and claim by package', async () => {
  const [one, other] = [
    await sealpack(cwd, 'verify', 'out', '--json'),
    await sealpack(cwd, 'verify', 'out', '--json'),
  ];
  assert.is(one.out, other.out);
  const told = JSON.parse(one.out);
  assert.is(told.version, 1);
  assert.is(told.verdict, 'proved');
  assert.equal(
    told.titles.flatMap((title: { packages: { path: string; kind: string }[] }) =>
      title.packages.map(({ path, kind }) => `${kind} ${path}`),
    ),
    ['mpd DASH_sample-180p_mp4/stream.mpd', 'hls HLS_sample-180p_mp4/master.m3u8'],
  );
  assert.equal(told.titles[0].findings, []);
});

test('an error has its place, what to do and a code, and ends with exit status 6', async () => {
  const damaged = join(cwd, 'damaged');
  cpSync(join(cwd, 'out'), damaged, { recursive: true });
  const file = join(damaged, 'DASH_sample-180p_mp4/media-video-1.mp4');
  const bytes = readFileSync(file);
  for (let i = 0; i < 64; i++) bytes[bytes.length - 2000 + i]! ^= 0xa5;
  writeFileSync(file, bytes);
  const { status, out } = await sealpack(cwd, 'verify', 'damaged');
  assert.is(status, 6);
  assert.match(out, 'DASH_sample-180p_mp4/stream.mpd  faulty\n');
  assert.match(
    out,
    /\nerror: video-1: video sample \d+, at [\d.]+ s, is not what video track 1 of sample-180p\.mp4 has there: .+, are others\./,
  );
  assert.match(out, /\n {2}where: DASH_sample-180p_mp4\/media-video-1\.mp4, byte \d+, [\d.]+ s\n/);
  assert.match(out, /\n {2}fix: .*\n/);
  assert.match(out, /\n {2}code: SAMPLE_DIFFERS\n/);
  assert.match(out, /\nfaulty: 1 error\n$/);
});

test('without inputs it is judged by its form; warnings count with --strict; keys are needed', async () => {
  const bare = temporaryFolder('verify');
  const form = { preset: ['local', { folder: join(cwd, 'keys') }], contentId: 'film' };
  writeFileSync(join(bare, 'form.json'), JSON.stringify(form));
  const judged = await sealpack(bare, 'verify', join(cwd, 'out'), '--config', 'form.json');
  assert.is(judged.status, 0, judged.out + judged.err);
  assert.match(judged.out, 'a wrong key would pass');
  const empty = { preset: ['local', { folder: join(bare, 'keys') }], contentId: 'film' };
  writeFileSync(join(bare, 'empty.json'), JSON.stringify(empty));
  const missing = await sealpack(bare, 'verify', join(cwd, 'out'), '--config', 'empty.json');
  assert.is(missing.status, 5);
  assert.match(missing.err, /There is no key for the key ids? [0-9a-f]{32}/);
  const blind = await sealpack(bare, 'verify', join(cwd, 'out'));
  assert.is(blind.status, 0, blind.err);
  assert.match(blind.out, /unchecked .*there is no key/);
  const nothing = await sealpack(bare, 'verify', 'nothing');
  assert.is(nothing.status, 3);
});

test.run();
