import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { imagesOf, thumbnailFolder } from '../media/thumbnail-media.ts';
import { attribute, children, parseMpd } from '../oracles/mpd-document.ts';
import { FILM, FILM_SECONDS, packageBeside } from './column.ts';
import { namedPlaylist } from './playlist.ts';
import { assertTimes, BESIDE_GROUP, type BesideRow } from './row.ts';

/** Seconds from one image to the next. */
const INTERVAL = 2;

/** The images that a manifest addresses, as they are. */
async function imagesOfMpd(folder: string): Promise<Buffer[]> {
  const mpd = parseMpd(await readFile(join(folder, 'stream.mpd'), 'utf8'));
  const sets = children(children(mpd, 'Period')[0], 'AdaptationSet');
  const set = sets.find((one) => attribute(one, 'contentType') === 'image');
  const [representation] = children(set, 'Representation');
  const [template] = children(representation, 'SegmentTemplate');
  const number = (name: string): number => Number(attribute(template, name));
  assert.is(number('duration') / number('timescale'), INTERVAL);
  const names = Array.from({ length: number('endNumber') - number('startNumber') + 1 }, (_, index) =>
    attribute(template, 'media')!.replace('$Number$', `${number('startNumber') + index}`),
  );
  return Promise.all(names.map((name) => readFile(join(folder, name))));
}

async function imagesOfPlaylist(folder: string): Promise<Buffer[]> {
  const { segments, times } = await namedPlaylist(join(folder, 'master.m3u8'), 'EXT-X-IMAGE-STREAM-INF');
  const wanted = Array.from({ length: FILM_SECONDS / INTERVAL + 1 }, (_, index) => index * INTERVAL);
  assertTimes(times, wanted, 'images of the playlist');
  return segments.map(({ bytes }) => bytes);
}

/** Images for seek bars. */
export const THUMBNAIL_ROW: BesideRow = {
  name: 'thumbnails',
  describe: 'an image every 2 s: the very bytes of the source, each at its time',
  group: BESIDE_GROUP,
  form: ({ manifests }) =>
    manifests.map((manifest) => (manifest === 'mpd' ? 'image set' : 'image playlist')).join(', '),
  async prove(column, layout, asked) {
    const images = await thumbnailFolder(FILM, { interval: INTERVAL });
    const sources = await Promise.all((await imagesOf(images)).map((path) => readFile(path)));
    const thumbnails = [{ folder: images, interval: INTERVAL, columns: 1, rows: 1, webvtt: true }];
    const folder = await packageBeside(column, layout, { thumbnails, asked });
    const found = [
      ...(column.manifests.includes('mpd') ? [await imagesOfMpd(folder)] : []),
      ...(column.manifests.includes('playlists') ? [await imagesOfPlaylist(folder)] : []),
    ];
    for (const list of found) {
      assert.is(list.length, FILM_SECONDS / INTERVAL);
      assert.ok(
        list.every((bytes, index) => bytes.equals(sources[index]!)),
        'images are the source’s',
      );
    }
  },
};
