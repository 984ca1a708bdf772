import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { box, u8, u16, zeros } from '../../core/base/box.ts';
import { concat, fromHex } from '../../core/base/bytes.ts';
import type { VideoTrack } from '../../core/media/track.ts';
import { pictureFacts } from '../../core/title/picture-facts.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { AV1_MEDIA } from '../helpers/media/av1-media.ts';
import { hvcC } from '../helpers/media/hevc-config.ts';
import { HEVC_MEDIA } from '../helpers/media/hevc-media.ts';
import { HEVC_STREAMS } from '../helpers/media/hevc-streams.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { makeTrack } from '../helpers/media/segments.ts';
import { videoOf } from '../helpers/media/track-kinds.ts';
import { avcTrack } from '../helpers/media/ts-media.ts';
import { demuxFile } from '../helpers/oracles/read-mp4.ts';

const test = suite('what manifests say of pictures');

/** The video track of a file, with other colours in its parameter sets, by a bitstream filter of ffmpeg's. */
async function withTransfer(
  input: string,
  codec: 'h264' | 'hevc' | 'av1',
  transfer: number,
): Promise<VideoTrack> {
  const path = join(temporaryFolder('colours'), 'coloured.mp4');
  const filter = `${codec}_metadata=transfer_characteristics=${transfer}:colour_primaries=9:matrix_coefficients=9`;
  const named = codec === 'av1' ? filter.replaceAll('colour', 'color') : filter;
  await ffmpeg(['-i', input, '-map', '0:v', '-c', 'copy', '-bsf:v', named, '-movflags', '-write_colr', path]);
  return videoOf(await demuxFile(path));
}

test('a sample entry that leaves width and height 0: the size is that of the parameter sets, cropped', async () => {
  for (const [source, type] of [
    [await oddMedia('moov-last'), 'avc1'],
    [await HEVC_MEDIA.find(({ name }) => name === 'hevc-main')!.file(), 'hvc1'],
  ] as const) {
    const film = await readFile(source);
    const size = film.lastIndexOf(type, undefined, 'latin1') + 4 + 24;
    const [width, height] = [film.readUInt16BE(size), film.readUInt16BE(size + 2)];
    assert.ok(width > 0 && height > 0);
    film.writeUInt32BE(0, size);
    const path = join(temporaryFolder('sizeless'), 'sizeless.mp4');
    await writeFile(path, film);
    const { video } = videoOf(await demuxFile(path));
    assert.equal([video.width, video.height], [width, height], type);
  }
});

const SOURCES = {
  h264: () => oddMedia('interlaced'),
  hevc: HEVC_MEDIA.find(({ name }) => name === 'hevc-main')!.file,
  av1: AV1_MEDIA.find(({ name }) => name === 'av1-main')!.file,
} as const;

for (const codec of ['h264', 'hevc', 'av1'] as const) {
  test(`the dynamic range of ${codec} is that of its parameter sets`, async () => {
    for (const [transfer, range] of [
      [1, 'SDR'],
      [16, 'PQ'],
      [18, 'HLG'],
      [2, undefined],
    ] as const) {
      const track = await withTransfer(await SOURCES[codec](), codec, transfer);
      assert.is(pictureFacts(track).videoRange, range, `transfer characteristics ${transfer}`);
    }
  });
}

const colr = (transfer: number) => box('colr', 'nclx', concat([u16(9), u16(transfer), u16(9), u8(0)]));
const entry = (type: string, ...boxes: Uint8Array[]) => box(type, zeros(78), ...boxes);

test('the colours of the sample entry come first', () => {
  const track = avcTrack({ sampleEntry: entry('avc1', colr(18)) });
  assert.equal(pictureFacts(track), { videoRange: 'HLG' });
  assert.equal(pictureFacts(avcTrack({ sampleEntry: entry('avc1') })), {});
});

test('nothing is said of colours that cannot be read', () => {
  const broken = avcTrack({ sampleEntry: entry('avc1'), config: fromHex('0164000dffe100046764000d00') });
  assert.equal(pictureFacts(broken), {});
});

