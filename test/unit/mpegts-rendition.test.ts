import { createDecipheriv } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, copyBytes, fromHex } from '../../core/base/bytes.ts';
import { PackagerError } from '../../core/base/errors.ts';
import { PID } from '../../core/containers/mpegts/write/muxer.ts';
import { tsRenditionMuxer } from '../../core/containers/mpegts/write/rendition-muxer.ts';
import { writeTsRendition } from '../../core/containers/mpegts/write/write-rendition.ts';
import type { ProtectedTrack, SegmentJob } from '../../core/contract/segment-job.ts';
import { joinPeriods } from '../../core/engine/period-protector.ts';
import type { OutputTree } from '../../core/io/output-tree.ts';
import { ModeKeys } from '../../core/keys/mode-keys.ts';
import type { TimedTrack } from '../../core/media/timed-track.ts';
import type { CodedTrack } from '../../core/media/track.ts';
import { createAes128Protector } from '../../core/protection/aes-128.ts';
import type { Protector } from '../../core/protection/protector.ts';
import { createSampleAesProtector } from '../../core/protection/sample-aes.ts';
import { CLEAR } from '../../core/title/periods.ts';
import type { SegmentGrid } from '../../core/title/presentation.ts';
import { readSegment } from '../../core/title/read-segment.ts';
import { SegmentReader } from '../../core/title/segment-reader.ts';
import { type MadeSamples, makeMedia } from '../helpers/media/made-samples.ts';
import { AAC_CONFIG, avcTrack, nalUnit, plainTiming, sample } from '../helpers/media/ts-media.ts';
import { memorySource } from '../helpers/oracles/read-mp4.ts';
import { readPackets, readPes, readSections } from '../helpers/oracles/transport-stream.ts';
import { testKey } from '../helpers/titles/renditions.ts';

const test = suite('MPEG-TS rendition');

const KEY = testKey();
const IV = fromHex('a0a1a2a3a4a5a6a7a8a9aaabacadaeaf');
const PATH = 'media-1/media.ts';

/** Samples of one size each, read from memory. */
function media(
  samples: MadeSamples & { size: number },
  bytesOf: (i: number) => Uint8Array,
  facts: Partial<CodedTrack>,
) {
  const all = concat(Array.from({ length: samples.count }, (_, i) => bytesOf(i)));
  const track = makeMedia(samples, {
    ...facts,
    source: memorySource(all),
  });
  return { ...track, duration: track.samples.duration, bytes: track.samples.bytes };
}

/** 30 pictures, 25 a second, an IDR picture every 5, in segments of 10. */
function picture(i: number): Uint8Array {
  const unit = nalUnit(i % 5 === 0 ? 0x65 : 0x41, 2996);
  return sample([unit.fill(i + 1, 1000)]);
}
const VIDEO: ProtectedTrack = {
  track: media({ count: 30, duration: 512, size: 3000, sync: 5 }, picture, { config: avcTrack().config }),
  timing: plainTiming({ segmentStarts: Uint32Array.of(0, 10, 20) }),
  keyLabel: 'ALL',
  protector: undefined,
};

/** 57 frames, 1024 ticks of priming among them. */
const AUDIO: ProtectedTrack = {
  track: media({ count: 57, duration: 1024, size: 300 }, (i) => new Uint8Array(300).fill(i), {
    kind: 'audio',
    config: AAC_CONFIG,
  }),
  timing: plainTiming({ mediaTimeAtZero: 1024, segmentStarts: Uint32Array.of(0, 20, 39) }),
  keyLabel: 'ALL',
  protector: undefined,
};

const GRID: SegmentGrid = {
  count: 3,
  boundaries: Float64Array.of(0, 0.4, 0.8, 1.2),
  periods: new Int32Array(3),
  duration: 1.2,
};

/** An output tree in memory. */
function memoryTree(): OutputTree & { readonly files: Map<string, Buffer> } {
  const files = new Map<string, Buffer>();
  return {
    files,
    async create(path) {
      files.set(path, Buffer.alloc(0));
      return {
        path,
        get position() {
          return files.get(path)!.length;
        },
        reserve: () => assert.unreachable(),
        async append(parts) {
          files.set(path, Buffer.concat([files.get(path)!, ...parts]));
        },
        writeAt: () => assert.unreachable() as never,
        close: async () => {},
      };
    },
    write: () => assert.unreachable() as never,
  };
}

interface Shape {
  readonly grid: SegmentGrid;
  readonly files: 'one' | 'many';
}

async function write(
  tracks: readonly ProtectedTrack[],
  resourceProtector?: Protector,
  more: Partial<Shape> = {},
) {
  const { grid = GRID, files = 'one' } = more;
  const output = memoryTree();
  const progress: number[] = [];
  const job = {
    mode: 'hls',
    unit: { id: 'media-1', input: 0, tracks: [], bytes: 0 },
    keys: new ModeKeys([{ label: 'ALL', period: 0, key: KEY }]),
    tracks,
    resourceProtector,
    grid,
    output,
    tsOffset: 20_000,
    segments: (timed: TimedTrack, atOnce?: number) => new SegmentReader(timed, atOnce),
    progress: (bytes: number) => progress.push(bytes),
  } satisfies Partial<SegmentJob>;
  const result = await writeTsRendition(job as unknown as SegmentJob, { path: 'media-1/media', files });
  const file = Buffer.concat([...output.files.values()]);
  const { offsets, sizes } = result.segments;
  const segments = offsets.map((offset, n) =>
    output.files.get(result.segments.paths[n]!)!.subarray(offset, offset + sizes[n]!),
  );
  return { result, file, segments, progress };
}

