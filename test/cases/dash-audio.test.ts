/** Audio codecs in dash-cenc: samples decrypt to the source, the MPD says what they are. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dashCenc } from '../../plugins/index.ts';
import { AUDIO_MEDIA, manyCodecs } from '../helpers/audio-media.ts';
import { dashSamplesByFfmpeg, dashSamplesByShaka } from '../helpers/oracle-dash.ts';
import { hashes, mp4Samples, recovers } from '../helpers/oracle-samples.ts';
import { filesBelow, outputFolder, packageWith, TEST_KEY } from '../helpers/package.ts';

const test = suite('audio codecs in dash-cenc');
const WRONG = 'ff'.repeat(16);

const SCHEMES = {
  dolby: 'tag:dolby.com,2014:dash:audio_channel_configuration:2011',
  mpeg: 'urn:mpeg:dash:23003:3:audio_channel_configuration:2011',
} as const;

const JOC = ['EC3_ExtensionType:2018" value="JOC"', 'EC3_ExtensionComplexityIndex:2018" value="16"'];

for (const media of AUDIO_MEDIA) {
  const decryptors = media.shaka ? 'ffmpeg and Shaka Packager decrypt' : 'ffmpeg decrypts';
  test(`${media.name}: ${decryptors} every sample to the source, and the MPD says what it is`, async () => {
    const input = await media.file();
    const { output } = await packageWith([dashCenc()], { inputs: [input] });
    const folder = join(output, outputFolder('DASH', input));
    const path = join(folder, 'media-audio-und.mp4');
    const source = await mp4Samples(input, 'a:0');
    assert.ok(source.length > 5);
    assert.equal(hashes(await dashSamplesByFfmpeg([path], 'audio', TEST_KEY.key)), hashes(source), 'ffmpeg');
    if (media.shaka) {
      const byShaka = await dashSamplesByShaka([path], 'audio', TEST_KEY);
      assert.equal(hashes(byShaka), hashes(source), 'Shaka Packager');
    }
    assert.not(await recovers(dashSamplesByFfmpeg([path], 'audio', WRONG), source), 'with a wrong key');
    assert.not(await recovers(mp4Samples(path, 'a:0'), source), 'with no key');

    const mpd = await readFile(join(folder, 'stream.mpd'), 'utf8');
    const [representation = ''] = mpd.match(/<Representation id="audio-und".*>/) ?? [];
    assert.ok(representation.includes(` codecs="${media.codecs}"`), representation);
    assert.ok(representation.includes(` audioSamplingRate="${media.sampleRate}"`), representation);
    const [scheme, value] = media.channels;
    assert.ok(
      mpd.includes(`<AudioChannelConfiguration schemeIdUri="${SCHEMES[scheme]}" value="${value}"/>`),
      mpd,
    );
    const objects = mpd.match(/(?<=schemeIdUri="tag:dolby.com,2018:dash:)EC3.*(?=\/>)/g) ?? [];
    assert.equal(objects, media.name === 'sample_eac3joc.mp4' ? JOC : []);
  });
}

test('several codecs of one language are files and sets of their own; the first keeps the plain name', async () => {
  const input = await manyCodecs();
  const { output, warnings } = await packageWith([dashCenc()], { inputs: [input] });
  const folder = join(output, outputFolder('DASH', input));
  const streams = {
    eng: 'a:0',
    'eng-ac-3': 'a:1',
    'eng-ec-3': 'a:2',
    'eng-opus': 'a:4',
    kor: 'a:3',
  } as const;
  assert.equal(warnings, []);
  assert.equal(
    await filesBelow(folder),
    [
      ...Object.keys(streams).map((name) => `media-audio-${name}.mp4`),
      'media-video-1.mp4',
      'stream.mpd',
    ].sort(),
  );
  for (const [name, stream] of Object.entries(streams)) {
    const path = join(folder, `media-audio-${name}.mp4`);
    const samples = await dashSamplesByFfmpeg([path], 'audio', TEST_KEY.key);
    assert.equal(hashes(samples), hashes(await mp4Samples(input, stream)), name);
  }
  const mpd = await readFile(join(folder, 'stream.mpd'), 'utf8');
  const sets = mpd.split('<AdaptationSet ').slice(2);
  const facts = (set: string) => [/ lang="(..)"/.exec(set)?.[1], / codecs="([^"]+)"/.exec(set)?.[1]];
  assert.equal(sets.map(facts), [
    ['en', 'mp4a.40.2'],
    ['en', 'ac-3'],
    ['en', 'ec-3'],
    ['ko', 'mp4a.40.2'],
    ['en', 'Opus'],
  ]);
});

test.run();
