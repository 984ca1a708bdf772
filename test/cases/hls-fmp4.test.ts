/** hls-aes in fragmented MP4 under `cbcs`: its playlists, boxes and times; the matrix decrypts it in every shape and codec. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageTitle } from '../../core/index.ts';
import { dashCenc, demuxMp4, hlsAes, hlsNcg } from '../../plugins/index.ts';
import { AUDIO_MEDIA, manyCodecs } from '../helpers/audio-media.ts';
import { AV1_MEDIA } from '../helpers/av1-media.ts';
import { ffmpeg, ffprobe } from '../helpers/command.ts';
import { mp4EncryptedShare } from '../helpers/encrypted-share.ts';
import { madeOnce, temporaryFolder } from '../helpers/folders.ts';
import { HEVC_MEDIA } from '../helpers/hevc-media.ts';
import { boxesIn, decodedPictures, fetchPlaylist, parsePlaylist } from '../helpers/hls-fmp4.ts';
import { findBox, findBoxes, parseBoxes } from '../helpers/mp4box-reader.ts';
import { ODD_MEDIA, type OddMedia, oddMedia } from '../helpers/odd-media.ts';
import { dashSamplesByFfmpeg, dashSamplesByShaka } from '../helpers/oracle-dash.ts';
import { codedSamples, hashes, mp4Samples, recovers } from '../helpers/oracle-samples.ts';
import {
  failureOf,
  filesBelow,
  outputFolder,
  packageWith,
  TEST_KEY,
  testKey,
  titleOptions,
} from '../helpers/package.ts';
import { inBandAvc } from '../helpers/shape-media.ts';

const test = suite('hls-aes in fragmented MP4');
const WRONG = 'ff'.repeat(16);

/** AV1 with Opus: what services send to browsers. */
const av1Opus: OddMedia = {
  name: 'av1-opus',
  describe: 'AV1 with Opus',
  video: true,
  audio: ['und'],
  file: () =>
    madeOnce('av1-opus.mp4', async (path) => {
      const picture = await AV1_MEDIA.find(({ name }) => name === 'av1-svt')!.file();
      const sound = ['-f', 'lavfi', '-t', '1', '-i', 'sine=440:sample_rate=48000'];
      const codecs = ['-c:v', 'copy', '-strict', '-2', '-c:a', 'libopus', '-ac', '2'];
      await ffmpeg(['-i', picture, ...sound, '-map', '0:v', '-map', '1:a', ...codecs, path]);
    }),
};

const named = <Media extends OddMedia>(media: readonly Media[], ...names: string[]): Media[] =>
  media.filter(({ name }) => names.includes(name));

const MEDIA: readonly OddMedia[] = [
  ...named(HEVC_MEDIA, 'hevc-main', 'hevc-in-band'),
  av1Opus,
  ...named(ODD_MEDIA, 'languages', 'fragmented', 'audio-only'),
  ...named(AUDIO_MEDIA, 'ac-3 5.1', 'flac', 'bear-640x360-aac_he-silent_right.mp4'),
];

interface Unit {
  readonly id: string;
  readonly kind: 'video' | 'audio';
  readonly stream: `${'v' | 'a'}:${number}`;
}

const unitsOf = ({ video, audio }: OddMedia): Unit[] => [
  ...(video ? [{ id: 'video-1', kind: 'video', stream: 'v:0' } as const] : []),
  ...audio.map((language, index): Unit => ({ id: `audio-${language}`, kind: 'audio', stream: `a:${index}` })),
];

async function packageFmp4(input: string, options: Parameters<typeof hlsAes>[0] = {}) {
  const { output, warnings } = await packageWith([hlsAes({ container: 'fmp4', ...options })], {
    inputs: [input],
  });
  return { folder: join(output, outputFolder('HLS', input)), warnings };
}

for (const media of MEDIA) {
  test(`${media.describe}: every sample decrypts to the source, every byte range is whole`, async () => {
    const input = await media.file();
    const { folder } = await packageFmp4(input);
    for (const { id, kind, stream } of unitsOf(media)) {
      const path = join(folder, id, 'media.mp4');
      const source = await mp4Samples(input, stream);
      assert.equal(
        hashes(await dashSamplesByFfmpeg([path], kind, TEST_KEY.key)),
        hashes(source),
        `${id}, ffmpeg`,
      );
      assert.equal(
        hashes(await dashSamplesByShaka([path], kind, TEST_KEY)),
        hashes(source),
        `${id}, Shaka Packager`,
      );
      assert.not(await recovers(dashSamplesByFfmpeg([path], kind, WRONG), source), 'with a wrong key');
      assert.not(await recovers(mp4Samples(path, kind === 'video' ? 'v:0' : 'a:0'), source), 'with no key');

      const { init, segments, fileSize, warnings, manifest } = await fetchPlaylist(
        join(folder, id, 'stream.m3u8'),
      );
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
      const [first, last] = [source[0]!, source.at(-1)!];
      const expected = last.dts + last.duration - first.dts;
      // ffmpeg takes the last duration of a fragmented file for that of the others.
      assert.ok(Math.abs(seconds - expected) < 0.02, `${seconds} s of ${expected} s`);
    }
  });
}

