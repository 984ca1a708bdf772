import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, fromHex, toHex } from '../../core/base/bytes.ts';
import { packBits } from '../../core/base/pack-bits.ts';
import { buildDec3 } from '../../core/codecs/ac3/build-config.ts';
import { parseDec3 } from '../../core/codecs/ac3/config.ts';
import { parseDolbyFrame } from '../../core/codecs/ac3/frames.ts';
import { flacFrameSamples } from '../../core/codecs/flac/head.ts';
import { parseMpegAudioFrame } from '../../core/codecs/mp3/frame.ts';
import { opusPacketSamples } from '../../core/codecs/opus/head.ts';
import { vp9Level } from '../../core/codecs/vp9/build-config.ts';
import { vp9MatroskaConfig } from '../../core/codecs/vp9/matroska.ts';
import { Dolby } from '../../core/containers/packets/dolby-sound.ts';
import { Mp3 } from '../../core/containers/packets/sound.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { PACKET_MEDIA } from '../helpers/media/packet-media.ts';
import { pictureOf, soundOf } from '../helpers/media/track-kinds.ts';
import { demuxFile } from '../helpers/oracles/read-mp4.ts';
import { demuxPacketFile } from '../helpers/oracles/read-packets.ts';

const test = suite('packet-configs');

for (const media of PACKET_MEDIA) {
  test(`${media.name}: the configurations are those that ffmpeg writes into MP4`, async () => {
    const input = await media.file();
    const remuxed = join(temporaryFolder(), 'remuxed.mp4');
    const filters = media.streams.flatMap(({ stream, source }) =>
      source === 'aac_adtstoasc' ? [`-bsf:${stream}`, source] : [],
    );
    const readable = (await media.reference?.()) ?? input;
    await ffmpeg(['-i', readable, '-strict', '-2', '-c', 'copy', ...filters, remuxed]);
    const [ours, theirs] = await Promise.all([demuxPacketFile(input), demuxFile(remuxed)]);
    for (const [index, track] of ours.entries()) {
      const other = theirs[index]!;
      const { trim } = media.streams[index]!;
      // ffmpeg does not make the pre-skip of what MPEG-TS trims.
      if (trim !== undefined)
        new DataView(other.config.buffer, other.config.byteOffset).setUint16(2, trim * 48_000);
      assert.is(track.codecs.replace('hev1', 'hvc1'), other.codecs.replace('hev1', 'hvc1'));
      // Of HEVC, ffmpeg adds SEI units, and guesses how pictures are cut: what is in front of that is the same.
      // LATM has no room for the extension that says once more that there is no HE-AAC.
      const whole = media.name === 'avc-latm.ts' ? track.config.length : other.config.length;
      const same = other.entry.startsWith('h') ? 13 : whole;
      assert.is(toHex(track.config.subarray(0, same)), toHex(other.config.subarray(0, same)), track.codecs);
      assert.equal(pictureOf(track)?.sar, pictureOf(other)?.sar);
      assert.equal(soundOf(track)?.channels, soundOf(other)?.channels);
      assert.is(track.sampleCount, other.sampleCount);
    }
  });
}

/** An E-AC-3 syncframe of 48 kHz, 3/2 with LFE. */
function eac3(
  type: number,
  substream: number,
  blocks: 0 | 3,
  more: readonly (readonly [number, number])[] = [],
) {
  const bytes = 64;
  const head = packBits([
    ...([
      [0x0b77, 16],
      [type, 2],
      [substream, 3],
      [bytes / 2 - 1, 11],
    ] as const),
    ...([
      [0, 2],
      [blocks, 2],
      [7, 3],
      [1, 1],
      [16, 5],
    ] as const), // fscod, numblkscod, acmod, lfeon, bsid
    ...([
      [31, 5],
      [0, 1],
    ] as const), // dialnorm, compre
    ...more,
  ]);
  return concat([head, new Uint8Array(bytes - head.length)]);
}

/** mixmdate, infomdate, convsync (where a frame has fewer than six blocks), addbsie with the JOC extension of 16 objects. */
const JOC = [
  [0, 1],
  [0, 1],
  [1, 1],
  [1, 6],
  [0, 7],
  [1, 1],
  [16, 8],
] as const;
/** chanmape with Lrs and Rrs, then nothing. */
const BACK = [
  [1, 1],
  [0x0200, 16],
  [0, 1],
  [0, 1],
  [0, 1],
] as const;

