import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { Packager, type Report } from '../../core/index.ts';
import { dashCenc, hlsAes } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce, temporaryFolder } from '../helpers/commands/folders.ts';
import { COMMAND_KEY, sealpack } from '../helpers/commands/sealpack-command.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { dashSamplesByFfmpeg } from '../helpers/oracles/dash.ts';
import { codedSamples, hashes } from '../helpers/oracles/samples.ts';
import { failureOf, packageWith, TEST_KEY } from '../helpers/titles/package.ts';
import { readProtectedTrack } from '../helpers/verify/protected-samples.ts';
import { appleLossless, toyCodecs, toyVideo } from '../plugins/codec-toy.ts';

const test = sideBySide('a made-up codec');
const PLUGIN = new URL('../plugins/codec-toy.ts', import.meta.url);

/** What ffmpeg calls what is in the samples, and the made-up names: those of the sample entry and its configuration. */
const INSIDE = { entry: 'jpeg', config: 'fiel' };
const MADE_UP = { entry: 'toyv', config: 'toyC' };

/** The same file with four letters in the place of others, once. */
function renamed(file: Buffer, from: string, to: string): Buffer {
  const at = file.indexOf(from, 0, 'latin1');
  assert.ok(at > 0 && file.indexOf(from, at + 1, 'latin1') < 0, `"${from}" is not there once`);
  const changed = Buffer.from(file);
  changed.write(to, at, 'latin1');
  return changed;
}

const PICTURES = ['-f', 'lavfi', '-i', 'testsrc2=s=322x182:r=25:d=5'];
const SOUND = ['-f', 'lavfi', '-i', 'sine=523:r=44100:d=5,aformat=channel_layouts=stereo'];

/** Pictures as ffmpeg knows them: of many sizes, some cut in the middle of a block of the cipher. */
const motionJpeg = (): Promise<string> =>
  madeOnce('toy-inside.mov', async (path) => {
    await ffmpeg([...PICTURES, '-c:v', 'mjpeg', '-q:v', '4', '-bitexact', path]);
  });

const toyMedia = (): Promise<string> =>
  madeOnce('toy.mov', async (path) => {
    const file = renamed(await readFile(await motionJpeg()), INSIDE.config, MADE_UP.config);
    await writeFile(path, renamed(file, `p${INSIDE.entry}\0`, `p${MADE_UP.entry}\0`));
  });

const losslessMedia = (): Promise<string> =>
  madeOnce('lossless.m4a', async (path) => {
    await ffmpeg([...SOUND, '-c:a', 'alac', '-f', 'mp4', path]);
  });

/** The packaged file as an entry that ffmpeg knows: samples are the same. */
async function asKnown(path: string): Promise<string> {
  const copy = join(temporaryFolder('known'), 'media.mp4');
  await writeFile(copy, renamed(await readFile(path), `frma${MADE_UP.entry}`, `frma${INSIDE.entry}`));
  return copy;
}

async function provePictures(folder: string): Promise<void> {
  const packaged = join(folder, 'media-video-1.mp4');
  const decrypted = await dashSamplesByFfmpeg([await asKnown(packaged)], 'video', TEST_KEY.key);
  assert.is(decrypted.length, 125);
  assert.equal(hashes(decrypted), hashes(await codedSamples(await motionJpeg(), 'v:0')));
}

const entriesOf = ({ modes }: Report) =>
  modes[0]!.renditions.flatMap(({ tracks }) => tracks.map(({ entry, codecs }) => [entry, codecs]));

test('is packaged in DASH by one value through the public API, and decrypted by who knows it not from us', async () => {
  const source = await readFile(PLUGIN, 'utf8');
  const imports = [...source.matchAll(/from '([^']+)'/g)].map((match) => match[1]);
  assert.equal(imports, ['../../core/index.ts', '../../core/kit.ts']);

  const inputs = [await toyMedia(), await losslessMedia()];
  // Before the mode or behind it: the order of plugins says nothing.
  const report = await packageWith([dashCenc({ folder: 'dash' }), toyCodecs()], { inputs });
  assert.equal(report.warnings, []);
  assert.equal(entriesOf(report), [
    ['toyv', 'toyv.1.0'],
    ['alac', 'alac'],
  ]);
  const folder = join(report.output, 'dash');
  await provePictures(folder);
  const sound = join(folder, 'media-audio-und.mp4');
  assert.equal(
    hashes(await dashSamplesByFfmpeg([sound], 'audio', TEST_KEY.key)),
    hashes(await codedSamples(inputs[1]!, 'a:0')),
  );
  const mpd = await readFile(join(folder, 'stream.mpd'), 'utf8');
  assert.match(mpd, /codecs="toyv\.1\.0" width="322" height="182"/);
  assert.match(mpd, /codecs="alac" audioSamplingRate="44100"/);

  // Headers stay clear, all whole blocks behind them do not: one part a picture, as the codec says.
  const file = readProtectedTrack(await readFile(join(folder, 'media-video-1.mp4')));
  for (const { bytes, subsamples } of file.samples) {
    const [clear = 0, secret = 0] = subsamples ?? [];
    assert.is(subsamples?.length, 2);
    assert.is(clear + secret, bytes.length);
    const scan = bytes.indexOf(Buffer.of(0xff, 0xda));
    const headers = scan + 2 + bytes.readUInt16BE(scan + 2);
    assert.is(secret, Math.floor((bytes.length - headers) / 16) * 16);
  }
});