for (const media of [...named(HEVC_MEDIA, 'hevc-main'), av1Opus, ...named(ODD_MEDIA, 'variable-gop')]) {
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

test('one block in ten of the slices is encrypted', async () => {
  const input = await oddMedia('one-gop');
  const { folder } = await packageFmp4(input);
  const { slices, changedSlices, share } = await mp4EncryptedShare(input, join(folder, 'video-1/media.mp4'));
  assert.ok(changedSlices / slices > 0.9, `${changedSlices} of ${slices} slices`);
  assert.ok(share > 0.08 && share < 0.14, `${share} of the bytes`);
});

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

test('an entry that allows parameter sets in the samples is renamed where none is there alone', async () => {
  const config = async (file: string) => {
    const { folder, warnings } = await packageFmp4(file);
    const init = parseBoxes(await readFile(join(folder, 'video-1/media.mp4')));
    const master = await readFile(join(folder, 'master.m3u8'), 'utf8');
    return {
      format: findBox(init, 'frma')['data_format'],
      codecs: /CODECS="(\w+)/.exec(master)?.[1],
      warnings,
    };
  };
  const media = named(HEVC_MEDIA, 'hevc-in-band')[0]!;
  assert.equal(await config(await media.file()), { format: 'hvc1', codecs: 'hvc1', warnings: [] });

  // Another level in the configuration's SPS: the one in the samples is nowhere else.
  const file = await readFile(await inBandAvc());
  const level = file.indexOf('avcC', 0, 'latin1') + 15;
  file.writeUInt8(file.readUInt8(level) + 1, level);
  const other = join(temporaryFolder('avc3'), 'other-level.mp4');
  await writeFile(other, file);
  const { warnings, ...names } = await config(other);
  assert.equal(names, { format: 'avc3', codecs: 'avc3' });
  assert.is(warnings.length, 1);
  assert.match(warnings[0]!, /video track 1 .*parameter sets in its samples.*as avc1/);
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
    assert.equal(warnings, []);
  }
});

/** What cannot be, with what the message and the hint have to say. */
const REFUSED: readonly {
  readonly what: string;
  readonly mode: ReturnType<typeof hlsAes>;
  readonly file: () => Promise<string>;
  readonly message: RegExp;
  readonly hint: RegExp;
}[] = [
  {
    what: 'HEVC in MPEG-TS',
    mode: hlsAes({ container: 'ts' }),
    file: named(HEVC_MEDIA, 'hevc-main')[0]!.file,
    message: /hls-aes cannot carry video track 1 \(hvc1/,
    hint: /container: 'auto' or 'fmp4'/,
  },
  {
    what: 'HEVC in hls-ncg',
    mode: hlsNcg(),
    file: named(HEVC_MEDIA, 'hevc-main')[0]!.file,
    message: /hls-ncg cannot carry video track 1 \(hvc1/,
    hint: /hls-aes.*dash-cenc/,
  },
  {
    what: 'VP9',
    mode: hlsAes(),
    file: () =>
      madeOnce('vp9-for-hls.mp4', async (path) => {
        const picture = ['-f', 'lavfi', '-t', '1', '-i', 'testsrc2=size=160x90:rate=25'];
        await ffmpeg([...picture, '-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-threads', '1', path]);
      }),
    message: /cbcs scheme cannot protect video track 1 \(vp09/,
    hint: /cenc.*VP9.*H\.264, HEVC or AV1/,
  },
  {
    what: 'a PlayReady header 4.0 for cbcs',
    mode: hlsAes({ container: 'fmp4', systems: ['fairplay', ['playready', { version: '4.0.0.0' }]] }),
    file: () => oddMedia('no-b-frames'),
    message: /4\.0\.0\.0 cannot announce cbcs/,
    hint: /4\.3\.0\.0/,
  },
  {
    what: 'Widevine in MPEG-TS',
    mode: hlsAes({ systems: ['fairplay', 'widevine'] }),
    file: () => oddMedia('no-b-frames'),
    message: /Widevine signals cenc and cbcs only/,
    hint: /fmp4/,
  },
];

for (const { what, mode, file, message, hint } of REFUSED) {
  test(`${what} is refused before any byte, with what to choose instead`, async () => {
    const input = await file();
    const output = join(temporaryFolder('refused'), 'out');
    const events: string[] = [];
    const error = await failureOf(
      packageTitle({
        title: titleOptions({ inputs: [input], output }),
        plugins: [demuxMp4(), testKey(), dashCenc(), mode],
        onEvent: ({ type }) => events.push(type),
      }),
    );
    assert.match(error.message, message);
    assert.match(error.hint ?? '', hint);
    assert.equal(await filesBelow(output), []);
    assert.not(events.includes('unit'), 'not even the units of another mode were begun');
  });
}

test.run();
