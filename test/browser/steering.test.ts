/** Content steering in players: a server on the loopback interface sends them from the place that they begin with to another. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { identity, type Plugin } from '../../core/index.ts';
import { cmaf, hlsAes } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';
import { type Playback, play } from './play.ts';
import { type PlayerRequest, usesBrowser, withPlayer } from './player-page.ts';
import { serve } from './server.ts';

const test = suite('content steering in players');

usesBrowser(test);

const INPUTS = ['sample-270p.mp4', 'sample-180p.mp4'].map((name) =>
  join(import.meta.dirname, '../media', name),
);

const MEDIA = /\.(ts|mp4|m4s)$/;

type Played = Pick<Playback, 'currentTime' | 'errors'>;

/** dash.js asks the server when playback starts, which it hears of once it has something to show. */
const playLoaded = (request: PlayerRequest): Promise<Played> =>
  withPlayer({ ...request, paused: true }, async (page, start) => {
    const video = 'document.querySelector("video")';
    // A player that stands never tells: then all is done again in a new page.
    const once = (event: string) =>
      `new Promise((done, fail) => {
        ${video}.addEventListener('${event}', done, { once: true });
        setTimeout(() => fail(new Error('${event}: never:')), patience);
      })`;
    await page.evaluate(`void ${start}, ${once('canplay')}`);
    await page.evaluate(`${video}.playbackRate = 4, void ${video}.play(), ${once('ended')}`);
    return page.evaluate('playback()');
  });

interface Case extends Pick<PlayerRequest, 'player' | 'manifest'> {
  readonly prefix: string;
  readonly mode: () => Plugin;
  /** What its requests to the steering server are to say (RFC 8216bis, 7.2; ETSI TS 103 998). */
  readonly asks: RegExp;
}

const CASES: readonly Case[] = [
  {
    ...{ player: 'hls', prefix: 'HLS', manifest: 'master.m3u8', asks: /_HLS_pathway=cdn-a/ },
    mode: () => hlsAes({ systems: [identity({ uri: '../key.bin' })] }),
  },
  {
    ...{ player: 'shaka', prefix: 'CMAF', manifest: 'master.m3u8', asks: /steering\.json/ },
    mode: () => cmaf({ systems: ['common', 'widevine'] }),
  },
  {
    ...{ player: 'shaka', prefix: 'CMAF', manifest: 'stream.mpd', asks: /steering\.json/ },
    mode: () => cmaf({ systems: ['common', 'widevine'] }),
  },
  {
    ...{ player: 'dashjs', prefix: 'CMAF', manifest: 'stream.mpd', asks: /_DASH_pathway=%22cdn-a/ },
    mode: () => cmaf({ systems: ['common', 'widevine', 'clearkey'] }),
  },
];

for (const { player, prefix, manifest, mode, asks } of CASES) {
  test(`${player} goes from one place to the other of ${manifest}`, async () => {
    const output = join(temporaryFolder('steered'), 'out');
    const answers = temporaryFolder('steering');
    await mkdir(output);
    const servers = await Promise.all([serve(output), serve(output), serve(answers)]);
    const [first, second, steering] = servers;
    try {
      const answer = { VERSION: 1, TTL: 300, 'PATHWAY-PRIORITY': ['cdn-b', 'cdn-a'] };
      await writeFile(join(answers, 'steering.json'), JSON.stringify(answer));
      await packageWith([mode()], {
        inputs: INPUTS,
        output,
        details: {
          baseUrls: [
            { url: `${first.origin}/media/`, id: 'cdn-a' },
            { url: `${second.origin}/media/`, id: 'cdn-b' },
          ],
          steering: { server: `${steering.origin}/media/steering.json?film=1`, first: 'cdn-a' },
        },
      });
      const folder = join(output, outputFolder(prefix, INPUTS[0]!));
      await writeFile(join(folder, 'key.bin'), Buffer.from(TEST_KEY.key, 'hex'));
      const clearKeys = { [TEST_KEY.keyId]: TEST_KEY.key };
      const request = { player, folder, manifest, clearKeys };
      const { errors, currentTime } = await (player === 'dashjs' ? playLoaded(request) : play(request));
      assert.equal(errors, []);
      assert.ok(currentTime > 3, `it plays: ${currentTime}`);
      assert.ok(
        steering.requests.some((path) => path.includes('film=1') && asks.test(path)),
        `it asks where to load from: ${steering.requests.join(' ')}`,
      );
      const fromSecond = second.requests.filter((path) => MEDIA.test(path));
      assert.ok(fromSecond.length > 0, `it loads from the second place: ${second.requests.join(' ')}`);
    } finally {
      await Promise.all(servers.map((server) => server.close()));
    }
  });
}

test.run();
