/** What cannot be used for trick play, and what is said of it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TitleOptions } from '../../core/contract/title-options.ts';
import { packageTitle, resolveConfig } from '../../core/index.ts';
import { cmaf, dashCenc, hlsAes } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { runCommand, sealpack } from '../helpers/commands/run-command.ts';
import { keyFramesOf, RENDITIONS, trickMedium } from '../helpers/media/trick-media.ts';
import { readSegments } from '../helpers/oracles/hls.ts';
import {
  failureOf,
  filesBelow,
  outputFolder,
  packageWith,
  testPlugins,
  titleOptions,
} from '../helpers/titles/package.ts';
import { acmeMode } from '../plugins/mode-acme.ts';

const test = suite('refused for trick play');

const withGiven = (file: string): Pick<TitleOptions, 'inputs' | 'choices'> => ({
  inputs: [RENDITIONS[2]!, file],
  choices: [undefined, { trickPlay: true }],
});

const REFUSED = {
  'half as long': {
    medium: () => trickMedium('half', { length: 10 }),
    code: 'RENDITIONS_NOT_ALIGNED',
    says: /trick-half\.mp4 is given for trick play and does not line up: it ends at 10\.000 s, the title's pictures at 20\.000 s/,
  },
  'longer than the title': {
    medium: () =>
      trickMedium('longer', {
        from: RENDITIONS[2]!,
        more: ['-vf', 'fps=2,tpad=stop_duration=5', '-t', '25'],
      }),
    code: 'RENDITIONS_NOT_ALIGNED',
    says: /it ends at 25\.000 s, the title's pictures at 20\.000 s/,
  },
  'in another codec': {
    medium: () => trickMedium('vp9', { encoder: ['libvpx-vp9', '-g', '1', '-speed', '8', '-b:v', '200k'] }),
    code: 'UNSUPPORTED_CODEC',
    says: /in VP9, and the pictures of the title are in H\.264: players do not change their decoder/,
  },
} as const;

for (const [name, { medium, code, says }] of Object.entries(REFUSED)) {
  test(`${name}: a sentence, and nothing is written`, async () => {
    const title = titleOptions(withGiven(await medium()));
    for (const mode of [dashCenc(), cmaf(), hlsAes()]) {
      const error = await failureOf(packageTitle({ title, plugins: [...testPlugins(), mode] }));
      assert.is(error.code, code);
      assert.match(error.message, says);
      assert.ok(error.hint, 'what to do');
    }
    assert.equal(await filesBelow(title.output), []);
  });
}

test('of short GOPs only the key frames are taken, and it is said', async () => {
  const file = await trickMedium('short-gop', { rate: '6', encoder: ['libx264', '-g', '3', '-bf', '1'] });
  const report = await packageWith([dashCenc(), cmaf()], withGiven(file));
  assert.ok(
    report.warnings.some((line) =>
      /only the 40 key frames of video track 1 .* are taken for trick play: 80 other pictures are left out/.test(
        line,
      ),
    ),
    report.warnings.join('\n'),
  );
  const folder = join(report.output, outputFolder('CMAF', RENDITIONS[2]!));
  const listed = await readSegments(join(folder, 'trick-1/iframe.m3u8'));
  assert.is(listed.length, (await keyFramesOf(file)).length);
  assert.ok(listed.every(({ lines }) => lines[0] === '#EXTINF:0.500000,'));
});

/** A file of 40 pictures and 10 key frames with another `stss`. */
async function withMarks(name: string, change: (bytes: Buffer, stss: number) => void): Promise<string> {
  const source = await trickMedium('gop-4', { encoder: ['libx264', '-g', '4', '-bf', '0'] });
  const bytes = Buffer.from(await readFile(source));
  const stss = bytes.indexOf('stss', 0, 'latin1');
  assert.ok(stss > 0);
  change(bytes, stss);
  const path = join(temporaryFolder('marks'), name);
  await writeFile(path, bytes);
  return path;
}

test('pictures that are marked as key frames and are none: refused, with the first of them', async () => {
  // Without the box all are key frames.
  const file = await withMarks('all.mp4', (bytes, stss) => bytes.write('free', stss, 'latin1'));
  const title = titleOptions(withGiven(file));
  const error = await failureOf(packageTitle({ title, plugins: [...testPlugins(), dashCenc()] }));
  assert.is(error.code, 'UNSUPPORTED_INPUT');
  assert.match(
    error.message,
    /all\.mp4: it is given for trick play, where each picture is decoded alone, and 30 of 40 pictures that are marked as key frames are no IDR pictures, the first at 0:00:00\.500/,
  );
  assert.equal(await filesBelow(title.output), []);
});

