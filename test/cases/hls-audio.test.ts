/** How MPEG-TS and playlists announce audio codecs beyond AAC; the matrix decrypts them. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hlsAes, hlsNcg } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { AUDIO_MEDIA, manyCodecs } from '../helpers/media/audio-media.ts';
import { aes128SegmentsByOpenssl } from '../helpers/oracles/hls.ts';
import { announcedAudio, audioUnits } from '../helpers/oracles/sample-aes-audio.ts';
import { filesBelow, outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';

const test = suite('audio codecs in HLS');
const DOLBY = AUDIO_MEDIA.filter(({ codecs }) => codecs === 'ac-3' || codecs === 'ec-3');

const STREAM_TYPES = {
  'ac-3': { clear: 0x81, registration: 'AC-3', encrypted: 0xc1, indicator: 'ac3d', setup: 'zac3' },
  'ec-3': { clear: 0x87, registration: 'EAC3', encrypted: 0xc2, indicator: 'ec3d', setup: 'zec3' },
} as const;

for (const media of DOLBY) {
  const types = STREAM_TYPES[media.codecs === 'ac-3' ? 'ac-3' : 'ec-3'];

  test(`HLS, ${media.name}: the PMT says what it is, and shows its setup`, async () => {
    const input = await media.file();
    const { output } = await packageWith([hlsAes()], { inputs: [input] });
    const path = join(output, outputFolder('HLS', input), 'media-1/media.ts');
    const { streamType, descriptors } = await announcedAudio(path);
    assert.is(streamType, types.encrypted);
    const [indicator, registration] = descriptors;
    assert.equal(indicator?.[0], 0x0f);
    assert.equal(indicator?.[1].toString('latin1'), types.indicator);
    assert.equal(registration?.[0], 0x05);
    const content = registration![1];
    assert.is(content.toString('latin1', 0, 8), `apad${types.setup}`);
    assert.equal([...content.subarray(8, 11)], [0, 0, 1]);
    const setup = content.subarray(12);
    assert.is(content[11], setup.length);
    const file = await readFile(input);
    const box = file.indexOf('dec3');
    const [first] = await audioUnits(path);
    const expected =
      media.codecs === 'ac-3'
        ? first!.subarray(0, 10)
        : file.subarray(box + 4, box - 4 + file.readUInt32BE(box - 4));
    assert.equal(setup.toString('hex'), expected.toString('hex'));
  });

  test(`HLS-NCG, ${media.name}: the decrypted segments announce it as clear`, async () => {
    const input = await media.file();
    const clear = await clearStream(input);
    const { streamType, descriptors } = await announcedAudio(clear);
    assert.is(streamType, types.clear);
    assert.equal(
      descriptors.map(([tag, content]) => [tag, content.toString('latin1')]),
      [[5, types.registration]],
    );
  });
}

for (const media of AUDIO_MEDIA.filter(({ ts }) => ts === 'aes-128')) {
  test(`HLS-NCG, ${media.name}: ffmpeg finds MP3 in the decrypted segments`, async () => {
    const clear = await clearStream(await media.file());
    const probe = await ffmpeg(['-i', clear, '-c', 'copy', '-f', 'framehash', '-']);
    assert.match(probe.toString(), /#codec_id 0: mp3/);
  });
}

/** The decrypted segments of an HLS-NCG output as one transport stream. */
async function clearStream(input: string): Promise<string> {
  const { output } = await packageWith([hlsNcg()], { inputs: [input] });
  const playlist = join(output, outputFolder('HLS-NCG', input), 'media-1/stream.m3u8');
  const path = join(temporaryFolder('clear-ts'), 'media.ts');
  await writeFile(path, Buffer.concat(await aes128SegmentsByOpenssl(playlist, TEST_KEY.key)));
  return path;
}

test('several codecs: groups of the same languages, each variant once for each, Opus left out with a warning', async () => {
  const input = await manyCodecs();
  const { output, warnings } = await packageWith([hlsAes()], { inputs: [input] });
  const folder = join(output, outputFolder('HLS', input));
  const media = (await filesBelow(folder)).filter((file) => file.endsWith('media.ts'));
  assert.equal(media, [
    'audio-eng-ac-3/media.ts',
    'audio-eng-ec-3/media.ts',
    'audio-kor/media.ts',
    'media-1/media.ts',
  ]);
  assert.is(warnings.length, 1);
  assert.match(warnings[0]!, /Opus.*left out/);

  const lines = (await readFile(join(folder, 'master.m3u8'), 'utf8')).split('\n');
  const groups = lines.filter((line) => line.startsWith('#EXT-X-MEDIA:'));
  const facts = (line: string) =>
    ['GROUP-ID', 'NAME', 'URI'].map((name) => new RegExp(`${name}="([^"]*)"`).exec(line)?.[1]).join(' ');
  assert.equal(groups.map(facts), [
    'audio English ',
    'audio Korean audio-kor/stream.m3u8',
    'audio-ac-3 English audio-eng-ac-3/stream.m3u8',
    'audio-ac-3 Korean audio-kor/stream.m3u8',
    'audio-ec-3 English audio-eng-ec-3/stream.m3u8',
    'audio-ec-3 Korean audio-kor/stream.m3u8',
  ]);
  assert.is(groups.filter((line) => line.includes('DEFAULT=YES')).length, 3);
  assert.ok(groups.every((line) => line.includes('DEFAULT=YES') === line.includes('English')));
  const variants = lines.filter((line) => line.startsWith('#EXT-X-STREAM-INF:'));
  const codecs = (line: string) => [
    /CODECS="[^,]*,([^"]*)"/.exec(line)?.[1],
    /AUDIO="([^"]*)"/.exec(line)?.[1],
  ];
  assert.equal(variants.map(codecs), [
    ['mp4a.40.2', 'audio'],
    ['mp4a.40.2,ac-3', 'audio-ac-3'],
    ['mp4a.40.2,ec-3', 'audio-ec-3'],
  ]);
});

test('E-AC-3 with objects says how many in CHANNELS', async () => {
  const joc = AUDIO_MEDIA.find(({ name }) => name === 'sample_eac3joc.mp4');
  if (joc === undefined) return; // the real file is not there; unit/hls-audio-groups.test.ts has the rule
  const stereo = await AUDIO_MEDIA.find(({ name }) => name === 'e-ac-3 stereo')!.file();
  const aac = join(temporaryFolder('joc'), 'kor.mp4');
  await ffmpeg(['-i', stereo, '-c:a', 'aac', '-metadata:s:a:0', 'language=kor', aac]);
  const { output } = await packageWith([hlsAes()], { inputs: [aac, await joc.file()] });
  const master = await readFile(join(output, outputFolder('HLS', aac), 'master.m3u8'), 'utf8');
  assert.match(master, /CHANNELS="16\/JOC",URI="audio-und\/stream\.m3u8"/);
});

test.run();
