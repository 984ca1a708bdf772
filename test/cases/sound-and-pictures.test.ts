/** Titles whose sound and pictures do not start and end together: segments, their times, and how they play. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dashCenc, hlsAes, hlsNcg } from '../../plugins/index.ts';
import { assertPlays } from '../browser/expect.ts';
import { play } from '../browser/play.ts';
import { usesBrowser, withPlayer } from '../browser/player-page.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { fault, hasFault } from '../helpers/media/faults.ts';
import { unevenTitle } from '../helpers/media/uneven-media.ts';
import { aes128SegmentsByOpenssl } from '../helpers/oracles/hls.ts';
import { codedSamples } from '../helpers/oracles/samples.ts';
import { readPackets, readPes, readSections } from '../helpers/oracles/transport-stream.ts';
import { outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';

const test = sideBySide('sound and pictures that do not start and end together');

/** By itself: players have the machine. */
const playing = suite('sound and pictures that do not start and end together, in players');

usesBrowser(playing);

const PMT = 0x100;
const VIDEO = 0x101;
const AUDIO = 0x102;
const FRAME = 1024 / 48_000;

/** EXTINF of all segments, in seconds. */
const lengthsIn = async (playlist: string): Promise<number[]> =>
  [...(await readFile(playlist, 'utf8')).matchAll(/#EXTINF:([\d.]+)/g)].map(([, seconds]) => Number(seconds));

/** What of a title is in each segment of six seconds: pictures, and how long it is. */
interface Expected {
  readonly pictures: readonly number[];
  readonly seconds: readonly number[];
}

const TITLES: Readonly<Record<string, readonly [make: () => Promise<string>, Expected]>> = {
  'pictures end before the sound': [
    () => unevenTitle('short-pictures', [0, 5], [0, 14]),
    { pictures: [125, 0, 0], seconds: [6, 6, 2] },
  ],
  'pictures start after the sound': [
    () => unevenTitle('late-pictures', [20, 40], [0, 40]),
    { pictures: [0, 0, 0, 100, 150, 150, 100], seconds: [6, 6, 6, 6, 6, 6, 4] },
  ],
  'pictures start late and end early': [
    () => unevenTitle('pictures-inside', [8, 16], [0, 25]),
    { pictures: [0, 100, 100, 0, 0], seconds: [6, 6, 6, 6, 1] },
  ],
  'sound starts after the pictures': [
    () => unevenTitle('late-sound', [0, 26], [20, 26]),
    { pictures: [150, 150, 150, 150, 50], seconds: [6, 6, 6, 6, 2] },
  ],
};
if (hasFault('sound-and-picture-ends')) {
  const [short, late] = Object.values(TITLES);
  Object.assign(TITLES, {
    'sound of 14 s, pictures of 5 s': [
      () => fault('sound-and-picture-ends', 'sound-14s-picture-5s.mp4'),
      short![1],
    ],
    'pictures from 20 s on': [() => fault('sound-and-picture-ends', 'picture-from-20s.mp4'), late![1]],
  });
}

interface Segments {
  /** EXTINF of each, in seconds. */
  readonly told: readonly number[];
  /** As OpenSSL decrypts them. */
  readonly segments: readonly Buffer[];
}

const packaged = new Map<string, Promise<Segments>>();

/** The segments of one of the titles, in MPEG-TS: packaged once. */
function segmentsOf(name: string): Promise<Segments> {
  const segments = packaged.get(name) ?? packagedSegments(TITLES[name]![0]);
  packaged.set(name, segments);
  return segments;
}

async function packagedSegments(make: () => Promise<string>): Promise<Segments> {
  const input = await make();
  const { output } = await packageWith([hlsNcg()], { inputs: [input], segmentDuration: 6 });
  const playlist = join(output, outputFolder('HLS-NCG', input), 'media-1/stream.m3u8');
  const segments = await aes128SegmentsByOpenssl(playlist, TEST_KEY.key);
  return { told: await lengthsIn(playlist), segments };
}

for (const [name, [, expected]] of Object.entries(TITLES)) {
  test(`${name}: each segment of MPEG-TS lasts as long as what is in it`, async () => {
    const { told, segments } = await segmentsOf(name);
    assert.is(segments.length, expected.seconds.length);

    const parts = segments.map((segment) => {
      const packets = readPackets(segment);
      assert.is(readSections(packets, 0).length, 1, 'a PAT');
      assert.is(readSections(packets, PMT).length, 1, 'a PMT');
      const [pictures, sound] = [readPes(packets, VIDEO), readPes(packets, AUDIO)];
      return { pictures, sound, packets };
    });
    assert.equal(
      parts.map(({ pictures }) => pictures.length),
      expected.pictures,
    );
    let time: number | undefined;
    for (const [index, { pictures, sound }] of parts.entries()) {
      const first = Math.min(...pictures.map(({ pts }) => pts), ...sound.map(({ pts }) => pts)) / 90_000;
      const ends = [
        ...pictures.map(({ pts }) => pts / 90_000 + 0.04),
        ...sound.map(({ pts }) => pts / 90_000 + FRAME),
      ];
      time ??= first;
      const what = `segment ${index}: ${first} to ${Math.max(...ends)}, told ${time} and ${told[index]}`;
      assert.ok(Math.abs(told[index]! - expected.seconds[index]!) < 3 * FRAME, what);
      assert.ok(Math.abs(first - time) < 2 * FRAME, what);
      assert.ok(Math.abs(Math.max(...ends) - time - told[index]!) < 2 * FRAME, what);
      time += told[index]!;
    }
  });

  test(`${name}: the clock of MPEG-TS runs on, before all that is decoded by it`, async () => {
    const stream = Buffer.concat((await segmentsOf(name)).segments);
    const packets = readPackets(stream);
    const clocks = packets.filter(({ pcr }) => pcr !== undefined);
    for (const [i, { pcr, pid }] of clocks.entries()) {
      assert.is(pid, VIDEO);
      const step = i === 0 ? 1 : pcr! - clocks[i - 1]!.pcr!;
      assert.ok(step > 0 && step <= 9000, `clock reference ${i} comes ${step} ticks later`);
    }
    const units = [...readPes(packets, VIDEO), ...readPes(packets, AUDIO)].sort(
      (a, b) => a.offset - b.offset,
    );
    let [clock, at] = [0, 0];
    for (const { offset, dts } of units) {
      for (; at < clocks.length && clocks[at]!.offset <= offset; at++) clock = clocks[at]!.pcr!;
      assert.ok(dts >= clock, `decoded at ${dts}, after ${clock}`);
    }
    // ffmpeg finds all of them, with its own reader of the whole stream.
    const path = join(temporaryFolder('clock'), 'whole.ts');
    await writeFile(path, stream);
    const demuxer = ['-probesize', '100M', '-analyzeduration', '100M'];
    const found = await codedSamples(path, 'v:0', { demuxer });
    const total = expected.pictures.reduce((sum, count) => sum + count, 0);
    assert.is(found.length, total);
  });
}

test('segments of DASH start and end with what is in them', async () => {
  const input = await unevenTitle('pictures-inside', [8, 16], [0, 25]);
  const { output, warnings } = await packageWith([dashCenc({ layout: 'segments' })], {
    inputs: [input],
    segmentDuration: 6,
  });
  const folder = join(output, outputFolder('DASH', input));
  const mpd = await readFile(join(folder, 'stream.mpd'), 'utf8');
  const timelines = [...mpd.matchAll(/<SegmentTimeline>(.*?)<\/SegmentTimeline>/gs)].map(([, rows]) => rows!);
  const [video = '', audio = ''] = timelines;
  assert.match(video, /<S t="102400" d="51200"\/>\s*<S d="51200"\/>|<S t="102400" d="51200" r="1"\/>/);
  const lengths = [...audio.matchAll(/ d="(\d+)"(?: r="(\d+)")?/g)].flatMap(([, d, r]) =>
    Array<number>(Number(r ?? 0) + 1).fill(Number(d) / 48_000),
  );
  assert.equal(lengths.map(Math.round), [6, 6, 6, 6, 1]);
  assert.match(mpd, 'mediaPresentationDuration="PT25');
  assert.match(mpd, 'minBufferTime="PT6S"');
  assert.match(warnings.join(), 'The first picture comes 8.000 s after the sound');
  assert.match(warnings.join(), 'The sound goes on for 9.0');
});

test('what is muxed ends when its own tracks end, whatever other languages do', async () => {
  const input = await unevenTitle('two-languages', [0, 5], [0, 8], [0, 20]);
  const { output } = await packageWith([hlsNcg()], { inputs: [input], segmentDuration: 6 });
  const folder = join(output, outputFolder('HLS-NCG', input));
  const lengths = async (unit: string) =>
    (await lengthsIn(join(folder, unit, 'stream.m3u8'))).map(Math.round);
  assert.equal(await lengths('media-1'), [6, 2]);
  assert.equal(await lengths('audio-fra'), [6, 6, 6, 2]);
});

playing('shaka-player plays DASH past the last picture, hls.js MPEG-TS', async () => {
  const input = await unevenTitle('short-pictures', [0, 5], [0, 14]);
  const plugins = [dashCenc({ systems: ['common', 'clearkey'] }), hlsNcg({ keyUri: '../key.bin' })];
  const { output } = await packageWith(plugins, { inputs: [input], segmentDuration: 6 });
  const [dash, hls] = ['DASH', 'HLS-NCG'].map((prefix) => join(output, outputFolder(prefix, input)));
  await writeFile(join(hls!, 'key.bin'), Buffer.from(TEST_KEY.key, 'hex'));
  const clearKeys = { [TEST_KEY.keyId]: TEST_KEY.key };
  assertPlays(await play({ player: 'shaka', folder: dash!, manifest: 'stream.mpd', clearKeys, seconds: 8 }));
  assertPlays(await play({ player: 'hls', folder: hls!, manifest: 'master.m3u8', seconds: 8 }));
});

interface Buffered {
  readonly start: number;
}

for (const [late, video, audio] of [
  ['sound', [0, 9], [3, 9]],
  ['picture', [3, 9], [0, 9]],
] as const)
  playing(`${late} that begins late is where it belongs in players that go by playlists`, async () => {
    const input = await unevenTitle(`late-${late}-in-playlists`, video, audio);
    const { output } = await packageWith([hlsAes({ container: 'fmp4' })], {
      ...{ inputs: [input], segmentDuration: 2, clear: ['audio', 'video'] },
    });
    const request = { folder: join(output, outputFolder('HLS', input)), manifest: 'master.m3u8' };
    assertPlays(await play({ ...request, player: 'hls', seconds: 6 }));
    await withPlayer({ ...request, player: 'shaka' }, async (page, start) => {
      await page.evaluate(`void ${start}, firstPicture()`);
      await page.waitForFunction('window.loaded.player.getBufferedInfo().audio.length > 0');
      const found = await page.evaluate<Record<'audio' | 'video', Buffered[]>>(
        'window.loaded.player.getBufferedInfo()',
      );
      for (const [kind, [from]] of [
        ['video', video],
        ['audio', audio],
      ] as const) {
        const first = found[kind][0]!.start;
        assert.ok(Math.abs(first - from) < 0.1, `${kind} begins at ${first} s`);
      }
    });
  });

test.run();
playing.run();
