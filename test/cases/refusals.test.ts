/** Combinations that cannot be: refused before a byte is written, with the reason and what to choose instead. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TitleOptions } from '../../core/contract/title-options.ts';
import { type Plugin, packageTitle, type RunEvent } from '../../core/index.ts';
import { dashCenc, hlsAes, hlsNcg, ncg } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce, temporaryFolder } from '../helpers/commands/folders.ts';
import { runCommand, sealpack } from '../helpers/commands/run-command.ts';
import { MADE_AUDIO } from '../helpers/media/audio-media.ts';
import { AV1_MEDIA } from '../helpers/media/av1-media.ts';
import { HEVC_CLIPS } from '../helpers/media/joined-media.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { VP9_MEDIA } from '../helpers/media/vp9-media.ts';
import {
  failureOf,
  filesBelow,
  outputFolder,
  packageWith,
  testPlugins,
  titleOptions,
} from '../helpers/titles/package.ts';
import { cbcsMode } from '../plugins/mode-cbcs.ts';

const test = suite('refusals');

const sound = (name: string) => (): Promise<string> =>
  MADE_AUDIO.find((media) => media.name === name)!.file();
const av1 = (): Promise<string> => AV1_MEDIA[0]!.file();
const vp9 = (): Promise<string> => VP9_MEDIA[0]!.file();
const odd = (name: string) => (): Promise<string> => oddMedia(name);
const ts = hlsAes({ container: 'ts' });
const fmp4 = hlsAes({ container: 'fmp4' });

/** MPEG-4 part 2 video, which no mode carries. */
const mpeg4 = (): Promise<string> =>
  madeOnce('mpeg4.mp4', async (path) => {
    await ffmpeg(['-f', 'lavfi', '-t', '1', '-i', 'testsrc2=size=320x180:rate=25', '-c:v', 'mpeg4', path]);
  });

/** A copy in which a word of four letters stands for another one everywhere. */
async function patched(source: string, from: string, to: string): Promise<string> {
  const bytes = await readFile(source);
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 4)) bytes.write(to, at, 'latin1');
  const path = join(temporaryFolder('patched'), `${to}.mp4`);
  await writeFile(path, bytes);
  return path;
}

/** What dash-cenc made of a file: a file of its output. */
async function encrypted(file: string): Promise<string> {
  const input = await oddMedia('ctts-v0');
  const { output } = await packageWith([dashCenc()], { inputs: [input] });
  return join(output, outputFolder('DASH', input), file);
}

type Inputs = (() => Promise<string>) | (() => Promise<readonly string[]>);

interface Refusal {
  readonly what: string;
  readonly mode: Plugin;
  readonly inputs: Inputs;
  readonly title?: Partial<TitleOptions>;
  readonly code: string;
  /** Names the track and the mode, or the files and times. */
  readonly message: RegExp;
  /** What to choose instead. */
  readonly hint: RegExp;
}

const CODEC = 'UNSUPPORTED_CODEC';
const INSTEAD_OF_TS = /hls-aes.*dash-cenc/;
const INSTEAD_OF_SAMPLE_AES = /container: 'auto' or 'fmp4'\).*dash-cenc/;

