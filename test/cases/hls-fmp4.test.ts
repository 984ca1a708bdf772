/** hls-aes in fragmented MP4 under `cbcs`: its playlists, boxes, times and names; the matrix decrypts it in every shape and codec. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { hlsAes } from '../../plugins/index.ts';
import { ffprobe } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { AUDIO_MEDIA, manyCodecs } from '../helpers/media/audio-media.ts';
import { AV1_MEDIA } from '../helpers/media/av1-media.ts';
import { HEVC_MEDIA } from '../helpers/media/hevc-media.ts';
import { IN_BAND_CLIPS, writeJoined } from '../helpers/media/joined-media.ts';
import { ODD_MEDIA, type OddMedia, oddMedia } from '../helpers/media/odd-media.ts';
import { boxesIn, decodedPictures, fetchPlaylist, parsePlaylist } from '../helpers/oracles/hls-fmp4.ts';
import { findBox, findBoxes, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';
import { codedSamples } from '../helpers/oracles/samples.ts';
import { filesBelow, outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';

const test = sideBySide('hls-aes in fragmented MP4');
const named = <Media extends OddMedia>(media: readonly Media[], ...names: string[]): Media[] =>
  media.filter(({ name }) => names.includes(name));

async function packageFmp4(input: string, options: Parameters<typeof hlsAes>[0] = {}) {
  const { output, warnings } = await packageWith([hlsAes({ container: 'fmp4', ...options })], {
    inputs: [input],
  });
  return { folder: join(output, outputFolder('HLS', input)), warnings };
}

for (const { media, units } of [
  { media: named(HEVC_MEDIA, 'hevc-main')[0]!, units: { 'video-1': 'v:0' } },
  { media: named(ODD_MEDIA, 'fragmented')[0]!, units: { 'video-1': 'v:0', 'audio-und': 'a:0' } },
  { media: named(AUDIO_MEDIA, 'flac')[0]!, units: { 'audio-und': 'a:0' } },
] as const) {
  test(`${media.describe}: every byte range is whole, and all are the file`, async () => {
    const input = await media.file();
    const { folder } = await packageFmp4(input);
    for (const [id, stream] of Object.entries(units)) {
      const playlist = await fetchPlaylist(join(folder, id, 'stream.m3u8'));
      const { init, segments, fileSize, warnings, manifest } = playlist;
      assert.equal(warnings, []);
      assert.equal([manifest.version, manifest.endList], [6, true]);
      assert.equal(
        boxesIn(init).map(({ type }) => type),
        ['ftyp', 'moov'],
      );
      let at = init.length;
      for (const { offset, bytes } of segments) {
        assert.is(offset, at);
        at += bytes.length;
        const boxes = boxesIn(bytes);
        assert.is(
          boxes.reduce((sum, { size }) => sum + size, 0),
          bytes.length,
        );
        assert.ok(boxes.every(({ type }, index) => type === (index % 2 === 0 ? 'moof' : 'mdat')));
        assert.is(boxes.length % 2, 0);
      }
      assert.is(at, fileSize);
      const seconds = segments.reduce((sum, { duration }) => sum + duration, 0);
      const source = await codedSamples(input, stream);
      const [first, last] = [source[0]!, source.at(-1)!];
      const expected = last.dts + last.duration - first.dts;
      // ffmpeg takes the last duration of a fragmented file for that of the others.
      assert.ok(Math.abs(seconds - expected) < 0.02, `${seconds} s of ${expected} s`);
    }
  });
}

for (const media of [
  ...named(HEVC_MEDIA, 'hevc-main'),
  ...named(AV1_MEDIA, 'av1-svt'),
  ...named(ODD_MEDIA, 'variable-gop'),
]) {
  test(`${media.describe}: each entry of the I-frame playlist decodes to one picture`, async () => {
    const input = await media.file();
    const { folder } = await packageFmp4(input);
    const { manifest, init, segments } = await fetchPlaylist(join(folder, 'video-1/iframe.m3u8'));
    assert.ok(manifest.iFramesOnly);
    assert.is(segments.length, await keyFrames(input), 'one entry a key frame');
    for (const { bytes } of segments) {
      assert.is(await decodedPictures(init, bytes, TEST_KEY.key), 1);
      const [moof, mdat] = boxesIn(bytes);
      assert.equal([moof?.type, mdat?.type], ['moof', 'mdat']);
      const [first] = findBox(parseBoxes(bytes.subarray(0, moof!.size)), 'trun')['sample_size'] as number[];
      assert.is(bytes.length, moof!.size + 8 + first!, 'it ends with the frame');
    }
  });
}

async function keyFrames(path: string): Promise<number> {
  const packets = await ffprobe(path, ['-select_streams', 'v:0', '-show_entries', 'packet=flags']);
  return (packets as { packets: { flags: string }[] }).packets.filter(({ flags }) => flags.startsWith('K'))
    .length;
}

const extinf = async (path: string) => (await readFile(path, 'utf8')).match(/^#EXTINF:.*$/gm);

test('segments and I-frames have the times that the form in MPEG-TS has', async () => {
  const input = await oddMedia('variable-gop');
  const { folder } = await packageFmp4(input);
  const { output } = await packageWith([hlsAes({ container: 'ts' })], { inputs: [input] });
  for (const playlist of ['stream.m3u8', 'iframe.m3u8']) {
    const inTs = await extinf(join(output, outputFolder('HLS', input), 'media-1', playlist));
    assert.equal(await extinf(join(folder, 'video-1', playlist)), inTs);
    assert.ok(inTs!.length > 1);
  }
});

test('an edit list takes the priming of AAC away: sound and picture start at 0', async () => {
  const { folder } = await packageFmp4(await oddMedia('ctts-v0'));
  const boxes = async (file: string) => parseBoxes(await readFile(join(folder, file)));
  const video = await boxes('video-1/media.mp4');
  assert.equal(findBoxes(video, 'elst'), []);
  const [offset] = findBox(video, 'trun')['sample_composition_time_offset'] as number[];
  assert.is(offset, 0);
  const audio = await boxes('audio-und/media.mp4');
  for (const file of [video, audio]) assert.is(findBox(file, 'tfdt')['baseMediaDecodeTime'], 0);

  const { init, segments } = await fetchPlaylist(join(folder, 'audio-und/stream.m3u8'));
  const input = Buffer.concat([init, segments[0]!.bytes]);
  const [first] = await codedSamples('pipe:0', 'a:0', { input });
  assert.ok(Math.abs(first!.pts + 1024 / 48_000) < 1e-4, `${first!.pts} s`);
});

/** The sample entry of the video's output, and what was said about it. */
async function entryOf(input: string) {
  const { folder, warnings } = await packageFmp4(input);
  const init = parseBoxes(await readFile(join(folder, 'video-1/media.mp4')));
  const master = await readFile(join(folder, 'master.m3u8'), 'utf8');
  const codecs = /CODECS="(\w+)/.exec(master)?.[1];
  return { format: findBox(init, 'frma')['data_format'], codecs, warnings };
}

