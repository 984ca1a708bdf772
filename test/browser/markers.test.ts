/** Markers and events in players: applications are told of them, with the right times. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spliceInsertSection } from '../../core/containers/mpegts/splice-info.ts';
import { identity, type Plugin } from '../../core/index.ts';
import { dashCenc, hlsAes } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { emsg, fragmentedMedia, withBoxes } from '../helpers/media/event-media.ts';
import { outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';
import { type PlayerRequest, usesBrowser, withPlayer } from './player-page.ts';

const test = suite('markers in players');

usesBrowser(test);

const TEXT = 'urn:example:text';
/** Of splice_insert(), as its time is nobody's but the title's. */
const BREAK = spliceInsertSection({ eventId: 77, isOut: true, time: 4321, duration: 0.9 });

/** A film with key frames at 0, 2 and 4 s: something is said at 1.1 s, and a break for advertisements begins at 2 s. */
async function film(): Promise<string> {
  const path = join(temporaryFolder('markers'), 'film.mp4');
  const events = [
    emsg({ scheme: TEXT, value: '1', id: 1, time: 1100, duration: 300, message: Buffer.from('Hello <you>') }),
    emsg({ scheme: 'urn:scte:scte35:2013:bin', id: 2, time: 2000, duration: 900, message: BREAK }),
  ];
  await writeFile(path, await withBoxes(await fragmentedMedia(90, '+delay_moov'), { 0: events }));
  return path;
}

interface Heard {
  readonly scheme: string;
  readonly start: number;
  readonly duration: number;
  readonly message: string;
  /** Where the player was. */
  readonly at: number;
}

interface Case {
  readonly player: PlayerRequest['player'];
  readonly prefix: string;
  readonly mode: Plugin;
  /** How its application is told of SCTE 35, and what is in each. */
  readonly scte35: string;
  readonly section: string;
  /** Events are told when they are due, ranges of dates when a playlist is loaded. */
  readonly isTimed: boolean;
}

const XML_BIN = 'urn:scte:scte35:2014:xml+bin';
const dash = {
  prefix: 'DASH',
  scte35: XML_BIN,
  section: Buffer.from(BREAK).toString('base64'),
  isTimed: true,
} as const;
const hls = {
  player: 'hls',
  scte35: 'SCTE 35',
  section: `0x${Buffer.from(BREAK).toString('hex').toUpperCase()}`,
  isTimed: false,
} as const;

const CASES: readonly Case[] = [
  { ...dash, player: 'shaka', mode: dashCenc() },
  { ...dash, player: 'dashjs', mode: dashCenc({ layout: 'segments' }) },
  { ...hls, prefix: 'HLS', mode: hlsAes({ systems: [identity({ uri: '../key.bin' })] }) },
];

for (const { player, prefix, mode, scte35, section, isTimed } of CASES) {
  test(`${player} tells of events and breaks at their times`, async () => {
    const path = await film();
    const { output } = await packageWith([mode], { inputs: [path] });
    const folder = join(output, outputFolder(prefix, path));
    await writeFile(join(folder, 'key.bin'), Buffer.from(TEST_KEY.key, 'hex'));
    const manifest = player === 'hls' ? 'master.m3u8' : 'stream.mpd';
    const clearKeys = player === 'hls' ? {} : { [TEST_KEY.keyId]: TEST_KEY.key };
    await withPlayer({ player, folder, manifest, clearKeys }, async (page, start) => {
      await page.evaluate(`void ${start}`);
      await page.waitForFunction('heard.length === 2 || playback().errors.length > 0');
      const { errors } = await page.evaluate<{ errors: string[] }>('playback()');
      assert.equal(errors, []);
      const heard = await page.evaluate<Heard[]>('heard');
      assert.equal(
        heard.map(({ scheme, start: time, duration }) => [scheme, time.toFixed(3), duration.toFixed(3)]),
        [
          [TEXT, '1.100', '0.300'],
          [scte35, '2.000', '0.900'],
        ],
      );
      assert.ok(heard[1]!.message.includes(section), heard[1]!.message);
      // Never before their time; on a busy machine a player is late.
      if (isTimed)
        assert.ok(
          heard.every(({ at, start: time }) => at >= time - 0.001),
          JSON.stringify(heard),
        );
    });
  });
}

test.run();
