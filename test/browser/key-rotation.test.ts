/** Keys that change, behind a clear lead, in hls.js: played past two changes and sought across them, with a server that gives single keys. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { identity, type Plugin, packageTitle } from '../../core/index.ts';
import { demuxMp4, hlsAes, hlsNcg } from '../../plugins/index.ts';
import { IS_LONG } from '../helpers/commands/extent.ts';
import { plainFilmOfPeriods } from '../helpers/media/period-media.ts';
import { assertManifests } from '../helpers/oracles/valid-manifests.ts';
import { titleOptions } from '../helpers/titles/package.ts';
import { keyOfPeriod, periodKeys } from '../helpers/titles/period-keys.ts';
import { assertDoesNotPlay } from './expect.ts';
import { play } from './play.ts';
import { usesBrowser } from './player-page.ts';
import { type Watched, watch } from './watch.ts';

const test = suite('key rotation in hls.js');

usesBrowser(test);

/** Seconds. */
const ROTATION = 5;
const LEAD = 2;
const PERIODS = [0, 1, 2, 3, 4, 5, 6, 7, 8];
/** Pictures a second. */
const RATE = 25;

const SIZE = { width: 320, height: 180 };

/** In the clear lead, in several periods, forward and back across their borders, and onto one. */
const LOOKS = [3.52, 7.2, 12.2, 4.96, 5, 1.52, 41.6, 0.2];

/** Answers with one key at a time, and knows no others. */
async function keyServer(keyOf: (period: number) => Uint8Array) {
  const asked: number[] = [];
  const server = createServer((request, response) => {
    const period = PERIODS.find((one) => request.url === `/${keyOfPeriod(one).hexId}`);
    response.setHeader('Access-Control-Allow-Origin', '*');
    if (period === undefined) return void response.writeHead(404).end();
    asked.push(period);
    response.end(keyOf(period));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { asked, server, uri: `http://127.0.0.1:${port}/{keyId}` };
}

const MODES: Readonly<Record<string, (uri: string) => Plugin>> = {
  'SAMPLE-AES in MPEG-TS': (uri) => hlsAes({ systems: [identity({ uri })] }),
  'AES-128': (keyUri) => hlsNcg({ keyUri }),
};

const rightKey = (period: number) => keyOfPeriod(period).reveal();

async function packaged(mode: Plugin): Promise<{ folder: string; input: string }> {
  const input = await plainFilmOfPeriods();
  const rules = { segmentDuration: 1, keyRotation: ROTATION, clearLead: LEAD };
  const title = titleOptions({ inputs: [input], ...rules });
  const { output, modes } = await packageTitle({ title, plugins: [demuxMp4(), periodKeys(), mode] });
  await assertManifests(output);
  return { folder: join(output, modes[0]!.outputs[0]!), input };
}

let clear: Promise<Watched> | undefined;

/** What a player shows of the same title with nothing encrypted is what it has to show. */
function clearPictures(input: string): Promise<Watched> {
  clear ??= (async () => {
    const title = titleOptions({ inputs: [input], segmentDuration: 1, clear: ['video', 'audio'] });
    const { output, modes } = await packageTitle({ title, plugins: [demuxMp4(), periodKeys(), hlsAes()] });
    const folder = join(output, modes[0]!.outputs[0]!);
    return watch({ player: 'hls', folder, manifest: 'master.m3u8', size: SIZE, looks: LOOKS, listens: [] });
  })();
  return clear;
}

for (const [name, mode] of Object.entries(MODES)) {
  // `hls-key-periods.test.ts` reads its keys, `outputs.test.ts` plays it with one, and with a wrong one.
  if (name === 'AES-128' && !IS_LONG) continue;
  test(`${name}: plays from the clear lead past two changes of keys, and seeks across them`, async () => {
    const { server, uri, asked } = await keyServer(rightKey);
    try {
      const { folder, input } = await packaged(mode(uri));
      const request = { player: 'hls', folder, manifest: 'master.m3u8' } as const;
      const played = await play({ ...request, seconds: 2 * ROTATION + 1.5 });
      assert.equal(played.errors, []);
      assert.ok(played.currentTime > 2 * ROTATION + 1, `${played.currentTime}`);
      assert.ok(played.decodedFrames > 2 * ROTATION * RATE * 0.5, `${played.decodedFrames} frames`);
      for (const period of [0, 1, 2]) assert.ok(asked.includes(period), `${asked}`);
      const watched = await watch({ ...request, size: SIZE, looks: LOOKS, listens: [] });
      assert.equal(watched.errors, []);
      const expected = (await clearPictures(input)).pictures;
      for (const [n, { mediaTime, luma }] of watched.pictures.entries()) {
        assert.ok(Math.abs(mediaTime - LOOKS[n]!) < 1 / RATE, `${LOOKS[n]} shows ${mediaTime}`);
        assert.is(mediaTime, expected[n]!.mediaTime);
        assert.is(Buffer.compare(luma, expected[n]!.luma), 0, `the picture of ${LOOKS[n]} is another`);
        assert.ok(n === 0 || Buffer.compare(luma, watched.pictures[n - 1]!.luma) !== 0);
      }
    } finally {
      server.close();
    }
  });

  test(`${name}: does not play on where the key of a period is another's`, async () => {
    const { server, uri } = await keyServer((period) => rightKey(period === 1 ? 2 : period));
    try {
      const { folder } = await packaged(mode(uri));
      const request = { player: 'hls', folder, manifest: 'master.m3u8', seconds: ROTATION + 3 } as const;
      assertDoesNotPlay(await play(request), ROTATION + 1);
    } finally {
      server.close();
    }
  });
}

test.run();
