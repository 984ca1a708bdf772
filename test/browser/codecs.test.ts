/**
 * Codecs in players, over Chromium's own ClearKey: the right pictures and the right sound at the right times, from the start and
 * after seeks. A further codec, container or mode is a row.
 */

import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DrmSystem, DrmSystemReference, Plugin } from '../../core/index.ts';
import { toBase64 } from '../../core/kit.ts';
import { cmaf, dashCenc, hlsAes } from '../../plugins/index.ts';
import { ifLong } from '../helpers/commands/extent.ts';
import {
  type ClipAudio,
  type ClipContainer,
  type ClipVideo,
  flashAndBeep,
  GOP,
  SECONDS,
  SIZE,
} from '../helpers/media/flash-and-beep.ts';
import { outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';
import { cbcsMode } from '../plugins/mode-cbcs.ts';
import { assertDoesNotPlay } from './expect.ts';
import { assertBeeps, assertPictures, assertWhole, watchBeeps } from './expect-watched.ts';
import { play } from './play.ts';
import { usesBrowser } from './player-page.ts';

const WRONG_KEY = 'ffeeddccbbaa99887766554433221100';

const test = suite('codecs in players');

usesBrowser(test);

interface Output {
  readonly mode: () => Plugin;
  /** Where the mode writes what was made of an input. */
  readonly folder: (input: string) => string;
  readonly manifest: string;
}

/** What hls.js knows of ClearKey: key lines whose URI holds the key id. */
const LISTED_CLEARKEY: DrmSystem = {
  name: 'listed-clearkey',
  hlsKey: ({ keys: [key], scheme }) => ({
    method: scheme === 'cenc' ? 'SAMPLE-AES-CTR' : 'SAMPLE-AES',
    uri: `data:text/plain;base64,${toBase64(key?.id ?? new Uint8Array(0))}`,
    keyFormat: 'org.w3.clearkey',
    keyFormatVersions: '1',
  }),
};

const CLEARKEYS: readonly DrmSystemReference[] = ['clearkey', LISTED_CLEARKEY];
const cmafOutput = (options: Parameters<typeof cmaf>[0], manifest: string): Output => ({
  mode: () => cmaf(options),
  folder: (input) => outputFolder('CMAF', input),
  manifest,
});
const CBCS = { systems: ['common', 'widevine', 'playready', 'fairplay', ...CLEARKEYS] } as const;
const CENC = { scheme: 'cenc', layout: 'segments', systems: ['common', 'widevine', ...CLEARKEYS] } as const;

const OUTPUTS = {
  'DASH cenc': {
    mode: () => dashCenc({ systems: ['common', 'clearkey'] }),
    folder: (input) => outputFolder('DASH', input),
    manifest: 'stream.mpd',
  },
  'DASH cbcs': { mode: cbcsMode, folder: () => 'cbcs', manifest: 'stream.mpd' },
  'HLS cbcs': {
    mode: () => hlsAes({ systems: ['widevine'], container: 'fmp4' }),
    folder: (input) => outputFolder('HLS', input),
    manifest: 'master.m3u8',
  },
  'CMAF cbcs, MPD': cmafOutput(CBCS, 'stream.mpd'),
  'CMAF cbcs, playlists': cmafOutput(CBCS, 'master.m3u8'),
  'CMAF cenc in segments, MPD': cmafOutput(CENC, 'stream.mpd'),
  'CMAF cenc in segments, playlists': cmafOutput(CENC, 'master.m3u8'),
} as const satisfies Record<string, Output>;

interface Row {
  readonly video: ClipVideo;
  readonly audio: ClipAudio;
  /** @default 'mp4' */
  readonly container?: ClipContainer;
  readonly outputs: readonly (keyof typeof OUTPUTS)[];
  /** Watched with `npm run test:long` alone: another row has the codec, and another the output. */
  readonly more?: readonly (keyof typeof OUTPUTS)[];
  /** @default 'shaka' */
  readonly player?: 'shaka' | 'dashjs' | 'hls';
  /** When the first picture is presented, in seconds. @default 0 */
  readonly start?: number;
}

// Priming of AAC is under an edit list, which all have to follow once: a beep would be 21 ms early or late.
// VP9 has no cbcs: its binding to MP4 defines cenc alone.
const ROWS: readonly Row[] = [
  { video: 'H.264', audio: 'AAC', outputs: [], more: ['DASH cenc', 'DASH cbcs'] },
  { video: 'H.264', audio: 'Opus', outputs: [], more: ['DASH cenc', 'DASH cbcs'] },
  { video: 'H.264', audio: 'FLAC', outputs: ['HLS cbcs'], more: ['DASH cenc', 'DASH cbcs'] },
  { video: 'AV1', audio: 'Opus', outputs: ['DASH cbcs'], more: ['DASH cenc', 'HLS cbcs'] },
  {
    video: 'AV1 in tiles, 10 bits',
    audio: 'AAC',
    outputs: ['CMAF cbcs, MPD'],
    more: ['DASH cenc', 'DASH cbcs'],
  },
  { video: 'VP9', audio: 'Opus', outputs: [], more: ['DASH cenc'] },
  { video: 'VP9, 10 bits', audio: 'FLAC', outputs: ['DASH cenc'] },
  // To make room for the priming of Opus, ffmpeg moves the pictures, by a whole number of milliseconds.
  { video: 'VP9', audio: 'Opus', container: 'webm', outputs: ['DASH cenc'], start: 0.007 },
  { video: 'H.264', audio: 'AAC', outputs: ['DASH cbcs'], player: 'dashjs' },
  { video: 'H.264', audio: 'Opus', outputs: [], more: ['DASH cenc'], player: 'dashjs' },
  { video: 'H.264', audio: 'FLAC', outputs: [], more: ['DASH cenc'], player: 'dashjs' },
  {
    ...{ video: 'H.264', audio: 'AAC' },
    outputs: ['CMAF cenc in segments, playlists'],
    more: ['CMAF cbcs, MPD', 'CMAF cenc in segments, MPD', 'CMAF cbcs, playlists'],
  },
  {
    ...{ video: 'H.264', audio: 'AAC', player: 'dashjs' },
    outputs: ['CMAF cenc in segments, MPD'],
    more: ['CMAF cbcs, MPD'],
  },
  {
    ...{ video: 'H.264', audio: 'AAC', player: 'hls' },
    outputs: ['CMAF cbcs, playlists'],
    more: ['CMAF cenc in segments, playlists'],
  },
  { video: 'AV1', audio: 'Opus', outputs: [], more: ['CMAF cbcs, MPD'], player: 'dashjs' },
];

/** Forward into a segment, backward to just after a cut, onto a cut, just before it, and the last frame. */
const LOOKS = [1.32, 0.52, 1, 0.96, 1.99];

/** All of it; then from the middle of a segment across a cut, where a beep begins. */
const LISTENS = [
  [0, 2],
  [0.75, 0.5],
] as const;

interface Title extends Omit<Row, 'outputs' | 'more'> {
  readonly output: keyof typeof OUTPUTS;
}

/** Package a title, watch all there is to see and hear of it, and try a wrong key. */
async function prove({ video, audio, output: name, container = 'mp4', player = 'shaka', start = 0 }: Title) {
  const { mode, folder, manifest } = OUTPUTS[name];
  const input = await flashAndBeep(video, audio, container);
  const { output } = await packageWith([mode()], { inputs: [input], segmentDuration: GOP });
  const title = { player, folder: join(output, folder(input)), manifest };

  const clearKeys = { [TEST_KEY.keyId]: TEST_KEY.key };
  const request = { ...title, clearKeys, size: SIZE, looks: LOOKS, listens: LISTENS };
  const watched = await watchBeeps(request);
  assert.equal(watched.errors, [], 'the player complains of nothing');
  await assertPictures(watched, LOOKS, { path: input, start });
  assertBeeps(watched, LISTENS);
  assertWhole(watched, start + SECONDS);

  const withWrongKey = { ...title, clearKeys: { [TEST_KEY.keyId]: WRONG_KEY } };
  assertDoesNotPlay(await play({ ...withWrongKey, seconds: 1 }), 1);
}

const TITLES = ROWS.flatMap(({ outputs, more = [], ...row }) =>
  [...outputs, ...ifLong(more)].map((output): Title => ({ ...row, output })),
);

const proofs: Promise<void>[] = [];

/** The proof of a title, begun once. */
function begun(index: number): Promise<void> | undefined {
  const title = TITLES[index];
  if (title === undefined) return undefined;
  proofs[index] ??= prove(title);
  const proof = proofs[index];
  // What goes wrong is told by the title's own test, which may come to it later.
  proof.catch(() => undefined);
  return proof;
}

for (const [index, { video, audio, container = 'mp4', output, player = 'shaka' }] of TITLES.entries()) {
  test(`${player} plays ${video} with ${audio}, from ${container} to ${output}, seeks, and does not play with a wrong key`, async () => {
    // To play takes time, but little of a processor: the next title plays meanwhile.
    void begun(index + 1);
    await begun(index);
  });
}

test.run();
