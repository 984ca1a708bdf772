/** Subtitles by language and by use, as a viewer chooses them in a player: after each choice its text is shown, and no other. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { identity, type Plugin } from '../../core/index.ts';
import type { TrackChoice } from '../../core/title/track-choice.ts';
import { cmaf, dashCenc, demuxText, hlsAes } from '../../plugins/index.ts';
import { ifLong } from '../helpers/commands/extent.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';
import { type PlayerRequest, usesBrowser, withPlayer } from './player-page.ts';

const test = suite('subtitles that are chosen');

usesBrowser(test);

const FILM = join(import.meta.dirname, '../media/sample-180p.mp4');

/** What the config says of each, and what players call it in their own words: role, characteristic or name. */
const TEXTS = [
  { choice: { language: 'en' }, word: /^subtitle$|^English$/ },
  { choice: { language: 'de' }, word: /^subtitle$|^German$/ },
  { choice: { language: 'en', sdh: true }, word: /^caption$|\(captions\)/ },
  { choice: { language: 'en', forced: true }, word: /forced/ },
] as const satisfies readonly { choice: TrackChoice; word: RegExp }[];

/** Each says which it is, from 1 to 3 seconds, and over a cut from 5 to 7. */
const says = (n: number): string =>
  ['WEBVTT', `00:01.000 --> 00:03.000\nText ${n}`, `00:05.000 --> 00:07.000\nText ${n}, later`].join('\n\n');

interface Title extends Pick<PlayerRequest, 'player' | 'manifest'> {
  readonly name: string;
  readonly prefix: string;
  readonly mode: () => Plugin;
}

const dash = { prefix: 'DASH', manifest: 'stream.mpd' } as const;
const hls = { player: 'hls', prefix: 'HLS', manifest: 'master.m3u8' } as const;
const systems = ['common', 'widevine', 'clearkey'] as const;
const identityKey = { systems: [identity({ uri: '../key.bin' })] };

const TITLES: readonly Title[] = [
  { ...dash, player: 'shaka', name: 'wvtt in DASH', mode: () => dashCenc({ systems }) },
  { ...dash, player: 'dashjs', name: 'stpp in DASH', mode: () => dashCenc({ systems, text: 'stpp' }) },
  ...ifLong<Title>([
    { ...dash, player: 'dashjs', name: 'wvtt in DASH', mode: () => dashCenc({ systems, text: 'wvtt' }) },
    { ...hls, name: 'stpp in HLS', mode: () => hlsAes({ ...identityKey, text: 'stpp' }) },
  ]),
  {
    prefix: 'CMAF',
    manifest: 'master.m3u8',
    player: 'shaka',
    name: 'stpp in CMAF, its playlists',
    mode: () => cmaf({ systems }),
  },
  { ...hls, name: 'WebVTT segments in HLS', mode: () => hlsAes(identityKey) },
];

interface Choice {
  readonly language: string;
  readonly words: readonly string[];
}

for (const { player, name, prefix, manifest, mode } of TITLES) {
  test(`${player}: ${name}`, async () => {
    const folderOfTexts = temporaryFolder('texts');
    const files = TEXTS.map((_, n) => join(folderOfTexts, `${n}.vtt`));
    await Promise.all(files.map((file, n) => writeFile(file, says(n))));
    const { output } = await packageWith([demuxText(), mode()], {
      inputs: [FILM, ...files],
      choices: [undefined, ...TEXTS.map(({ choice }) => choice)],
    });
    const folder = join(output, outputFolder(prefix, FILM));
    if (prefix === 'HLS') await writeFile(join(folder, 'key.bin'), Buffer.from(TEST_KEY.key, 'hex'));
    const clearKeys = prefix === 'HLS' ? {} : { [TEST_KEY.keyId]: TEST_KEY.key };
    await withPlayer(
      { player, folder, manifest, clearKeys, text: 'en', paused: true },
      async (page, start) => {
        const zero = await page.evaluate<number>(`void ${start}, firstPicture()`);
        const choices = await page.evaluate<Choice[]>("choices('text')");
        assert.is(choices.length, TEXTS.length);
        // Where the cut is that every text has a cue over.
        await page.evaluate(`seekTo(${zero + 5.5})`);
        for (const n of [2, 1, 3, 0, 2]) {
          const { choice, word } = TEXTS[n]!;
          const index = choices.findIndex(
            ({ language, words }) => language === choice.language && words.some((one) => word.test(one)),
          );
          assert.ok(index >= 0, `${n} among ${JSON.stringify(choices)}`);
          await page.evaluate(`choose('text', ${index})`);
          assert.equal(await page.evaluate(`textBecomes('Text ${n}, later')`), [`Text ${n}, later`]);
        }
        const { errors } = await page.evaluate<{ errors: string[] }>('playback()');
        assert.equal(errors, []);
      },
    );
  });
}

test.run();
