/** Text and image tracks, whoever brings them: listed, and where a mode does not carry them left out, and nothing else changes. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { planText } from '../../core/cli/plan-text.ts';
import type { Packager, Plugin, Report } from '../../core/index.ts';
import type { ModeDefinition } from '../../core/kit.ts';
import { cmaf, dashCenc, ncg } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { saying } from '../helpers/media/made-text.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { planOf } from '../helpers/titles/expected-sizes.ts';
import { failureOf, filesBelow, packageWith, testPlugins, titleOptions } from '../helpers/titles/package.ts';
import { type BesideTrack, demuxBeside, demuxVtt } from '../plugins/demux-beside.ts';

const test = suite('kinds of tracks');

const CAPTIONS: BesideTrack = {
  ...{ id: 101, kind: 'text', format: 'webvtt', codecs: 'wvtt', timescale: 1000, duration: 4000, bytes: 9 },
  ...{ language: 'eng', roles: ['caption'], label: 'English (SDH)' },
  characteristics: ['public.accessibility.describes-music-and-sound'],
  ...saying(),
};
const FRENCH: BesideTrack = { ...CAPTIONS, id: 102, language: 'fra', roles: ['subtitle'], label: 'Français' };
const THUMBNAILS: BesideTrack = {
  ...{ id: 201, kind: 'image', format: 'jpeg', language: 'und', width: 160, height: 90 },
};
const beside = () => demuxBeside([CAPTIONS, FRENCH, THUMBNAILS]);
/** A mode that was written before there was text. */
const withoutText = (): Plugin => {
  const own = cmaf();
  return {
    ...own,
    apply(packager) {
      own.apply({
        ...packager,
        mode: ({ text: _, ...definition }: ModeDefinition) => packager.mode(definition),
      } as Packager);
    },
  };
};

/** Everything that was written, by its path. */
async function writtenBy({ output }: Report): Promise<Map<string, string>> {
  const paths = await filesBelow(output);
  const read = async (path: string) =>
    [path, (await readFile(join(output, path))).toString('base64')] as const;
  return new Map(await Promise.all(paths.map(read)));
}

test('modes go without them, with a warning each, and write the very bytes that they write without them', async () => {
  const inputs = [await oddMedia('ctts-v0')];
  const plain = await packageWith([withoutText()], { inputs });
  const report = await packageWith([beside(), withoutText()], { inputs });
  assert.equal(plain.warnings, []);
  assert.equal(report.warnings, [
    'mode cmaf carries no text tracks: text track 101 (webvtt) of input 1 and 1 more are left out there.',
    'mode cmaf carries no image tracks: image track 201 (jpeg) of input 1 is left out there.',
  ]);
  assert.equal(await writtenBy(report), await writtenBy(plain));
});

test('a plan lists them with kind, language and format, and why they are left out', async () => {
  const title = titleOptions({ inputs: [await oddMedia('ctts-v0')] });
  const plan = await planOf({ title, plugins: [beside(), ...testPlugins(), withoutText()] });
  const leftOut = 'no mode of the title carries it';
  assert.equal(plan.inputs[0]?.tracks.slice(2), [
    ...[CAPTIONS, FRENCH].map(({ id, kind, language, roles, label, characteristics }) => ({
      ...{ id, kind, format: 'webvtt', language, codecs: 'wvtt', duration: 4 },
      ...{ roles, label, characteristics, leftOut },
    })),
    { id: 201, kind: 'image', format: 'jpeg', language: 'und', width: 160, height: 90, leftOut },
  ]);
  for (const mode of plan.modes) {
    assert.equal(mode.leftOut, [
      { input: 0, id: 101, why: `mode ${mode.mode} carries no text tracks.` },
      { input: 0, id: 102, why: `mode ${mode.mode} carries no text tracks.` },
      { input: 0, id: 201, why: `mode ${mode.mode} carries no image tracks.` },
    ]);
  }
  const text = planText(plan);
  assert.match(
    text,
    /^ {2}text 101 +webvtt +eng +4\.0 s +"English \(SDH\)" {2}caption .*\n {4}left out: no mode of the title carries it$/m,
  );
  assert.match(text, /^ {2}image 201 +jpeg +und +160x90\n {4}left out: /m);
  assert.match(text, /^ {2}without track 102 of .*: mode cmaf carries no text tracks\.$/m);
});

test('a mode that takes files as they are takes them along, and says nothing', async () => {
  const title = titleOptions({ inputs: [await oddMedia('ctts-v0')] });
  const plan = await planOf({ title, plugins: [beside(), ...testPlugins(), dashCenc(), ncg()] });
  const [dash, whole] = plan.modes;
  assert.equal([dash?.leftOut.length, whole?.leftOut.length], [1, 0]);
  assert.equal(plan.inputs[0]?.tracks.map(({ leftOut }) => leftOut).filter(Boolean), []);
  assert.is(plan.warnings.filter((warning) => /mode ncg/.test(warning)).length, 0);
});

/** A file of subtitles. */
async function vtt(): Promise<string> {
  const path = join(temporaryFolder('vtt'), 'film.vtt');
  await writeFile(path, 'WEBVTT\n\n00:00.000 --> 00:02.000\nHello\n');
  return path;
}

test('a file of subtitles may stand beside the film; alone it is no title', async () => {
  const file = await vtt();
  const film = await oddMedia('ctts-v0');
  const report = await packageWith([demuxVtt('kor'), dashCenc()], { inputs: [film, file] });
  assert.equal(report.warnings, []);
  assert.equal(
    report.modes[0]!.renditions.map(({ unit }) => unit.id),
    ['video-1', 'audio-und', 'text-kor'],
  );
  const alone = await failureOf(packageWith([demuxVtt('kor'), dashCenc()], { inputs: [file] }));
  assert.is(alone.code, 'NOT_MEDIA');
  assert.match(alone.message, /has no video or audio track with samples/);
});

test('the config’s choice of video and audio does not touch them', async () => {
  const inputs = [await oddMedia('ctts-v0')];
  const report = await packageWith([beside(), dashCenc()], { inputs, choices: [{ audio: false }] });
  assert.is(report.warnings.length, 1);
  const none = await failureOf(
    packageWith([beside(), dashCenc()], { inputs, choices: [{ audio: false, video: false }] }),
  );
  assert.is(none.code, 'NOT_MEDIA');
});

test('a demuxer of another time answers a kind that is none, or a track without what makes it one', async () => {
  const inputs = [await oddMedia('ctts-v0')];
  for (const [change, message] of [
    [
      { kind: 'subtitle' },
      /ctts-v0\.mp4 answered track 101 of the kind "subtitle": it may be video, audio, text, image\./,
    ],
    [{ kind: 'audio' }, /ctts-v0\.mp4 answered track 101 of the kind audio without `audio`\./],
  ] as const) {
    const odd = demuxBeside([Object.assign({ ...CAPTIONS }, change)]);
    const error = await failureOf(packageWith([odd, dashCenc()], { inputs }));
    assert.is(error.code, 'UNEXPECTED');
    assert.match(error.message, message);
  }
});

test.run();
