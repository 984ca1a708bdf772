/** Titles with a key for each quality in MSE players, over a licence server that gives the keys it is asked for alone, and not all of them. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { clearkey, type Plugin } from '../../core/index.ts';
import { cmaf, dashCenc } from '../../plugins/index.ts';
import { ifLong } from '../helpers/commands/extent.ts';
import { filmOfWidth, keyOf, packageKeyed, serveKeys } from './keyed-titles.ts';
import { type PlayerRequest, usesBrowser } from './player-page.ts';
import { type Tour, type TourRequest, tour } from './tour.ts';

const test = suite('a key for each quality in players');

usesBrowser(test);

/** By the width of their pictures. */
const WIDTHS = { HD: 960, UHD1: 2048 } as const;

type Quality = keyof typeof WIDTHS;

const MODES = {
  'dash-cenc': (licenseUrl) => dashCenc({ systems: ['common', 'widevine', clearkey({ licenseUrl })] }),
  cmaf: (licenseUrl) => cmaf({ systems: ['common', 'widevine', clearkey({ licenseUrl })] }),
} satisfies Readonly<Record<string, (licenseUrl: string) => Plugin>>;

interface Case {
  readonly mode: keyof typeof MODES;
  readonly player: Pick<PlayerRequest, 'player' | 'asks'>;
  readonly withheld?: Quality;
}

const SHAKA = { player: 'shaka' } as const;
/** Where a licence comes without one of the keys, it looks for another quality; at an error it ends. */
const DASH_JS = { player: 'dashjs', asks: 'listed-keys' } as const;

const CASES: readonly Case[] = [
  { mode: 'cmaf', player: SHAKA },
  { mode: 'dash-cenc', player: DASH_JS, withheld: 'UHD1' },
  ...ifLong<Case>([
    { mode: 'dash-cenc', player: SHAKA },
    { mode: 'cmaf', player: SHAKA, withheld: 'UHD1' },
    { mode: 'dash-cenc', player: SHAKA, withheld: 'UHD1' },
    { mode: 'dash-cenc', player: DASH_JS },
    { mode: 'cmaf', player: DASH_JS, withheld: 'UHD1' },
  ]),
];

const PLACES: Pick<TourRequest, 'manifest' | 'looks' | 'plays'> = {
  manifest: 'stream.mpd',
  looks: [5.54, 0.54, 3.29],
  plays: [0.2, 5.5],
};

const clear = new Map<Quality, Promise<Tour>>();

/** The pictures of one quality in a package with nothing encrypted. */
function clearPictures(quality: Quality): Promise<Tour> {
  const known = clear.get(quality);
  if (known) return known;
  const shown = (async () => {
    const film = await filmOfWidth(WIDTHS[quality]);
    const folder = await packageKeyed([film], dashCenc(), { clear: ['video', 'audio'] });
    return tour({ ...PLACES, player: 'shaka', folder });
  })();
  clear.set(quality, shown);
  return shown;
}

for (const { mode, player, withheld } of CASES) {
  const best: Quality = withheld ? 'HD' : 'UHD1';
  const keys = withheld ? `the key of ${withheld} withheld` : 'all keys';
  test(`${player.player} plays ${best} of ${mode} with ${keys}`, async () => {
    const server = await serveKeys(withheld && { withheld });
    try {
      const inputs = await Promise.all(Object.values(WIDTHS).map(filmOfWidth));
      const folder = await packageKeyed(inputs, MODES[mode](server.url), { keys: 'by-quality' });
      const { errors, currentTime, width, pictures } = await tour({ ...PLACES, ...player, folder });
      assert.equal(errors, []);
      assert.ok(currentTime >= PLACES.plays[1], `${currentTime}`);
      assert.is(width, WIDTHS[best]);
      const expected = (await clearPictures(best)).pictures;
      for (const [n, { mediaTime, luma }] of pictures.entries()) {
        assert.is(mediaTime, expected[n]!.mediaTime);
        assert.is(Buffer.compare(luma, expected[n]!.luma), 0, `${PLACES.looks[n]} shows another`);
      }
      const asked = server.asked.flat();
      for (const label of ['HD', 'UHD1', 'AUDIO'])
        assert.ok(asked.includes(keyOf({ label, period: 0 }).hexId), `the key of ${label} is asked for`);
    } finally {
      server.close();
    }
  });
}

test.run();
