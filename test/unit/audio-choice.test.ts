/** Several codecs of a language: chosen, named, refused and left out. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkTsTrack } from '../../core/containers/mpegts/write/audio-format.ts';
import { type ModeDefinition, Packager } from '../../core/contract/packager.ts';
import { planRenditions, planTracks } from '../../core/contract/plan-units.ts';
import { carriedBy } from '../../core/engine/plan.ts';
import { Run } from '../../core/index.ts';
import type { CodedTrack } from '../../core/media/track.ts';
import { createPresentation } from '../../core/title/present.ts';
import { makeMedia } from '../helpers/media/made-samples.ts';
import { AAC_CONFIG } from '../helpers/media/ts-media.ts';
import { failureOf, titleOptions } from '../helpers/titles/package.ts';

const test = suite('several audio codecs');

const video = makeMedia({ count: 500, sync: 50 });
let ids = 1;
const sound = (
  entry: string,
  language = 'eng',
  codecs = entry === 'mp4a' ? 'mp4a.40.2' : entry,
): CodedTrack =>
  makeMedia({ count: 938 }, { id: ++ids, kind: 'audio', entry, codecs, language, config: AAC_CONFIG });

const INPUTS = [{ index: 0, path: 'media/a.mp4', name: 'a.mp4', bytes: 1 }];

function present(tracks: readonly CodedTrack[], inputs = INPUTS) {
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  return { presentation: createPresentation(inputs, [tracks], { segmentDuration: 6, warn }), warnings };
}

test('a language may have a track of each codec; a second of the same is left out with a warning', () => {
  const tracks = [
    video,
    sound('mp4a'),
    sound('ec-3'),
    sound('mp4a', 'eng', 'mp4a.40.5'),
    sound('mp4a', 'kor'),
  ];
  const { presentation, warnings } = present(tracks);
  assert.equal(
    presentation.audio.map(({ track }) => track),
    [tracks[1], tracks[2], tracks[4]],
  );
  assert.is(warnings.length, 1);
  assert.match(warnings[0]!, /mp4a\.40\.5.*not the first in language "eng"/);
});

test('units are named by language; further codecs by codec too; no name comes twice', () => {
  const tracks = [video, sound('mp4a'), sound('ec-3'), sound('Opus'), sound('mp4a', 'und')];
  const { presentation } = present(tracks);
  assert.equal(
    planTracks(presentation).map(({ id }) => id),
    [...['video-1', 'audio-eng', 'audio-eng-ec-3', 'audio-eng-opus', 'audio-und']],
  );
  assert.equal(
    planRenditions(presentation).map(({ id }) => id),
    [...['media-1', 'audio-eng-ec-3', 'audio-eng-opus', 'audio-und']],
  );
  // A BCP 47 tag may look like a name of ours.
  const confusing = present([
    sound('mp4a', 'en'),
    sound('mp4a', 'en-opus'),
    sound('Opus', 'en'),
  ]).presentation;
  const names = planTracks(confusing).map(({ id }) => id);
  assert.equal(names, ['audio-en', 'audio-en-opus', 'audio-en-opus-2']);
});

const mode = (facts: Partial<ModeDefinition> = {}): ModeDefinition => ({
  name: 'ts',
  title: 'TS',
  scheme: 'sample-aes',
  protects: 'samples',
  carries: ['avc1', 'mp4a'],
  check: checkTsTrack,
  plan: planRenditions,
  ...facts,
});

function checked(tracks: readonly CodedTrack[], clear: readonly ('video' | 'audio')[] = [], facts = {}) {
  const { presentation } = present(tracks);
  const title = titleOptions({ inputs: ['/media/a.mp4'], clear });
  const run = new Run({ title, inputs: INPUTS }, new AbortController().signal);
  return { ask: () => carriedBy(mode(facts), presentation, new Packager([]), run), warnings: run.warnings };
}

test('a mode goes without a codec that it cannot carry where the language is there in another', async () => {
  const { ask, warnings } = checked([video, sound('Opus'), sound('mp4a'), sound('mp4a', 'kor')]);
  const { audio } = await ask();
  assert.is(warnings.length, 1);
  assert.match(warnings[0]!, /mode ts cannot carry audio track \d+ \(Opus\).*left out/);
  assert.equal(
    audio.map(({ track }) => track.codecs),
    ['mp4a.40.2', 'mp4a.40.2'],
  );
});

const refusal = async ({ ask }: ReturnType<typeof checked>) => (await failureOf(ask())).message;

test('a mode refuses a title whose language it could not give at all', async () => {
  const korean = checked([video, sound('Opus'), sound('mp4a', 'kor')]);
  assert.match(await refusal(korean), /cannot carry audio track/);
  const hevc = makeMedia({ count: 500, sync: 50 }, { entry: 'hvc1', codecs: 'hvc1.1.6.L60.90' });
  assert.match(await refusal(checked([hevc, sound('mp4a', 'und')])), /cannot carry video track/);
});

test('what the sample entry does not tell is looked at: MP3 and xHE-AAC are not AAC', async () => {
  const mp3 = [video, sound('mp4a', 'eng', 'mp4a.6B')];
  assert.match(await refusal(checked(mp3)), /SAMPLE-AES in MPEG-TS cannot protect/);
  await checked(mp3, ['audio']).ask(); // clear, it can be carried
  await checked(mp3, [], { protects: 'resources' }).ask();
  const usac = { ...sound('mp4a', 'eng', 'mp4a.40.42'), config: Buffer.from('f946432200', 'hex') };
  assert.match(await refusal(checked([video, usac])), /audio object type 42/);
});

const OTHERWISE = { carries: ['avc1', 'hvc1', 'mp4a', 'Opus'], plan: planTracks };

test('another way of a mode is taken where its own cannot carry the whole title, and only there', async () => {
  const hevc = makeMedia({ count: 500, sync: 50 }, { entry: 'hvc1', codecs: 'hvc1.1.6.L60.90' });
  const otherwise = { otherwise: [OTHERWISE] };
  const carriage = async (...tracks: CodedTrack[]) => {
    const { ask, warnings } = checked(tracks, [], otherwise);
    const carried = await ask();
    return [carried.carriage === OTHERWISE, carried.audio.length, warnings.length];
  };
  assert.equal(await carriage(video, sound('mp4a')), [false, 1, 0]);
  assert.equal(await carriage(hevc, sound('mp4a'), sound('Opus')), [true, 2, 0]);
  assert.equal(await carriage(video, sound('mp4a'), sound('Opus', 'kor')), [true, 2, 0]);
  // Every language is there: what most devices play comes first, and the rest is told.
  assert.equal(await carriage(video, sound('mp4a'), sound('Opus')), [false, 1, 1]);
});

test('where no way can carry a title, the last one says why, and what to do', async () => {
  const vp9 = makeMedia({ count: 500, sync: 50 }, { entry: 'vp09', codecs: 'vp09.00.10.08' });
  const otherwise = [{ ...OTHERWISE, instead: 'choose another mode' }];
  const error = await failureOf(checked([vp9], [], { otherwise }).ask());
  assert.match(error.message, /mode ts cannot carry video track \d+ \(vp09/);
  assert.is(error.hint, 'It carries avc1, hvc1, mp4a, Opus: choose another mode.');
});

test.run();
