/** Audio codecs in dash-cenc: the MPD says what they are; `matrix-dash-cenc.test.ts` decrypts them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { dashCenc } from '../../plugins/index.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { AUDIO_MEDIA, manyCodecs } from '../helpers/media/audio-media.ts';
import { filesBelow, outputFolder, packageWith } from '../helpers/titles/package.ts';

const test = sideBySide('audio codecs in dash-cenc');

const SCHEMES = {
  dolby: 'tag:dolby.com,2014:dash:audio_channel_configuration:2011',
  mpeg: 'urn:mpeg:dash:23003:3:audio_channel_configuration:2011',
} as const;

const JOC = ['EC3_ExtensionType:2018" value="JOC"', 'EC3_ExtensionComplexityIndex:2018" value="16"'];

for (const media of AUDIO_MEDIA) {
  test(`${media.name}: the MPD says what it is`, async () => {
    const input = await media.file();
    const { output } = await packageWith([dashCenc()], { inputs: [input] });
    const folder = join(output, outputFolder('DASH', input));
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
  const names = ['eng', 'eng-ac-3', 'eng-ec-3', 'eng-opus', 'kor'];
  assert.equal(warnings, []);
  const files = [...names.map((name) => `media-audio-${name}.mp4`), 'media-video-1.mp4', 'stream.mpd'];
  assert.equal(await filesBelow(folder), files.sort());
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
