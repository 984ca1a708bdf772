/** A demuxer of a format that nothing here reads, by the public doors alone. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Report } from '../../core/index.ts';
import { cmaf, dashCenc } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce, temporaryFolder } from '../helpers/commands/folders.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { AV1_MEDIA } from '../helpers/media/av1-media.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { pictureOf } from '../helpers/media/track-kinds.ts';
import { VP9_MEDIA } from '../helpers/media/vp9-media.ts';
import { dashSamplesByFfmpeg, dashSamplesByShaka } from '../helpers/oracles/dash.ts';
import { codedSamples, hashes } from '../helpers/oracles/samples.ts';
import { failureOf, packageWith, TEST_KEY } from '../helpers/titles/package.ts';
import { demuxIvf } from '../plugins/demux-ivf.ts';

const test = sideBySide('a format of a plugin');
const PLUGIN = new URL('../plugins/demux-ivf.ts', import.meta.url);

/** What ffmpeg writes of an MP4: VP9 with hidden frames, AV1 behind delimiters. */
const ivf = (name: string, ...options: string[]): Promise<string> =>
  madeOnce(`${name}${options.join('')}.ivf`, async (path) => {
    const source = await [...VP9_MEDIA, ...AV1_MEDIA].find((media) => media.name === name)!.file();
    await ffmpeg(['-i', source, '-map', '0:v', '-c', 'copy', ...options, path]);
  });

const PLUGINS = () => [demuxIvf(), dashCenc({ folder: 'dash' }), cmaf({ scheme: 'cenc', folder: 'cmaf' })];

/** The frames as ffmpeg reads them; without the delimiters that MP4 leaves out. */
const framesOf = (path: string) =>
  codedSamples(path, 'v:0', { filter: path.includes('av1') ? 'av1_metadata=td=remove' : undefined });

async function prove(report: Report, input: string): Promise<void> {
  const frames = await framesOf(input);
  assert.ok(frames.length >= 25);
  for (const file of ['dash/media-video-1.mp4', 'cmaf/video-1/media.mp4']) {
    const path = join(report.output, file);
    const expected = hashes(frames);
    assert.equal(hashes(await dashSamplesByFfmpeg([path], 'video', TEST_KEY.key)), expected, file);
    const samples = await dashSamplesByShaka([path], 'video', TEST_KEY);
    assert.equal(hashes(samples), expected, file);
    const near = ({ pts }: { readonly pts: number }) => Math.round(pts * 1000);
    assert.equal(samples.map(near), frames.map(near), file);
  }
}

test('the demuxer stands on the two doors', async () => {
  const source = await readFile(PLUGIN, 'utf8');
  const imports = [...source.matchAll(/from '([^']+)'/g)].map((match) => match[1]);
  assert.equal(imports, ['../../core/index.ts', '../../core/kit.ts']);
});

for (const name of [
  'vp9-main',
  'vp9-pyramid',
  'vp9-444-10',
  'av1-main',
  'av1-svt',
  'av1-monochrome',
  'av1-422-10',
]) {
  test(`${name} in IVF: what two others decrypt is what ffmpeg reads of the input`, async () => {
    const input = await ivf(name);
    const report = await packageWith(PLUGINS(), { inputs: [input], segmentDuration: 1 });
    assert.equal(report.warnings, []);
    await prove(report, input);
    // As if it had come as MP4: but for the level of VP9, which encoders round up and a frame does not say.
    const source = await [...VP9_MEDIA, ...AV1_MEDIA].find((media) => media.name === name)!.file();
    const stored = await packageWith([dashCenc({ folder: 'dash' })], {
      inputs: [source],
      segmentDuration: 1,
    });
    const facts = ({ modes }: Report) => {
      const [track] = modes[0]!.renditions[0]!.tracks;
      const { entry, codecs, sampleCount, bytes } = track!;
      const video = pictureOf(track);
      return { entry, codecs: codecs.replace(/^(vp09\.\d\d)\.\d\d/, '$1'), video, sampleCount, bytes };
    };
    assert.equal(facts(report), facts(stored));
    if (name.startsWith('av1')) assert.is(await av1Config(report), await av1Config(stored));
  });
}

/** Type and payload of `av1C`, up to the sequence header: SVT-AV1 announces another one than it writes. */
async function av1Config({ output }: Report): Promise<string> {
  const file = await readFile(join(output, 'dash/media-video-1.mp4'));
  const at = file.indexOf('av1C', 0, 'latin1');
  return file.toString('hex', at, at + 8);
}

test('frames begin late, or are cut off at the end: what is there is presented when it says', async () => {
  const late = await ivf('vp9-superframes', '-output_ts_offset', '1.52');
  await prove(await packageWith(PLUGINS(), { inputs: [late, await oddMedia('audio-only')] }), late);
  const whole = await readFile(await ivf('vp9-main'));
  const cut = join(temporaryFolder('ivf'), 'cut.ivf');
  await writeFile(cut, whole.subarray(0, whole.length - 5));
  const report = await packageWith(PLUGINS(), { inputs: [cut] });
  assert.is(report.modes[0]!.renditions[0]!.tracks[0]!.sampleCount, 49);
});

test('another codec, and times that go back, are refused by the plugin in one sentence', async () => {
  const file = await readFile(await ivf('vp9-main'));
  const [other, back] = ['other.ivf', 'back.ivf'].map((name) => join(temporaryFolder('ivf'), name)) as [
    string,
    string,
  ];
  await writeFile(other, Buffer.concat([file.subarray(0, 8), Buffer.from('VP80'), file.subarray(12)]));
  const refused = await failureOf(packageWith(PLUGINS(), { inputs: [other] }));
  assert.equal([refused.code, refused.plugin, refused.hook], ['UNSUPPORTED_CODEC', 'demux-ivf', 'demux']);
  const second = 32 + 12 + file.readUInt32LE(32);
  file.writeUInt32LE(0, second + 4);
  await writeFile(back, file);
  const { code, message } = await failureOf(packageWith(PLUGINS(), { inputs: [back] }));
  assert.is(code, 'NOT_MEDIA');
  assert.match(message, /frame 2 is not later than the one before/);
});

test.run();
