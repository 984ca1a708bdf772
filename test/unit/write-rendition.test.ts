import { createDecipheriv } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex } from '../../core/base/bytes.ts';
import { fileTree } from '../../core/io/file-tree.ts';
import {
  createAes128Protector,
  ModeKeys,
  type Muxer,
  type Protector,
  type Segment,
  type SegmentJob,
  SegmentReader,
  writeRendition,
} from '../../core/kit.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { makeMedia } from '../helpers/media/made-samples.ts';
import { AAC_CONFIG, avcTrack, plainTiming } from '../helpers/media/ts-media.ts';
import { memorySource } from '../helpers/oracles/read-mp4.ts';
import { failureOf } from '../helpers/titles/package.ts';
import { testKey } from '../helpers/titles/renditions.ts';

const test = suite('the driver of muxers');

const COUNT = 12;
const SIZE = 5;
const BYTES = Buffer.from(Array.from({ length: COUNT * SIZE }, (_, at) => at));

/** Segments of 4, no, 4 and 4 pictures, of 0.4 s each. */
const timing = plainTiming({ segmentStarts: Uint32Array.of(0, 4, 4, 8) });
const track = {
  ...makeMedia(
    { count: COUNT, duration: 10, size: SIZE },
    { source: memorySource(BYTES), timescale: 100, config: avcTrack().config },
  ),
  duration: COUNT * 10,
};
/** Frames of 1 s, from 0.3 s on: one in each segment but the first. */
const soundTiming = plainTiming({ segmentStarts: Uint32Array.of(0, 0, 1, 2), mediaTimeAtZero: -300 });
const sound = {
  ...makeMedia(
    { count: 3, duration: 1000, size: SIZE },
    { source: memorySource(BYTES), kind: 'audio', timescale: 1000, config: AAC_CONFIG },
  ),
  duration: 3000,
};

/** A byte for the number of the segment, then the samples of each track. */
const plain = (facts: Partial<Muxer> = {}): Muxer & { readonly asked: (readonly [number, number[]])[] } => {
  const asked: (readonly [number, number[]])[] = [];
  return {
    isSequential: false,
    listsIframes: true,
    copiesSamples: false,
    asked,
    segment(index, samples) {
      asked.push([index, samples.map(({ count }) => count)]);
      const [first] = samples;
      const iframes = first!.count > 0 ? [{ offset: 1, size: SIZE, start: first!.decodeTime }] : [];
      return { parts: [Uint8Array.of(index), ...samples.map(({ data }) => data)], iframes };
    },
    ...facts,
  };
};

interface Given {
  readonly muxer: Muxer;
  readonly both?: boolean;
  readonly protector?: Protector;
  readonly resourceProtector?: Protector;
  readonly periods?: readonly number[];
}

async function write({ muxer, both = false, protector, resourceProtector, periods = [0, 0, 0, 0] }: Given) {
  const root = temporaryFolder('driver');
  const progress: number[] = [];
  const tracks = [
    { track, timing, keyLabel: 'ALL', protector },
    ...(both ? [{ track: sound, timing: soundTiming, keyLabel: 'ALL', protector }] : []),
  ];
  const job: Partial<SegmentJob> = {
    mode: 'acme',
    unit: { id: 'u', input: 0, tracks: [], bytes: 0 },
    keys: new ModeKeys([{ label: 'ALL', period: 0, key: testKey() }]),
    tracks,
    resourceProtector,
    grid: { count: 4, boundaries: new Float64Array(5), periods: Int32Array.from(periods), duration: 0 },
    output: fileTree(root),
    segments: (timed, atOnce) => new SegmentReader(timed, atOnce),
    progress: (bytes) => progress.push(bytes),
  };
  const place = { files: 'many', path: 'u', extension: 'bin' } as const;
  const result = await writeRendition(job as SegmentJob, { muxer, ...place });
  const files = await Promise.all(result.files.map(({ path }) => readFile(join(root, path))));
  return { root, result, files, progress };
}