test('is read from Matroska by the name that the value has for it there', async () => {
  const source = await motionJpeg();
  const input = await madeOnce('toy.mkv', async (path) => {
    await ffmpeg(['-i', source, '-c', 'copy', path]);
  });
  const report = await packageWith([toyCodecs(), dashCenc({ folder: 'dash' })], { inputs: [input] });
  assert.equal(entriesOf(report), [['toyv', 'toyv.1.0']]);
  await provePictures(join(report.output, 'dash'));
  const error = await failureOf(packageWith([dashCenc()], { inputs: [input] }));
  assert.match(error.message, /"V_MJPEG" cannot be put into MP4/);
});

test('is carried under cbcs too, and refused where the standard has no place for it', async () => {
  const inputs = [await toyMedia()];
  const { modes } = await packageWith([toyCodecs(), hlsAes()], { inputs });
  assert.is(modes[0]?.renditions[0]?.unit.container, 'fmp4');
  const error = await failureOf(packageWith([toyCodecs(), hlsAes({ container: 'ts' })], { inputs }));
  assert.match(error.message, /mode hls-aes cannot carry video track 1 \(toyv\.1\.0\)/);
});

test('reaches every thread, since plugins are applied there', async () => {
  const folder = temporaryFolder('project');
  const source = await readFile(PLUGIN, 'utf8');
  await writeFile(
    join(folder, 'codec-toy.ts'),
    source.replace('../../core/index.ts', 'sealpack').replace('../../core/kit.ts', 'sealpack/kit'),
  );
  await writeFile(
    join(folder, 'packager.config.ts'),
    `import { defineConfig } from 'sealpack';
import { dashCenc, demuxMp4, keyManual } from 'sealpack/plugins';
import { toyCodecs } from './codec-toy.ts';

export default defineConfig({
  contentId: 'toy',
  inputs: ['${await toyMedia()}', '${await losslessMedia()}'],
  output: 'out',
  workers: 2,
  plugins: [
    demuxMp4(),
    keyManual({ key: '${COMMAND_KEY}', keyId: '${TEST_KEY.keyId}' }),
    dashCenc({ folder: 'dash' }),
    toyCodecs(),
  ],
});
`,
  );
  const { status, stderr } = await sealpack(['run'], folder);
  assert.is(status, 0, stderr);
  await provePictures(join(folder, 'out/dash'));
});

test('is not known without the value, whatever other titles of the process have', async () => {
  const inputs = [await toyMedia()];
  const error = await failureOf(packageWith([dashCenc()], { inputs }));
  assert.is(error.code, 'UNSUPPORTED_CODEC');
  assert.match(error.message, /its codec "toyv" is not known/);
  await packageWith([toyCodecs(), dashCenc()], { inputs });
  await failureOf(packageWith([dashCenc()], { inputs }));
});

test('that nobody can take apart stays out of modes that protect it', async () => {
  const { rangeFinder: _, ...opaque } = toyVideo;
  const inputs = [await toyMedia()];
  const plugin = { name: 'codec-opaque', apply: (packager: Packager) => packager.codec(opaque) };
  const error = await failureOf(packageWith([plugin, dashCenc()], { inputs }));
  assert.is(error.code, 'UNSUPPORTED_CODEC');
  assert.match(error.message, /mode dash-cenc cannot carry video track 1 \(toyv\.1\.0\)/);
});

test('has a name and sample entries of its own', () => {
  const packager = new Packager([toyCodecs()]);
  const add = (codec: typeof toyVideo) => () => packager.codec(codec);
  assert.throws(add(toyVideo), /The codec "Toy Video" cannot be added: another one has that name/);
  const other = { ...appleLossless, name: 'Other', entries: ['avc1'] };
  assert.throws(add(other), /another one has the sample entry "avc1"/);
  // `mp4a` stands for several: its codec strings tell which.
  assert.throws(add({ ...other, entries: ['mp4a'] }), /another one has the sample entry "mp4a"/);
  const dts = { ...other, name: 'DTS', entries: ['mp4a'], strings: /^mp4a\.A9$/i };
  add(dts)();
  const codecOf = (codecs: string) => packager.codecs.of({ entry: 'mp4a', codecs })?.name;
  assert.equal(['mp4a.40.2', 'mp4a.6B', 'mp4a.A9', 'mp4a.DD'].map(codecOf), ['AAC', 'MP3', 'DTS', undefined]);
});

test.run();
