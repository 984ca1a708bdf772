/** Titles with several keys that are odd: proven as the rows of the matrix are, but for Shaka Packager. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Plugin, packageTitle } from '../../core/index.ts';
import { dashCenc, demuxMp4, hlsAes, hlsNcg, keyManual } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce } from '../helpers/commands/folders.ts';
import { lookAhead } from '../helpers/commands/look-ahead.ts';
import { mediaOf } from '../helpers/keyed/keyed-rows.ts';
import type { KeyedTitle } from '../helpers/keyed/keyed-title.ts';
import { KEYED_COLUMNS } from '../helpers/keyed/modes.ts';
import { proveKeyed } from '../helpers/keyed/prove-keyed.ts';
import { titleKey, titleKeySource } from '../helpers/keyed/title-keys.ts';
import { type RowStream, streamsOf } from '../helpers/matrix/row.ts';
import { writeJoined } from '../helpers/media/joined-media.ts';
import { KEYED_GOP, KEYED_GOPS, KEYED_LIMITS, keyedMedia } from '../helpers/media/keyed-media.ts';
import { failureOf, titleOptions } from '../helpers/titles/package.ts';

const test = suite('odd keys');

/** Where a fault of keys would show: two ways to write fragments, and both of MPEG-TS. */
const ALL = ['dash-cenc', 'cmaf-cbcs', 'hls-aes-ts', 'hls-ncg'];

interface OddTitle extends Omit<KeyedTitle, 'group'> {
  /** Names of columns. */
  readonly columns: readonly string[];
}

const AAC = [{ encoder: 'aac', language: 'eng' }] as const;

const ofKind = ({ kind }: RowStream): string => (kind === 'video' ? 'VIDEO' : 'AUDIO');
const ofOne = (): string => 'ALL';

const gops = (count: number): number[] => Array.from({ length: count }, (_, n) => n * KEYED_GOP);

/** Sound that goes on behind the last picture. */
const LONG_SOUND = 14;
const longSound = (): Promise<string> =>
  madeOnce('keyed-long-sound.mp4', async (path) => {
    const noise = [
      '-f',
      'lavfi',
      '-t',
      `${LONG_SOUND * KEYED_GOP}`,
      '-i',
      'anoisesrc=sample_rate=48000:seed=3',
    ];
    await ffmpeg([...noise, '-c:a', 'aac', '-b:a', '64k', '-metadata:s:a:0', 'language=eng', path]);
  });

const SOUND_ALONE: RowStream = { kind: 'audio', codec: 'aac', input: 1, from: 'a:0', unit: 'audio-eng' };

const withLongSound = {
  streams: [...mediaOf('avc', []).streams, SOUND_ALONE],
  inputs: async () => [...(await keyedMedia('avc', [], 1)), await longSound()],
  starts: gops(LONG_SOUND),
  lengths: { 'video-1': KEYED_GOPS },
};

/** Two pictures a segment, and more segments than anyone has sessions. */
const MANY = 104;
const manySegments = (): Promise<string> =>
  madeOnce('keyed-many.mp4', async (path) => {
    const pictures = `testsrc2=size=128x72:rate=4,noise=alls=30:allf=t+u`;
    await ffmpeg([
      ...['-f', 'lavfi', '-t', `${MANY * KEYED_GOP}`, '-i', pictures, '-pix_fmt', 'yuv420p'],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '40'],
      ...['-x264-params', 'threads=1:keyint=2:min-keyint=2:scenecut=0', path],
    ]);
  });

/** Pictures of another size from the middle on. */
const otherFormat = (): Promise<string> =>
  madeOnce('keyed-format.mp4', async (path) => writeJoined(path, { files: await keyedMedia('avc', [], 2) }));

/** The film as a recorder has it: its clock does not begin at 0. */
const transport = (): Promise<string> =>
  madeOnce('keyed-film.ts', async (path) => {
    const [film] = await keyedMedia('avc', AAC, 1);
    await ffmpeg(['-i', film!, '-map', '0', '-c', 'copy', '-output_ts_offset', '1000', '-f', 'mpegts', path]);
  });

/** Key and sound of the small pictures are one, though their labels are two. */
const sharedSource = (periods: number): Plugin =>
  keyManual({
    keys: Object.fromEntries(
      Object.entries({ SD: 'SD', HD: 'HD', AUDIO: 'SD' }).map(([label, owner]) => [
        label,
        Array.from({ length: periods }, (_, n) => {
          const { keyId, key, iv } = titleKey(owner, n);
          return { keyId, key, iv };
        }),
      ]),
    ),
  });

