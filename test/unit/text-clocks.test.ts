/** Text in fragments whose clock is that of a recording: far from 0, or begun again. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat } from '../../core/base/bytes.ts';
import { readMovie, readTextTrack } from '../../core/kit.ts';
import { cuesOfMatroska } from '../../core/text/samples/matroska.ts';
import {
  filmWithText,
  stppDocument,
  textFragment,
  textHead,
  wvttCue,
} from '../helpers/media/text-fragments.ts';
import { demux, memorySource } from '../helpers/oracles/read-mp4.ts';

const test = suite('clocks of text');

/** Seconds from 1970 on. */
const NOW = 1_700_000_000;

async function textOf(...boxes: readonly Uint8Array[]) {
  const source = memorySource(concat(boxes));
  const movie = await readMovie(source);
  const warnings: string[] = [];
  const [track] = movie!.tracks;
  if (track?.kind !== 'other' || !track.text) throw new Error('no text');
  const text = await readTextTrack(
    source,
    movie!,
    track.text,
    () => {},
    (warning) => warnings.push(warning),
  );
  if (typeof text === 'string') throw new Error(text);
  const { cues } = await text.read();
  return { cues, warnings, duration: text.duration };
}

const brief = (cues: readonly { start: number; end: number; payload: string }[], from: number) =>
  cues.map(({ start, end, payload }) => `${start - from} ${end - from} ${payload}`);

test('wvtt and stpp of a recording on the clock of 1970 have their cues on it', async () => {
  const ms = NOW * 1000;
  const wvtt = await textOf(
    textHead('wvtt'),
    textFragment({ time: ms, duration: 2000, data: wvttCue('one') }),
    textFragment({ time: ms + 2000, duration: 1000, data: wvttCue('two') }),
  );
  assert.equal(brief(wvtt.cues, ms), ['0 2000 one', '2000 3000 two']);
  assert.is(wvtt.duration, ms + 3000);
  assert.equal(wvtt.warnings, []);
  const stpp = await textOf(
    textHead('stpp'),
    textFragment({
      time: ms,
      duration: 2000,
      data: stppDocument([`${NOW}s`, `${NOW + 1}s`, 'one'], [`${NOW + 1.5}s`, `${NOW + 3}s`, 'two']),
    }),
    textFragment({
      time: ms + 2000,
      duration: 2000,
      data: stppDocument([`${NOW + 1.5}s`, `${NOW + 3}s`, 'two']),
    }),
  );
  assert.equal(brief(stpp.cues, ms), ['0 1000 one', '1500 3000 two']);
  assert.equal(stpp.warnings, []);
});

test('what is a thousand hours behind the first text of such a recording is still left out', async () => {
  const ms = NOW * 1000;
  const { cues, warnings } = await textOf(
    textHead('wvtt'),
    textFragment({ time: ms, duration: 2000, data: wvttCue('one') }),
    textFragment({ time: ms + 2000, duration: 1001 * 3600 * 1000, data: wvttCue('two') }),
  );
  assert.equal(brief(cues, ms), ['0 2000 one']);
  assert.match(warnings.join('\n'), 'A cue is later than a thousand hours and is left out');
});

for (const format of ['srt', 'webvtt'] as const) {
  test(`blocks of Matroska with ${format} on the clock of 1970 are kept`, () => {
    const ms = NOW * 1000;
    const block = (start: number, text: string) => ({
      ...{ start: ms + start, end: ms + start + 1000 },
      data: new Uint8Array(Buffer.from(text)),
    });
    const blocks = [block(0, 'one'), block(1500, 'two')];
    const { cues, notices } = cuesOfMatroska(blocks, { format, header: new Uint8Array() }, 'a.mkv');
    assert.equal(brief(cues, ms), ['0 1000 one', '1500 2500 two']);
    assert.equal(notices, []);
  });
}

