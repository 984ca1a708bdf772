import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Track } from '../../core/index.ts';
import { type ImageTrack, isChosen, type TextTrack } from '../../core/kit.ts';
import { describeTrack } from '../../core/media/track.ts';
import { chooseTracks, chosenTracks } from '../../core/title/select-tracks.ts';
import { makeMedia } from '../helpers/media/made-samples.ts';
import { saying } from '../helpers/media/made-text.ts';

const test = suite('choice of text and images');

const film = () => makeMedia({ count: 10 }, { id: 1 });
const sound = (language: string) => makeMedia({ count: 10 }, { id: 2, kind: 'audio', language });
const text = (id: number, language: string, facts: Partial<TextTrack> = {}): TextTrack => ({
  ...{ input: 0, id, kind: 'text', language, format: 'webvtt', timescale: 1000, duration: 1000, bytes: 9 },
  ...saying(),
  ...facts,
});
const images = (id: number, width = 160): ImageTrack => ({
  ...{ input: 0, id, kind: 'image', language: 'und', format: 'jpeg', width, height: 90 },
});

function choose(...files: readonly (readonly Track[])[]) {
  const inputs = files.map((_, index) => ({ index, path: `/${index}.mp4`, name: `${index}.mp4`, bytes: 1 }));
  const tracks = files.map((found, input) => found.map((track) => ({ ...track, input })));
  const warnings: string[] = [];
  const chosen = chooseTracks(inputs, tracks, (message) => warnings.push(message));
  const names = (list: readonly Track[]) => list.map(({ input, id }) => `${input}/${id}`);
  return { text: names(chosen.text), images: names(chosen.images), warnings };
}

test('one text track a language and format, from the first input that has it, however its language is written', () => {
  const chosen = choose(
    [film(), text(3, 'eng'), text(4, 'fra')],
    [film(), text(3, 'en'), text(4, 'fr', { format: 'ttml' }), text(5, 'kor')],
  );
  assert.equal(chosen, { text: ['0/3', '0/4', '1/4', '1/5'], images: [], warnings: [] });
});

test('captions, subtitles and what is forced are different things of one language', () => {
  const all = [
    text(3, 'eng', { roles: ['subtitle'] }),
    text(4, 'eng', { roles: ['caption'] }),
    text(5, 'eng', { roles: ['subtitle'], isForced: true }),
    text(6, 'eng', { roles: ['main', 'subtitle'] }),
    text(7, 'eng', { roles: ['subtitle', 'main'] }),
  ];
  const { text: chosen, warnings } = choose([film(), ...all]);
  assert.equal(chosen, ['0/3', '0/4', '0/5', '0/6']);
  assert.is(warnings.length, 1);
  assert.match(
    warnings[0]!,
    /^\/0\.mp4: text track 7 \(webvtt\) of input 1 was left out: .* another track of the file\.$/,
  );
});

test('images are all of one input', () => {
  const chosen = choose([film()], [film(), images(3), images(4, 320)], [images(3)]);
  assert.equal(chosen, { text: [], images: ['1/3', '1/4'], warnings: [] });
});

test('a file that adds nothing but text adds something; one whose only text is there already is told so', () => {
  const first = [film(), sound('eng'), text(3, 'eng')];
  assert.equal(choose(first, [sound('eng'), text(3, 'kor')]).warnings, []);
  assert.equal(choose(first, [text(1, 'eng')]).warnings, [
    '/1.mp4 adds nothing: text of its language, format and use comes from /0.mp4 already. If it is in another language or for another use, give it as { file, language, sdh, forced, … }.',
  ]);
});

test('they make no title by themselves', () => {
  assert.throws(() => choose([text(1, 'eng'), images(2)]), /has no video or audio track with samples/);
});

test('the config takes them all, under their own language', () => {
  const input = { index: 0, path: '/a.mp4', name: 'a.mp4', bytes: 1 };
  const all = [film(), sound('eng'), text(3, 'fra'), images(4)];
  const taken = chosenTracks({ ...input, choice: { video: false, audio: ['en'], language: 'cy' } }, all);
  assert.equal(
    taken.map(({ id, language }) => `${id} ${language}`),
    ['2 cy', '3 fra', '4 und'],
  );
  assert.ok(isChosen({ video: false, audio: false }, text(3, 'fra')));
  assert.throws(
    () => chosenTracks({ ...input, choice: { audio: [3] } }, all),
    (error: { hint?: string }) =>
      /text track 3 \(webvtt, "fra"\), image track 4 \(jpeg\)/.test(error.hint ?? ''),
  );
});

test('messages name them by their format', () => {
  assert.is(describeTrack(text(3, 'eng', { codecs: 'wvtt' })), 'text track 3 (webvtt) of input 1');
  assert.is(describeTrack(images(4)), 'image track 4 (jpeg) of input 1');
});

test.run();
