/** Sound by language and by role, as a viewer chooses it in a player: after each choice the right track is heard. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { identity, type Plugin } from '../../core/index.ts';
import type { TrackChoice } from '../../core/title/track-choice.ts';
import { cmaf, dashCenc, hlsAes } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { ifLong } from '../helpers/commands/extent.ts';
import { madeOnce } from '../helpers/commands/folders.ts';
import { outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';
import { type PlayerRequest, usesBrowser, withPlayer } from './player-page.ts';
import { heard } from './watch.ts';

const test = suite('sound that is chosen');

usesBrowser(test);

const SECONDS = 8;

/** A track of one tone, in Hz, and what the config says of it. */
const SOUNDS = [
  { tone: 300, choice: { language: 'en', roles: ['main'] } },
  { tone: 500, choice: { language: 'en', roles: ['commentary'] } },
  { tone: 700, choice: { language: 'en', roles: ['description'] } },
  { tone: 900, choice: { language: 'fr', roles: ['dub'] } },
] as const satisfies readonly { tone: number; choice: TrackChoice }[];

const film = (): Promise<string> =>
  madeOnce('choices-film.mp4', async (path) => {
    const picture = `testsrc2=size=160x90:rate=20:duration=${SECONDS}`;
    const gop = ['-threads', '1', '-x264-params', 'threads=1:keyint=20:min-keyint=20:scenecut=0'];
    await ffmpeg(['-f', 'lavfi', '-i', picture, '-c:v', 'libx264', '-preset', 'ultrafast', ...gop, path]);
  });

const sound = (tone: number): Promise<string> =>
  madeOnce(`choices-${tone}.m4a`, async (path) => {
    await ffmpeg([
      '-f',
      'lavfi',
      '-i',
      `sine=${tone}:sample_rate=48000:duration=${SECONDS}`,
      '-c:a',
      'aac',
      path,
    ]);
  });

interface Title extends Pick<PlayerRequest, 'player' | 'manifest'> {
  readonly name: string;
  readonly prefix: string;
  readonly mode: () => Plugin;
}

const dash = { prefix: 'DASH', manifest: 'stream.mpd' } as const;
const CLEARKEYS = { systems: ['common', 'widevine', 'clearkey'] } as const;

const TITLES: readonly Title[] = [
  // The MPD of CMAF says the same.
  ...ifLong<Title>([{ ...dash, player: 'shaka', name: 'dash-cenc', mode: () => dashCenc(CLEARKEYS) }]),
  {
    ...dash,
    player: 'dashjs',
    name: 'dash-cenc in segments',
    mode: () => dashCenc({ ...CLEARKEYS, layout: 'segments' }),
  },
  {
    prefix: 'CMAF',
    manifest: 'stream.mpd',
    player: 'shaka',
    name: 'CMAF, its MPD',
    mode: () => cmaf(CLEARKEYS),
  },
  {
    prefix: 'CMAF',
    manifest: 'master.m3u8',
    player: 'shaka',
    name: 'CMAF, its playlists',
    mode: () => cmaf(CLEARKEYS),
  },
  {
    ...{ prefix: 'HLS', manifest: 'master.m3u8', player: 'hls', name: 'hls-aes in MPEG-TS' },
    mode: () => hlsAes({ systems: [identity({ uri: '../key.bin' })] }),
  },
];

/** What players call each track, in their own words: role, characteristic or name. */
const WORDS: Readonly<Record<string, RegExp>> = {
  main: /^main$|^English$/,
  commentary: /commentary/i,
  description: /descri/i,
  dub: /^dub$|French/,
};

interface Choice {
  readonly language: string;
  readonly words: readonly string[];
}

for (const { player, name, prefix, manifest, mode } of TITLES) {
  test(`${player}: ${name}`, async () => {
    const inputs = [await film(), ...(await Promise.all(SOUNDS.map(({ tone }) => sound(tone))))];
    const { output } = await packageWith([mode()], {
      inputs,
      choices: [undefined, ...SOUNDS.map(({ choice }) => choice)],
    });
    const folder = join(output, outputFolder(prefix, inputs[0]!));
    if (prefix === 'HLS') await writeFile(join(folder, 'key.bin'), Buffer.from(TEST_KEY.key, 'hex'));
    const clearKeys = prefix === 'HLS' ? {} : { [TEST_KEY.keyId]: TEST_KEY.key };
    await withPlayer({ player, folder, manifest, clearKeys, paused: true }, async (page, start) => {
      await page.evaluate(`void ${start}, firstPicture()`);
      const choices = await page.evaluate<Choice[]>("choices('audio')");
      await hear(page, SOUNDS[0].tone);
      for (const { tone, choice } of [...SOUNDS.slice(1), SOUNDS[0], SOUNDS[2]]) {
        const index = choices.findIndex(
          ({ language, words }) =>
            language.startsWith(choice.language) && words.some((word) => WORDS[choice.roles[0]]!.test(word)),
        );
        assert.ok(index >= 0, `${choice.language}, ${choice.roles} among ${JSON.stringify(choices)}`);
        await page.evaluate(`choose('audio', ${index})`);
        await hear(page, tone);
      }
      const { errors } = await page.evaluate<{ errors: string[] }>('playback()');
      assert.equal(errors, []);
    });
  });
}

/** How often a tone is waited for: what was buffered before a choice may be heard after it. */
const TRIES = 40;

/** @throws Error where it is not heard after all */
async function hear(page: Page, tone: number): Promise<void> {
  const tones: number[] = [];
  while (tones.length < TRIES) {
    tones.push(toneOf(await heard(page, `soundFrom(${1 + (tones.length % 5)}, 0.3)`)));
    if (Math.abs(tones.at(-1)! - tone) < 30) return;
  }
  throw new Error(`${tone} Hz is not heard, but ${tones}`);
}

/** Hz of a sound of one tone: it goes through zero twice a wave. */
function toneOf(samples: Float32Array): number {
  let crossings = 0;
  for (let at = 1; at < samples.length; at++) if (samples[at - 1]! < 0 !== samples[at]! < 0) crossings++;
  return (crossings / 2 / samples.length) * 48_000;
}

test.run();