test('an entry that allows parameter sets in the samples is renamed where none is there alone', async () => {
  const media = named(HEVC_MEDIA, 'hevc-in-band')[0]!;
  assert.equal(await entryOf(await media.file()), { format: 'hvc1', codecs: 'hvc1', warnings: [] });
});

test('it keeps its name where parameter sets change in the middle', async () => {
  const [cabac, cavlc] = [await IN_BAND_CLIPS.cabac(), await IN_BAND_CLIPS.cavlc()];
  const folder = temporaryFolder('changing-sets');
  for (const [name, files, entry] of [
    ['same', [cabac, cabac], 'avc1'],
    ['other', [cabac, cavlc], 'avc3'],
  ] as const) {
    const path = join(folder, `${name}.mp4`);
    await writeJoined(path, { files, entries: [1, 1], stsd: ([first]) => [first!] });
    const { warnings, ...names } = await entryOf(path);
    assert.equal(names, { format: entry, codecs: entry });
    assert.is(warnings.length, entry === 'avc1' ? 0 : 1);
    if (warnings[0]) assert.match(warnings[0], /video track 1 .*parameter sets in its samples.*as avc1/);
  }
});

test('several languages and codecs: an audio group a codec, each track in a folder of its own', async () => {
  const input = await manyCodecs();
  const { folder, warnings } = await packageFmp4(input);
  assert.equal(warnings, []);
  const files = (await filesBelow(folder)).filter((file) => file.endsWith('.mp4'));
  assert.equal(files, [
    'audio-eng-ac-3/media.mp4',
    'audio-eng-ec-3/media.mp4',
    'audio-eng-opus/media.mp4',
    'audio-eng/media.mp4',
    'audio-kor/media.mp4',
    'video-1/media.mp4',
  ]);
  const { manifest } = parsePlaylist(await readFile(join(folder, 'master.m3u8'), 'utf8'));
  assert.equal(Object.keys(manifest.mediaGroups.AUDIO), ['audio', 'audio-ac-3', 'audio-ec-3', 'audio-opus']);
  for (const group of Object.values(manifest.mediaGroups.AUDIO)) {
    assert.equal(Object.keys(group).sort(), ['English', 'Korean']);
    assert.ok(group['English']!.default);
    assert.is(group['Korean']!.uri, 'audio-kor/stream.m3u8');
  }
  assert.equal(
    manifest.playlists.map(({ uri, attributes }) => [uri, attributes['CODECS'], attributes['AUDIO']]),
    [
      ['video-1/stream.m3u8', 'avc1.64000c,mp4a.40.2', 'audio'],
      ['video-1/stream.m3u8', 'avc1.64000c,ac-3,mp4a.40.2', 'audio-ac-3'],
      ['video-1/stream.m3u8', 'avc1.64000c,ec-3,mp4a.40.2', 'audio-ec-3'],
      ['video-1/stream.m3u8', 'avc1.64000c,mp4a.40.2,Opus', 'audio-opus'],
    ],
  );
});