test('dec3: dependent substreams with their channels, and joint object coding', () => {
  const frames = [eac3(0, 0, 3, JOC), eac3(1, 0, 3, BACK)].map((bytes) => parseDolbyFrame(bytes));
  assert.is(frames[0]!.jocComplexity, 16);
  assert.is(frames[1]!.channelMap, 0x0200);
  const config = buildDec3(frames);
  assert.is(((config[0]! << 8) | config[1]!) >> 3, 32); // kbit/s: 128 bytes in 32 ms
  const { channels, dolby } = parseDec3(config);
  assert.is(channels, 8);
  assert.equal(dolby, { speakers: 0xfa01, jocComplexity: 16 });
});

test('a sample of E-AC-3 is six blocks with their dependent substreams', () => {
  const dolby = new Dolby();
  const packet = (data: Uint8Array) => ({ seconds: 0, position: 0, isKey: true, data });
  const [block, dependent] = [packet(eac3(0, 0, 0)), packet(eac3(1, 0, 0))];
  const five = Array.from({ length: 5 }, () => block);
  assert.ok(dolby.joins([block], block));
  assert.ok(dolby.joins(five, block));
  assert.not(dolby.joins([...five, block], block));
  assert.ok(dolby.joins([...five, block], dependent));
  assert.is(dolby.scan(packet(concat([...five, block].map(({ data }) => data)))).length, 1536);
});

/** A syncframe of AC-3. @param mix bits of mix levels between acmod and lfeon */
const ac3 = (fscod: number, acmod: number, mix: number, lfe: number): Uint8Array => {
  const head = packBits([
    ...([
      [0x0b77, 16],
      [0, 16],
      [fscod, 2],
      [0, 6],
      [8, 5],
    ] as const), // crc1, fscod, frmsizecod, bsid
    ...([
      [0, 3],
      [acmod, 3],
      [0, mix],
      [lfe, 1],
    ] as const),
  ]);
  return concat([head, new Uint8Array([128, 138, 192][fscod]! - head.length)]);
};

const scanAll = <T extends Dolby | Mp3>(format: T, frames: readonly Uint8Array[]): T => {
  for (const data of frames) format.scan({ seconds: 0, position: 0, isKey: true, data });
  return format;
};

test('AC-3 and E-AC-3 that change their channels are described by the most, and it is told', () => {
  const [stereo, surround, mono] = [ac3(0, 2, 2, 0), ac3(0, 7, 4, 1), ac3(0, 1, 0, 0)];
  for (const order of [
    [stereo, surround],
    [surround, stereo, mono],
    [stereo, mono, surround, stereo],
  ]) {
    const dolby = scanAll(new Dolby(), order);
    assert.is(dolby.describe().audio.channels, 6);
    assert.is(dolby.describe().config[1]! >> 2, 0b00_111_1, 'acmod and lfeon of dac3');
    assert.match(dolby.notices.join(), /^its channels change on the way: .* the most \(6\)\.$/);
  }
  assert.equal(scanAll(new Dolby(), [stereo, stereo]).notices, []);

  const [plain, wide] = [eac3(0, 0, 3), concat([eac3(0, 0, 3), eac3(1, 0, 3, BACK)])];
  const eac3Sound = scanAll(new Dolby(), [plain, wide, plain]);
  assert.is(eac3Sound.describe().audio.channels, 8);
  assert.is(eac3Sound.notices.length, 1);
  const objects = scanAll(new Dolby(), [plain, eac3(0, 0, 3, JOC)]);
  assert.is(objects.describe().audio.dolby?.jocComplexity, 16);
  assert.is(objects.notices.length, 1);
});

test('AC-3 that changes its sampling rate, or to E-AC-3, is refused: samples would be timed wrongly', () => {
  const changes = /changes its codec or sampling rate on the way/;
  assert.throws(() => scanAll(new Dolby(), [ac3(0, 2, 2, 0), ac3(1, 2, 2, 0)]), changes);
  assert.throws(() => scanAll(new Dolby(), [ac3(0, 7, 4, 1), eac3(0, 0, 3)]), changes);
});

