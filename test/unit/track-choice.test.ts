import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PackagerError } from '../../core/index.ts';
import { type InputInfo, isChosen, type TrackChoice } from '../../core/kit.ts';
import { answersLanguage, sameLanguage } from '../../core/media/language.ts';
import type { CodedTrack } from '../../core/media/track.ts';
import { chooseTracks, chosenTracks } from '../../core/title/select-tracks.ts';
import { makeMedia } from '../helpers/media/made-samples.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('choice of tracks');

const video = (id: number): CodedTrack => makeMedia({ count: 10 }, { id });
const sound = (id: number, language: string, codecs = 'mp4a.40.2'): CodedTrack =>
  makeMedia({ count: 10 }, { id, kind: 'audio', entry: codecs.slice(0, 4), codecs, language });

const FILE = [
  video(1),
  sound(2, 'eng'),
  sound(3, 'fra'),
  sound(4, 'eng', 'ec-3'),
  sound(5, 'pt-BR'),
  video(6),
];

const input = (choice?: TrackChoice, index = 0): InputInfo => ({
  ...{ index, path: `/films/${index}.mp4`, name: `${index}.mp4`, bytes: 1 },
  ...(choice && { choice }),
});

const ids = (choice?: TrackChoice): number[] =>
  chosenTracks(input(choice), FILE)
    .map(({ id }) => id)
    .sort();
const audioIds = (choice: TrackChoice): number[] =>
  chosenTracks(input(choice), FILE).flatMap(({ id, kind }) => (kind === 'audio' ? [id] : []));
const refusal = (choice: TrackChoice): Promise<PackagerError> =>
  failureOf(Promise.resolve().then(() => chosenTracks(input(choice), FILE)));

test('without a choice everything is taken', () => {
  assert.is(chosenTracks(input(), FILE), FILE);
  assert.equal(ids({}), [1, 2, 3, 4, 5, 6]);
});

test('by kind, by id, by language, and by several of them; a track that two picks name comes once', () => {
  assert.equal(ids({ video: false }), [2, 3, 4, 5]);
  assert.equal(ids({ audio: false }), [1, 6]);
  assert.equal(ids({ video: 6, audio: [3] }), [3, 6]);
  assert.equal(ids({ video: 1, audio: ['en'] }), [1, 2, 4]);
  assert.equal(ids({ video: false, audio: [2, 'en', 'fre'] }), [2, 3, 4]);
});

test('audio comes in the order of the choice', () => {
  assert.equal(audioIds({ audio: ['pt', 3, 'en'] }), [5, 3, 2, 4]);
  assert.equal(audioIds({}), [2, 3, 4, 5]);
});

test('languages are the same in ISO 639-1, both forms of 639-2 and BCP 47; the general names the special', () => {
  for (const [a, b] of [
    ...[
      ['en', 'eng'],
      ['de', 'ger'],
      ['de', 'deu'],
      ['EN-us', 'en-US'],
      ['chi', 'zho'],
      ['und', 'und'],
    ],
  ] as const) {
    assert.ok(sameLanguage(a, b), `${a} ${b}`);
  }
  assert.not(sameLanguage('pt', 'pt-BR'));
  assert.ok(answersLanguage('pt-BR', 'por'));
  assert.not(answersLanguage('pt', 'pt-BR'));
  assert.not(answersLanguage('enm', 'en'));
  assert.not(answersLanguage('english', 'en'));
});

test('the language of the config takes the place of the file’s, of audio alone', () => {
  const renamed = chosenTracks(input({ audio: ['en'], language: 'cy' }), FILE);
  assert.equal(
    renamed.map(({ kind, language }) => (kind === 'audio' ? language : kind)),
    ['cy', 'cy', 'video', 'video'],
  );
  assert.is(FILE[1]!.language, 'eng');
});

test('what the file has not is refused, with all that it has', async () => {
  for (const [choice, asked] of [
    [{ video: 2 }, 'asks for video track 2, which it does not have'],
    [{ audio: [1] }, 'asks for audio track 1, which'],
    [{ audio: ['en', 'ko'] }, 'asks for audio in "ko", which'],
    [{ audio: ['pt-PT'] }, 'asks for audio in "pt-PT", which'],
    [{ video: false, audio: false }, 'leaves all of it out'],
  ] as const) {
    const { code, exit, message, hint } = await refusal(choice);
    assert.equal([code, exit], ['INVALID_OPTION', 2]);
    assert.ok(message.includes('/films/0.mp4') && message.includes(asked), message);
    const list = [
      'video track 1 (avc1.64001f)',
      'audio track 4 (ec-3, "eng")',
      'audio track 5 (mp4a.40.2, "pt-BR")',
    ];
    for (const track of list) assert.ok(hint?.includes(track), hint);
  }
});

