/** Titles with a key for each quality in MSE players, over a licence server that gives the keys it is asked for alone, and not all of them. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { clearkey, type Plugin } from '../../core/index.ts';
import { cmaf, dashCenc } from '../../plugins/index.ts';
import { filmOfWidth, packageKeyed, serveKeys } from './keyed-titles.ts';
import { closeBrowser, type PlayerRequest } from './player-page.ts';
import { type Tour, type TourRequest, tour } from './tour.ts';

const test = suite('a key for each quality in players');

test.after(closeBrowser);

/** By the width of their pictures. */
const WIDTHS = { HD: 960, UHD1: 2048 } as const;

type Quality = keyof typeof WIDTHS;

const MODES: Readonly<Record<string, (licenseUrl: string) => Plugin>> = {
  'dash-cenc': (licenseUrl) => dashCenc({ systems: ['common', 'widevine', clearkey({ licenseUrl })] }),
  cmaf: (licenseUrl) => cmaf({ systems: ['common', 'widevine', clearkey({ licenseUrl })] }),
};

const PLAYERS: readonly Pick<PlayerRequest, 'player' | 'asks'>[] = [{ player: 'shaka' }];

/** What is there at first may be of a lower quality. */
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

for (const [mode, plugin] of Object.entries(MODES)) {
  for (const player of PLAYERS) {
    for (const withheld of [undefined, 'UHD1'] as const) {
      const best: Quality = withheld ? 'HD' : 'UHD1';
      test(`${player.player}: ${mode}, ${withheld ? `the key of ${withheld} withheld` : 'all keys'}: ${best} plays`, async () => {
        const server = await serveKeys(withheld && { withheld });
        try {
          const inputs = await Promise.all(Object.values(WIDTHS).map(filmOfWidth));
          const folder = await packageKeyed(inputs, plugin(server.url), { keys: 'by-quality' });
          const { errors, currentTime, width, pictures } = await tour({ ...PLACES, ...player, folder });
          assert.equal(errors, []);
          assert.ok(currentTime >= PLACES.plays[1], `${currentTime}`);
          assert.is(width, WIDTHS[best]);
          const expected = (await clearPictures(best)).pictures;
          for (const [n, { mediaTime, luma }] of pictures.entries()) {
            assert.is(mediaTime, expected[n]!.mediaTime);
            assert.is(Buffer.compare(luma, expected[n]!.luma), 0, `${PLACES.looks[n]} shows another`);
          }
        } finally {
          server.close();
        }
      });
    }
  }
}

test.run();
