/** Matroska, WebM and MPEG-TS, known by their content: times, damage and what is left out; the matrix decrypts every sample. */

import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { type CodedTrack, toHex } from '../../core/kit.ts';
import { dashCenc } from '../../plugins/index.ts';
import { command, ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { byteStreamMkv } from '../helpers/media/byte-stream-mkv.ts';
import { HEVC_MEDIA } from '../helpers/media/hevc-media.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { lateSound, PACKET_MEDIA, type PacketStream } from '../helpers/media/packet-media.ts';
import { dashSamplesByShaka } from '../helpers/oracles/dash.ts';
import { demuxPacketFile, withPacketFile } from '../helpers/oracles/read-packets.ts';
import { codedSamples, hashes, IGNORE_EDITS } from '../helpers/oracles/samples.ts';
import { failureOf, filesBelow, outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';

const test = sideBySide('mkv-ts');

for (const media of PACKET_MEDIA) {
  test(`${media.name}: every sample is presented when the source says`, async () => {
    const input = await media.file();
    const tracks = await demuxPacketFile(input);
    assert.equal(
      tracks.map(({ codecs }) => codecs),
      media.codecs,
    );
    await assertTimes(input, tracks, media.streams);
  });
}

/** Presentation times of all tracks, to a millisecond, on one clock: that of a transport stream starts anywhere. */
async function assertTimes(
  input: string,
  tracks: readonly CodedTrack[],
  streams: readonly PacketStream[],
): Promise<void> {
  const sources = await Promise.all(streams.map((stream) => codedSamples(input, stream.stream)));
  const isFree = input.endsWith('.ts');
  const starts = sources.map(([first], n) => first!.pts + (streams[n]!.trim ?? 0));
  const origin = isFree ? Math.min(...starts) : 0;
  for (const [index, track] of tracks.entries()) {
    const source = sources[index]!;
    const { dts, compositionOffsets, count } = track.samples.read(0, track.samples.count);
    assert.is(count, source.length);
    for (let i = 0; i < count; i++) {
      const time = (dts[i]! + compositionOffsets[i]! - track.presentationOffset) / track.timescale;
      const apart = Math.abs(time - (source[i]!.pts - origin));
      assert.ok(apart <= 0.00105, `${track.kind}, sample ${i}: ${time} s, not ${source[i]!.pts - origin} s`);
    }
  }
}

for (const name of ['late.mkv', 'late.ts'] as const) {
  test(`sound that starts late stays late: ${name}`, async () => {
    const input = await lateSound(name);
    const tracks = await demuxPacketFile(input);
    await assertTimes(input, tracks, [{ stream: 'v:0' }, { stream: 'a:0' }]);
    const [video, audio] = tracks.map((track) => -track.presentationOffset / track.timescale);
    assert.ok(Math.abs(audio! - video! - 1.3) < 0.1, `${audio! - video!} s`);
  });
}

for (const [name, source, added] of [
  ['byte-stream-avc', () => oddMedia('in-band-headers'), '7-9'],
  ['byte-stream-hevc', () => HEVC_MEDIA.find((media) => media.name === 'hevc-in-band')!.file(), '32-35'],
] as const) {
  test(`a byte stream without CodecPrivate is carried as samples with lengths: ${name}`, async () => {
    const input = await byteStreamMkv(name, await source());
    const { output, warnings } = await packageWith([dashCenc()], { inputs: [input] });
    assert.equal(warnings, []);
    const slices = { filter: `filter_units=remove_types=${added}` };
    const file = join(output, outputFolder('DASH', input), 'media-video-1.mp4');
    assert.equal(
      hashes(await dashSamplesByShaka([file], 'video', TEST_KEY, slices)),
      hashes(await codedSamples(await source(), 'v:0', { demuxer: IGNORE_EDITS, ...slices })),
    );
  });
}

test('samples with lengths but without CodecPrivate are refused: nothing says how long these are', async () => {
  const input = await byteStreamMkv('lengths', await oddMedia('in-band-headers'), false);
  const error = await failureOf(packageWith([dashCenc()], { inputs: [input] }));
  assert.is(error.code, 'NOT_MEDIA');
  assert.match(error.message, /neither a decoder configuration \(CodecPrivate\) nor start codes/);
});

test('samples are read in any order, and side by side', async () => {
  const input = await PACKET_MEDIA.find(({ name }) => name === 'avc-aac.ts')!.file();
  await withPacketFile(input, async ([video]) => {
    const { source } = video!;
    const whole = new Uint8Array(source.size);
    await source.read(0, [whole]);
    const places = [0.9, 0.1, 0.5, 0, 0.99].map((share) => Math.floor(share * (source.size - 500)));
    const pieces = places.map(() => [new Uint8Array(100), new Uint8Array(400)] as const);
    await Promise.all(places.map((place, n) => source.read(place, pieces[n]!)));
    for (const [n, place] of places.entries()) {
      assert.equal(Buffer.concat(pieces[n]!), Buffer.from(whole.subarray(place, place + 500)));
    }
  });
});

test('worker threads write what one thread writes', async () => {
  const folder = temporaryFolder('workers');
  const config = {
    preset: [
      'manual',
      { key: Buffer.from(TEST_KEY.key + TEST_KEY.iv, 'hex').toString('base64'), keyId: TEST_KEY.keyId },
    ],
    inputs: [await PACKET_MEDIA.find(({ name }) => name === 'avc-aac.ts')!.file()],
    reproducible: { seed: 'cd'.repeat(32), time: '2026-01-02T03:04:05Z' },
    modes: ['dash-cenc', 'hls-aes'],
  };
  await writeFile(join(folder, 'packager.config.json'), JSON.stringify(config));
  const bin = join(import.meta.dirname, '../../dist/core/cli/bin.js');
  const contents = async (workers: string) => {
    await command(process.execPath, [bin, '--workers', workers, '--output', workers], { cwd: folder });
    const files = await filesBelow(join(folder, workers));
    return Promise.all(files.map(async (file) => [file, toHex(await readFile(join(folder, workers, file)))]));
  };
  const one = await contents('0');
  assert.ok(one.length > 5);
  assert.equal(await contents('2'), one);
});

test('a recording that ends in the middle of a frame loses that frame alone', async () => {
  const input = await PACKET_MEDIA.find(({ name }) => name === 'avc-eac3.ts')!.file();
  const bytes = await readFile(input);
  let end = bytes.length;
  while ((bytes.readUInt16BE(end - 187) & 0x1fff) !== 257) end -= 188;
  const path = join(temporaryFolder(), 'ends.ts');
  await writeFile(path, bytes.subarray(0, end - 188));
  const inPacket = join(temporaryFolder(), 'ends-in-packet.ts');
  await writeFile(inPacket, bytes.subarray(0, end - 1));
  const { warnings } = await packageWith([dashCenc()], { inputs: [inPacket] });
  assert.match(warnings.join(), /ends in the middle of a packet/);
  const [whole, cut] = await Promise.all([demuxPacketFile(input), demuxPacketFile(path)]);
  const count = (tracks: readonly CodedTrack[]) => tracks.find(({ kind }) => kind === 'audio')!.sampleCount;
  assert.ok(count(cut) < count(whole) && count(cut) > count(whole) - 10, `${count(cut)} of ${count(whole)}`);
});

test('a recording that starts between key frames begins with its first key frame', async () => {
  const input = await PACKET_MEDIA.find(({ name }) => name === 'avc-aac.ts')!.file();
  const bytes = await readFile(input);
  const path = join(temporaryFolder(), 'cut.ts');
  // The tables stay; the first key frame is gone.
  await writeFile(path, Buffer.concat([bytes.subarray(0, 3 * 188), bytes.subarray(188 * 200)]));
  const { warnings } = await packageWith([dashCenc()], { inputs: [path] });
  assert.match(warnings.join('\n'), /track 256: \d+ pictures before its first key frame are left out/);
});

test('garbage in front of the packets of a transport stream', async () => {
  const input = await PACKET_MEDIA.find(({ name }) => name === 'avc-aac.ts')!.file();
  const path = join(temporaryFolder(), 'garbage.ts');
  await writeFile(path, Buffer.concat([Buffer.alloc(77, 0x47), await readFile(input)]));
  const [clean, garbage] = await Promise.all([demuxPacketFile(input), demuxPacketFile(path)]);
  assert.equal(
    garbage.map(({ sampleCount, bytes, codecs }) => [sampleCount, bytes, codecs]),
    clean.map(({ sampleCount, bytes, codecs }) => [sampleCount, bytes, codecs]),
  );
});

test('tracks that nobody can carry are left out with a notice; only such are an error', async () => {
  const folder = temporaryFolder();
  const [mixed, none] = [join(folder, 'mixed.mkv'), join(folder, 'none.webm')];
  const avc = await PACKET_MEDIA[0]!.file();
  await ffmpeg([
    '-i',
    avc,
    '-map',
    '0:v',
    '-map',
    '0:a',
    '-map',
    '0:a',
    '-c',
    'copy',
    '-c:a:1',
    'pcm_s16le',
    mixed,
  ]);
  await ffmpeg(['-i', avc, '-map', '0:a', '-c:a', 'libvorbis', none]);
  const { warnings } = await packageWith([dashCenc()], { inputs: [mixed] });
  assert.match(
    warnings[0]!,
    /track 3 is left out: its codec "A_PCM\/INT\/LIT" cannot be put into MP4 or MPEG-TS/,
  );
  const error = await failureOf(packageWith([dashCenc()], { inputs: [none] }));
  assert.is(error.code, 'UNSUPPORTED_CODEC');
  assert.match(error.message, /A_VORBIS/);
});

test('a scrambled transport stream is refused', async () => {
  const input = await PACKET_MEDIA.find(({ name }) => name === 'avc-aac.ts')!.file();
  const bytes = Buffer.from(await readFile(input));
  for (let at = 0; at < bytes.length; at += 188) {
    if ((bytes.readUInt16BE(at + 1) & 0x1fff) === 257) bytes[at + 3]! |= 0x80;
  }
  const path = join(temporaryFolder(), 'scrambled.ts');
  await writeFile(path, bytes);
  const error = await failureOf(packageWith([dashCenc()], { inputs: [path] }));
  assert.is(error.code, 'UNSUPPORTED_INPUT');
  assert.match(error.message, /track 257 is encrypted already/);
});

test('cut and damaged files: packaged or refused in a sentence, and nothing is left', async () => {
  const folder = temporaryFolder();
  for (const name of ['avc-aac.mkv', 'avc-aac.ts', 'vp9-opus.webm']) {
    const bytes = await readFile(await PACKET_MEDIA.find((media) => media.name === name)!.file());
    for (const [n, share] of [0.001, 0.01, 0.3, 0.9].entries()) {
      const path = join(folder, `${n}-${name}`);
      await writeFile(path, bytes.subarray(0, Math.ceil(share * bytes.length)));
      const output = join(folder, `out-${n}-${name}`);
      const error = await packageWith([dashCenc()], { inputs: [path], output }).then(
        () => undefined,
        (cause: Error) => cause,
      );
      if (!error) continue;
      assert.match(error.message, /^[^\n]{20,300}$/);
      assert.equal(await filesBelow(output), []);
    }
  }
});

test('a track that the config leaves out is not read, and the others keep their time', async () => {
  const input = await lateSound('late.ts');
  const bytes = Buffer.from(await readFile(input));
  for (let at = 0; at < bytes.length; at += 188) {
    const isStart = (bytes[at + 1]! & 0x40) !== 0;
    // The pictures are scrambled, and nobody could cut them into NAL units.
    if ((bytes.readUInt16BE(at + 1) & 0x1fff) !== 256 || isStart) continue;
    bytes[at + 3]! |= 0x80;
    bytes.fill(0xff, at + 100, at + 188);
  }
  const path = join(temporaryFolder(), 'sound-only.ts');
  await writeFile(path, bytes);
  assert.match((await failureOf(demuxPacketFile(path))).message, /track 256 is encrypted already/);
  const [whole, alone] = [await demuxPacketFile(input), await demuxPacketFile(input, { video: false })];
  assert.equal(
    alone.map(({ kind }) => kind),
    ['audio'],
  );
  assert.is(alone[0]!.presentationOffset, whole[1]!.presentationOffset);
  assert.is((await demuxPacketFile(path, { video: false }))[0]!.sampleCount, whole[1]!.sampleCount);
});

test('a transport stream that ends in something else is refused with the place', async () => {
  const bytes = await readFile(await PACKET_MEDIA.find(({ name }) => name === 'avc-aac.ts')!.file());
  const path = join(temporaryFolder(), 'tail.ts');
  await writeFile(path, Buffer.concat([bytes, Buffer.alloc(188 * 3)]));
  const { code, message } = await failureOf(demuxPacketFile(path));
  assert.is(code, 'NOT_MEDIA');
  assert.ok(
    message.includes(`as MPEG-TS, it has something else where a packet must begin, at byte ${bytes.length}`),
  );
});

test('a name that says something else does not matter', async () => {
  const path = join(temporaryFolder(), 'film.mp4');
  await copyFile(await PACKET_MEDIA.find(({ name }) => name === 'avc-aac.ts')!.file(), path);
  const tracks = await demuxPacketFile(path);
  assert.equal(
    tracks.map(({ codecs }) => codecs),
    ['avc1.64000d', 'mp4a.40.2'],
  );
});

test.run();
