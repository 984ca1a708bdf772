/** Titles whose tracks are chosen, or come from files of their own. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dashCenc, hlsAes, hlsNcg, ncg } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce } from '../helpers/commands/folders.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { dashSamplesByFfmpeg } from '../helpers/oracles/dash.ts';
import { hlsSamples } from '../helpers/oracles/hls.ts';
import { findBox, findBoxes, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';
import { hashes, mp4Samples, mp4SamplesAsInTs } from '../helpers/oracles/samples.ts';
import { filesBelow, outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';

const test = suite('tracks of several files');

/** Sound alone, five seconds as the odd media have. */
const soundOf = (name: string, hertz: number, language?: string): Promise<string> =>
  madeOnce(`${name}.m4a`, async (path) => {
    const tone = ['-f', 'lavfi', '-t', '5', '-i', `sine=${hertz}:sample_rate=48000`, '-ac', '2'];
    const spoken = language === undefined ? [] : ['-metadata:s:a:0', `language=${language}`];
    await ffmpeg([...tone, '-c:a', 'aac', '-b:a', '64k', ...spoken, '-f', 'mp4', path]);
  });

/** A film without sound, and three files of sound; the last says no language. */
const film = () =>
  Promise.all([
    oddMedia('video-only'),
    soundOf('english', 440, 'eng'),
    soundOf('german', 550, 'ger'),
    soundOf('french', 660),
  ]);
const CHOICES = [undefined, undefined, undefined, { language: 'fr' }];

test('dash-cenc: a file for each, with the language that the file or the config says', async () => {
  const inputs = await film();
  const { output, warnings } = await packageWith([dashCenc()], { inputs, choices: CHOICES });
  assert.equal(warnings, []);
  const folder = join(output, outputFolder('DASH', inputs[0]));
  const units = ['video-1', 'audio-eng', 'audio-ger', 'audio-fr'];
  assert.equal(await filesBelow(folder), [...units.map((id) => `media-${id}.mp4`).sort(), 'stream.mpd']);
  for (const [index, id] of units.entries()) {
    const kind = index === 0 ? 'video' : 'audio';
    const source = await mp4Samples(inputs[index]!, index === 0 ? 'v:0' : 'a:0');
    const got = await dashSamplesByFfmpeg([join(folder, `media-${id}.mp4`)], kind, TEST_KEY.key);
    assert.equal(hashes(got), hashes(source), id);
  }
  const mpd = await readFile(join(folder, 'stream.mpd'), 'utf8');
  assert.equal(mpd.match(/(?<=lang=")[^"]*/g), ['en', 'de', 'fr']);
  const french = parseBoxes(await readFile(join(folder, 'media-audio-fr.mp4')));
  assert.match(String(findBox(french, 'elng')['extended_language']), /^fr\0$/);
  const german = parseBoxes(await readFile(join(folder, 'media-audio-ger.mp4')));
  assert.equal(findBoxes(german, 'elng'), []);
});

test('hls-aes: the first language with the picture, the others beside it', async () => {
  const inputs = await film();
  const { output, warnings } = await packageWith([hlsAes()], { inputs, choices: CHOICES });
  assert.equal(warnings, []);
  const folder = join(output, outputFolder('HLS', inputs[0]));
  const sounds = [
    { id: 'media-1', input: inputs[1] },
    { id: 'audio-ger', input: inputs[2] },
    { id: 'audio-fr', input: inputs[3] },
  ];
  const pictures = await hlsSamples(join(folder, 'media-1/stream.m3u8'), 'v:0', TEST_KEY);
  assert.equal(hashes(pictures), hashes(await mp4SamplesAsInTs(inputs[0], 'v:0')));
  for (const { id, input } of sounds) {
    const got = await hlsSamples(join(folder, id, 'stream.m3u8'), 'a:0', TEST_KEY);
    assert.equal(hashes(got), hashes(await mp4SamplesAsInTs(input, 'a:0')), id);
  }
  const master = await readFile(join(folder, 'master.m3u8'), 'utf8');
  assert.equal(master.match(/(?<=LANGUAGE=")[^"]*/g), ['en', 'de', 'fr']);
  assert.equal(master.match(/(?<=DEFAULT=)\w+/g), ['YES', 'NO', 'NO']);
});

test('sound alone is a title in every mode', async () => {
  const [, english, german] = await film();
  const plugins = [dashCenc(), hlsAes(), hlsNcg(), ncg()];
  const { output, warnings } = await packageWith(plugins, { inputs: [english, german] });
  assert.equal(warnings, []);
  const dash = join(output, outputFolder('DASH', english));
  assert.equal(await filesBelow(dash), ['media-audio-eng.mp4', 'media-audio-ger.mp4', 'stream.mpd']);
  for (const prefix of ['HLS', 'HLS-NCG']) {
    const folder = join(output, outputFolder(prefix, english));
    for (const [id, input] of [
      ['media-1', english],
      ['audio-ger', german],
    ] as const) {
      const got = await hlsSamples(join(folder, id, 'stream.m3u8'), 'a:0', TEST_KEY);
      assert.equal(hashes(got), hashes(await mp4SamplesAsInTs(input, 'a:0')), `${prefix} ${id}`);
    }
  }
  assert.ok((await filesBelow(output)).includes('german.m4a.ncg'));
});

test('some tracks of a file, in the order of the choice; whole-file modes say that they take all', async () => {
  const input = await oddMedia('languages');
  const choices = [{ video: false, audio: ['ko', 2] }] as const;
  const { output, warnings } = await packageWith([dashCenc(), ncg()], { inputs: [input], choices });
  assert.is(warnings.length, 1);
  assert.match(warnings[0]!, /languages\.mp4: mode ncg takes the file as it is/);
  const folder = join(output, outputFolder('DASH', input));
  assert.equal(await filesBelow(folder), ['media-audio-eng.mp4', 'media-audio-kor.mp4', 'stream.mpd']);
  const mpd = await readFile(join(folder, 'stream.mpd'), 'utf8');
  assert.equal(mpd.match(/(?<=lang=")[^"]*/g), ['ko', 'en']);
  const got = await dashSamplesByFfmpeg([join(folder, 'media-audio-kor.mp4')], 'audio', TEST_KEY.key);
  assert.equal(hashes(got), hashes(await mp4Samples(input, 'a:1')));
});

test.run();