test('segments in which no track has samples are left out, and numbers of the grid stay', async () => {
  const alone = plain();
  const { result, files, progress } = await write({ muxer: alone });
  assert.equal(alone.asked, [
    [0, [4]],
    [2, [4]],
    [3, [4]],
  ]);
  assert.equal(
    result.files.map(({ path }) => path),
    ['u/seg-1.bin', 'u/seg-2.bin', 'u/seg-3.bin'],
  );
  assert.equal(Buffer.concat(files.map((file) => file.subarray(1))), BYTES);
  assert.equal(result.segments.starts, [0, 40, 80]);
  assert.equal(result.segments.durations, [40, 40, 40]);
  assert.equal(progress, [20, 20, 20]);
});

test('segments are told with their crypto periods, where there is more than one', async () => {
  const { result } = await write({ muxer: plain(), periods: [-1, 0, 1, 7] });
  assert.equal(result.segments.periods, [-1, 1, 7]);
  const ordinary = await write({ muxer: plain() });
  assert.not('periods' in ordinary.result.segments);
  const late = await write({ muxer: plain(), periods: [3, 3, 3, 3] });
  assert.equal(late.result.segments.periods, [3, 3, 3]);
});

test('times are in ticks of the pictures, also where there is but sound', async () => {
  const muxer = plain();
  const { result } = await write({ muxer, both: true });
  assert.equal(muxer.asked, [
    [0, [4, 0]],
    [1, [0, 1]],
    [2, [4, 1]],
    [3, [4, 1]],
  ]);
  assert.is(result.timescale, 100);
  assert.equal(result.segments.starts, [0, 30, 40, 80]);
  assert.equal(result.segments.durations, [30, 10, 40, 250]);
  assert.equal(result.iframes!.starts, [0, 40, 80]);
  assert.equal(result.iframes!.durations, [40, 40, 40]);
});

test('finished segments are encrypted over all their parts, I-frames stay offsets of the plaintext', async () => {
  const iv = fromHex('a0a1a2a3a4a5a6a7a8a9aaabacadaeaf');
  const clear = await write({ muxer: plain() });
  const { files, result } = await write({
    muxer: plain(),
    resourceProtector: createAes128Protector({ key: testKey(), iv: () => iv }),
  });
  const decrypted = files.map((file) => {
    const cipher = createDecipheriv('aes-128-cbc', testKey().reveal(), iv);
    return Buffer.concat([cipher.update(file), cipher.final()]);
  });
  assert.equal(decrypted, clear.files);
  assert.equal(result.iframes!.offsets, clear.result.iframes!.offsets);
  assert.equal(
    result.tracks.map(({ encrypted }) => encrypted),
    [true],
  );
});

test('what all segments conform to is said in the initialisation section', async () => {
  for (const odd of [-1, 2]) {
    const told: unknown[] = [];
    const muxer = plain({
      init: (conforms = false) => Uint8Array.of(conforms ? 1 : 0),
      conforms: ([clear]: readonly Segment[]) => clear!.index !== odd,
      segment(index, _samples, conforms) {
        told.push(conforms);
        return { parts: [Uint8Array.of(index)], iframes: [] };
      },
    });
    const { files, result } = await write({ muxer });
    assert.equal(told, [true, odd === -1, true]);
    assert.equal([...files[0]!], [odd === -1 ? 1 : 0]);
    assert.equal(result.init, { path: 'u/init.bin', offset: 0, size: 1 });
  }
});

test('a protector that does not protect is refused, whatever the container', async () => {
  for (const useless of [{ protector: { scheme: 'x' } }, { resourceProtector: { scheme: 'x' } }]) {
    const error = await failureOf(write({ muxer: plain(), ...useless }));
    assert.is(error.code, 'NOT_PROTECTED');
  }
});

test('segments behind an initialisation section are not encrypted whole', async () => {
  const resourceProtector = createAes128Protector({ key: testKey(), iv: () => new Uint8Array(16) });
  try {
    await write({ muxer: plain({ init: () => Uint8Array.of(1) }), resourceProtector });
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), /initialisation section/);
  }
});

test.run();