const protectedBy = (timed: ProtectedTrack): ProtectedTrack => ({
  ...timed,
  protector: createSampleAesProtector({ track: timed.track, key: KEY, iv: IV }),
});

test('appends all segments to one file; each can be read alone', async () => {
  const { result, file, segments, progress } = await write([VIDEO, AUDIO]);
  assert.equal(result.files, [{ path: PATH, bytes: file.length }]);
  assert.equal(Buffer.concat(segments), file);
  const packets = readPackets(file);
  assert.is(readPes(packets, PID.video).length, 30);
  assert.is(readPes(packets, PID.audio).length, 57);
  for (const segment of segments) {
    assert.equal(
      readPackets(segment)
        .slice(0, 3)
        .map(({ pid }) => pid),
      [0, PID.pmt, PID.video],
    );
    assert.is(readPes(readPackets(segment), PID.video)[0]!.randomAccess, true);
  }
  assert.is(
    progress.reduce((sum, bytes) => sum + bytes, 0),
    30 * 3000 + 57 * 300,
  );
});

test('carries every sample of the input, in order', async () => {
  const packets = readPackets((await write([VIDEO, AUDIO])).file);
  for (const [i, { payload }] of readPes(packets, PID.video).entries()) {
    assert.equal(payload.subarray(-2996), Buffer.from(picture(i).subarray(4)), `picture ${i}`);
  }
  for (const [i, { payload }] of readPes(packets, PID.audio).entries()) {
    assert.equal(payload.subarray(7), Buffer.alloc(300, i), `frame ${i}`);
  }
});

test('segment times are exact in ticks of the video, and last as long as it', async () => {
  const { result } = await write([VIDEO, AUDIO]);
  assert.is(result.timescale, 12_800);
  assert.equal(result.segments.starts, [0, 5120, 10_240]);
  assert.equal(result.segments.durations, [5120, 5120, 5120]);
  assert.equal(result.segments.paths, [PATH, PATH, PATH]);
});

test('sound alone is timed by its frames, priming included', async () => {
  const { result } = await write([AUDIO]);
  assert.is(result.timescale, 48_000);
  assert.equal(result.segments.starts, [-1024, 19 * 1024, 38 * 1024]);
  assert.equal(result.segments.durations, [20 * 1024, 19 * 1024, 18 * 1024]);
  assert.is(result.iframes, undefined);
});

test('lists every sync picture, each until the next one', async () => {
  const { result, file } = await write([VIDEO, AUDIO]);
  const { offsets, sizes, starts, durations } = result.iframes!;
  assert.equal(starts, [0, 2560, 5120, 7680, 10_240, 12_800]);
  assert.equal(durations, new Array(6).fill(2560));
  for (const [i, offset] of offsets.entries()) {
    const [unit] = readPes(readPackets(file.subarray(offset, offset + sizes[i]!)), PID.video);
    assert.is(unit!.end, sizes[i]);
    assert.is(unit!.pts, 20_000 + i * 18_000);
  }
});

test('protects the samples of every track and announces it', async () => {
  const clear = await write([VIDEO, AUDIO]);
  const { result, file } = await write([protectedBy(VIDEO), protectedBy(AUDIO)]);
  const [pmt] = readSections(readPackets(file), PID.pmt);
  assert.is(pmt![12], 0xdb);
  assert.equal(
    result.tracks.map(({ encrypted }) => encrypted),
    [true, true],
  );
  for (const pid of [PID.video, PID.audio]) {
    const before = readPes(readPackets(clear.file), pid);
    const after = readPes(readPackets(file), pid);
    assert.is(after.length, before.length);
    for (const [i, { payload }] of after.entries()) assert.not.equal(payload, before[i]!.payload);
  }
});

test('leaves a track clear that has no protector, and says so', async () => {
  const { result, file } = await write([protectedBy(VIDEO), AUDIO]);
  const clear = await write([VIDEO, AUDIO]);
  assert.equal(
    result.tracks.map(({ encrypted }) => encrypted),
    [true, false],
  );
  assert.equal(
    readPes(readPackets(file), PID.audio).map(({ payload }) => payload),
    readPes(readPackets(clear.file), PID.audio).map(({ payload }) => payload),
  );
});

