/** What a title is to play on, in whole runs: refused before anything is written, or packaged as without. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageTitle } from '../../core/index.ts';
import { dashCenc, hlsAes } from '../../plugins/index.ts';
import { targets } from '../../presets/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { sealpackProject as project, sealpackHere } from '../helpers/commands/sealpack-command.ts';
import { VP9_MEDIA } from '../helpers/media/vp9-media.ts';
import { failureOf, filesBelow, packageWith, testPlugins, titleOptions } from '../helpers/titles/package.ts';

const test = suite('targets in whole runs');
const SAMPLE = join(import.meta.dirname, '../media/sample-180p.mp4');

const REFUSAL =
  "Target safari (Safari on macOS and iOS) can play none of this title's modes: mode dash-cenc: it reads HLS, not DASH.";
const HINT = "Choose mode hls-aes, or mode cmaf with scheme: 'cbcs'.";

test('the command refuses a target that can play no mode: status 2, its sentence, nothing written', async () => {
  const folder = await project();
  const args = ['--mode', 'dash-cenc', '--target', 'safari', '--output', 'out'];
  for (const command of [[], ['plan']]) {
    const { status, stderr } = await sealpackHere([...command, ...args], folder);
    assert.is(status, 2, stderr);
    const said = stderr.replaceAll(/\s+/g, ' ');
    assert.ok(said.includes(REFUSAL), said);
    assert.ok(said.includes(HINT), said);
  }
  assert.equal(await filesBelow(join(folder, 'out')), []);
});

test('the config names its targets, and is told where one is wrong', async () => {
  const folder = temporaryFolder('targets');
  const config = { preset: 'local', inputs: [SAMPLE], modes: ['dash-cenc'], targets: ['android', 'safary'] };
  const run = async (changes: object) => {
    await writeFile(join(folder, 'packager.config.json'), JSON.stringify({ ...config, ...changes }));
    const { status, stderr } = await sealpackHere(['plan'], folder);
    return [status, stderr.replaceAll(/\s+/g, ' ')] as const;
  };
  const [misspelt, name] = await run({});
  assert.is(misspelt, 2);
  assert.ok(name.includes('targets[1]: there is no built-in target "safary". Did you mean "safari"?'), name);
  const [status, said] = await run({ targets: ['android', 'safari'] });
  assert.is(status, 2);
  assert.ok(said.includes(`targets[1]: ${REFUSAL}`), said);
  assert.ok(said.includes(HINT), said);
  const box = { name: 'box', title: 'a box', plays: [{ manifests: ['dash'], containers: ['webm'] }] };
  const [, shape] = await run({ targets: [box] });
  assert.match(shape, /targets\[0\]\.plays\[0\]\.containers\[0\]: expected one of "fmp4", "ts"/);
  assert.match(shape, /targets\[0\]\.plays\[0\]\.encryptions: missing/);
});

test('a title with targets that it serves is what it is without, byte for byte; the plan says what plays where', async () => {
  const folder = await project();
  const names = ['safari', 'android'];
  const modes = ['--mode', 'dash-cenc,hls-aes'];
  const run = [...modes, '--workers', '0'];
  for (const [output, more] of [
    ['with', ['--target', names.join()]],
    ['without', []],
  ] as const) {
    const { status, stderr } = await sealpackHere([...run, ...more, '--output', output], folder);
    assert.is(status, 0, stderr);
  }
  const files = await filesBelow(join(folder, 'with'));
  assert.ok(files.length > 5);
  assert.equal(files, await filesBelow(join(folder, 'without')));
  for (const file of files) {
    const [one, other] = await Promise.all(
      ['with', 'without'].map((output) => readFile(join(folder, output, file))),
    );
    assert.ok(one!.equals(other!), file);
  }
  const args = [...modes, '--target', names.join(), '--output', 'planned'];
  const { stdout } = await sealpackHere(['plan', '--json', ...args], folder);
  assert.equal(JSON.parse(stdout).titles[0].targets, [
    { target: 'safari', modes: ['hls-aes'] },
    { target: 'android', modes: ['dash-cenc'] },
  ]);
  const plain = await sealpackHere(['plan', ...args], folder);
  assert.match(plain.stdout, /target safari plays hls-aes\ntarget android plays dash-cenc\n/);
});

test('codecs are looked at when the title is open, and nothing is written then', async () => {
  const title = titleOptions({
    inputs: [await VP9_MEDIA[0]!.file()],
    targets: [targets.android, targets.roku],
  });
  const error = await failureOf(packageTitle({ title, plugins: [...testPlugins(), dashCenc()] }));
  assert.is(error.code, 'TARGET_NOT_SERVED');
  assert.is(error.exit, 2);
  assert.match(error.message, /^Target roku .*: mode dash-cenc: it does not decode VP9 \(video track 1/);
  assert.is(error.hint, 'Encode the video as H.264 of at most 1920x1080.');
  assert.equal(await filesBelow(title.output), []);
});

test('a title that serves its targets is packaged, with no warning of theirs', async () => {
  const facts = { inputs: [SAMPLE], targets: [targets.safari, targets.chrome, targets['playready-sl3000']] };
  const report = await packageWith([dashCenc(), hlsAes()], facts);
  assert.equal(report.warnings, []);
});

test('the help and the README name every target', async () => {
  const { stdout } = await sealpackHere(['--help'], temporaryFolder('targets'));
  const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
  const table = await readFile(join(import.meta.dirname, '../../presets/TARGETS.md'), 'utf8');
  const help = stdout.slice(stdout.indexOf('Devices:'), stdout.indexOf('Keys:'));
  for (const name of Object.keys(targets)) {
    assert.match(help, new RegExp(`[ \n]${name}[,.]`), name);
    assert.ok(readme.includes(`\`${name}\``), name);
    const short = name.replace('playready', ''); // rows that have one line
    assert.ok(table.includes(`\`${name}\``) || table.includes(`\`${short}\``), name);
  }
});

test.run();
