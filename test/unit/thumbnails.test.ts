/** Images of thumbnails: their headers, their order, and what is said of them. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { naturalOrder } from '../../core/base/natural-order.ts';
import { BadImage } from '../../core/containers/images/bad-image.ts';
import { readImage } from '../../core/containers/images/read-image.ts';
import { listImages } from '../../core/engine/thumbnails/list-images.ts';
import { dashTicks } from '../../core/manifest/dash-thumbnails.ts';
import { hlsPlaces } from '../../core/manifest/hls-places.ts';
import { imagePlaylist, imageStreamTags } from '../../core/manifest/hls-thumbnails.ts';
import { thumbnailTrack } from '../../core/manifest/thumbnail-track.ts';
import type { ThumbnailSet } from '../../core/media/thumbnails.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('thumbnails');

/** An image as ffmpeg writes it. */
async function image(extension: string, size: string, ...options: string[]): Promise<Buffer> {
  const path = join(temporaryFolder('image'), `a.${extension}`);
  const source = ['-f', 'lavfi', '-i', `testsrc2=size=${size}`, '-frames:v', '1', '-update', '1'];
  await ffmpeg([...source, ...options, path]);
  return readFile(path);
}

const fault = (bytes: Uint8Array): string => {
  try {
    readImage(bytes);
    return '';
  } catch (error) {
    if (error instanceof BadImage) return error.message;
    throw error;
  }
};

/** A JPEG segment behind the first marker. */
const withSegment = (jpeg: Buffer, marker: number, payload: Uint8Array): Buffer => {
  const head = Buffer.from([0xff, marker, (payload.length + 2) >> 8, (payload.length + 2) & 0xff]);
  return Buffer.concat([jpeg.subarray(0, 2), head, payload, jpeg.subarray(2)]);
};

test('sizes are read from JPEG and PNG headers', async () => {
  assert.equal(readImage(await image('jpg', '322x182')), { format: 'jpeg', width: 322, height: 182 });
  assert.equal(readImage(await image('png', '62x34')), { format: 'png', width: 62, height: 34 });
  const gray = await image('png', '16x8', '-pix_fmt', 'gray');
  assert.equal(readImage(gray), { format: 'png', width: 16, height: 8 });
});

test('an image in the metadata of another is not taken for it, and what stands behind it does not matter', async () => {
  const [outer, inner] = [await image('jpg', '320x180'), await image('jpg', '64x36')];
  const exif = Buffer.concat([Buffer.from('Exif\0\0'), inner]);
  const large = withSegment(withSegment(outer, 0xe1, exif), 0xe2, Buffer.alloc(65_000, 0xff));
  assert.equal(readImage(large), { format: 'jpeg', width: 320, height: 180 });
  assert.equal(readImage(Buffer.concat([outer, Buffer.alloc(999)])).width, 320);
  // Bytes that fill, in front of a marker (ITU-T T.81, B.1.1.2).
  const filled = Buffer.concat([outer.subarray(0, 2), Buffer.alloc(3, 0xff), outer.subarray(2)]);
  assert.is(readImage(filled).width, 320);
});

test('wherever an image is cut, it is known to be', async () => {
  for (const whole of [await image('jpg', '96x64'), await image('png', '96x64')]) {
    for (let length = 0; length < whole.length; length += length < 900 ? 1 : 37)
      assert.match(fault(whole.subarray(0, length)), /^(ends in the middle|is neither)/, `${length}`);
    assert.is(fault(whole), '');
  }
});

test('no damage is read as a size, or ends in anything but a sentence', async () => {
  let told = 0;
  for (const whole of [await image('jpg', '96x64'), await image('png', '96x64')]) {
    for (let at = 0; at < Math.min(whole.length, 700); at++) {
      for (const value of [0x00, 0xff, 0xd9, 0x7f]) {
        const damaged = Buffer.from(whole);
        damaged[at] = value;
        if (fault(damaged) !== '') told++;
      }
    }
  }
  assert.ok(told > 200, `${told}`);
  const png = await image('png', '96x64');
  png[19] = 97; // the width, whose check sum is another
  assert.is(fault(png), 'is a damaged PNG image');
});

test('images that players do not show are refused', async () => {
  const lossless = await image('jpg', '32x32', '-c:v', 'ljpeg', '-pix_fmt', 'bgr24');
  assert.match(fault(lossless), /in a coding that players do not show/);
  for (const extension of ['bmp', 'webp', 'gif'])
    assert.is(fault(await image(extension, '32x32')), 'is neither a JPEG nor a PNG image');
});

test('names are in the order in which people count', () => {
  const names = ['t10.jpg', 't9.jpg', 't1.jpg', 'a2b10', 'a2b9', 't01.jpg', 't.jpg', 't2', 'a'];
  assert.equal([...names].sort(naturalOrder), [
    ...['a', 'a2b9', 'a2b10', 't.jpg', 't01.jpg', 't1.jpg', 't2', 't9.jpg', 't10.jpg'],
  ]);
  const long = ['9007199254740993', '9007199254740992'];
  assert.equal([...long].sort(naturalOrder), [...long].reverse());
});

