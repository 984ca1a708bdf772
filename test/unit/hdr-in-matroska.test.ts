/** What Matroska and WebM say of brightness, eyes and spheres: kept where MP4 has a place for it, as ffmpeg reads it there, else told. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { videoEntryBoxes } from '../../core/codecs/sample-entry.ts';
import { dashCenc } from '../../plugins/index.ts';
import { ffprobe } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { ebml } from '../helpers/media/packed-matroska.ts';
import { PACKET_MEDIA } from '../helpers/media/packet-media.ts';
import { addition, sayingMore, sayingMoreIn } from '../helpers/media/said-in-matroska.ts';
import { demuxWithWarnings } from '../helpers/oracles/read-packets.ts';
import { filesBelow, packageWith } from '../helpers/titles/package.ts';

const test = suite('HDR in Matroska');

const [VIDEO, COLOUR, MASTERING] = [0xe0, 0x55b0, 0x55d0];
const number = (id: number, value: number): Buffer => ebml(id, Uint8Array.of(value >> 8, value & 0xff));
const double = (id: number, value: number): Buffer => {
  const data = Buffer.alloc(8);
  data.writeDoubleBE(value);
  return ebml(id, data);
};

/** Of BT.2020, and a display of 1000 cd/m². */
const DISPLAY = [0.708, 0.292, 0.17, 0.797, 0.131, 0.046, 0.3127, 0.329, 1000, 0.0001];
const mastering = (values: readonly number[]): Buffer =>
  ebml(MASTERING, ...values.map((value, n) => double(0x55d1 + n, value)));
const CODES = [number(0x55bb, 9), number(0x55ba, 16), number(0x55b1, 9)];
const LIGHT = [number(0x55bc, 1000), number(0x55bd, 400)];

/** A made file with more elements in the Video element of its pictures. */
async function filmWith(name: string, ...more: readonly Uint8Array[]): Promise<string> {
  const path = join(temporaryFolder(), name);
  const file = await PACKET_MEDIA.find((media) => media.name === name)!.file();
  await writeFile(path, sayingMoreIn(await readFile(file), [VIDEO], ...more));
  return path;
}

async function pictures(path: string) {
  const { tracks, warnings } = await demuxWithWarnings(path);
  const track = tracks.find(({ kind }) => kind === 'video')!;
  return { boxes: videoEntryBoxes(track.sampleEntry), warnings };
}

for (const [name, boxes] of [
  ['vp9-opus.webm', ['SmDm', 'CoLL']],
  ['hevc-mp3.mkv', ['mdcv', 'clli']],
] as const) {
  test(`${name}: mastering display and light levels are in the sample entry that is written`, async () => {
    const path = await filmWith(name, ebml(COLOUR, ...CODES, ...LIGHT, mastering(DISPLAY)));
    const found = await pictures(path);
    assert.equal(
      boxes.filter((type) => found.boxes.has(type)),
      [...boxes],
    );
    assert.equal(found.warnings, []);
    const { output } = await packageWith([dashCenc({ systems: [] })], { inputs: [path] });
    const file = (await filesBelow(output)).find((one) => /video.*\.mp4$/.test(one))!;
    const { streams } = (await ffprobe(join(output, file), ['-show_streams'])) as {
      streams: { side_data_list: Record<string, string | number>[] }[];
    };
    const [display, light] = ['Mastering', 'Content light'].map((what) =>
      streams[0]!.side_data_list.find((data) => String(data['side_data_type']).startsWith(what)),
    );
    const read = (key: string): number => {
      const [above, below] = String(display?.[key]).split('/').map(Number);
      return above! / below!;
    };
    const keys = ['red', 'green', 'blue', 'white_point'].flatMap((key) => [`${key}_x`, `${key}_y`]);
    for (const [at, key] of [...keys, 'max_luminance', 'min_luminance'].entries())
      assert.ok(Math.abs(read(key) - DISPLAY[at]!) < 0.0001, `${key} ${read(key)}`);
    assert.equal([light?.['max_content'], light?.['max_average']], [1000, 400]);
  });
}

test('a mastering display that is not whole is told, and what nobody knows is not written', async () => {
  for (const values of [
    DISPLAY.slice(0, 9),
    DISPLAY.with(3, 1.5),
    DISPLAY.with(8, 0),
    DISPLAY.with(9, Number.NaN),
  ]) {
    const { boxes, warnings } = await pictures(
      await filmWith('hevc-mp3.mkv', ebml(COLOUR, mastering(values))),
    );
    assert.not(boxes.has('mdcv'));
    assert.match(warnings.join(), /mastering display \(MasteringMetadata\) is not whole, and is left out/);
  }
  const { boxes, warnings } = await pictures(
    await filmWith('hevc-mp3.mkv', ebml(COLOUR, number(0x55bc, 0), ebml(0x55bd, Uint8Array.of(1, 0, 0)))),
  );
  assert.not(boxes.has('clli'));
  assert.equal(warnings, []);
});

test('two views, spheres and transparence are told', async () => {
  const projection = (type: number, pitch = 0) => ebml(0x7670, number(0x7671, type), double(0x7674, pitch));
  const cases: readonly (readonly [Uint8Array, RegExp | undefined])[] = [
    [number(0x53b8, 0), undefined],
    [number(0x53b8, 10), undefined], // an anaglyph
    [number(0x53b8, 1), /stereoscopic \(StereoMode 1: side by side\), which is not kept/],
    [number(0x53b8, 13), /stereoscopic \(StereoMode 13: in one block\)/],
    [projection(0), undefined],
    [projection(1), /to be projected \(equirectangular\), which is not kept/],
    [projection(2), /\(cubemap\)/],
    [projection(0, 30), /\(tilted\)/],
    [number(0x53c0, 1), /transparent in part \(AlphaMode\)/],
  ];
  for (const [element, expected] of cases) {
    const { warnings } = await pictures(await filmWith('hevc-mp3.mkv', element));
    if (expected) assert.match(warnings.join(), expected);
    else assert.equal(warnings, []);
  }
});

test('HDR10+ beside the pictures is told', async () => {
  const path = join(temporaryFolder(), 'film.mkv');
  const file = await PACKET_MEDIA.find(({ name }) => name === 'hevc-mp3.mkv')!.file();
  await writeFile(path, sayingMore(await readFile(file), [[addition(4, Uint8Array.of(0xb5))]]));
  assert.match((await pictures(path)).warnings.join(), /what stands beside its pictures by ITU-T T\.35/);
});

test.run();