test('MP3 that changes: channels are told, a sampling rate or layer is refused', () => {
  const mp3 = (second: number, third: number, fourth: number) => Uint8Array.of(0xff, second, third, fourth);
  const [stereo, mono] = [mp3(0xfb, 0x94, 0), mp3(0xfb, 0x94, 0xc0)];
  const sound = scanAll(new Mp3(), [mono, stereo, mono]);
  assert.is(sound.describe().audio.channels, 2);
  assert.match(sound.notices.join(), /the most \(2\)/);
  assert.equal(scanAll(new Mp3(), [mono, mono]).notices, []);
  const changes = /changes its layer or sampling rate on the way/;
  for (const other of [mp3(0xfb, 0x90, 0), mp3(0xf3, 0x94, 0), mp3(0xfd, 0x94, 0)])
    assert.throws(() => scanAll(new Mp3(), [stereo, other]), changes);
  // What is not carried at all is not refused for it.
  assert.match(scanAll(new Mp3(), [mp3(0xfd, 0x94, 0), stereo]).whyNot ?? '', /layer I or II/);
});

test('lengths of frames, from their own headers', () => {
  assert.is(opusPacketSamples(Uint8Array.of(0xfc)), 960); // CELT, 20 ms
  assert.is(opusPacketSamples(Uint8Array.of(0x00 | 1)), 960); // two of SILK, 10 ms
  assert.is(opusPacketSamples(Uint8Array.of(0xe3, 0x04)), 480); // four of CELT, 2.5 ms
  assert.throws(() => opusPacketSamples(new Uint8Array(0)), /empty/);
  assert.is(flacFrameSamples(Uint8Array.of(0xff, 0xf8, 0xc9, 0x18, 0)), 4096);
  assert.is(flacFrameSamples(Uint8Array.of(0xff, 0xf8, 0x69, 0x18, 0xc2, 0x80, 0x4f)), 80); // number of two bytes
  assert.throws(() => flacFrameSamples(Uint8Array.of(0, 0, 0, 0)), /no FLAC frame/);
  assert.equal(parseMpegAudioFrame(Uint8Array.of(0xff, 0xf3, 0x54, 0xc4)), {
    ...{ objectType: 0x69, isLayer3: true, sampleRate: 24_000, channels: 1, samples: 576 },
  });
  assert.not(parseMpegAudioFrame(Uint8Array.of(0xff, 0xfd, 0x84, 0x04)).isLayer3);
});

test('levels of VP9', () => {
  assert.is(vp9Level(320, 180, 30), 11);
  assert.is(vp9Level(1920, 1080, 30), 40);
  assert.is(vp9Level(1920, 1080, 60), 41);
  assert.is(vp9Level(3840, 2160, 60), 51);
});

test('level 0 of VP9, as old muxers wrote it, becomes the lowest that allows the pictures, in MP4 and in Matroska', async () => {
  const input = await PACKET_MEDIA.find(({ name }) => name === 'vp9-opus.webm')!.file();
  const mp4 = join(temporaryFolder(), 'whole.mp4');
  await ffmpeg(['-i', input, '-map', '0:v', '-c', 'copy', mp4]);
  const [whole] = await demuxFile(mp4);
  assert.ok(whole!.config[5]! > 0);
  const bytes = await readFile(mp4);
  bytes[bytes.indexOf('vpcC') + 4 + 5] = 0;
  const old = join(temporaryFolder(), 'old.mp4');
  await writeFile(old, bytes);
  const [track] = await demuxFile(old);
  const { width, height, frameRate } = pictureOf(track)!;
  const level = vp9Level(width, height, frameRate.num / frameRate.den);
  assert.ok(track!.codecs.startsWith(`vp09.00.${level}.08`), track!.codecs);
  assert.equal(track!.config, whole!.config.with(5, level));
  assert.ok(toHex(track!.sampleEntry).includes(toHex(track!.config)), 'it is written');

  const firstKey = fromHex('824983420000');
  const facts = { width, height, frameRate: 30, colours: undefined, firstKey };
  assert.is(vp9MatroskaConfig(Uint8Array.of(2, 1, 0), facts)[5], vp9Level(width, height, 30));
});

test.run();