test('a folder is listed without what file managers leave there; what is none is told', async () => {
  const folder = temporaryFolder('listed');
  for (const name of ['b10.png', 'b2.png', '.DS_Store', 'Thumbs.db']) await writeFile(join(folder, name), '');
  await mkdir(join(folder, 'small'));
  const list = (facts: object) =>
    listImages({ interval: 1, columns: 1, rows: 1, webvtt: true, ...facts }, 'thumbnails');
  assert.equal(
    await list({ folder }),
    ['b2.png', 'b10.png'].map((name) => join(folder, name)),
  );
  const failing = async (facts: object) => (await failureOf(list(facts))).message;
  assert.match(await failing({ folder: join(folder, 'b2.png') }), /b2\.png cannot be read: it is a file\.$/);
  assert.match(
    await failing({ folder: 'acme://me:secret@bucket/thumbs' }),
    /^The folder of thumbnails acme:\/\/…@bucket\/thumbs is not on this machine/,
  );
  const files = Array.from({ length: 100_001 }, (_, n) => `/thumbs/${n}.jpg`);
  assert.is(
    await failing({ files }),
    'The list of thumbnails has 100001 images, more than thumbnails have (100000).',
  );
});

test('numbers in names may begin anywhere and count by more than one; where one is missing it is told', async () => {
  const listed = async (numbers: readonly number[], name = (n: number) => `t-2x2-${n}.jpg`) => {
    const folder = temporaryFolder('numbers');
    for (const n of numbers) await writeFile(join(folder, name(n)), '');
    const images = await listImages({ folder, interval: 1, columns: 1, rows: 1, webvtt: true }, 'thumbnails');
    return images.length;
  };
  assert.is(await listed([0, 10, 20, 30]), 4);
  assert.is(await listed([7, 8, 9, 10]), 4);
  assert.is(await listed([1, 2]), 2);
  assert.is(await listed([1, 2, 4], (n) => `${'abcd'[n - 1]}.jpg`), 3);
  const { message } = await failureOf(listed([1, 2, 4, 5, 6]));
  assert.match(message, /: behind t-2x2-2\.jpg comes t-2x2-4\.jpg, where the other images count up by 1\.$/);
});

const set = (facts: Partial<ThumbnailSet> = {}): ThumbnailSet => ({
  ...{ id: 'thumbnails-1', format: 'jpeg', width: 480, height: 180, interval: 2.002 },
  ...{ columns: 3, rows: 2, tiles: 8, webvtt: 'thumbnails.vtt' },
  images: [
    { path: 'thumbnails-1/image-1.jpg', bytes: 1200 },
    { path: 'thumbnails-1/image-2.jpg', bytes: 900 },
  ],
  ...facts,
});

test('an MPD has the duration of an image exactly, whatever the interval', () => {
  const ticks = (interval: number, columns = 1, rows = 1) => dashTicks({ interval, columns, rows });
  assert.equal(ticks(10), { timescale: 1, duration: 10 });
  assert.equal(ticks(2.002), { timescale: 1000, duration: 2002 });
  assert.equal(ticks(2.002, 5, 4), { timescale: 100, duration: 4004 });
  assert.equal(ticks(0.1, 10, 10), { timescale: 1, duration: 10 });
  assert.equal(ticks(1.234567), { timescale: 1_000_000, duration: 1_234_567 });
});

test('an image playlist is for the whole title, to the microsecond', () => {
  const listed = { set: set(), path: 'thumbnails-1/stream.m3u8', duration: 16.04, targetDuration: 6 };
  assert.equal(imagePlaylist(listed).trimEnd().split('\n'), [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-TARGETDURATION:12',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-IMAGES-ONLY',
    '#EXTINF:12.012000,',
    '#EXT-X-TILES:RESOLUTION=160x90,LAYOUT=3x2,DURATION=2.002',
    'image-1.jpg',
    '#EXTINF:4.028000,',
    '#EXT-X-TILES:RESOLUTION=160x90,LAYOUT=3x2,DURATION=2.002',
    'image-2.jpg',
    '#EXT-X-ENDLIST',
  ]);
  assert.equal(imageStreamTags([listed], hlsPlaces({}, 'master.m3u8', undefined)[0]!), [
    '#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=1048,AVERAGE-BANDWIDTH=1048,CODECS="jpeg",RESOLUTION=160x90,URI="thumbnails-1/stream.m3u8"',
  ]);
});

test('a playlist of images has a date where all others have one', () => {
  const listed = { set: set(), path: 'thumbnails-1/stream.m3u8', duration: 16, targetDuration: 6 };
  const dated = (isDated: boolean) => imagePlaylist({ ...listed, isDated }).includes('PROGRAM-DATE-TIME');
  assert.equal([true, false].map(dated), [true, false]);
});

test('the WebVTT file has a cue for each tile, the last to the end of the title', () => {
  const cues = thumbnailTrack(set(), 16.04).trimEnd().split('\n\n');
  assert.is(cues[0], 'WEBVTT');
  assert.is(cues.length, 9);
  assert.is(cues[5], '00:00:08.008 --> 00:00:10.010\nthumbnails-1/image-1.jpg#xywh=160,90,160,90');
  assert.is(cues[8], '00:00:14.014 --> 00:00:16.040\nthumbnails-1/image-2.jpg#xywh=160,0,160,90');
});

test.run();
