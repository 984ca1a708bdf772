/** Subtitles in players: the right text at the right time, from every kind of output. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { identity, type Plugin } from '../../core/index.ts';
import { cmaf, dashCenc, demuxText, hlsAes } from '../../plugins/index.ts';
import { ifLong } from '../helpers/commands/extent.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';
import { type PlayerRequest, usesBrowser, withPlayer } from './player-page.ts';

const test = suite('subtitles in players');

usesBrowser(test);

const FILM = join(import.meta.dirname, '../media/sample-180p.mp4');

/** In one segment, over a cut at 6 s, and two at a time. */
const CUES = [
  { start: 1, end: 2.5, text: 'Hello world' },
  { start: 5.5, end: 7, text: 'Over a cut' },
  { start: 13.2, end: 15, text: 'Where are you?' },
  { start: 13.9, end: 14.4, text: 'Here.' },
] as const;

/** Seconds that players may be off; nothing else is shown so near to a cue. */
const TOLERANCE = 0.05;

/** Just inside and outside of every cue, forward and then back. */
const EDGES = CUES.flatMap(({ start, end }) => [
  start + TOLERANCE,
  end - TOLERANCE,
  start - TOLERANCE,
  end + TOLERANCE,
]);
/** First the later piece of a cue over a cut, then the earlier one, as after a seek backward. */
const LOOKS = [14.45, 6.9, 13.8, 5.7, 14.3, 6.7, ...EDGES, 6.02, 14, 1.7];

const shownAt = (time: number): string[] =>
  CUES.filter(({ start, end }) => start <= time && time < end).map(({ text }) => text);

const clock = (seconds: number): string => `00:00:${seconds.toFixed(3).padStart(6, '0')}`;

const FILES = {
  webvtt: [
    'WEBVTT',
    ...CUES.map(({ start, end, text }) => `${clock(start)} --> ${clock(end)}\n${text}`),
  ].join('\n\n'),
  ttml: [
    '<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body><div>',
    ...CUES.map(({ start, end, text }) => `<p begin="${clock(start)}" end="${clock(end)}">${text}</p>`),
    '</div></body></tt>',
  ].join(''),
};

interface Case extends Pick<PlayerRequest, 'player' | 'manifest'> {
  readonly name: string;
  readonly source: keyof typeof FILES;
  readonly prefix: string;
  readonly mode: () => Plugin;
}

const identityKey = [identity({ uri: '../key.bin' })];

/** Another player is shown the same, and this one the others. */
const MORE: readonly Case[] = [
  {
    ...{ player: 'shaka', prefix: 'DASH', manifest: 'stream.mpd', source: 'ttml' },
    ...{ name: 'stpp, a file a segment', mode: () => dashCenc({ layout: 'segments' }) },
  },
  {
    ...{ player: 'shaka', prefix: 'DASH', manifest: 'stream.mpd', source: 'ttml' },
    ...{ name: 'a WebVTT file', mode: () => dashCenc({ text: 'file' }) },
  },
  {
    ...{ player: 'dashjs', prefix: 'DASH', manifest: 'stream.mpd', source: 'webvtt' },
    ...{ name: 'wvtt, one file', mode: () => dashCenc({ systems: ['common', 'clearkey'] }) },
  },
];

const CASES: readonly Case[] = [
  ...ifLong(MORE),
  {
    ...{ player: 'shaka', prefix: 'DASH', manifest: 'stream.mpd', source: 'webvtt' },
    ...{ name: 'wvtt, one file', mode: () => dashCenc() },
  },
  {
    ...{ player: 'dashjs', prefix: 'DASH', manifest: 'stream.mpd', source: 'ttml' },
    ...{
      name: 'stpp, a file a segment',
      mode: () => dashCenc({ systems: ['common', 'clearkey'], layout: 'segments' }),
    },
  },
  {
    ...{ player: 'dashjs', prefix: 'DASH', manifest: 'stream.mpd', source: 'ttml' },
    ...{ name: 'a WebVTT file', mode: () => dashCenc({ systems: ['common', 'clearkey'], text: 'file' }) },
  },
  ...(['stream.mpd', 'master.m3u8'] as const).map(
    (manifest): Case => ({
      ...{ player: 'shaka', prefix: 'CMAF', manifest, source: 'webvtt' },
      ...{ name: `CMAF, ${manifest}`, mode: () => cmaf({ systems: ['common', 'widevine'] }) },
    }),
  ),
  {
    ...{ player: 'hls', prefix: 'HLS', manifest: 'master.m3u8', source: 'webvtt' },
    ...{ name: 'WebVTT segments beside MPEG-TS', mode: () => hlsAes({ systems: identityKey }) },
  },
  {
    ...{ player: 'hls', prefix: 'HLS', manifest: 'master.m3u8', source: 'ttml' },
    ...{ name: 'one WebVTT file beside MPEG-TS', mode: () => hlsAes({ systems: identityKey, text: 'file' }) },
  },
  {
    ...{ player: 'hls', prefix: 'HLS', manifest: 'master.m3u8', source: 'webvtt' },
    ...{ name: 'TTML beside MPEG-TS', mode: () => hlsAes({ systems: identityKey, text: 'stpp' }) },
  },
];

for (const { player, name, source, prefix, manifest, mode } of CASES) {
  test(`${player}: ${name}, made of ${source}`, async () => {
    const text = join(temporaryFolder('subtitles'), `film.${source}`);
    await writeFile(text, FILES[source]);
    const inputs = [FILM, text];
    const { output } = await packageWith([demuxText(), mode()], {
      inputs,
      choices: [undefined, { language: 'en' }],
    });
    const folder = join(output, outputFolder(prefix, FILM));
    if (prefix === 'HLS') await writeFile(join(folder, 'key.bin'), Buffer.from(TEST_KEY.key, 'hex'));
    const clearKeys = prefix === 'HLS' ? {} : { [TEST_KEY.keyId]: TEST_KEY.key };
    await withPlayer(
      { player, folder, manifest, clearKeys, text: 'en', paused: true },
      async (page, start) => {
        // hls.js begins where the first picture is decoded, shown or not: with it all is as much later.
        const zero = await page.evaluate<number>(`void ${start}, firstPicture()`);
        if (player !== 'shaka') await page.evaluate("choices('text').then(() => choose('text', 0))");
        for (const time of LOOKS) {
          const expected = shownAt(time);
          const shown = await page.evaluate<string[]>(`textAt(${zero + time}, ${expected.length})`);
          assert.equal(shown.sort(), [...expected].sort(), `at ${time} s`);
        }
        const { errors } = await page.evaluate<{ errors: string[] }>('playback()');
        assert.equal(errors, []);
      },
    );
  });
}

test.run();