const configs = {
  hvc1: hvcC(HEVC_STREAMS[0]!),
  hev1: hvcC(HEVC_STREAMS[0]!),
  av01: fromHex('81000c00'),
} as const;

for (const [name, config, expected] of [
  // Profile, level and compatibility as in Dolby's own examples of HLS.
  ['hvc1', '0100103510', 'dvh1.08.06/db1p'],
  ['hev1', '0100103540', 'dvhe.08.06/db4h'],
  ['hvc1', '0100103520', 'dvh1.08.06/db2g'],
  ['av01', '0100144d10', 'dav1.10.09/db1p'],
  ['hvc1', '0100103500', undefined],
] as const) {
  test(`Dolby Vision of compatibility ${config.slice(8, 9)} under ${name}: ${expected ?? 'nothing more'}`, () => {
    const sampleEntry = entry(name, box('dvvC', fromHex(config)));
    const track = makeTrack({ entry: name, sampleEntry, codecs: name, config: configs[name] });
    assert.is(pictureFacts(track).supplementalCodecs, expected);
  });
}

test('the configuration of Dolby Vision says the range of a base layer that does not; of one that says another, no supplement', () => {
  const facts = (compatibility: number, transfer: number) => {
    const dvvC = box('dvvC', fromHex(`01001035${compatibility}0`));
    const track = { entry: 'hvc1', codecs: 'hvc1', sampleEntry: entry('hvc1', dvvC, colr(transfer)) };
    return pictureFacts(makeTrack({ ...track, config: configs.hvc1 }));
  };
  assert.equal(facts(1, 2), { videoRange: 'PQ', supplementalCodecs: 'dvh1.08.06/db1p' });
  assert.equal(facts(2, 2), { videoRange: 'SDR', supplementalCodecs: 'dvh1.08.06/db2g' });
  assert.equal(facts(4, 2), { videoRange: 'HLG', supplementalCodecs: 'dvh1.08.06/db4h' });
  assert.equal(facts(1, 16), { videoRange: 'PQ', supplementalCodecs: 'dvh1.08.06/db1p' });
  assert.equal(facts(1, 1), { videoRange: 'SDR' });
  assert.equal(facts(4, 16), { videoRange: 'PQ' });
  assert.equal(facts(2, 16), { videoRange: 'PQ', supplementalCodecs: 'dvh1.08.06/db2g' });
  // Under an entry of its own there is no supplement, and its range all the same.
  const dvvC = box('dvvC', fromHex('0100103510'));
  const own = { entry: 'dvh1', codecs: 'dvh1.08.06', sampleEntry: entry('dvh1', dvvC), config: configs.hvc1 };
  assert.equal(pictureFacts(makeTrack(own)), { videoRange: 'PQ' });
});

test('Dolby Vision of profile 5 is PQ, though no code point says so', () => {
  const sampleEntry = entry('dvh1', box('dvcC', fromHex('01000a3500')));
  const track = makeTrack({ entry: 'dvh1', codecs: 'dvh1.05.06', sampleEntry, config: configs.hvc1 });
  assert.equal(pictureFacts(track), { videoRange: 'PQ' });
});

test('Dolby Vision over HLG that is written as SDR has a brand of its own, and is HLG', () => {
  const facts = (compatibility: number, transfer: number) => {
    const dvvC = box('dvvC', fromHex(`01001035${compatibility}0`));
    const sampleEntry = entry('hvc1', dvvC, colr(transfer));
    return pictureFacts(makeTrack({ entry: 'hvc1', codecs: 'hvc1', sampleEntry, config: configs.hvc1 }));
  };
  assert.equal(facts(4, 14), { videoRange: 'HLG', supplementalCodecs: 'dvh1.08.06/db4g' });
  assert.equal(facts(4, 18), { videoRange: 'HLG', supplementalCodecs: 'dvh1.08.06/db4h' });
  assert.equal(facts(2, 14), { videoRange: 'SDR', supplementalCodecs: 'dvh1.08.06/db2g' });
});

test.run();