const REFUSALS: readonly Refusal[] = [
  ...[
    { what: 'HEVC', inputs: HEVC_CLIPS.large, track: 'video track 1 \\(hvc1' },
    { what: 'AV1', inputs: av1, track: 'video track 1 \\(av01' },
    { what: 'VP9', inputs: vp9, track: 'video track 1 \\(vp09' },
    { what: 'Opus', inputs: sound('opus stereo'), track: 'audio track 1 \\(Opus' },
    { what: 'FLAC', inputs: sound('flac'), track: 'audio track 1 \\(fLaC' },
  ].flatMap(({ what, inputs, track }) => [
    {
      ...{
        what: `${what} in MPEG-TS with SAMPLE-AES`,
        mode: ts,
        inputs,
        code: CODEC,
        hint: INSTEAD_OF_SAMPLE_AES,
      },
      message: new RegExp(`mode hls-aes cannot carry ${track}`),
    },
    {
      ...{
        what: `${what} in MPEG-TS with AES-128`,
        mode: hlsNcg(),
        inputs,
        code: CODEC,
        hint: INSTEAD_OF_TS,
      },
      message: new RegExp(`mode hls-ncg cannot carry ${track}`),
    },
  ]),
  {
    ...{ what: 'MP3 with SAMPLE-AES', mode: ts, inputs: sound('mp3 (MPEG-1)'), code: CODEC },
    message: /SAMPLE-AES in MPEG-TS cannot protect audio track 1 \(mp4a\.6B\)/,
    hint: /AAC, AC-3 or E-AC-3.*a mode that writes fMP4/,
  },
  {
    ...{ what: 'VP9 with cbcs', mode: fmp4, inputs: vp9, code: CODEC },
    message: /the cbcs scheme cannot protect video track 1 \(vp09/,
    hint: /modes with cbcs out for VP9.*cenc carry it.*H\.264, HEVC or AV1/,
  },
  {
    ...{ what: 'a codec that no mode carries', mode: dashCenc(), inputs: mpeg4, code: CODEC },
    message: /mode dash-cenc cannot carry video track 1 \(mp4v/,
    hint: /It carries avc1.*encode the track again/,
  },
  {
    ...{ what: 'clear sound where whole segments are encrypted', mode: hlsNcg(), inputs: odd('ctts-v0') },
    ...{ title: { clear: ['audio'] }, code: 'INVALID_OPTION' },
    message: /hls-ncg encrypts whole segments and cannot leave audio clear/,
    hint: /out of the modes, or `clear` out of the config/,
  },
  ...(['video', 'audio'] as const).map((kind) => ({
    ...{ what: `${kind} that is encrypted already`, mode: dashCenc(), code: 'UNSUPPORTED_INPUT' },
    inputs: () => encrypted(kind === 'video' ? 'media-video-1.mp4' : 'media-audio-und.mp4'),
    message: new RegExp(`track 1 is encrypted already \\("${kind === 'video' ? 'encv' : 'enca'}"\\)`),
    hint: /clear original.*sealpack decrypt/,
  })),
  {
    ...{ what: 'a file in which nothing is known', mode: dashCenc(), code: 'UNSUPPORTED_CODEC' },
    inputs: async () => patched(await oddMedia('video-only'), 'avc1', 'what'),
    message: /what\.mp4: video track 1 cannot be packaged: its codec "what" is not known/,
    hint: /H\.264.*\{ file, video: false \}/,
  },
  {
    ...{ what: 'a file with nothing but other tracks', mode: dashCenc(), code: 'NOT_MEDIA' },
    inputs: async () => patched(await oddMedia('video-only'), 'vide', 'meta'),
    message: /meta\.mp4 .* it has no video or audio track/,
    hint: /README\.md/,
  },
  {
    ...{ what: 'renditions that do not line up', mode: dashCenc(), code: 'RENDITIONS_NOT_ALIGNED' },
    inputs: async () => [await oddMedia('ctts-v0'), await oddMedia('variable-gop')],
    message: /(?=.*ctts-v0\.mp4)(?=.*variable-gop\.mp4).*\d\.\d{3} s/s,
    hint: /key frame/,
  },
  {
    ...{ what: 'a PlayReady header 4.0 with cbcs', inputs: odd('video-only'), code: 'INVALID_OPTION' },
    mode: hlsAes({ container: 'fmp4', systems: ['fairplay', ['playready', { version: '4.0.0.0' }]] }),
    message: /PlayReady header 4\.0\.0\.0 cannot announce cbcs/,
    hint: /4\.3\.0\.0/,
  },
  {
    ...{ what: 'Widevine in MPEG-TS', inputs: odd('video-only'), code: 'INVALID_OPTION' },
    mode: hlsAes({ systems: ['fairplay', 'widevine'] }),
    message: /Widevine signals cenc and cbcs only/,
    hint: /fmp4/,
  },
  ...[
    { scheme: 'cenc', mode: dashCenc(), most: 40 },
    { scheme: 'cbcs', mode: fmp4, most: 42 },
    { scheme: 'cbcs, another mode', mode: cbcsMode(), most: 42 },
  ].map(({ scheme, mode, most }) => ({
    ...{ what: `more slices than saiz can count (${scheme})`, mode, inputs: odd('many-slices'), code: CODEC },
    message: new RegExp(
      `picture 1 of video track 1 .* has 60 slices and needs 60 subsamples, .* room for ${most}: "saiz"`,
    ),
    hint: new RegExp(`at most ${most} slices a picture`),
  })),
  {
    ...{
      what: 'a track that is not there',
      mode: dashCenc(),
      inputs: odd('languages'),
      code: 'INVALID_OPTION',
    },
    title: { choices: [{ audio: ['en', 'ja'] }] },
    message: /languages\.mp4: the config asks for audio in "ja", which it does not have/,
    hint: /It has video track 1 .*audio track 3 \(mp4a\.40\.2, "kor"\)/,
  },
  {
    ...{
      what: 'a choice that leaves nothing',
      mode: dashCenc(),
      inputs: odd('languages'),
      code: 'INVALID_OPTION',
    },
    title: { choices: [{ video: false, audio: false }] },
    message: /languages\.mp4: the config leaves all of it out/,
    hint: /It has video track 1/,
  },
];

for (const { what, mode, inputs, title = {}, code, message, hint } of REFUSALS) {
  test(`${what}: before any byte, with the reason and what to choose`, async () => {
    const found = await inputs();
    const parent = temporaryFolder('refused');
    const options = titleOptions({
      ...title,
      ...{ inputs: typeof found === 'string' ? [found] : found, output: join(parent, 'out') },
    });
    const seen: string[] = [];
    // NCG could write any file: it must not, either.
    const plugins = [...testPlugins(), ncg(), mode];
    const onEvent = ({ type }: RunEvent) => seen.push(type);
    const error = await failureOf(packageTitle({ title: options, plugins, onEvent }));
    assert.is(error.code, code, error.message);
    assert.match(error.message, message);
    assert.match(error.hint ?? '', hint);
    assert.not.ok(seen.includes('plan'), 'writing had begun');
    assert.equal(await filesBelow(parent), []);
  });
}

test('tracks of other kinds are left out with a notice, and the rest is packaged', async () => {
  const { warnings, modes } = await packageWith([dashCenc()], { inputs: [await oddMedia('extra-tracks')] });
  assert.is(warnings.length, 1);
  assert.match(warnings[0]!, /track 3 is left out: it is neither video nor audio \(its handler is "tmcd"\)/);
  assert.is(modes[0]?.renditions.length, 2);
});

/** The command, with a config. */
async function runWith(folder: string, config: object): ReturnType<typeof runCommand> {
  const path = join(folder, 'packager.config.json');
  await writeFile(path, JSON.stringify({ preset: ['local', { folder: join(folder, 'keys') }], ...config }));
  return runCommand(sealpack, ['--quiet', '--workers', '0', '--config', path], folder);
}

test('the command ends with the status of what is wrong: 3 for the media, 2 for the config', async () => {
  const languages = await oddMedia('languages');
  for (const [config, status, message] of [
    [{ inputs: [await HEVC_CLIPS.large()], modes: ['hls-ncg'] }, 3, /cannot carry video track 1 \(hvc1/],
    [{ inputs: [await oddMedia('many-slices')], modes: ['dash-cenc'] }, 3, /at most 40 slices a picture/],
    [{ inputs: [{ file: languages, audio: ['ja'] }], modes: ['dash-cenc'] }, 2, /asks for audio in "ja"/],
    [{ inputs: [languages], clear: ['audio'], modes: ['hls-ncg'] }, 2, /cannot leave audio clear/],
  ] as const) {
    const folder = temporaryFolder('status');
    const outcome = await runWith(folder, config);
    assert.is(outcome.status, status, outcome.stderr);
    assert.match(outcome.stderr, message);
    assert.equal(await filesBelow(join(folder, 'out')), []);
  }
});

test.run();