const TITLES: readonly OddTitle[] = [
  {
    name: 'odd-long-sound',
    describe: 'sound that is longer than the pictures, with crypto periods of its own at the end',
    columns: ALL,
    options: { keys: 'audio-video', keyRotation: 1.25, clearLead: 0.9 },
    labelOf: ofKind,
    ...withLongSound,
  },
  {
    name: 'odd-lead-of-pictures',
    describe: 'a clear lead that is longer than the pictures, and shorter than the sound',
    columns: ALL,
    options: { keys: 'audio-video', clearLead: 5.9 },
    labelOf: ofKind,
    ...withLongSound,
  },
  {
    name: 'odd-many-periods',
    describe: `${MANY} crypto periods, of a segment each`,
    columns: ['cmaf-cbcs', 'hls-ncg'],
    options: { keyRotation: KEYED_GOP },
    starts: gops(MANY),
    labelOf: ofOne,
    streams: mediaOf('avc', []).streams,
    inputs: async () => [await manySegments()],
  },
  {
    name: 'odd-exact',
    describe: 'keys that change, and a clear lead that ends, exactly where segments begin',
    columns: ALL,
    options: { keyRotation: 1, clearLead: 1 },
    labelOf: ofOne,
    ...mediaOf('avc', AAC),
  },
  {
    name: 'odd-clear-sound',
    describe: 'a clear lead, and sound that stays clear all the time',
    columns: ['dash-cenc', 'cmaf-cbcs', 'hls-aes-ts', 'hls-aes-fmp4'],
    options: { keys: 'audio-video', keyRotation: 1.25, clearLead: 0.9, clear: ['audio'] },
    labelOf: ({ kind }) => (kind === 'video' ? 'VIDEO' : undefined),
    ...mediaOf('avc', AAC),
  },
  {
    name: 'odd-shared-label',
    describe: 'one rendition and the sound have a label in common',
    columns: ALL,
    options: {
      keys: ({ kind, video }) => (kind === 'audio' || video!.width < 150 ? 'LOW' : 'HIGH'),
      keyRotation: 1.25,
      clearLead: 0.9,
    },
    labelOf: ({ input = 0 }) => (input === 0 ? 'LOW' : 'HIGH'),
    ...mediaOf('avc', AAC, 2),
  },
  {
    name: 'odd-shared-key',
    describe: 'one rendition and the sound have a key in common, under two labels',
    columns: ALL,
    options: { keys: KEYED_LIMITS, keyRotation: 1.25, clearLead: 0.9 },
    source: sharedSource(5),
    labelOf: ({ input = 0 }) => (input === 0 ? 'SD' : 'HD'),
    ...mediaOf('avc', AAC, 2),
  },
  {
    name: 'odd-format-change',
    describe: 'two sample entries, of which the second begins in a clear lead',
    columns: [...ALL, 'hls-aes-fmp4'],
    options: { keyRotation: 1.25, clearLead: 6.2 },
    starts: gops(2 * KEYED_GOPS),
    labelOf: ofOne,
    streams: mediaOf('avc', []).streams,
    inputs: async () => [await otherFormat()],
  },
  {
    name: 'odd-format-change-encrypted',
    describe: 'two sample entries, of which the second begins within a crypto period',
    columns: ALL,
    options: { keyRotation: 2.75, clearLead: 1.2 },
    starts: gops(2 * KEYED_GOPS),
    labelOf: ofOne,
    streams: mediaOf('avc', []).streams,
    inputs: async () => [await otherFormat()],
  },
  {
    name: 'odd-transport-stream',
    describe: 'a transport stream, whose clock does not begin at 0',
    columns: ALL,
    options: { keys: 'audio-video', keyRotation: 1.25, clearLead: 1.9 },
    labelOf: ofKind,
    streams: streamsOf({ video: true, audio: ['eng'] }),
    inputs: async () => [await transport()],
    references: () => keyedMedia('avc', AAC, 1),
  },
];

const cells = TITLES.flatMap(({ columns, ...title }) =>
  columns.map((name) => ({ title, column: KEYED_COLUMNS.find((one) => one.name === name)! })),
);

const prove = lookAhead(cells, ({ title, column }) => {
  // That both layouts hold the same segments is the matter of cases/matrix-keys.test.ts.
  const oneLayout = { ...column, layouts: column.layouts.slice(0, 1) };
  return proveKeyed({ ...title, group: 'Odd keys' }, oneLayout, { byShaka: false });
});

for (const [index, { title, column }] of cells.entries()) {
  test(`${title.name}, ${column.name}: ${title.describe}`, async () => {
    assert.ok('oracles' in (await prove(index)));
  });
}

test('a clear lead as long as the title, and keys that change within segments, are refused before anything is written', async () => {
  const inputs = await keyedMedia('avc', AAC, 1);
  for (const mode of [dashCenc(), hlsAes(), hlsNcg()]) {
    for (const [options, message] of [
      [{ clearLead: 5.1 }, /whole title would stay clear/],
      [{ clearLead: 100, keyRotation: 1 }, /whole title would stay clear/],
      [{ keyRotation: 0.4 }, /Keys cannot change every 0\.4 s/],
    ] as const) {
      const title = titleOptions({ inputs, segmentDuration: KEYED_GOP, ...options });
      const work = packageTitle({ title, plugins: [demuxMp4(), titleKeySource(['ALL'], 6), mode] });
      const error = await failureOf(work);
      assert.is(error.code, 'INVALID_OPTION');
      assert.match(error.message, message);
    }
  }
});

test.run();