test('a file without a key frame, or without video, and a title without another one', async () => {
  const none = await withMarks('none.mp4', (bytes, stss) => bytes.writeUInt32BE(0, stss + 8));
  const sound = join(temporaryFolder('sound'), 'sound.m4a');
  await ffmpeg(['-i', RENDITIONS[2]!, '-vn', '-c', 'copy', sound]);
  const alone = { inputs: [await trickMedium('2fps')], choices: [{ trickPlay: true }] };
  for (const [facts, code, says] of [
    [
      withGiven(none),
      'UNSUPPORTED_INPUT',
      /it is given for trick play, and video track 1 .* has no key frame/,
    ],
    [withGiven(sound), 'INVALID_OPTION', /the config takes it for trick play, and it has no video/],
    [alone, 'INVALID_OPTION', /is given for trick play, and the title has no other video/],
  ] as const) {
    const title = titleOptions(facts);
    const error = await failureOf(packageTitle({ title, plugins: [...testPlugins(), dashCenc()] }));
    assert.is(error.code, code);
    assert.match(error.message, says);
    assert.equal(await filesBelow(title.output), []);
  }
});

test('a mode that does not know it goes without, and says so', async () => {
  const mode = acmeMode({ service: 'https://acme.test/licence' });
  const title = titleOptions({ ...withGiven(await trickMedium('2fps')), trickPlay: true });
  const report = await packageTitle({ title, plugins: [...testPlugins(), mode] });
  assert.ok(
    report.warnings.some((line) =>
      /mode acme has no place for trick play: video track 1 .* is left out there/.test(line),
    ),
  );
  assert.equal(
    report.modes[0]!.renditions.map(({ unit }) => unit.id).filter((id) => id.includes('trick')),
    [],
  );
});

test('configs: what else is said of such an input is a mistake', () => {
  const resolved = (input: object) =>
    resolveConfig(
      { inputs: ['a.mp4', { file: 'trick.mp4', ...input }] },
      { builtins: { plugins: {}, presets: {} }, base: '/' },
    );
  assert.equal(resolved({ trickPlay: true, video: 2 }).title.choices?.[1]?.trickPlay, true);
  assert.is(resolved({ trickPlay: false, audio: 'en' }).title.choices?.[1]?.trickPlay, undefined);
  assert.is(resolved({}).title.trickPlay, undefined);
  for (const more of [
    { audio: 'en' },
    { language: 'en' },
    { roles: 'main' },
    { label: 'fast' },
    { sdh: true },
    // No video is no pictures for trick play.
    { video: false },
  ])
    assert.throws(() => resolved({ trickPlay: true, ...more }), /inputs\[1\].*pictures for trick play alone/);
  assert.throws(() => resolved({ trickPlay: 'yes' }), /inputs\[1\]\.trickPlay: expected true or false/);
});

test('sealpack plan says what is for trick play', async () => {
  const folder = temporaryFolder('plan-trick');
  const config = join(folder, 'packager.config.json');
  const inputs = [RENDITIONS[2], { file: await trickMedium('2fps'), trickPlay: true }];
  const own = {
    contentId: 'film',
    preset: ['local'],
    modes: ['dash-cenc', 'hls-aes'],
    output: join(folder, 'out'),
  };
  await writeFile(config, JSON.stringify({ ...own, inputs }));
  const given = await runCommand(sealpack, ['plan', '--config', config], folder);
  assert.is(given.status, 0, given.stderr);
  assert.match(given.stdout, /media-trick-1\.mp4/);
  assert.match(given.stdout, /trick-1\/iframe\.m3u8/);
  await writeFile(config, JSON.stringify({ ...own, inputs: inputs.slice(0, 1), trickPlay: true }));
  const json = await runCommand(sealpack, ['plan', '--config', config, '--json'], folder);
  const [plan] = JSON.parse(json.stdout).titles;
  const unit = plan.modes[0].units.find((one: { unit: string }) => one.unit === 'trick-1');
  assert.equal(unit.tracks, [{ input: 0, id: 1, trickPlay: 'key-frames' }]);
});

test.run();