test('encrypts each segment for itself with AES-128; I-frames are offsets of its plaintext', async () => {
  const clear = await write([VIDEO, AUDIO]);
  const iv = (index: number) => IV.map((byte) => byte + index);
  const { result, segments } = await write([VIDEO, AUDIO], createAes128Protector({ key: KEY, iv }));
  const decrypted = segments.map((segment, index) => {
    assert.is(segment.length % 16, 0);
    const cipher = createDecipheriv('aes-128-cbc', KEY.reveal(), iv(index));
    return Buffer.concat([cipher.update(segment), cipher.final()]);
  });
  assert.equal(Buffer.concat(decrypted), clear.file);

  const { offsets, sizes } = result.iframes!;
  for (const [i, offset] of offsets.entries()) {
    const n = result.segments.offsets.findLastIndex((start) => start <= offset);
    const inside = offset - result.segments.offsets[n]!;
    const expected = clear.result.iframes!.offsets[i]!;
    assert.equal(
      decrypted[n]!.subarray(inside, inside + sizes[i]!),
      clear.file.subarray(expected, expected + sizes[i]!),
    );
  }
  assert.equal(
    result.tracks.map(({ encrypted }) => encrypted),
    [true, true],
  );
});

test('RFC 8216, 6.3.6: behind a clear lead I-frames are decrypted by blocks from the start of the file', async () => {
  const grid = { ...GRID, periods: Int32Array.of(CLEAR, CLEAR, 0) };
  const own = createAes128Protector({ key: KEY, iv: () => IV });
  const protector = joinPeriods({ periods: grid.periods, byPeriod: new Map([[0, own]]) });
  const clear = await write([VIDEO, AUDIO]);
  const { result, file, segments } = await write([VIDEO, AUDIO], protector, { grid });
  const { offsets, sizes } = result.iframes!;
  for (const [i, offset] of offsets.entries()) {
    const expected = clear.result.iframes!.offsets[i]!;
    const end = offset + sizes[i]!;
    const isClear = offset < result.segments.offsets[2]!;
    const whole = isClear ? file.subarray(offset, end) : plainRange(file, offset, end);
    assert.ok(whole.equals(clear.file.subarray(expected, expected + sizes[i]!)), `I-frame ${i}`);
  }
  for (const n of [0, 1]) {
    assert.is(segments[n]!.length % 16, 0);
    const { length } = clear.segments[n]!;
    assert.ok(segments[n]!.subarray(0, length).equals(clear.segments[n]!));
    const filled = readPackets(segments[n]!.subarray(length)).map(({ pid }) => pid);
    assert.ok(filled.length < 4 && filled.every((pid) => pid === 0x1fff));
  }
  assert.ok(clear.segments.slice(0, 2).some(({ length }) => length % 16 > 0));
  const apart = await write([VIDEO, AUDIO], protector, { grid, files: 'many' });
  const sound = await write([AUDIO], protector, { grid });
  const clearSound = await write([AUDIO]);
  for (const n of [0, 1]) {
    assert.ok(apart.segments[n]!.equals(segments[n]!), 'files of their own have the same segments');
    assert.ok(sound.segments[n]!.equals(clearSound.segments[n]!), 'sound has no I-frames');
  }
});

/** A range of an encrypted file as players read it: whole blocks from its start, and the one before. */
function plainRange(file: Buffer, from: number, to: number): Buffer {
  const [start, end] = [Math.floor(from / 16) * 16 - 16, Math.ceil(to / 16) * 16];
  const cipher = createDecipheriv('aes-128-cbc', KEY.reveal(), Buffer.alloc(16)).setAutoPadding(false);
  const plain = Buffer.concat([cipher.update(file.subarray(start, end)), cipher.final()]);
  return plain.subarray(from - start, to - start);
}

test('writes the header of a resource, if it has one, before its ciphertext', async () => {
  const header = Uint8Array.of(1, 2, 3);
  const none = new Uint8Array();
  const cipher = { header, update: (bytes: Uint8Array) => copyBytes(bytes), final: () => none };
  const clear = await write([VIDEO]);
  const { result, segments } = await write([VIDEO], { scheme: 'own', protectResource: () => cipher });
  assert.equal(Buffer.concat(segments.map((segment) => segment.subarray(3))), clear.file);
  assert.is(result.iframes!.offsets[0], clear.result.iframes!.offsets[0]! + 3);
});

test('fails rather than write clear what should be protected', async () => {
  const useless = { scheme: 'useless' };
  for (const [tracks, resource] of [
    [[{ ...VIDEO, protector: useless }], undefined],
    [[VIDEO], useless],
  ] as const) {
    try {
      await write(tracks, resource);
      assert.unreachable();
    } catch (error) {
      assert.ok(PackagerError.is(error), String(error));
      assert.is(error.code, 'NOT_PROTECTED');
    }
  }
});

test('its muxer makes segments in order, and says so', async () => {
  const unit = { id: 'media-1', input: 0, tracks: [], bytes: 0 };
  const muxer = await tsRenditionMuxer({ tracks: [AUDIO], unit, tsOffset: 20_000, grid: GRID });
  assert.is(muxer.isSequential, true);
  const segment = (index: number) => readSegment(AUDIO, index);
  muxer.segment(0, [await segment(0)]);
  muxer.segment(2, [await segment(2)]);
  for (const index of [1, 2]) {
    const samples = await segment(index);
    assert.throws(() => muxer.segment(index, [samples]), /in order, each once/);
  }
});

test.run();
