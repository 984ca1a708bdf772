import { createCipheriv } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openTransport } from '../../core/inspect/mpegts/open-transport.ts';
import { MadeTransport, madeInput, PIDS, pes } from '../helpers/inspect/made-transport.ts';
import { readStream } from '../helpers/inspect/read-transport.ts';
import { BitWriter } from '../helpers/media/bit-writer.ts';
import { PACKET_MEDIA } from '../helpers/media/packet-media.ts';
import { TEST_KEY } from '../helpers/titles/package.ts';
import { inputSamples } from '../helpers/verify/input-samples.ts';

const test = suite('inspect-transport-frames');

const START = 90_000;
/** Ticks of a picture: 1/25 s. */
const PICTURE = 3600;
const AVC = [{ pid: PIDS.video, type: 0x1b }] as const;

const nal = (header: number, bits: BitWriter): Buffer => {
  bits.put(1, 1);
  while (bits.length % 8 !== 0) bits.put(0, 1);
  return Buffer.from([header, ...bits.bytes()]);
};

/** Main profile, 64 × 64; with fields, pictures may be coded as two. */
function sps(hasFields: boolean): Buffer {
  const bits = new BitWriter();
  bits.put(77, 8);
  bits.put(0, 8);
  bits.put(30, 8);
  for (const value of [0, 0, 2, 1]) bits.ue(value); // id, log2_max_frame_num − 4, poc type, reference frames
  bits.put(0, 1);
  bits.ue(3);
  bits.ue(hasFields ? 1 : 3);
  bits.put(hasFields ? 0 : 1, 1);
  if (hasFields) bits.put(0, 1);
  bits.put(1, 1);
  bits.put(0, 1);
  bits.put(0, 1);
  return nal(0x67, bits);
}

function pps(): Buffer {
  const bits = new BitWriter();
  for (const value of [0, 0]) bits.ue(value);
  bits.put(0, 2);
  for (const value of [0, 0, 0]) bits.ue(value);
  bits.put(0, 3);
  return nal(0x68, bits);
}

interface SliceFacts {
  readonly type?: 1 | 5;
  readonly first?: number;
  readonly frame?: number;
  /** Coded as a field: the bottom one, or the top one. */
  readonly bottom?: boolean;
}

/** A slice: a header, and a body that says which it is. */
function slice(
  fill: number,
  { type = 1, first = 0, frame = 0, bottom }: SliceFacts = {},
  hasFields = false,
): Buffer {
  const bits = new BitWriter();
  for (const value of [first, 7, 0]) bits.ue(value);
  bits.put(frame, 4);
  if (hasFields) bits.put(bottom === undefined ? 0 : 1, 1);
  if (hasFields && bottom !== undefined) bits.put(bottom ? 1 : 0, 1);
  return Buffer.concat([nal(0x60 | type, bits), Buffer.alloc(40, fill)]);
}

const AUD = Buffer.from([9, 0xf0]);
const stream = (...units: Buffer[]): Buffer =>
  Buffer.concat(units.flatMap((unit, n) => [Buffer.from(n === 0 ? [0, 0, 0, 1] : [0, 0, 1]), unit]));

async function readVideo(segments: Buffer[]) {
  const { readers, facts } = await openTransport(madeInput(segments));
  const [reader] = readers;
  const read = await readStream(reader!);
  return { ...read, track: reader!.track, codes: facts.list.map(({ code }) => code) };
}

/** The last byte of each NAL unit says which it is. */
const fillsOf = (samples: Buffer[][]): number[][] =>
  samples.map((units) => units.map((unit) => unit.at(-1)!));

test('pictures without delimiters: several in a PES packet, one in several, slices of one together', async () => {
  const all = Buffer.concat([
    stream(sps(false), pps(), slice(1, { type: 5 }), slice(2, { type: 5, first: 8 })),
    stream(slice(3), slice(4, { first: 8 })),
    stream(slice(5), slice(6, { first: 8 })),
    stream(slice(7)),
  ]);
  const made = new MadeTransport().tables(AVC);
  const cuts = [0, 60, 170, all.length];
  for (const [n, from] of cuts.slice(0, -1).entries())
    made.unit(PIDS.video, pes(all.subarray(from, cuts[n + 1]), { pts: START + n * PICTURE, streamId: 0xe0 }));
  const { samples, sync, track, codes } = await readVideo([made.take()]);
  assert.equal(fillsOf(samples), [[1, 2], [3, 4], [5, 6], [7]]);
  assert.equal(sync, [true, false, false, false]);
  assert.equal([...new Set(codes)], ['DELIMITER_MISSING']);
  assert.equal(
    [track.entries[0]!.width, track.entries[0]!.height, track.entries[0]!.codecs],
    [64, 64, 'avc1.4d001e'],
  );
});

test('two fields are one sample, whether or not each has a delimiter and a PES packet of its own', async () => {
  const head = [sps(true), pps()];
  const field = (fill: number, frame: number, bottom: boolean, type: 1 | 5 = 1): Buffer =>
    slice(fill, { type, frame, bottom }, true);
  const made = new MadeTransport().tables(AVC);
  const put = (n: number, bytes: Buffer): void =>
    void made.unit(PIDS.video, pes(bytes, { pts: START + n * (PICTURE / 2), streamId: 0xe0, open: true }));
  put(0, stream(AUD, ...head, field(1, 0, false, 5)));
  put(1, stream(AUD, field(2, 0, true)));
  put(2, stream(AUD, field(3, 1, true), field(4, 1, false)));
  put(4, stream(AUD, slice(5, { frame: 2 }, true)));
  put(6, stream(AUD, field(6, 3, false)));
  put(8, stream(AUD, field(7, 4, false), field(8, 4, true)));
  const { samples, times, sync, codes } = await readVideo([made.take()]);
  assert.equal(fillsOf(samples), [[1, 2], [3, 4], [5], [6], [7, 8]]);
  assert.equal(sync, [true, false, false, false, false]);
  assert.equal(
    times,
    [0, 2, 4, 6, 8].map((n) => START + n * (PICTURE / 2)),
  );
  assert.equal(codes, []);
});