test('FairPlay, Widevine and PlayReady are told of the same key; FairPlay of no IV', async () => {
  const input = await oddMedia('no-b-frames');
  const { folder } = await packageFmp4(input, { systems: ['fairplay', 'widevine', 'playready', 'common'] });
  const media = await readFile(join(folder, 'video-1/stream.m3u8'), 'utf8');
  const keys = media.match(/^#EXT-X-KEY:.*$/gm) ?? [];
  assert.equal(
    keys.map((line) => /KEYFORMAT="([^"]*)"/.exec(line)?.[1]),
    [
      'com.apple.streamingkeydelivery',
      'urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed',
      'com.microsoft.playready',
    ],
  );
  assert.ok(keys.every((line) => line.includes('METHOD=SAMPLE-AES,') && !line.includes(',IV=')));
  const master = await readFile(join(folder, 'master.m3u8'), 'utf8');
  assert.equal(
    master.match(/^#EXT-X-SESSION-KEY:.*$/gm),
    keys.map((line) => line.replace('KEY', 'SESSION-KEY')),
  );

  const file = parseBoxes(await readFile(join(folder, 'video-1/media.mp4')));
  assert.is(findBox(file, 'schm')['scheme_type'], 'cbcs');
  const tenc = findBox(file, 'tenc');
  assert.equal([tenc['default_crypt_byte_block'], tenc['default_skip_byte_block']], [1, 9]);
  assert.is(Buffer.from(tenc['default_constant_IV'] as Uint8Array).toString('hex'), TEST_KEY.iv);
  assert.is(findBoxes(file, 'pssh').length, 3);
  const pssh = Buffer.from(/text\/plain;base64,([^"]*)"/.exec(keys[1]!)![1]!, 'base64');
  // protection_scheme (field 9) is the four-character code "cbcs".
  assert.is(pssh.toString('hex').slice(-12), '48f3c6899b06');
});

test('auto writes H.264 with AAC in MPEG-TS', async () => {
  const input = await oddMedia('no-b-frames');
  const { output } = await packageWith([hlsAes()], { inputs: [input] });
  const files = await filesBelow(join(output, outputFolder('HLS', input)));
  assert.ok(files.includes('media-1/media.ts'), files.join(' '));
});

test('auto writes the whole title in fMP4 when MPEG-TS cannot carry its video, or a language at all', async () => {
  for (const media of [...named(HEVC_MEDIA, 'hevc-main'), ...named(AUDIO_MEDIA, 'opus stereo')]) {
    const input = await media.file();
    const { output, warnings } = await packageWith([hlsAes()], { inputs: [input] });
    const files = await filesBelow(join(output, outputFolder('HLS', input)));
    assert.ok(files.every((file) => !file.endsWith('.ts')));
    assert.equal(
      warnings.filter((warning) => !/no audio of the title is AAC in stereo/.test(warning)),
      [],
    );
  }
});

test.run();
