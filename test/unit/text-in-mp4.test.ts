/** Subtitles in MP4 as text tracks, against what ffmpeg reads of the same files. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readMovie, readTextTrack } from '../../core/kit.ts';
import { readTextDocument } from '../../core/text/read-text.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { hasRealFile, realFile } from '../helpers/media/real-media.ts';
import { memorySource } from '../helpers/oracles/read-mp4.ts';

const test = suite('text in MP4');

async function documents(path: string) {
  const source = memorySource(new Uint8Array(await readFile(path)));
  const movie = await readMovie(source);
  const found = [];
  for (const track of movie?.tracks ?? []) {
    if (track.kind !== 'other' || !track.text) continue;
    const text = await readTextTrack(
      source,
      movie!,
      track.text,
      () => {},
      () => {},
    );
    if (typeof text === 'string') throw new Error(text);
    found.push({ format: text.format, duration: text.duration, document: await text.read() });
  }
  return found;
}

const brief = (document: ReturnType<typeof readTextDocument> | undefined) =>
  document?.cues.map(({ start, end, payload }) => `${start} ${end} ${payload}`);

const SRT = `1
00:00:01,000 --> 00:00:02,500
<i>one</i> two é😀

2
00:00:03,000 --> 00:00:04,000
three
four
`;

for (const [name, args] of [
  ['progressive', []],
  ['behind an empty edit', ['-itsoffset', '7']],
] as const) {
  test(`tx3g, ${name}: the cues that ffmpeg finds`, async () => {
    const folder = temporaryFolder();
    const [srt, mp4] = [join(folder, 'a.srt'), join(folder, 'a.mp4')];
    await writeFile(srt, SRT);
    await ffmpeg([...args, '-i', srt, '-c:s', 'mov_text', mp4]);
    const expected = readTextDocument(new Uint8Array(await ffmpeg(['-i', mp4, '-f', 'srt', '-'])), 'a.srt');
    const [found] = await documents(mp4);
    assert.is(found?.format, 'tx3g');
    assert.equal(brief(found?.document), brief(expected));
    assert.is(found?.duration, expected.cues.at(-1)?.end);
    assert.is(expected.cues.length, 2);
  });
}

for (const type of ['stts', 'stsz', 'stsc', 'stco']) {
  test(`tx3g whose ${type} ends too early is told in words`, async () => {
    const folder = temporaryFolder();
    const [srt, mp4] = [join(folder, 'a.srt'), join(folder, 'a.mp4')];
    await writeFile(srt, SRT);
    await ffmpeg(['-i', srt, '-c:s', 'mov_text', mp4]);
    const bytes = await readFile(mp4);
    const at = bytes.lastIndexOf(type) - 4;
    const size = bytes.readUInt32BE(at);
    bytes.writeUInt32BE(10, at);
    bytes.writeUInt32BE(size - 10, at + 10);
    bytes.write('free', at + 14, 'latin1');
    await writeFile(mp4, bytes);
    const why = await documents(mp4).catch((error: Error) => error.message);
    assert.is(why, 'it is damaged: one of its boxes ends too early');
  });
}

test('wvtt in fragments and stpp, as others write them', async () => {
  if (!hasRealFile('wvtt.mp4')) return;
  const [wvtt] = await documents(realFile('wvtt.mp4'));
  assert.equal(brief(wvtt?.document), [
    '0 234 This is the first subtitle.',
    '345 456 This is the second subtitle.',
  ]);
  const [stpp] = await documents(realFile('stpp.mp4'));
  assert.equal(brief(stpp?.document), [
    '20 500 First Subtitle after 20ms of silence',
    '250 400 Second Subtitle overlaps with first',
    '700 950 Last subtitle\nAnd More',
  ]);
});

test.run();
