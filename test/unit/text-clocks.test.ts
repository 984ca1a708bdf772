/** Text in fragments whose clock is that of a recording: far from 0, or begun again. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat } from '../../core/base/bytes.ts';
import { readMovie, readTextTrack } from '../../core/kit.ts';
import { cuesOfMatroska } from '../../core/text/samples/matroska.ts';
import { stppDocument, textFragment, textHead, wvttCue } from '../helpers/media/text-fragments.ts';
import { memorySource } from '../helpers/oracles/read-mp4.ts';

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

test.run();