test('demuxers know what is wanted', () => {
  const choice = { video: 3, audio: ['fr', 7] };
  const wanted = (kind: 'video' | 'audio', id: number, language = 'und') =>
    isChosen(choice, { kind, id, language });
  assert.equal(
    [
      wanted('video', 3),
      wanted('video', 4),
      wanted('audio', 7),
      wanted('audio', 8),
      wanted('audio', 9, 'fre'),
    ],
    [true, false, true, false, true],
  );
  assert.ok(isChosen(undefined, { kind: 'video', id: 1, language: 'und' }));
});

function choose(
  ...files: readonly (readonly [choice: TrackChoice | undefined, tracks: readonly CodedTrack[]])[]
) {
  const inputs = files.map(([choice], index) => input(choice, index));
  const tracks = files.map(([, found], index) =>
    chosenTracks(
      inputs[index]!,
      found.map((track) => ({ ...track, input: index })),
    ),
  );
  const warnings: string[] = [];
  const { audio } = chooseTracks(inputs, tracks, (message) => warnings.push(message));
  return { audio: audio.map(({ input: file, id }) => `${file}/${id}`), warnings };
}

test('what the config leaves out is not warned of', () => {
  const { audio, warnings } = choose([{ video: 6, audio: [3] }, FILE]);
  assert.equal(audio, ['0/3']);
  assert.equal(warnings, []);
});

test('one language under two codes is one; a second track of it is left out with a warning, or refused by its id', () => {
  const first = [undefined, [video(1), sound(2, 'ger')]] as const;
  const silent = choose(first, [undefined, [video(1), sound(2, 'de')]]);
  assert.equal(silent, { audio: ['0/2'], warnings: [] });
  const { audio, warnings } = choose(first, [{ audio: ['deu'] }, [video(1), sound(2, 'de')]]);
  assert.equal(audio, ['0/2']);
  assert.is(warnings.length, 1);
  assert.match(warnings[0]!, /audio track 2 .* was left out: it is not the first in language "de"/);
  assert.throws(
    () => choose(first, [{ audio: [2] }, [video(1), sound(2, 'de')]]),
    /asks for audio track 2 .* but "de" in this codec comes from \/films\/0\.mp4 already/,
  );
  assert.throws(
    () => choose([{ audio: [2, 3] }, [sound(2, 'en'), sound(3, 'en')]]),
    /another track of the file/,
  );
});

test('a file is a rendition once', async () => {
  const [one, twice] = [input(), { ...input(undefined, 1), path: '/films/0.mp4' }];
  const tracks = [[video(1)], [{ ...video(1), input: 1 }]];
  const error = await failureOf(Promise.resolve().then(() => chooseTracks([one, twice], tracks, () => {})));
  assert.is(error.code, 'INVALID_OPTION');
  assert.match(error.message, /^\/films\/0\.mp4 is given twice: inputs 1 and 2 both give video track 1\.$/);
});

test('a file that adds nothing is told how to say its language', () => {
  const { warnings } = choose([undefined, [sound(1, 'und')]], [undefined, [sound(1, 'und')]]);
  assert.match(
    warnings[0]!,
    /\/films\/1\.mp4 adds nothing: audio in "und".* comes from \/films\/0\.mp4.*\{ file, language \}/,
  );
  assert.equal(choose([undefined, [sound(1, 'und')]], [{ language: 'fr' }, [sound(1, 'und')]]).audio, [
    '0/1',
    '1/1',
  ]);
});

/** A second of sound, in so many bytes. */
const rated = (id: number, language: string, bytes: number, channels = 2): CodedTrack => {
  const track = sound(id, language);
  if (track.kind !== 'audio') throw new Error('it is sound');
  return { ...track, bytes, duration: track.timescale, audio: { ...track.audio, channels } };
};

