/**
 * Transport streams whose clock is set on the way: recordings behind each other, time stamps that jump, wrap or have holes. What
 * comes out is one timeline, with sound and pictures as far from each other as they were.
 */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { identity } from '../../core/index.ts';
import type { CodedTrack } from '../../core/kit.ts';
import { dashCenc, hlsAes } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce, temporaryFolder } from '../helpers/commands/folders.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import {
  pesStarts,
  pictureAt,
  type Retiming,
  retimed,
  TICKS,
  transportStream,
  videoPid,
  WRAP,
  withoutDecodeTimes,
} from '../helpers/media/clock-media.ts';
import { fault, hasFault } from '../helpers/media/faults.ts';
import { dashSamplesByFfmpeg } from '../helpers/oracles/dash.ts';
import { hlsSamples } from '../helpers/oracles/hls.ts';
import { demuxWithWarnings } from '../helpers/oracles/read-packets.ts';
import { codedSamples, hashes, SLICES_AND_SEI, tsSamples } from '../helpers/oracles/samples.ts';
import { outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';

const test = sideBySide('clock-jumps');

const PACKET = 188;
const AAC_FRAME = 1024 / 48_000;
const PICTURE = 1 / 25;
const HOUR = 3600;

async function written(bytes: Uint8Array, name = 'clock.ts'): Promise<string> {
  const path = join(temporaryFolder(), name);
  await writeFile(path, bytes);
  return path;
}

/** When the samples of a track are presented, in decode order, in seconds. */
function presented({ samples, timescale, presentationOffset }: CodedTrack): number[] {
  const { dts, compositionOffsets } = samples.read(0, samples.count);
  return Array.from(dts, (time, i) => (time + compositionOffsets[i]! - presentationOffset) / timescale);
}

const ofKind = (tracks: readonly CodedTrack[], kind: CodedTrack['kind']): CodedTrack[] =>
  tracks.filter((track) => track.kind === kind);

/** Every picture, and every frame of sound, at the same time in both. */
function assertSameTimes(
  tracks: readonly CodedTrack[],
  expected: readonly CodedTrack[],
  shift = 0,
  from = 0,
): void {
  assert.is(tracks.length, expected.length);
  for (const [index, track] of tracks.entries()) {
    const [times, others] = [presented(track), presented(expected[index]!)];
    assert.is(times.length, others.length, track.kind);
    for (const [n, time] of times.entries()) {
      const due = others[n]! + (others[n]! >= from ? shift : 0);
      assert.ok(Math.abs(time - due) < 0.012, `${track.kind} ${n}: ${time} s, not ${due} s`);
    }
  }
}

const JUMPS: readonly { readonly name: string; readonly seconds: number; readonly said?: boolean }[] = [
  { name: 'back by 0.2 s', seconds: -0.2 },
  { name: 'back by 1 s', seconds: -1 },
  { name: 'back to the start', seconds: -3 },
  { name: 'back to before the start', seconds: -4 },
  { name: 'forward by 5 s, as is said', seconds: 5, said: true },
  { name: 'forward by an hour', seconds: HOUR },
  { name: 'forward by 13 h', seconds: 13 * HOUR },
  { name: 'forward by 2^32 ticks', seconds: 2 ** 32 / TICKS },
  { name: 'back by 2^32 ticks', seconds: -(2 ** 32) / TICKS },
  { name: 'forward by 25 h', seconds: 25 * HOUR },
];

for (const { name, seconds, said = false } of JUMPS) {
  test(`a clock that is set ${name}: nothing moves, and nothing is lost`, async () => {
    const stream = await transportStream({ seconds: 6 });
    const whole = await demuxWithWarnings(await written(stream));
    assert.equal(whole.warnings, []);
    const variants: Retiming[] = said
      ? [{ from: pictureAt(stream, 75), isSaid: true }]
      : [75, 85, 86, 87, 149].flatMap((picture) => {
          const from = pictureAt(stream, picture);
          return [{ from }, { from, pcr: false }, { from, isSaid: true }];
        });
    for (const variant of variants) {
      const path = await written(retimed(stream, Math.round(seconds * TICKS), variant));
      const { tracks, warnings } = await demuxWithWarnings(path);
      assertSameTimes(tracks, whole.tracks);
      assert.is(warnings.length, 1, warnings.join('\n'));
      assert.match(
        warnings[0]!,
        /clock\.ts: its clock jumps from 0:00:0[4-7]\.\d\d\d to \d+:\d\d:\d\d\.\d\d\d\. /,
      );
    }
  });
}

for (const seconds of [5, 9.5]) {
  test(`a clock that goes ${seconds} s ahead, and nobody says that it is another: that is a hole`, async () => {
    const stream = await transportStream({ seconds: 6 });
    const whole = await demuxWithWarnings(await written(stream));
    const path = await written(retimed(stream, seconds * TICKS, { from: pictureAt(stream, 75) }));
    const { tracks, warnings } = await demuxWithWarnings(path);
    assert.equal(warnings, []);
    const from = presented(ofKind(whole.tracks, 'video')[0]!)[75]! - 0.02;
    for (const [index, track] of tracks.entries()) {
      const [times, others] = [presented(track), presented(whole.tracks[index]!)];
      const late = times.filter((time, n) => Math.abs(time - others[n]! - seconds) < 0.012);
      const early = times.filter((time, n) => Math.abs(time - others[n]!) < 0.012);
      assert.is(late.length + early.length, times.length);
      assert.ok(Math.abs(Math.min(...late) - seconds - from) < 0.5, 'both where they lie in the file');
    }
  });
}

for (const [name, start] of [
  ['in the middle', WRAP - 3 * TICKS],
  ['between the first pictures', WRAP - 1.5 * TICKS],
] as const) {
  test(`time stamps that start again from 0 ${name} are no jump`, async () => {
    const stream = await transportStream({ seconds: 6 });
    const whole = await demuxWithWarnings(await written(stream));
    const { tracks, warnings } = await demuxWithWarnings(await written(retimed(stream, start)));
    assert.equal(warnings, []);
    assertSameTimes(tracks, whole.tracks);
  });
}

test('time stamps that start again from 0 twice: 54 hours of slides', async () => {
  const path = await madeOnce('slides.ts', async (to) => {
    await ffmpeg([
      ...['-f', 'lavfi', '-i', 'color=size=64x36:rate=1/9', '-frames:v', '21600', '-c:v', 'libx264'],
      ...['-preset', 'ultrafast', '-x264-params', 'threads=1:keyint=1:bframes=0', '-f', 'mpegts', to],
    ]);
  });
  const { tracks, warnings } = await demuxWithWarnings(path);
  assert.equal(warnings, []);
  const times = presented(tracks[0]!);
  assert.is(times.length, 21_600);
  for (const [n, time] of times.entries()) assert.ok(Math.abs(time - 9 * n) < 0.001, `${n}: ${time} s`);
});

test('a picture every 12 s is a picture every 12 s', async () => {
  const path = await madeOnce('few-slides.ts', async (to) => {
    await ffmpeg([
      ...['-f', 'lavfi', '-i', 'color=size=64x36:rate=1/12', '-frames:v', '10', '-c:v', 'libx264'],
      ...['-preset', 'ultrafast', '-x264-params', 'threads=1:keyint=1:bframes=0', '-f', 'mpegts', to],
    ]);
  });
  const { tracks, warnings } = await demuxWithWarnings(path);
  assert.equal(warnings, []);
  assert.is(Math.round(presented(tracks[0]!)[9]!), 108);
});

for (const kind of ['video', 'audio'] as const) {
  test(`13 s without ${kind} while the rest goes on are no jump`, async () => {
    const stream = await transportStream({ seconds: 22 });
    const pid = kind === 'video' ? videoPid() : videoPid() - 1;
    const starts = pesStarts(stream).filter((start) => start.pid === pid);
    const [from, to] = [0.2, 0.8].map((share) => starts[Math.floor(share * starts.length)]!.packet);
    const packets = Array.from({ length: stream.length / PACKET }, (_, n) =>
      stream.subarray(n * PACKET, (n + 1) * PACKET),
    );
    const kept = packets.filter(
      (packet, n) => n < from! || n >= to! || (packet.readUInt16BE(1) & 0x1fff) !== pid,
    );
    const { tracks, warnings } = await demuxWithWarnings(await written(Buffer.concat(kept)));
    // Counters of four bits tell of the packets that are gone, or by chance they do not.
    for (const warning of warnings) assert.match(warning, /packets .* are missing in one place/);
    for (const track of tracks) assert.ok(Math.abs(track.duration / track.timescale - 22) < 0.1);
    const [track] = ofKind(tracks, kind);
    assert.ok(Math.max(...track!.samples.read(0, track!.samples.count).durations) / track!.timescale > 12);
  });
}

interface Part {
  readonly bytes: Buffer;
  /** Pictures in front of its first key frame: without what they refer to. @default 0 */
  readonly lost?: number;
}

/**
 * Parts behind each other: each as it is by itself, sound as far from the pictures as there, nothing on top of anything, and at
 * least one of the tracks goes on at once.
 */
async function assertJoined(tracks: readonly CodedTrack[], parts: readonly Part[]): Promise<void> {
  const alone = await Promise.all(parts.map(async ({ bytes }) => demuxWithWarnings(await written(bytes))));
  const counts = tracks.map(() => 0);
  const ends = tracks.map(() => 0);
  for (const [part, { tracks: own }] of alone.entries()) {
    const shifts: number[] = [];
    const gaps: number[] = [];
    for (const [index, track] of tracks.entries()) {
      const source = presented(own[index]!);
      const times = presented(track).slice(counts[index], counts[index]! + source.length);
      assert.is(times.length, source.length, `${track.kind} of part ${part}`);
      counts[index]! += source.length;
      const apart = times.map((time, n) => time - source[n]!);
      shifts.push(apart[0]!);
      const spread = Math.max(...apart) - Math.min(...apart);
      assert.ok(spread < 0.012, `${track.kind} of part ${part} is spread by ${spread} s`);
      gaps.push(Math.min(...times) - ends[index]!);
      ends[index] = Math.max(...times) + (track.kind === 'audio' ? AAC_FRAME : PICTURE);
    }
    const sync = Math.max(...shifts) - Math.min(...shifts);
    assert.ok(sync <= AAC_FRAME, `part ${part}: ${sync} s out of step`);
    if (part === 0) continue;
    const least = Math.min(...gaps);
    assert.ok(least > -0.012 && least < AAC_FRAME, `part ${part} begins ${least} s behind the one before`);
  }
  assert.equal(
    tracks.map(({ samples }) => samples.count),
    counts,
    'and nothing else',
  );
  for (const { samples } of tracks) {
    const { durations } = samples.read(0, samples.count);
    assert.ok(Math.min(...durations) > 300, 'no sample of a moment');
  }
}

const JOINED: readonly { readonly name: string; parts(): Promise<Part[]> }[] = [
  {
    name: 'three times 6 s',
    parts: async () => Array(3).fill({ bytes: await transportStream({ seconds: 6 }) }),
  },
  {
    name: 'two times 22 s',
    parts: async () => Array(2).fill({ bytes: await transportStream({ seconds: 22 }) }),
  },
  {
    name: 'two times more than 4 MiB',
    parts: async () => {
      const bytes = await transportStream({ seconds: 12, bitrate: '4M' });
      assert.ok(bytes.length > 4 * 2 ** 20);
      return Array(2).fill({ bytes });
    },
  },
  {
    name: 'pictures without B-frames, then with many',
    parts: async () => [
      { bytes: await transportStream({ seconds: 6, bFrames: 0 }) },
      { bytes: await transportStream({ seconds: 6, bFrames: 7 }) },
    ],
  },
  {
    name: 'pictures without decode times',
    parts: async () => Array(3).fill({ bytes: withoutDecodeTimes(await transportStream({ seconds: 6 })) }),
  },
  {
    name: 'sound alone, three times',
    parts: async () => Array(3).fill({ bytes: await transportStream({ seconds: 6, video: false }) }),
  },
  {
    name: 'pictures alone, three times',
    parts: async () => Array(3).fill({ bytes: await transportStream({ seconds: 6, audio: 0 }) }),
  },
  {
    name: 'three languages',
    parts: async () => Array(2).fill({ bytes: await transportStream({ seconds: 6, audio: 3 }) }),
  },
  {
    name: 'forward by an hour, back by two days, each time',
    parts: async () => {
      const bytes = await transportStream({ seconds: 6 });
      return [0, 3600, 40, 80_000, 12].map((seconds) => ({ bytes: retimed(bytes, seconds * TICKS) }));
    },
  },
  {
    name: 'a part that wraps, between others',
    parts: async () => {
      const bytes = await transportStream({ seconds: 6 });
      return [{ bytes }, { bytes: retimed(bytes, WRAP - 4 * TICKS) }, { bytes }];
    },
  },
  {
    name: 'a part that begins between key frames',
    parts: async () => {
      const bytes = await transportStream({ seconds: 6 });
      return [{ bytes }, { bytes: bytes.subarray(pictureAt(bytes, 10) * PACKET), lost: 15 }];
    },
  },
  {
    name: 'parts that end and begin between key frames',
    parts: async () => {
      const bytes = await transportStream({ seconds: 6 });
      const end = bytes.subarray(0, pictureAt(bytes, 85) * PACKET);
      return [{ bytes: end }, { bytes: bytes.subarray(pictureAt(bytes, 40) * PACKET), lost: 10 }];
    },
  },
];

for (const { name, parts } of JOINED) {
  test(`recordings behind each other: ${name}`, async () => {
    const all = await parts();
    const { tracks, warnings } = await demuxWithWarnings(
      await written(Buffer.concat(all.map(({ bytes }) => bytes))),
    );
    await assertJoined(tracks, all);
    const lost = all.reduce((sum, { lost: pictures = 0 }) => sum + pictures, 0);
    assert.is(warnings.filter((warning) => /its clock jumps/.test(warning)).length, all.length - 1);
    const told = lost > 0 ? `${lost} pictures between a jump of its clock and the next key frame` : '';
    assert.is(warnings.length, all.length - 1 + (lost > 0 ? 1 : 0), warnings.join('\n'));
    assert.ok(warnings.some((warning) => warning.includes(told)));
  });
}

for (const [name, seconds] of [
  ['forward', 40],
  ['back', -40],
] as const) {
  test(`sound of the old clock behind pictures of the new one, ${name}`, async () => {
    const stream = await transportStream({ seconds: 6 });
    const parts = [stream, stream].map((bytes, n) => retimed(bytes, (100 + n * seconds) * TICKS));
    const [a, b] = parts as [Buffer, Buffer];
    const isSound = (packet: Buffer) => (packet.readUInt16BE(1) & 0x1fff) === videoPid() - 1;
    const packets = (bytes: Buffer, from: number, to?: number) =>
      Array.from({ length: bytes.length / PACKET }, (_, n) =>
        bytes.subarray(n * PACKET, (n + 1) * PACKET),
      ).slice(from, to);
    const [tail, head] = [packets(a, -200), packets(b, 0, 200)];
    const mixed = [
      ...packets(a, 0, -200),
      ...tail.filter((packet) => !isSound(packet)),
      ...head.filter((packet) => !isSound(packet)),
      ...tail.filter(isSound),
      ...head.filter(isSound),
      ...packets(b, 200),
    ];
    const { tracks, warnings } = await demuxWithWarnings(await written(Buffer.concat(mixed)));
    await assertJoined(
      tracks,
      parts.map((bytes) => ({ bytes })),
    );
    assert.is(warnings.length, 1);
  });
}

test('whoever takes one track of such a file finds it where it lies beside the others', async () => {
  const bytes = await transportStream({ seconds: 6 });
  const path = await written(Buffer.concat([bytes, bytes, bytes]));
  const { tracks } = await demuxWithWarnings(path);
  const sound = await demuxWithWarnings(path, { video: false });
  const pictures = await demuxWithWarnings(path, { audio: false });
  assertSameTimes([...sound.tracks, ...pictures.tracks], tracks);
  assert.is(sound.warnings.length, 2);
});

/** Decode times ascend; all samples are those of the parts. */
async function assertPackaged(
  input: string,
  video: readonly string[],
  audio: readonly string[],
): Promise<void> {
  const { output } = await packageWith(
    [dashCenc(), hlsAes({ container: 'ts', systems: [identity({ uri: '../key.bin' })] })],
    { inputs: [input] },
  );
  const dash = join(output, outputFolder('DASH', input));
  const hls = join(output, outputFolder('HLS', input), 'media-1/stream.m3u8');
  const filter = `h264_mp4toannexb,${SLICES_AND_SEI}`;
  const outputs = await Promise.all([
    dashSamplesByFfmpeg([join(dash, 'media-video-1.mp4')], 'video', TEST_KEY.key, { filter }),
    dashSamplesByFfmpeg([join(dash, 'media-audio-eng.mp4')], 'audio', TEST_KEY.key),
    hlsSamples(hls, 'v:0', TEST_KEY),
    hlsSamples(hls, 'a:0', TEST_KEY),
  ]);
  for (const [n, samples] of outputs.entries()) {
    assert.equal(hashes(samples), n % 2 === 0 ? video : audio, `output ${n}`);
    if (n >= 2) continue;
    for (let i = 1; i < samples.length; i++) assert.ok(samples[i]!.dts > samples[i - 1]!.dts, `${n}, ${i}`);
  }
}

/** What ffmpeg reads of each part by itself. */
async function sourceHashes(parts: readonly Part[]): Promise<{ video: string[]; audio: string[] }> {
  const [video, audio]: [string[], string[]] = [[], []];
  for (const { bytes } of parts) {
    const path = await written(bytes);
    // It leaves out what is in front of the first key frame as well.
    video.push(...hashes(await tsSamples(path, 'v:0')));
    audio.push(...hashes(await tsSamples(path, 'a:0')));
  }
  return { video, audio };
}

for (const name of [
  'three times 6 s',
  'two times more than 4 MiB',
  'pictures without B-frames, then with many',
  'forward by an hour, back by two days, each time',
  'parts that end and begin between key frames',
]) {
  test(`packaged, every sample is there, in order and decodable: ${name}`, async () => {
    const parts = await JOINED.find((joined) => joined.name === name)!.parts();
    const { video, audio } = await sourceHashes(parts);
    await assertPackaged(await written(Buffer.concat(parts.map(({ bytes }) => bytes))), video, audio);
  });
}

for (const seconds of [-3, HOUR, 2 ** 32 / TICKS]) {
  test(`packaged, a clock that is set by ${seconds.toFixed(0)} s between key frames`, async () => {
    const bytes = await transportStream({ seconds: 6 });
    const { video, audio } = await sourceHashes([{ bytes }]);
    const input = await written(retimed(bytes, seconds * TICKS, { from: pictureAt(bytes, 85) }));
    await assertPackaged(input, video, audio);
  });
}

test('the recordings that were found', async () => {
  if (!hasFault('ts-clock-set-back') || !hasFault('ts-jump-2-32')) return;
  const [thrice, jump] = [fault('ts-clock-set-back', 'three-times-4s.ts'), fault('ts-jump-2-32', 'jump.ts')];
  const { tracks } = await demuxWithWarnings(thrice);
  for (const track of tracks) {
    assert.is(track.sampleCount, (await codedSamples(thrice, track.kind === 'video' ? 'v:0' : 'a:0')).length);
    assert.ok(Math.abs(track.duration / track.timescale - 12.08) < 0.05);
  }
  const { warnings } = await packageWith([dashCenc(), hlsAes()], { inputs: [jump] });
  assert.match(warnings.join(), /its clock jumps from 0:00:01\.920 to 13:15:23\.779/);
});

test.run();
