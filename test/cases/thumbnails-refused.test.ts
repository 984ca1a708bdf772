/** Thumbnails that cannot be right: one sentence for each kind of mistake, and nothing is written. */
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageTitle, type TitleOptions } from '../../core/index.ts';
import type { ThumbnailSource } from '../../core/media/thumbnails.ts';
import { dashCenc, hlsAes } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { thumbnailFolder, thumbnailSource } from '../helpers/media/thumbnail-media.ts';
import { failureOf, filesBelow, testPlugins, titleOptions } from '../helpers/titles/package.ts';

const test = suite('refused thumbnails');

const FILM = join(import.meta.dirname, '../media/sample-180p.mp4');
const identity = { systems: [['identity', { uri: 'https://keys.example/key' }] as const] };

/** Package; it must fail, and nothing may be left. */
async function refusal(thumbnails: readonly ThumbnailSource[], facts: Partial<TitleOptions> = {}) {
  const title = titleOptions({ inputs: [FILM], thumbnails, ...facts });
  const error = await failureOf(
    packageTitle({ title, plugins: [...testPlugins(), dashCenc(), hlsAes(identity)] }),
  );
  assert.equal(await filesBelow(title.output), []);
  assert.ok(error.hint, error.message);
  assert.not.match(error.message, /\n/);
  return { code: error.code, message: error.message, hint: error.hint };
}

/** What is done to a folder of ten images, what is said of it, and the sentence. */
const WRONG: readonly (readonly [
  name: string,
  change: (folder: string) => Promise<unknown>,
  facts: Partial<ThumbnailSource>,
  code: string,
  sentence: RegExp,
  hint?: RegExp,
])[] = [
  [
    'an image of another size',
    (folder) =>
      ffmpeg([
        '-y',
        '-i',
        join(folder, 'thumb-1.jpg'),
        '-vf',
        'scale=128:72',
        '-update',
        '1',
        join(folder, 'thumb-7.jpg'),
      ]),
    {},
    'UNSUPPORTED_INPUT',
    /thumb-7\.jpg: it is 128x72 pixels, and the first image of thumbnails is 160x90\.$/,
  ],
  [
    'an image in another format',
    (folder) =>
      ffmpeg([
        '-y',
        '-i',
        join(folder, 'thumb-4.jpg'),
        '-f',
        'image2',
        '-c:v',
        'png',
        '-update',
        '1',
        join(folder, 'thumb-5.jpg'),
      ]),
    {},
    'UNSUPPORTED_INPUT',
    /thumb-5\.jpg: it is PNG, and the first image of thumbnails is JPEG\.$/,
  ],
  [
    'an empty folder',
    async (folder) => {
      await rm(folder, { recursive: true });
      await mkdir(join(folder, 'deeper'), { recursive: true });
      await writeFile(join(folder, '.DS_Store'), 'x');
    },
    {},
    'INPUT_NOT_READABLE',
    /images cannot be read: there is no image in it\.$/,
  ],
  [
    'no folder',
    (folder) => rm(folder, { recursive: true }),
    {},
    'INPUT_NOT_FOUND',
    /^The folder of thumbnails was not found: .*images\.$/,
  ],
  [
    'a text among the images',
    (folder) => writeFile(join(folder, 'thumb-3.jpg'), 'WEBVTT\n\n'),
    {},
    'NOT_MEDIA',
    /thumb-3\.jpg cannot be a thumbnail: it seems to be a WebVTT subtitle file\.$/,
  ],
  [
    'WebP',
    (folder) => ffmpeg(['-y', '-i', join(folder, 'thumb-1.jpg'), '-f', 'webp', join(folder, 'thumb-2.jpg')]),
    {},
    'NOT_MEDIA',
    /thumb-2\.jpg cannot be a thumbnail: it seems to be a WebP image\.$/,
  ],
  [
    'an image whose copy broke off',
    async (folder) => {
      const path = join(folder, 'thumb-9.jpg');
      await writeFile(path, (await readFile(path)).subarray(0, 1500));
    },
    {},
    'NOT_MEDIA',
    /thumb-9\.jpg cannot be a thumbnail: it ends in the middle: the copy was not complete\.$/,
  ],
  [
    'an empty image',
    (folder) => writeFile(join(folder, 'thumb-9.jpg'), ''),
    {},
    'NOT_MEDIA',
    /thumb-9\.jpg cannot be a thumbnail: it is empty\.$/,
  ],
  [
    'an image that is missing between the others',
    (folder) => rm(join(folder, 'thumb-4.jpg')),
    {},
    'INVALID_OPTION',
    /images: behind thumb-3\.jpg comes thumb-5\.jpg, where the other images count up by 1\.$/,
  ],
  [
    'too few images',
    async (folder) => {
      for (const n of [9, 10]) await rm(join(folder, `thumb-${n}.jpg`));
    },
    {},
    'INVALID_OPTION',
    /^thumbnails: 8 images, one every 2 s, are for 16 s; the title lasts 20\.\d+ s and needs 1\d\.$/,
  ],
  [
    'one sprite that is not said to be one',
    async (folder) => {
      for (let n = 2; n <= 10; n++) await rm(join(folder, `thumb-${n}.jpg`));
    },
    {},
    'INVALID_OPTION',
    /^thumbnails: 1 image, one every 2 s, is for 2 s; the title lasts 20\.\d+ s and needs 1\d\.$/,
    /, `columns` and `rows` where each image is a sprite/,
  ],
  [
    'too many images',
    async (folder) => {
      for (const n of [11, 12, 13])
        await copyFile(join(folder, 'thumb-1.jpg'), join(folder, `thumb-${n}.jpg`));
    },
    {},
    'INVALID_OPTION',
    /^thumbnails: 13 images, one every 2 s, are for 26 s; the title lasts 20\.\d+ s and needs 1\d\.$/,
  ],
  [
    'another interval',
    async () => {},
    { interval: 10 },
    'INVALID_OPTION',
    /^thumbnails: 10 images, one every 10 s, are for 100 s; /,
  ],
  [
    'columns that do not divide the width',
    async () => {},
    { columns: 3 },
    'INVALID_OPTION',
    /^thumbnails: 3 columns do not divide the width of .*thumb-1\.jpg, 160 pixels\.$/,
  ],
  [
    'rows that do not divide the height',
    async () => {},
    { columns: 2, rows: 4 },
    'INVALID_OPTION',
    /^thumbnails: 4 rows do not divide the height of .*thumb-1\.jpg, 90 pixels\.$/,
  ],
  [
    'an interval that no MPD can say',
    async () => {},
    { interval: 3599.999999, columns: 10, rows: 7 },
    'INVALID_OPTION',
    /lasts longer than an MPD can say to the microsecond\.$/,
  ],
];

for (const [name, change, facts, code, sentence, hint] of WRONG) {
  test(`${name}: one sentence, and nothing is written`, async () => {
    const folder = await thumbnailFolder(FILM);
    await change(folder);
    const error = await refusal([thumbnailSource({ folder, ...facts })]);
    assert.is(error.code, code);
    assert.match(error.message, sentence);
    if (hint) assert.match(error.hint, hint);
  });
}

test('of several sets it is said which one is wrong', async () => {
  const folder = await thumbnailFolder(FILM);
  const { message } = await refusal([thumbnailSource({ folder }), thumbnailSource({ folder, interval: 7 })]);
  assert.match(message, /^thumbnails\[1\]: 10 images, one every 7 s, /);
});

test.run();