test('one language has several tracks where roles, labels, characteristics or channels differ', () => {
  const all = { video: false } as const;
  const chosen = choose(
    [all, [sound(1, 'en')]],
    [{ ...all, roles: ['commentary'], label: 'Director' }, [sound(1, 'en')]],
    [{ ...all, roles: ['commentary'], label: 'Cast' }, [sound(1, 'en')]],
    [{ ...all, roles: ['description'] }, [sound(1, 'en')]],
    [{ ...all, characteristics: ['com.acme.slow'] }, [sound(1, 'en')]],
    [all, [rated(1, 'eng', 1, 6)]],
  );
  // What is for those who choose it comes behind what is for everyone.
  assert.equal(chosen, { audio: ['0/1', '4/1', '5/1', '1/1', '2/1', '3/1'], warnings: [] });
});

test('the default comes first, whatever its place; what says that it is another one behind the others', () => {
  const files = [[sound(1, 'en')], [sound(1, 'de')], [sound(1, 'fr')]] as const;
  const order = (...choices: readonly TrackChoice[]) =>
    choose(...choices.map((choice, index) => [choice, files[index]!] as const)).audio.join(' ');
  assert.is(order({}, {}, { default: true }), '2/1 0/1 1/1');
  assert.is(order({ default: false }, {}, { roles: ['dub'] }), '1/1 2/1 0/1');
  assert.is(order({}, { roles: ['dub'] }, { roles: ['main'] }), '2/1 0/1 1/1');
  assert.throws(
    () => order({}, { default: true }, { default: true }),
    /^Two audio tracks are to be the default: audio track 1 \(mp4a\.40\.2\) of input 2 \(\/films\/1\.mp4\) and .* of input 3/,
  );
  // One programme in two codecs is one default.
  assert.equal(
    choose([{ default: true }, [sound(1, 'en')]], [{ default: true }, [sound(1, 'en', 'ec-3')]]).audio,
    ['0/1', '1/1'],
  );
});

test('equal tracks of another bit rate are qualities where the config says so, and only there', () => {
  const files = (...choices: readonly (TrackChoice | undefined)[]) =>
    choose(
      [choices[0], [video(1), rated(2, 'en', 12_800)]],
      [choices[1], [rated(1, 'eng', 6400)]],
      [choices[2], [video(1), rated(2, 'en', 3200)]],
    );
  // Files of sound are there for it; the second film carries the programme of the first.
  assert.equal(files(), { audio: ['0/2', '1/1'], warnings: [] });
  assert.equal(files(undefined, undefined, { audio: [2] }).audio, ['0/2', '1/1', '2/2']);
  // As good as equal: nothing that a player could gain.
  const alike = choose([undefined, [rated(2, 'en', 12_800)]], [undefined, [rated(2, 'en', 12_900)]]);
  assert.equal(alike.audio, ['0/2']);
  assert.match(alike.warnings.join(), /adds nothing: audio in "en"/);
  // Two that say no language may be in two.
  const unsaid = choose([undefined, [rated(2, 'und', 12_800)]], [undefined, [rated(2, 'und', 6400)]]);
  assert.equal(unsaid.audio, ['0/2']);
  assert.match(unsaid.warnings.join(), /\{ file, language \}/);
});

test('tracks of one file between which nothing tells are two programmes for all one knows: only their ids take both', () => {
  const both = [rated(2, 'en', 12_800), rated(3, 'en', 6400)];
  const { audio, warnings } = choose([undefined, both]);
  assert.equal(audio, ['0/2']);
  assert.match(
    warnings.join(),
    /audio track 3 .* was left out: .* nothing tells them apart; `audio: \[id\]` takes/,
  );
  assert.equal(choose([{ audio: [2, 3] }, both]), { audio: ['0/2', '0/3'], warnings: [] });
});

test('a file may be given again for what is to be said of one of its tracks', () => {
  const film = [video(1), sound(2, 'en'), sound(3, 'en')];
  const again = { video: false, audio: [3], roles: ['commentary'] } as const;
  const inputs = [input(undefined), { ...input(again, 1), path: '/films/0.mp4' }];
  const tracks = inputs.map((one) =>
    chosenTracks(
      one,
      film.map((track) => ({ ...track, input: one.index })),
    ),
  );
  const warnings: string[] = [];
  const { audio } = chooseTracks(inputs, tracks, (message) => warnings.push(message));
  assert.equal(
    audio.map(({ input: file, id, roles }) => [file, id, roles]),
    [
      [0, 2, undefined],
      [1, 3, ['commentary']],
    ],
  );
  assert.equal(warnings, []);
});

test.run();
