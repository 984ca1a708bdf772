/**
 * Titles of several keys in MSE players, over a licence server that gives the keys it is asked for alone: by label, by crypto
 * period, behind a clear lead.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { clearkey, type Plugin } from '../../core/index.ts';
import { cmaf, dashCenc } from '../../plugins/index.ts';
import { ifLong } from '../helpers/commands/extent.ts';
import { assertDoesNotPlay } from './expect.ts';
import { type KeyRules, keyOf, keyPairs, packageKeyed, serveKeys, shortFilm } from './keyed-titles.ts';
import { serveLicences } from './licence-server.ts';
import { play } from './play.ts';
import { type PlayerRequest, usesBrowser } from './player-page.ts';
import { type Tour, tour } from './tour.ts';

const test = suite('several keys in players');

usesBrowser(test);

/** Seconds. */
const ROTATION = 3;
const LEAD = 1;
const PERIODS = [0, 1, 2, 3];

/** In a clear lead and in all crypto periods, forward and back across their borders. */
const LOOKS = [0.54, 4.42, 7.66, 2.22, 3.18, 10.82, 1.22];

/** Seconds. shaka-player adds 1 ms to negative timestamp offsets, as of an edit list in HLS. */
const TOLERANCE = 0.002;

interface Title extends KeyRules {
  readonly labels: readonly string[];
  /** To where it is played. */
  readonly until: number;
}

const TITLES = {
  'keys for video and audio': { keys: 'audio-video', labels: ['VIDEO', 'AUDIO'], until: 2 },
  'keys that change': { keyRotation: ROTATION, labels: ['ALL'], until: 7 },
  'a clear lead': { clearLead: LEAD, labels: ['ALL'], until: 2 },
  'all of these': {
    keys: 'audio-video',
    keyRotation: ROTATION,
    clearLead: LEAD,
    labels: ['VIDEO', 'AUDIO'],
    until: 7,
  },
} satisfies Readonly<Record<string, Title>>;

const idsOf = ({ labels, keyRotation }: Title): string[] =>
  labels.flatMap((label) =>
    PERIODS.filter((period) => period === 0 || keyRotation).map((period) => keyOf({ label, period }).hexId),
  );

const MODES = {
  'dash-cenc': (licenseUrl) => dashCenc({ systems: ['common', 'widevine', clearkey({ licenseUrl })] }),
  cmaf: (licenseUrl) => cmaf({ systems: ['common', 'widevine', clearkey({ licenseUrl })] }),
} satisfies Readonly<Record<string, (licenseUrl: string) => Plugin>>;

interface Case extends Pick<PlayerRequest, 'player' | 'asks'> {
  readonly mode: keyof typeof MODES;
  readonly manifest: 'stream.mpd' | 'master.m3u8';
  readonly titles: readonly (keyof typeof TITLES)[];
}

const DASH_JS = { player: 'dashjs', manifest: 'stream.mpd' } as const;
const SHAKA_DASH = { player: 'shaka', mode: 'dash-cenc', manifest: 'stream.mpd' } as const;

const CASES: readonly Case[] = [
  { ...SHAKA_DASH, titles: ['a clear lead'] },
  { player: 'shaka', mode: 'cmaf', manifest: 'stream.mpd', titles: ['all of these'] },
  { player: 'shaka', mode: 'cmaf', manifest: 'master.m3u8', titles: ['keys that change'] },
  { ...DASH_JS, mode: 'dash-cenc', titles: ['keys for video and audio'] },
  { ...DASH_JS, mode: 'dash-cenc', titles: ['all of these'], asks: 'listed-keys' },
  { ...DASH_JS, mode: 'cmaf', titles: ['all of these'], asks: 'boxes' },
  ...ifLong<Case>([
    { ...SHAKA_DASH, titles: ['keys for video and audio', 'keys that change', 'all of these'] },
    { ...DASH_JS, mode: 'dash-cenc', titles: ['keys that change'], asks: 'boxes' },
    { player: 'shaka', mode: 'cmaf', manifest: 'master.m3u8', titles: ['all of these'] },
  ]),
];

let clear: Promise<Tour> | undefined;

/** The pictures of the film in a package with nothing encrypted. */
function clearPictures(): Promise<Tour> {
  clear ??= (async () => {
    const folder = await packageKeyed([await shortFilm()], dashCenc(), { clear: ['video', 'audio'] });
    return tour({ player: 'shaka', folder, manifest: 'stream.mpd', looks: LOOKS, plays: [0, 0.5] });
  })();
  return clear;
}

async function assertIsTheFilm({ errors, currentTime, pictures }: Tour, until: number): Promise<void> {
  assert.equal(errors, []);
  assert.ok(currentTime >= until, `${currentTime}`);
  const expected = (await clearPictures()).pictures;
  for (const [n, { mediaTime, luma }] of pictures.entries()) {
    assert.ok(Math.abs(mediaTime - expected[n]!.mediaTime) < TOLERANCE, `${LOOKS[n]} shows ${mediaTime}`);
    assert.is(Buffer.compare(luma, expected[n]!.luma), 0, `the picture of ${LOOKS[n]} is another`);
    assert.ok(n === 0 || Buffer.compare(luma, pictures[n - 1]!.luma) !== 0);
  }
}

for (const { player, asks, mode, manifest, titles } of CASES) {
  for (const name of titles) {
    const title: Title = TITLES[name];
    const how = asks ? `${player} by ${asks}` : player;
    test(`${how}: ${manifest} of ${mode} with ${name}`, async () => {
      const server = await serveKeys();
      const { labels: _, until, ...rules } = title;
      try {
        const folder = await packageKeyed([await shortFilm()], MODES[mode](server.url), rules);
        const places = { looks: LOOKS, plays: [0.2, until] } as const;
        const request = { player, folder, manifest, asks, ...places } as const;
        // HLS has no ClearKey: the player is told.
        const clearKeys = manifest === 'master.m3u8' ? keyPairs() : {};
        await assertIsTheFilm(await tour({ ...request, clearKeys }), until);
        const asked = [...new Set(server.asked.flat())].sort();
        assert.equal(asked, manifest === 'master.m3u8' ? [] : idsOf(title).sort());
      } finally {
        server.close();
      }
    });
  }
}

for (const { player, asks } of [{ player: 'shaka' }, { player: 'dashjs', asks: 'boxes' }] as const) {
  test(`${player}: does not play on where the key of a period is another's`, async () => {
    const [second, third] = [1, 2].map((period) => keyOf({ label: 'ALL', period }).hexId);
    const pairs = keyPairs();
    const server = await serveLicences({ ...pairs, [second!]: pairs[third!]! });
    try {
      const { labels: _, until, ...rules } = TITLES['keys that change'];
      const folder = await packageKeyed([await shortFilm()], MODES['dash-cenc'](server.url), rules);
      const request = { player, asks, folder, manifest: 'stream.mpd', seconds: until } as const;
      assertDoesNotPlay(await play(request), ROTATION + 1);
    } finally {
      server.close();
    }
  });
}

test.run();