test('parameter sets that change make another entry of the track', async () => {
  const made = new MadeTransport().tables(AVC);
  const other = sps(false);
  other[3] = 31; // the level
  for (const [n, set] of [sps(false), other, other, sps(false)].entries())
    made.unit(
      PIDS.video,
      pes(stream(AUD, set, pps(), slice(n, { type: 5 })), { pts: START + n * PICTURE, streamId: 0xe0 }),
    );
  const { readers } = await openTransport(madeInput([made.take()]));
  const entries: number[] = [];
  for await (const segment of readers[0]!.segments()) entries.push(...segment.entries);
  assert.equal(entries, [0, 1, 1, 0]);
  assert.equal(
    readers[0]!.track.entries.map(({ codecs }) => codecs),
    ['avc1.4d001e', 'avc1.4d001f'],
  );
});

test('HEVC: access units, key frames and the entry are those of the source', async () => {
  const media = PACKET_MEDIA.find(({ name }) => name === 'hevc-ac3.ts')!;
  const path = await media.file();
  const input = (await inputSamples(path)).tracks.find(({ kind }) => kind === 'video')!;
  const { samples, sync, track } = await readVideo([await readFile(path)]);
  assert.is(samples.length, input.samples.length);
  assert.ok(sync[0]);
  assert.is(track.entries[0]!.format, 'hvc1');
  assert.is(track.entries[0]!.codecs, input.codecs);
});

/** A syncframe of E-AC-3, 48 kHz 5.1, of `blocks` blocks (ETSI TS 102 366, E.1.2). */
function syncframe(size: number, fill: number, blocks: 1 | 2 | 3 | 6, type = 0, substream = 0): Buffer {
  const frame = Buffer.alloc(size, fill);
  const words = size / 2 - 1;
  frame.writeUInt16BE(0x0b77);
  frame[2] = (type << 6) | (substream << 3) | (words >> 8);
  frame[3] = words & 255;
  frame[4] = ([1, 2, 3, 6].indexOf(blocks) << 4) | (7 << 1) | 1;
  frame[5] = 16 << 3;
  return frame;
}

test('E-AC-3: six blocks and all that depends on them are an access unit', async () => {
  const made = new MadeTransport().tables([{ pid: PIDS.audio, type: 0x87 }]);
  const units = [
    [syncframe(64, 1, 6), syncframe(48, 2, 6, 1)],
    [syncframe(64, 3, 6), syncframe(48, 4, 6, 1), syncframe(32, 5, 6, 0, 1)],
    [syncframe(64, 6, 3), syncframe(64, 7, 3)],
    [1, 2, 3, 4, 5, 6].map((n) => syncframe(32, 10 + n, 1)),
    [syncframe(64, 8, 2), syncframe(48, 9, 2), syncframe(50, 10, 2)],
  ].map((frames) => Buffer.concat(frames));
  made.unit(PIDS.audio, pes(Buffer.concat(units), { pts: START, streamId: 0xbd }));
  const { readers } = await openTransport(madeInput([made.take()]));
  const { samples, times } = await readStream(readers[0]!);
  assert.equal(
    samples.map(([unit]) => unit),
    units,
  );
  assert.equal(
    times,
    units.map((_, n) => START + n * 2880),
  );
});

test('E-AC-3 in SAMPLE-AES: one chain for all syncframes of an access unit', async () => {
  const clear = [syncframe(96, 1, 6), syncframe(80, 2, 6, 1), syncframe(30, 3, 6, 1, 1)];
  const cipher = createCipheriv(
    'aes-128-cbc',
    Buffer.from(TEST_KEY.key, 'hex'),
    Buffer.from(TEST_KEY.iv, 'hex'),
  );
  const hidden = clear.map((frame) => {
    const end = 16 + 16 * Math.max(0, Math.floor((frame.length - 16) / 16));
    return Buffer.concat([
      frame.subarray(0, 16),
      cipher.update(frame.subarray(16, end)),
      frame.subarray(end),
    ]);
  });
  const made = new MadeTransport().tables([{ pid: PIDS.audio, type: 0xc2 }]);
  made.unit(PIDS.audio, pes(Buffer.concat(hidden), { pts: START, streamId: 0xbd }));
  const key = {
    method: 'SAMPLE-AES',
    uri: 'skd://a',
    iv: Buffer.from(TEST_KEY.iv, 'hex'),
    keyFormat: 'identity',
    keyFormatVersions: undefined,
    kid: undefined,
  };
  const { readers } = await openTransport(madeInput([made.take()], { keys: [key] }));
  for await (const { clear: bytes, subsamples, protectedBytes } of readers[0]!.segments()) {
    assert.equal(Buffer.from(bytes), Buffer.concat(clear));
    assert.equal([...subsamples], [16, 80, 16, 64, 30, 0]);
    assert.equal([...protectedBytes], [144]);
  }
});

test.run();
