import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { main } from '../../core/cli/main.ts';
import { verdictLine } from '../../core/cli/verify-text.ts';
import * as core from '../../core/index.ts';
import * as plugins from '../../plugins/index.ts';
import * as presets from '../../presets/index.ts';
import { Sink } from '../helpers/commands/cli-runs.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { serveFiles } from '../helpers/servers/static-files.ts';

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

test('the verdict is broken between words where the terminal is narrow', () => {
  const summary = 'proved: 9 samples the same as in the source';
  const result = { verdict: 'proved', summary, packages: [], findings: [], claims: [] } as const;
  assert.is(verdictLine([result], { columns: 30 }), 'proved: 9 samples the same as\n  in the source\n');
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

test('JSON names an address without the password in it', async () => {
  const manifest = readFileSync(join(cwd, 'out/HLS_sample-180p_mp4/master.m3u8'));
  const server = await serveFiles(new Map([['/film/master.m3u8', manifest]]));
  const address = server.url.replace('//', '//night:hush-hush@');
  const { out, err } = await sealpack(cwd, 'verify', `${address}/film/master.m3u8`, '--json').finally(() =>
    server.close(),
  );
  assert.is(JSON.parse(out).output, `${server.url.replace('//', '//…@')}/film/master.m3u8`, err);
  assert.not.match(out + err, 'hush');
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

/** What was found of a folder, by its place. */
async function found(cwd: string, ...argv: string[]): Promise<string[]> {
  const { out, err, status } = await sealpack(cwd, 'verify', '--json', ...argv);
  const { titles, verdict } = JSON.parse(out);
  assert.is(status === 6, verdict === 'faulty', err);
  return titles.flatMap((title: { packages: { findings: unknown[] }[]; findings: unknown[] }) =>
    [...title.packages.flatMap(({ findings }) => findings), ...title.findings].map((one) => {
      const { code, file } = one as { code: string; file: string };
      return `${code} ${file}`;
    }),
  );
}

test('a manifest that is empty, cut or something else is faulty, and the others are verified', async () => {
  const [dash, hls] = ['DASH_sample-180p_mp4/stream.mpd', 'HLS_sample-180p_mp4/master.m3u8'];
  const mpd = readFileSync(join(cwd, 'out', dash));
  for (const [path, left] of [
    [dash, ''],
    [dash, mpd.subarray(0, 1000)],
    [hls, ''],
  ] as const) {
    const lost = join(temporaryFolder('verify'), 'lost');
    cpSync(join(cwd, 'out'), lost, { recursive: true });
    writeFileSync(join(lost, path), left);
    assert.equal(await found(cwd, lost), [`DAMAGED ${path}`]);
  }
  const alone = join(temporaryFolder('verify'), 'alone.mpd');
  writeFileSync(alone, '<MPD');
  assert.match(
    (await sealpack(cwd, 'verify', alone)).out,
    'alone.mpd cannot be read: it begins as no manifest',
  );
});

test('a file that leads out of the package is told once, of the manifest', async () => {
  const folder = temporaryFolder('verify');
  for (const foreign of ['https://cdn.example/1.ts?token=abc', '../../1.ts']) {
    writeFileSync(
      join(folder, 'a.m3u8'),
      `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n${foreign}\n#EXT-X-ENDLIST\n`,
    );
    assert.equal(await found(folder, folder), ['MANIFEST_SYNTAX a.m3u8']);
  }
});

test('a file that cannot be opened is not told as one that is not there', async () => {
  const folder = temporaryFolder('verify');
  symlinkSync('/dev/null', join(folder, '1.ts'));
  writeFileSync(
    join(folder, 'a.m3u8'),
    '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n1.ts\n#EXT-X-ENDLIST\n',
  );
  assert.equal(await found(folder, folder), ['DAMAGED a.m3u8']);
});

test('containers of vendors and key files: whatever was packaged, and whatever became of them', async () => {
  const home = temporaryFolder('verify');
  const sources = ['cut.ts', 'cut.mkv'].map((name) => join(home, name));
  for (const path of sources) await ffmpeg(['-i', inputs[0]!, '-t', '1', '-c', 'copy', path]);
  const config = {
    preset: ['local', { folder: join(home, 'keys') }],
    contentId: 'film',
    modes: ['ncg', 'hls-ncg'],
    workers: 0,
  };
  writeFileSync(join(home, 'packager.config.json'), JSON.stringify({ ...config, inputs: sources }));
  const { status, err } = await sealpack(home, 'run', '--quiet');
  assert.is(status, 0, err);
  writeFileSync(join(home, 'form.json'), JSON.stringify(config));
  const form = await sealpack(home, 'verify', 'out', '--config', 'form.json');
  assert.is(form.status, 0, form.out);
  assert.match(form.out, /\ncut\.ts\.ncg {2}form\n {2}form .*are what their codec says/);
  assert.match(form.out, /\ncut\.mkv\.ncg {2}form\n {2}unchecked .*neither MP4 nor MPEG-TS/);
  const key = 'HLS-NCG_cut_ts/key.ncg';
  for (const [path, left, codes] of [
    ['cut.ts.ncg', '', ['DAMAGED cut.ts.ncg']],
    [key, '', [`DAMAGED ${key}`]],
    [key, undefined, [`FILE_MISSING ${key}`]],
    [key, readFileSync(join(home, 'out/cut.ts.ncg')), [`DAMAGED ${key}`]],
  ] as const) {
    const damaged = join(home, 'damaged');
    cpSync(join(home, 'out'), damaged, { recursive: true });
    if (left === undefined) rmSync(join(damaged, path));
    else writeFileSync(join(damaged, path), left);
    assert.equal(await found(home, damaged), codes);
    assert.equal(await found(home, damaged, '--config', 'form.json'), codes);
    rmSync(damaged, { recursive: true });
  }
});

test('with --json a command that fails says why in JSON, and nothing else', async () => {
  const empty = join(temporaryFolder('verify'), 'empty');
  mkdirSync(empty);
  for (const [argv, code, exit] of [
    [['verify', empty], 'INPUT_NOT_READABLE', 3],
    [['verify', 'out', '--preset', 'nonsense'], 'INVALID_OPTION', 2],
    [['verify'], 'INVALID_OPTION', 2],
    [['inspect', join(empty, 'nothing')], 'INPUT_NOT_FOUND', 3],
    [['inspect', 'out', '--nonsense'], 'INVALID_OPTION', 2],
    [['plan', 'nothing.mp4', '--preset', 'local'], 'INPUT_NOT_FOUND', 3],
  ] as const) {
    const { status, out, err } = await sealpack(cwd, ...argv, '--json');
    assert.is(status, exit);
    const { version, error } = JSON.parse(out);
    assert.equal([version, error.code, error.exit], [1, code, exit]);
    assert.match(err, `code: ${code}`);
  }
});

test('plan, keys, verify and clean take the titles of a manifest, and --only, as run does', async () => {
  const folder = temporaryFolder('verify-list');
  const config = {
    preset: ['local', { folder: join(folder, 'keys') }],
    modes: ['dash-cenc'],
    output: 'out/{contentId}',
    workers: 0,
  };
  writeFileSync(join(folder, 'packager.config.json'), JSON.stringify(config));
  const rows = ['a', 'b', 'c'].map((name) => `${name},${inputs[0]}`);
  writeFileSync(join(folder, 'titles.csv'), `contentId,inputs\n${rows.join('\n')}\n`);
  const list = async (command: readonly string[], ...more: string[]) => {
    const told = await sealpack(folder, ...command, '--manifest', 'titles.csv', ...more);
    assert.is(told.status, 0, told.err);
    return told.out;
  };
  const planned = JSON.parse(await list(['plan'], '--only', 'b,c', '--json'));
  assert.equal(
    planned.titles.map(({ contentId, output }: Record<string, string>) => [contentId, output]),
    [
      ['b', 'out/b'],
      ['c', 'out/c'],
    ],
  );
  assert.equal((await list(['keys'], '--only', 'a')).match(/^Content id .*$/gm), ['Content id   a']);
  await list(['run'], '--quiet', '--only', '1-2');
  assert.match(await list(['verify', 'out/b']), /proved/);
  const cleaned = JSON.parse(await list(['clean'], '--json'));
  assert.equal(
    cleaned.locations.map(({ location }: { location: string }) => location),
    ['a', 'b', 'c'].map((name) => join(folder, 'out', name)),
  );
  const none = await sealpack(folder, 'clean', '--manifest', 'titles.csv', '--only', 'x');
  assert.is(none.status, 2);
});

test.run();
