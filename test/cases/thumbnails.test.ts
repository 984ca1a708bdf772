/** Thumbnails of a title: copied as they are, and said in every manifest where they are. */
import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { planText } from '../../core/cli/plan-text.ts';
import { openTitle, type Plugin, packageTitle, publishTitle, writeTitle } from '../../core/index.ts';
import type { Presentation } from '../../core/kit.ts';
import type { ThumbnailSource } from '../../core/media/thumbnails.ts';
import { cmaf, dashCenc, hlsAes, hlsNcg, ncg } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { imagesOf, thumbnailFolder, thumbnailSource } from '../helpers/media/thumbnail-media.ts';
import { attribute, children, parseMpd } from '../helpers/oracles/mpd-document.ts';
import { assertAllNamed } from '../helpers/oracles/named-files.ts';
import { assertForeseen, planOf } from '../helpers/titles/expected-sizes.ts';
import {
  failureOf,
  filesBelow,
  outputFolder,
  packageWith,
  testPlugins,
  titleOptions,
} from '../helpers/titles/package.ts';

const test = suite('thumbnails of titles');

const FILM = join(import.meta.dirname, '../media/sample-180p.mp4');
const identity = { systems: [['identity', { uri: 'https://keys.example/key' }] as const] };

/** Each with a folder of its own, the manifests that players are given, and what else nobody names. */
const MODES: readonly (readonly [prefix: string, plugin: () => Plugin, manifests: readonly string[]])[] = [
  ['DASH', () => dashCenc(), ['stream.mpd']],
  ['DASH', () => dashCenc({ layout: 'segments' }), ['stream.mpd']],
  ['CMAF', () => cmaf(), ['stream.mpd', 'master.m3u8']],
  ['CMAF', () => cmaf({ layout: 'segments' }), ['stream.mpd', 'master.m3u8']],
  ['HLS', () => hlsAes(identity), ['master.m3u8']],
  ['HLS', () => hlsAes({ ...identity, container: 'fmp4', layout: 'segments' }), ['master.m3u8']],
  ['HLS-NCG', () => hlsNcg({ keyUri: 'https://keys.example/key' }), ['master.m3u8']],
];

const written = async (plugin: Plugin, prefix: string, thumbnails: readonly ThumbnailSource[]) => {
  const { output, warnings } = await packageWith([plugin], { inputs: [FILM], thumbnails });
  return { folder: join(output, outputFolder(prefix, FILM)), warnings };
};

/** Images are in a folder of the set, numbered in the order of time, and the very bytes of the source. */
async function assertCopied(folder: string, images: readonly string[]): Promise<void> {
  for (const [index, path] of images.entries()) {
    const copy = join(folder, `image-${index + 1}.${path.split('.').pop()}`);
    assert.ok((await readFile(copy)).equals(await readFile(path)), copy);
  }
  const names = (await filesBelow(folder)).filter((name) => name.startsWith('image-'));
  assert.is(names.length, images.length);
}

const representations = async (folder: string) => {
  const mpd = parseMpd(await readFile(join(folder, 'stream.mpd'), 'utf8'));
  const sets = children(children(mpd, 'Period')[0], 'AdaptationSet');
  const images = sets.filter((set) => attribute(set, 'contentType') === 'image');
  return images.flatMap((set) =>
    children(set, 'Representation').map((one) => ({
      type: attribute(set, 'mimeType'),
      size: [attribute(one, 'width'), attribute(one, 'height')].map(Number),
      tiles: attribute(children(one, 'EssentialProperty')[0], 'value'),
      ...Object.fromEntries(
        ['media', 'timescale', 'duration', 'startNumber', 'endNumber'].map((name) => [
          name,
          attribute(children(one, 'SegmentTemplate')[0], name),
        ]),
      ),
    })),
  );
};

