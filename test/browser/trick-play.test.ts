/** shaka-player searches by the pictures that are for trick play, and comes back to the renditions. */
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TrackChoice } from '../../core/kit.ts';
import { cmaf, dashCenc } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { IS_LONG } from '../helpers/commands/extent.ts';
import { RENDITIONS, trickMedium } from '../helpers/media/trick-media.ts';
import { outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';
import { lumas } from './luma.ts';
import { usesBrowser, withPlayer } from './player-page.ts';
import { seen } from './watch.ts';

const test = suite('trick play in players');

usesBrowser(test);

/** Of the rendition and of its key frames; a pixel of them is one of the screen. */
const SIZE = { width: 320, height: 180 };
/** A place between two key frames, far behind what a player has loaded when it starts: 12 s. */
const PLACE = 17.3;

/** The luma of the picture of a file that is shown at a time. */
const pictureOf = (path: string, time: number): Promise<Uint8Array> =>
  ffmpeg([
    ...['-i', path, '-vf', `select=gte(t\\,${time - 0.001})`, '-frames:v', '1'],
    ...['-f', 'rawvideo', '-pix_fmt', 'gray', '-'],
  ]);

function distance(one: Uint8Array, other: Uint8Array): number {
  assert.is(one.length, other.length);
  let sum = 0;
  for (const [n, value] of one.entries()) sum += Math.abs(value - other[n]!);
  return sum / one.length;
}

const CASES = {
  'key frames of a rendition, dash-cenc': {
    prefix: 'DASH',
    mode: dashCenc({ systems: ['common', 'clearkey'] }),
    facts: async () => ({ inputs: [RENDITIONS[2]!], trickPlay: true }),
    file: 'media-trick-1.mp4',
    shown: 16,
  },
  'key frames of a rendition, cmaf with a file a segment': {
    prefix: 'CMAF',
    mode: cmaf({ scheme: 'cenc', systems: ['common', 'clearkey', 'widevine'], layout: 'segments' }),
    facts: async () => ({ inputs: [RENDITIONS[2]!], trickPlay: true }),
    file: 'trick-1/seg-9.m4s',
    shown: 16,
  },
  'an input that is given for it': {
    prefix: 'DASH',
    mode: dashCenc({ systems: ['common', 'clearkey'] }),
    async facts() {
      const choices: (TrackChoice | undefined)[] = [undefined, { trickPlay: true }];
      return { inputs: [RENDITIONS[2]!, await trickMedium('2fps')], choices };
    },
    file: 'media-trick-1.mp4',
    shown: 17,
  },
};

// The first is made of what the other two have.
for (const [name, { prefix, mode, facts, file, shown }] of Object.entries(CASES).slice(IS_LONG ? 0 : 1)) {
  test(`${name}: fetched and shown while it searches, and not when it plays on`, async () => {
    const given = await facts();
    const { output } = await packageWith([mode], given);
    const folder = join(output, outputFolder(prefix, given.inputs[0]!));
    const request = {
      player: 'shaka',
      folder,
      manifest: 'stream.mpd',
      clearKeys: { [TEST_KEY.keyId]: TEST_KEY.key },
      paused: true,
    } as const;
    const searched = await withPlayer(request, async (page, start) => {
      await page.setViewportSize(SIZE);
      const fetched: string[] = [];
      page.on('request', (one) => fetched.push(new URL(one.url()).pathname.replace('/media/', '')));
      await page.evaluate(`void ${start}, firstPicture()`);
      // As far as it loads ahead: shaka-player may stand for good where it is sent elsewhere while it loads and changes at once.
      await page.waitForFunction('document.querySelector("video").buffered.end(0) >= 9.9');
      const before = fetched.splice(0);
      await page.evaluate('searchAt(4)');
      const search = await seen(page, `pictureAt(${PLACE})`);
      const during = fetched.splice(0);
      // Where it stands, without a seek: one that comes while it exchanges what is loaded may never end.
      let playedAt = await page.evaluate<number>('void playAgain(), firstPicture()');
      while (playedAt === search.mediaTime) playedAt = await page.evaluate<number>('firstPicture()');
      const { errors } = await page.evaluate<{ errors: string[] }>('playback()');
      return { before, during, after: fetched, search, playedAt, errors };
    });
    assert.equal(searched.errors, []);
    assert.not.ok(
      searched.before.some((path) => path.includes('trick')),
      'nobody searches yet',
    );
    assert.ok(searched.during.includes(file), searched.during.join());
    assert.ok(Math.abs(searched.search.mediaTime - shown) < 0.001, `shown: ${searched.search.mediaTime}`);
    assert.ok(Math.abs(searched.playedAt - 17.28) < 0.001, `played: ${searched.playedAt}`);
    assert.ok(
      searched.after.some((path) => path.includes('video')),
      searched.after.join(),
    );
    const [search] = await lumas([searched.search.screenshot]);
    const [right, wrong] = await Promise.all([
      pictureOf(given.inputs.at(-1)!, shown),
      pictureOf(given.inputs[0]!, 17.28),
    ]);
    const [near, far] = [distance(search!, right), distance(search!, wrong)];
    assert.ok(near < 8 && near < far, `${near} from what is to be shown, ${far} from what is not`);
  });
}

test.run();