/** What two recordings of a film say behind each other, text in front of the pictures, or behind them. */
async function joined(
  entry: 'wvtt' | 'stpp',
  first: readonly Uint8Array[],
  second: readonly Uint8Array[],
  isInFront = false,
) {
  const { head, media } = await filmWithText(entry);
  const ordered = (texts: readonly Uint8Array[]) => (isInFront ? [...texts, media] : [media, ...texts]);
  const recordings = [head, ...ordered(first), head, ...ordered(second)];
  const { tracks = [], texts, warnings } = await demux(memorySource(concat(recordings)));
  const [film] = tracks;
  const one = film!.samples.count / 2;
  const shift = Math.round((film!.samples.decodeTime(one) * 1000) / film!.timescale);
  const document = await texts[0]?.read();
  return { cues: document?.cues ?? [], notices: document?.notices, warnings, shift };
}

const wvtt = (time: number, duration: number, payload: string) =>
  textFragment({ time, duration, data: wvttCue(payload) }, 3);
const stpp = (time: number, duration: number, ...paragraphs: [string, string, string][]) =>
  textFragment({ time, duration, data: stppDocument(...paragraphs) }, 3);

for (const isInFront of [false, true]) {
  test(`recordings behind each other: texts go with the pictures, ${isInFront ? 'in front of them' : 'behind them'} in the file`, async () => {
    const texts = [wvtt(0, 1000, 'one'), wvtt(1000, 2000, 'two <00:00:01.500>later')];
    const two = await joined('wvtt', texts, texts, isInFront);
    assert.ok(two.shift >= 5000 && two.shift < 5100, `${two.shift}`);
    assert.equal(brief(two.cues, 0), [
      '0 1000 one',
      '1000 3000 two <00:00:01.500>later',
      `${two.shift} ${two.shift + 1000} one`,
      `${two.shift + 1000} ${two.shift + 3000} two <00:00:0${((two.shift + 1500) / 1000).toFixed(3)}>later`,
    ]);
    assert.is(two.warnings.length, 1, two.warnings.join());

    const documents = [
      stpp(0, 2000, ['0s', '1s', 'one'], ['1s', '3s', 'two']),
      stpp(2000, 2000, ['1s', '3s', 'two']),
    ];
    const other = await joined('stpp', documents, documents, isInFront);
    assert.equal(brief(other.cues, 0), [
      '0 1000 one',
      '1000 3000 two',
      `${other.shift} ${other.shift + 1000} one`,
      `${other.shift + 1000} ${other.shift + 3000} two`,
    ]);
  });
}

test('recordings behind each other, of which one has no text, or some that outlasts its pictures', async () => {
  const texts = [stpp(1000, 2000, ['1s', '3s', 'one'])];
  const first = await joined('stpp', texts, []);
  assert.equal(brief(first.cues, 0), ['1000 3000 one']);
  const second = await joined('stpp', [], texts);
  assert.equal(brief(second.cues, second.shift), ['1000 3000 one']);
  const long = [wvtt(0, 1000, 'one'), wvtt(1000, 9000, 'two'), wvtt(10_000, 1000, 'never')];
  const cut = await joined('wvtt', long, [wvtt(0, 1000, 'three')]);
  assert.equal(brief(cut.cues, 0), [
    '0 1000 one',
    `1000 ${cut.shift} two`,
    `${cut.shift} ${cut.shift + 1000} three`,
  ]);
});

test('recordings of text alone follow each other, and that is told', async () => {
  const texts = [
    textFragment({ time: 0, duration: 2000, data: stppDocument(['0s', '2s', 'one']) }),
    textFragment({ time: 2000, duration: 2000, data: stppDocument(['3s', '4s', 'two']) }),
  ];
  const { cues, warnings } = await textOf(textHead('stpp'), ...texts, ...texts);
  assert.equal(brief(cues, 0), ['0 2000 one', '3000 4000 two', '4000 6000 one', '7000 8000 two']);
  assert.match(warnings.join('\n'), 'its fragments go back from 0:00:04.000 to 0:00:00.000');
});

test('text that begins again while the film goes on is left out, which is told', async () => {
  const { head, media } = await filmWithText('wvtt');
  const texts = [wvtt(0, 1000, 'one'), wvtt(1000, 1500, 'two'), wvtt(0, 1000, 'again')];
  const { texts: kept, warnings } = await demux(memorySource(concat([head, media, ...texts])));
  assert.equal(kept, []);
  assert.match(
    warnings.join('\n'),
    'track 3 is left out: it is damaged: track 3 goes back in time after 2 samples',
  );
});

test.run();