for (const [prefix, plugin, manifests] of MODES) {
  const { name, options } = plugin();
  test(`${name} ${JSON.stringify(options)}: a folder of images, in the order in which people count`, async () => {
    const images = await thumbnailFolder(FILM);
    const { folder, warnings } = await written(plugin(), prefix, [thumbnailSource({ folder: images })]);
    assert.equal(warnings, []);
    await assertCopied(join(folder, 'thumbnails-1'), await imagesOf(images));
    await assertAllNamed(folder, manifests, ['thumbnails.vtt']);
    if (manifests.includes('stream.mpd'))
      assert.equal(await representations(folder), [
        {
          ...{ type: 'image/jpeg', size: [160, 90], tiles: '1x1', media: 'thumbnails-1/image-$Number$.jpg' },
          ...{ timescale: '1', duration: '2', startNumber: '1', endNumber: '10' },
        },
      ]);
    if (!manifests.includes('master.m3u8')) return;
    const master = await readFile(join(folder, 'master.m3u8'), 'utf8');
    assert.match(
      master,
      /#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=\d+,AVERAGE-BANDWIDTH=\d+,CODECS="jpeg",RESOLUTION=160x90,URI="thumbnails-1\/stream\.m3u8"\n/,
    );
    const list = await readFile(join(folder, 'thumbnails-1/stream.m3u8'), 'utf8');
    assert.is(
      list.match(/#EXTINF:2\.000000,\n#EXT-X-TILES:RESOLUTION=160x90,LAYOUT=1x1,DURATION=2\nimage-\d+\.jpg/g)
        ?.length,
      10,
    );
  });
}

test('sprites in two sizes, the last of each partly filled: two representations, two playlists', async () => {
  const small = await thumbnailFolder(FILM, { columns: 3, rows: 2, interval: 1 });
  const large = await thumbnailFolder(FILM, { columns: 2, rows: 2, width: 320, height: 180 });
  const { folder } = await written(cmaf(), 'CMAF', [
    thumbnailSource({ folder: small, interval: 1, columns: 3, rows: 2 }),
    thumbnailSource({ folder: large, columns: 2, rows: 2 }),
  ]);
  await assertCopied(join(folder, 'thumbnails-1'), await imagesOf(small));
  await assertCopied(join(folder, 'thumbnails-2'), await imagesOf(large));
  assert.equal(
    (await representations(folder)).map(({ size, tiles, duration, endNumber }: Record<string, unknown>) => [
      ...[size, tiles, duration, endNumber],
    ]),
    [
      [[480, 180], '3x2', '6', '4'],
      [[640, 360], '2x2', '8', '3'],
    ],
  );
  const durations = async (set: number) =>
    [
      ...(await readFile(join(folder, `thumbnails-${set}/stream.m3u8`), 'utf8')).matchAll(
        /#EXTINF:([\d.]+),/g,
      ),
    ].map(([, seconds]) => Number(seconds));
  assert.equal(await durations(1), [6, 6, 6, 2]);
  assert.equal(await durations(2), [8, 8, 4]);
  assert.equal(
    (await filesBelow(folder)).filter((name) => name.endsWith('.vtt')),
    ['thumbnails-2.vtt', 'thumbnails.vtt'],
  );
});

test('PNG is said as PNG, files in the order in which they are listed, and no WebVTT where none is wanted', async () => {
  const images = (await imagesOf(await thumbnailFolder(FILM, { extension: 'png', interval: 5 }))).reverse();
  const { folder } = await written(cmaf(), 'CMAF', [
    thumbnailSource({ files: images, interval: 5, webvtt: false }),
  ]);
  await assertCopied(join(folder, 'thumbnails-1'), images);
  assert.is((await representations(folder))[0]!.type, 'image/png');
  assert.match(await readFile(join(folder, 'master.m3u8'), 'utf8'), /CODECS="png",RESOLUTION=160x90/);
  assert.equal(
    (await filesBelow(folder)).filter((name) => name.endsWith('.vtt')),
    [],
  );
});

test('a mode that says nowhere where images are is told of in one notice', async () => {
  const thumbnails = [thumbnailSource({ folder: await thumbnailFolder(FILM) })];
  const { warnings, output } = await packageWith([ncg(), dashCenc()], { inputs: [FILM], thumbnails });
  assert.equal(warnings, ['mode ncg carries no thumbnails: they are left out there.']);
  assert.equal(
    (await filesBelow(output)).filter((name) => !name.startsWith('DASH_')),
    [`${basename(FILM)}.ncg`],
  );
});

test('the plan names all images with their sizes, as they are written', async () => {
  const thumbnails = [thumbnailSource({ folder: await thumbnailFolder(FILM) })];
  const plugins = [...testPlugins(), cmaf(), hlsAes(identity), ncg()];
  const plan = await planOf({ title: titleOptions({ inputs: [FILM], thumbnails }), plugins });
  const [set] = plan.thumbnails!;
  assert.equal(set, {
    ...{ id: 'thumbnails-1', format: 'jpeg', width: 160, height: 90, interval: 2, columns: 1, rows: 1 },
    ...{ tiles: 10, images: 10 },
  });
  assert.equal(
    plan.modes.map((mode) => mode.thumbnails?.length),
    [10, 10, undefined],
  );
  assert.ok(plan.modes[0]!.manifests.some(({ path }) => path === 'thumbnails.vtt'));
  const text = planText(plan);
  assert.match(text, /\nthumbnails {2}jpeg {2}160x90 {2}every 2 s {2}in 10 images\n/);
  assert.match(text, /\n {2}thumbnails-1\/image-1\.jpg … image-10\.jpg \(10 files\) +\d/);
  const opened = await openTitle({ title: titleOptions({ inputs: [FILM], thumbnails }), plugins });
  const report = await publishTitle(await writeTitle(opened, JSON.parse(JSON.stringify(plan))));
  assertForeseen(plan, report);
});

test('a plan with other images is not the title that is written', async () => {
  const folder = await thumbnailFolder(FILM);
  const title = titleOptions({ inputs: [FILM], thumbnails: [thumbnailSource({ folder })] });
  const plugins = [...testPlugins(), dashCenc()];
  const plan = await planOf({ title, plugins });
  await copyFile(join(folder, 'thumb-1.jpg'), join(folder, 'thumb-2.jpg'));
  const opened = await openTitle({ title, plugins });
  assert.is((await failureOf(writeTitle(opened, plan))).code, 'PLAN_OUTDATED');
  assert.equal(await filesBelow(title.output), []);
});

test('half an interval more or less is how tools differ; what begins when the title is over is left out with a notice', async () => {
  const ten = await imagesOf(await thumbnailFolder(FILM));
  const fits = async (count: number, interval: number) => {
    const files = Array.from({ length: count }, (_, n) => ten[n % ten.length]!);
    const { folder, warnings } = await written(cmaf(), 'CMAF', [thumbnailSource({ files, interval })]);
    const list = await readFile(join(folder, 'thumbnails-1/stream.m3u8'), 'utf8');
    const durations = [...list.matchAll(/#EXTINF:([\d.]+),/g)].map(([, seconds]) => Number(seconds));
    const total = durations.reduce((sum, seconds) => sum + seconds, 0);
    assert.ok(Math.abs(total - 20) < 0.05, `${total}`);
    return { images: durations.length, warnings };
  };
  // 20 s: 2.5 and 3.5 images of 8 s are rounded to 2 or 3.
  assert.equal(await fits(3, 8), { images: 3, warnings: [] });
  assert.equal(await fits(2, 8), { images: 2, warnings: [] });
  const { images, warnings } = await fits(11, 2);
  assert.is(images, 10);
  assert.match(
    warnings.join(),
    /^thumbnails: the title is over at 20\.000 s, when .*thumb-1\.jpg would begin: it is left out\.$/,
  );
});

test('a grid that divides the images, and is another than theirs, is told by the shape of its tiles', async () => {
  const folder = await thumbnailFolder(FILM, { columns: 4, rows: 2 });
  const { warnings } = await written(dashCenc(), 'DASH', [thumbnailSource({ folder, columns: 2, rows: 4 })]);
  assert.equal(warnings, [
    'thumbnails: tiles of 320x45 pixels have another shape than the pictures (1.78:1): see that `columns` and `rows` are those of the images.',
  ]);
});

test('images may end with the pictures, where sound goes on', async () => {
  const film = join(temporaryFolder('sound-longer'), 'film.mp4');
  await ffmpeg([
    ...[
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=160x90:duration=6:rate=25',
      '-f',
      'lavfi',
      '-i',
      'sine=duration=14',
    ],
    ...['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '50', '-c:a', 'aac', film],
  ]);
  const folder = await thumbnailFolder(film);
  const { output } = await packageWith([cmaf()], {
    inputs: [film],
    thumbnails: [thumbnailSource({ folder })],
  });
  const list = await readFile(join(output, outputFolder('CMAF', film), 'thumbnails-1/stream.m3u8'), 'utf8');
  assert.equal(list.match(/#EXTINF:[\d.]+/g)?.slice(0, 2), ['#EXTINF:2.000000', '#EXTINF:2.000000']);
  assert.match(list, /#EXTINF:10\.0\d+,\n.*\nimage-3\.jpg/);
});

test('an image that changes while the title is packaged ends it, and nothing is left', async () => {
  const folder = await thumbnailFolder(FILM);
  const title = titleOptions({ inputs: [FILM], thumbnails: [thumbnailSource({ folder })] });
  const plugins = [...testPlugins(), dashCenc()];
  const change = () => copyFile(join(folder, 'thumb-2.jpg'), join(folder, 'thumb-5.jpg'));
  const opened = await openTitle({ title, plugins });
  await change();
  const early = await failureOf(writeTitle(opened));
  assert.is(early.code, 'INPUT_CHANGED');
  assert.match(early.message, /thumb-5\.jpg/);
  const whole = await writeTitle(await openTitle({ title, plugins }));
  await writeFile(join(folder, 'thumb-1.jpg'), await readFile(join(folder, 'thumb-3.jpg')));
  assert.is((await failureOf(publishTitle(whole))).code, 'INPUT_CHANGED');
  assert.equal(await filesBelow(title.output), []);
});

test('outputs never take the place of the images that they are made of', async () => {
  const output = join(temporaryFolder('own-images'), 'out');
  const folder = join(output, outputFolder('DASH', FILM));
  await mkdir(output);
  await cp(await thumbnailFolder(FILM), folder, { recursive: true });
  const title = titleOptions({
    inputs: [FILM],
    thumbnails: [thumbnailSource({ folder })],
    output,
    overwrite: true,
  });
  const error = await failureOf(packageTitle({ title, plugins: [...testPlugins(), dashCenc()] }));
  assert.is(error.code, 'OUTPUTS_CLASH');
  assert.match(error.message, /would write .* over .*, an input of the title\.$/);
  assert.is((await filesBelow(folder)).length, 10);
});

test('a mode of a plugin gets thumbnails if it says where they are, and its folder then has them', async () => {
  let seen: Presentation['thumbnails'];
  const mode = (name: string, says: boolean): Plugin => ({
    name: `mode-${name}`,
    apply(packager) {
      const hooks = packager.mode({
        ...{
          name,
          title: name,
          scheme: 'none',
          protects: 'samples',
          carries: ['avc1', 'mp4a'],
          plan: () => [],
        },
        folder: () => name,
        ...(says && { thumbnails: true }),
      });
      hooks.emitManifest.tapPromise(name, async ({ presentation, output }) => {
        if (says) seen = presentation.thumbnails;
        else assert.is(presentation.thumbnails, undefined);
        await output.write('list.json', JSON.stringify(presentation.thumbnails ?? []));
      });
    },
  });
  const folder = await thumbnailFolder(FILM);
  const title = titleOptions({ inputs: [FILM], thumbnails: [thumbnailSource({ folder })] });
  const plugins = [...testPlugins(), mode('acme', true), mode('plain', false)];
  const { output, warnings } = await packageTitle({ title, plugins });
  assert.is(seen?.[0]?.images.length, 10);
  assert.equal(await filesBelow(join(output, 'plain')), ['list.json']);
  await assertCopied(join(output, 'acme/thumbnails-1'), await imagesOf(folder));
  assert.ok(warnings.includes('mode plain carries no thumbnails: they are left out there.'));
});

test('four thousand images: a file each, in order, and a playlist as long as the title', async () => {
  const film = join(temporaryFolder('long'), 'film.mp4');
  await ffmpeg([
    ...[
      '-f',
      'lavfi',
      '-i',
      'color=size=64x36:rate=1:duration=4000',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
    ],
    ...['-pix_fmt', 'yuv420p', '-g', '10', film],
  ]);
  const folder = join(temporaryFolder('many'), 'images');
  await mkdir(folder);
  const [one] = await imagesOf(await thumbnailFolder(FILM, { width: 32, height: 18, interval: 20 }));
  const image = await readFile(one!);
  // What stands behind an image tells them apart.
  for (let n = 0; n < 4000; n++)
    await writeFile(join(folder, `${n}.jpg`), Buffer.concat([image, Buffer.from(`${n}`)]));
  const { output } = await packageWith([cmaf()], {
    ...{ inputs: [film], segmentDuration: 60 },
    thumbnails: [thumbnailSource({ folder, interval: 1 })],
  });
  const written = join(output, outputFolder('CMAF', film));
  for (const n of [1, 2, 10, 11, 100, 3999, 4000]) {
    const copy = await readFile(join(written, `thumbnails-1/image-${n}.jpg`));
    assert.is(copy.toString('latin1', image.length), `${n - 1}`);
  }
  const list = await readFile(join(written, 'thumbnails-1/stream.m3u8'), 'utf8');
  assert.is(list.match(/#EXTINF:1\.000000,/g)?.length, 4000);
  assert.match(
    await readFile(join(written, 'thumbnails.vtt'), 'utf8'),
    /\n01:06:39\.000 --> 01:06:40\.000\nthumbnails-1\/image-4000\.jpg#/,
  );
});

test.run();
