/** An odd medium must be as odd as it says: an option that ffmpeg ignores would make a test prove nothing. */
import { readFile } from 'node:fs/promises';
import type { ISOFile } from 'mp4box';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ffmpeg, ffmpegLog } from '../commands/command.ts';
import { findBox, findBoxes, parseBoxes } from '../oracles/mp4box-reader.ts';
import { ODD_MEDIA, oddMedia } from './odd-media.ts';

const test = suite('odd media');

const boxes = async (name: string): Promise<ISOFile> => parseBoxes(await readFile(await oddMedia(name)));
const topLevel = async (name: string): Promise<string[]> => (await boxes(name)).boxes.map(({ type }) => type);

/** The NAL types of all video samples, in order. */
async function nalTypes(name: string): Promise<number[]> {
  const bytes = await ffmpeg(['-i', await oddMedia(name), '-map', '0:v', '-c', 'copy', '-f', 'data', '-']);
  const types: number[] = [];
  for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt32BE(at)) types.push(bytes[at + 4]! & 0x1f);
  return types;
}

/** What ffmpeg says of the streams of some files, with one start: it names them in its log. */
async function streamsOf(paths: readonly string[]): Promise<{ kind: string; language: string }[][]> {
  const inputs = paths.flatMap((path) => ['-i', path]);
  // A packet of one of them: without an output it ends with an error.
  const none = ['-map', '0', '-c', 'copy', '-frames', '1', '-f', 'null', '-'];
  const log = await ffmpegLog([...inputs, ...none]);
  const streams: { kind: string; language: string }[][] = paths.map(() => []);
  const [ofInputs = ''] = log.split('Output #0');
  for (const [, file, language = '', kind = ''] of ofInputs.matchAll(
    /^ *Stream #(\d+):\d+(?:\[0x[0-9a-f]+\])?(?:\((\w+)\))?: (\w+):/gm,
  )) {
    streams[Number(file)]!.push({ kind, language });
  }
  return streams;
}

test('all have the streams that they say', async () => {
  const paths: string[] = [];
  for (const media of ODD_MEDIA) paths.push(await media.file());
  const found = await streamsOf(paths);
  for (const [index, media] of ODD_MEDIA.entries()) {
    const streams = found[index]!;
    const audio = streams.filter(({ kind }) => kind === 'Audio').map(({ language }) => language);
    const hasVideo = streams.some(({ kind }) => kind === 'Video');
    assert.equal([hasVideo, audio], [media.video, media.audio], media.name);
  }
});

test('the order of moov and mdat', async () => {
  assert.equal(await topLevel('moov-last'), ['ftyp', 'free', 'mdat', 'moov']);
  assert.equal(await topLevel('ctts-v0'), ['ftyp', 'moov', 'free', 'mdat']);
});

test('64-bit chunk offsets point to where the 32-bit ones did', async () => {
  const narrow = await boxes('moov-last');
  const wide = await boxes('co64');
  assert.is(findBoxes(wide, 'stco').length, 0);
  assert.equal(findBox(wide, 'co64')['chunk_offsets'], findBox(narrow, 'stco')['chunk_offsets']);
});

test('versions of composition offsets', async () => {
  assert.is(findBox(await boxes('ctts-v0'), 'ctts')['version'], 0);
  assert.is(findBox(await boxes('ctts-v1'), 'ctts')['version'], 1);
  assert.is(findBoxes(await boxes('no-b-frames'), 'ctts').length, 0);
});

test('edit lists', async () => {
  const mediaTimes = async (name: string): Promise<number[][]> =>
    findBoxes(await boxes(name), 'elst').map((box) =>
      (box['entries'] as { media_time: number }[]).map((entry) => entry.media_time),
    );
  assert.equal(await mediaTimes('ctts-v0'), [[1024], [1024]]);
  assert.equal(await mediaTimes('ctts-v1'), [[0], [1024]]);
  assert.equal(await mediaTimes('no-edit-list'), []);
  assert.equal(await mediaTimes('late-audio'), [[1024], [-1, 0]]);
});

test('time scales', async () => {
  for (const [name, timescale] of [
    ['timescale-90001', 90001],
    ['ntsc', 30000],
    ['low-timescale', 25],
  ] as const) {
    assert.is(findBox(await boxes(name), 'mdhd')['timescale'], timescale);
  }
});

test('slices', async () => {
  const slicesPerPicture = async (name: string): Promise<number> =>
    (await nalTypes(name)).filter((type) => type === 1 || type === 5).length / 125;
  assert.is(await slicesPerPicture('multi-slice'), 4);
  assert.is(await slicesPerPicture('many-slices'), 60);
});

test('key frames that are no IDR pictures', async () => {
  assert.is((findBox(await boxes('open-gop'), 'stss')['sample_numbers'] as number[]).length, 5);
  assert.is((await nalTypes('open-gop')).filter((type) => type === 5).length, 1);
});

test('parameter sets and delimiters inside the samples', async () => {
  const types = await nalTypes('in-band-headers');
  assert.is(types.filter((type) => type === 7).length, 5);
  assert.is(types.filter((type) => type === 9).length, 125);
});

test('chunks of many samples', async () => {
  assert.is((findBox(await boxes('long-chunks'), 'stco')['chunk_offsets'] as number[]).length, 5);
});

test.run();
