/** Thumbnails in players: at each time the right image and the right place in it, from every manifest and from the WebVTT file. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { identity } from '../../core/index.ts';
import type { ThumbnailSource } from '../../core/media/thumbnails.ts';
import { cmaf, dashCenc, hlsAes } from '../../plugins/index.ts';
import { ifLong } from '../helpers/commands/extent.ts';
import { imagesOf, thumbnailFolder } from '../helpers/media/thumbnail-media.ts';
import { outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';
import { type PlayerRequest, usesBrowser, withPlayer } from './player-page.ts';

const test = suite('thumbnails in players');

usesBrowser(test);

const FILM = join(import.meta.dirname, '../media/sample-180p.mp4');
const INTERVAL = 2;
/** Inside of intervals and where they begin, in the first and the last image; the last sprite has four tiles of six. */
const TIMES = [0, 1.9, 2, 7.5, 11.9, 12, 13, 19.5];
const GRIDS = [
  { columns: 1, rows: 1, width: 160, height: 90 },
  { columns: 3, rows: 2, width: 240, height: 134 },
] as const;

interface Shown {
  /** Base64. */
  readonly image: string;
  readonly imageWidth: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const folders = () =>
  Promise.all(GRIDS.map((grid) => thumbnailFolder(FILM, { interval: INTERVAL, ...grid })));

const sources = (images: readonly string[]): ThumbnailSource[] =>
  GRIDS.map(({ columns, rows }, n) => ({
    folder: images[n]!,
    interval: INTERVAL,
    columns,
    rows,
    webvtt: true,
  }));

/** What of the source is right at a time, by arithmetic alone. */
async function expectedAt(images: string, set: number, time: number): Promise<Shown> {
  const { columns, rows, width, height } = GRIDS[set]!;
  const tile = Math.floor(time / INTERVAL);
  const place = tile % (columns * rows);
  const file = (await imagesOf(images))[Math.floor(tile / (columns * rows))]!;
  return {
    image: (await readFile(file)).toString('base64'),
    imageWidth: width * columns,
    ...{ x: (place % columns) * width, y: Math.floor(place / columns) * height, width, height },
  };
}

interface Case extends Pick<PlayerRequest, 'player' | 'manifest'> {
  readonly prefix: string;
  readonly plugin: typeof dashCenc | typeof cmaf;
  readonly sets: readonly string[];
}

const CASES: readonly Case[] = [
  // The MPD of CMAF says the same.
  ...ifLong<Case>([
    {
      player: 'shaka',
      prefix: 'DASH',
      manifest: 'stream.mpd',
      plugin: dashCenc,
      sets: ['thumbnails-1', 'thumbnails-2'],
    },
  ]),
  {
    player: 'dashjs',
    prefix: 'DASH',
    manifest: 'stream.mpd',
    plugin: dashCenc,
    sets: ['thumbnails-1', 'thumbnails-2'],
  },
  ...(['stream.mpd', 'master.m3u8'] as const).map(
    (manifest) =>
      ({
        player: 'shaka',
        prefix: 'CMAF',
        manifest,
        plugin: cmaf,
        sets: ['thumbnails-1', 'thumbnails-2'],
      }) as const,
  ),
  // Its own reader of WebVTT, not ours.
  {
    player: 'shaka',
    prefix: 'DASH',
    manifest: 'stream.mpd',
    plugin: dashCenc,
    sets: ['thumbnails.vtt', 'thumbnails-2.vtt'],
  },
];

for (const { player, prefix, manifest, plugin, sets } of CASES) {
  test(`${player}: ${prefix}, ${manifest}, ${sets[0]}`, async () => {
    const images = await folders();
    const systems = ['common', 'widevine'] as const;
    const { output } = await packageWith([plugin({ systems })], {
      inputs: [FILM],
      thumbnails: sources(images),
    });
    const folder = join(output, outputFolder(prefix, FILM));
    const clearKeys = { [TEST_KEY.keyId]: TEST_KEY.key };
    await withPlayer({ player, folder, manifest, clearKeys, paused: true }, async (page, start) => {
      await page.evaluate(start);
      for (const [set, id] of sets.entries()) {
        for (const time of TIMES) {
          const shown = await page.evaluate<Shown>(`thumbnailsAt('${id}', ${time})`);
          assert.equal(shown, await expectedAt(images[set]!, set, time), `${id} at ${time} s`);
        }
      }
      const { errors } = await page.evaluate<{ errors: string[] }>('playback()');
      assert.equal(errors, []);
    });
  });
}

test('hls.js, which knows no image playlists, plays beside them', async () => {
  const { output } = await packageWith([hlsAes({ systems: [identity({ uri: '../key.bin' })] })], {
    inputs: [FILM],
    thumbnails: sources(await folders()),
  });
  const folder = join(output, outputFolder('HLS', FILM));
  await writeFile(join(folder, 'key.bin'), Buffer.from(TEST_KEY.key, 'hex'));
  await withPlayer({ player: 'hls', folder, manifest: 'master.m3u8', paused: true }, async (page, start) => {
    await page.evaluate(`void ${start}, firstPicture()`);
    const { errors } = await page.evaluate<{ errors: string[] }>('playback()');
    assert.equal(errors, []);
  });
});

test.run();
