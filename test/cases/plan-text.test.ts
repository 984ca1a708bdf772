/** What `sealpack plan` shows of a title that has everything: that of `npm start`, and one with more of it. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { COLOUR } from '../../core/cli/format.ts';
import { type PlanTextOptions, planText } from '../../core/cli/plan-text.ts';
import type { Config, TitlePlan } from '../../core/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { planOf } from '../helpers/titles/expected-sizes.ts';
import { resolveInProject, startConfig } from '../recorded/sample-config.ts';

const test = suite('plans for people');

/** The plan of the sample, with paths as its config has them. */
async function samplePlan(more: Config = {}): Promise<TitlePlan> {
  const plan = await planOf(resolveInProject({ ...(await startConfig()), ...more }));
  return {
    ...plan,
    inputs: plan.inputs.map((input) => ({ ...input, path: input.path.replace(/.*\//, '') })),
  };
}

/** Keys of a label, as `manual` takes them. */
const testKeyOf = (first: string) => ({
  key: `${first}${'a1'.repeat(31)}`,
  keyId: `${first}${'b2'.repeat(15)}`,
});

/** As many keys as a title needs. */
const made = (): Config['preset'] => ['local', { folder: temporaryFolder('keys') }];

const linesOf = (plan: TitlePlan, options?: PlanTextOptions): string[] => planText(plan, options).split('\n');

/** The lines of a mode. */
function linesOfMode(lines: readonly string[], mode: string): string[] {
  const start = lines.findIndex((line) => line.startsWith(`${mode} (`));
  return lines.slice(start, lines.indexOf('', start));
}

test('tracks are below each other, with language, length and use', async () => {
  const lines = linesOf(await samplePlan());
  assert.equal(lines.slice(2, lines.indexOf('', 2)), [
    'sample-360p.mp4  2.22 MB',
    '  video 1  avc1.64001f  640x360  25 fps                 20.0 s  1.95 MB',
    '  audio 2  mp4a.40.2    en       2 channels, 48000 Hz   20.0 s   247 kB',
    'sample-270p.mp4  1.14 MB',
    '  video 1  avc1.64001f  480x270  25 fps                 20.0 s   971 kB',
    '  audio 2  mp4a.40.2    en       2 channels, 48000 Hz   20.0 s   154 kB',
    '    left out: its language and codec come from another track already',
    'sample-180p.mp4  569 kB',
    '  video 1  avc1.640015  320x180  25 fps                 20.0 s   436 kB',
    '  audio 2  mp4a.40.2    en       2 channels, 48000 Hz   20.0 s   117 kB',
    '    left out: its language and codec come from another track already',
    'sample-de.m4a  164 kB',
    '  audio 1  mp4a.40.2    de       2 channels, 48000 Hz   20.0 s   159 kB',
    'sample-description.m4a  260 kB',
    '  audio 1  mp4a.40.2    en       2 channels, 48000 Hz   20.0 s   255 kB  description',
    'sample-en.vtt  530 B',
    '  text 1   webvtt       en                              19.5 s           sdh',
    'sample-de.ttml  977 B',
    '  text 1   ttml         de                              19.5 s',
  ]);
  assert.ok(lines.includes('marker  12.000 s  chapter  Along the shore'));
  assert.ok(lines.includes('thumbnails  jpeg  160x90  every 2 s  in 1 image of 5 x 2'));
});

test('a mode has its players, keys with what they are for, what is clear, groups, and how text is written', async () => {
  const keys = { VIDEO: testKeyOf('10'), AUDIO: testKeyOf('20') };
  const labels: Config = {
    preset: ['manual', { keys }],
    keys: 'audio-video',
    modes: ['dash-cenc', 'hls-aes'],
  };
  const lines = linesOf(await samplePlan(labels));
  const dash = linesOfMode(lines, 'dash-cenc');
  assert.match(dash[0]!, /^dash-cenc \(cenc\) {2}DASH_sample-360p_mp4 {2}[\d.]+ MB$/);
  assert.is(dash[1], '  DASH in fMP4, for common, widevine, playready');
  assert.match(dash[2]!, /^ {2}key [\da-f-]{36} for VIDEO: video-1, video-2, video-3$/);
  assert.match(dash[3]!, /^ {2}key [\da-f-]{36} for AUDIO: audio-en, audio-de, audio-en-description$/);
  assert.is(dash[4], '  clear: text-en, text-de');
  assert.ok(dash.some((line) => /^ {2}media-text-en\.mp4 +[\d.]+ kB {2}wvtt$/.test(line)));
  assert.ok(dash.some((line) => /^ {2}media-text-de\.mp4 +[\d.]+ kB {2}stpp$/.test(line)));
  const hls = linesOfMode(lines, 'hls-aes');
  assert.is(hls[1], '  HLS in MPEG-TS, for fairplay');
  assert.ok(hls.includes('  audio group audio for 3 variants: English, German, English (description)'));
  assert.ok(
    hls.some((line) => /^ {2}text-en\/seg-1\.vtt … seg-4\.vtt \(4 files\) +[\d.]+ kB {2}WebVTT$/.test(line)),
  );
  assert.ok(hls.some((line) => /^ {2}media-1\/stream\.m3u8 … .* \(\d files\) +[\d.]+ kB$/.test(line)));
});

test('the scheme is that of the container that is written', async () => {
  const lines = linesOf(
    await samplePlan({
      plugins: [['mode-hls-aes', { container: 'fmp4', systems: ['fairplay', 'widevine'] }]],
    }),
  );
  const [heading = '', players] = linesOfMode(lines, 'hls-aes');
  assert.match(heading, /^hls-aes \(cbcs\)/);
  assert.is(players, '  HLS in fMP4, for fairplay, widevine');
});

test('what stays clear by intention is named, also within a file', async () => {
  const lines = linesOf(await samplePlan({ clear: ['audio'], modes: ['hls-aes'] }));
  const hls = linesOfMode(lines, 'hls-aes');
  assert.match(hls[2]!, / for ALL: track 1 of media-1, track 1 of media-2, track 1 of media-3$/);
  assert.is(
    hls[3],
    '  clear: track 2 of media-1, track 2 of media-2, track 2 of media-3, audio-de, audio-en-description, text-en, text-de',
  );
});

test('a clear lead and crypto periods: from when on, and the key of each', async () => {
  const rotated = { keyRotation: 6, clearLead: 6, modes: ['dash-cenc'] };
  const plan = await samplePlan({ ...rotated, preset: made(), segmentDuration: 2 });
  const lines = linesOf(plan);
  assert.equal(lines.slice(0, 4), [
    `Title sealpack-sample, 20.0 s in 10 segments, into ${plan.output}`,
    'clear lead  6.0 s in 3 segments',
    '3 crypto periods, from 6.000 s, 12.000 s, 18.000 s',
    '',
  ]);
  const [, , heading, ...keys] = linesOfMode(lines, 'dash-cenc');
  assert.is(heading, '  keys for ALL: video-1, video-2, video-3, audio-en, audio-de, audio-en-description');
  for (const period of [1, 2, 3])
    assert.match(keys[period - 1]!, new RegExp(`^ {4}[\\da-f-]{36} in period ${period}$`));
  const plain = linesOf(await samplePlan({ modes: ['dash-cenc'] }));
  assert.not(plain.some((line) => /clear lead|crypto period/.test(line)));
});

test('pictures for trick play: the input that gives them, and the unit that has them', async () => {
  const [film, search] = ['sample-360p', 'sample-180p'].map((name) => `test/media/${name}.mp4`);
  const given = await samplePlan({
    ...{ inputs: [film!, { file: search!, trickPlay: true }], modes: ['dash-cenc'] },
  });
  const lines = linesOf(given);
  assert.ok(lines.some((line) => /^ {2}video 1 +avc1\.640015 +320x180 .* {2}trick play$/.test(line)));
  const made = linesOf(await samplePlan({ inputs: [film!], trickPlay: true, modes: ['dash-cenc'] }));
  for (const one of [lines, made])
    assert.match(linesOfMode(one, 'dash-cenc')[2]!, / for ALL: video-1, .*trick/);
});

test('more crypto periods, keys of a label and segments than anybody reads are counted', async () => {
  const plan = await samplePlan({
    ...{ keyRotation: 2, segmentDuration: 2, preset: made(), modes: ['dash-cenc'] },
    plugins: [['mode-dash-cenc', { layout: 'segments' }]],
  });
  const lines = linesOf(plan);
  assert.is(
    lines[1],
    '10 crypto periods, from 0.000 s, 2.000 s, 4.000 s, 6.000 s, 8.000 s, 10.000 s and 4 more',
  );
  assert.ok(lines.includes('    and 4 more keys'));
  assert.ok(lines.some((line) => /^ {2}video\/1\/init\.mp4 … seg-10\.m4s \(11 files\) /.test(line)));
});

test('in a terminal lines are broken between words, and painted', async () => {
  const plan = await samplePlan();
  const narrow = linesOf(plan, { columns: 80 });
  for (const line of narrow) assert.ok(line.length <= 80, line);
  assert.ok(planText(plan, { paint: COLOUR }).includes('\u001B[1msample-360p.mp4\u001B[22m'));
  assert.not(planText(plan).includes('\u001B'));
});

test.run();
