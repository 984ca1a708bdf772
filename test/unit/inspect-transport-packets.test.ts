import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DamageError } from '../../core/inspect/model/damage-error.ts';
import { openTransport } from '../../core/inspect/mpegts/open-transport.ts';
import {
  adts,
  MadeTransport,
  madeInput,
  PACKET,
  PIDS,
  packet,
  pat,
  pes,
  pmt,
} from '../helpers/inspect/made-transport.ts';
import { readStream } from '../helpers/inspect/read-transport.ts';

const test = suite('inspect-transport-packets');

const AAC = [{ pid: PIDS.audio, type: 0x0f }] as const;
/** Ticks of a frame of AAC at 48 kHz. */
const FRAME = 1920;
const START = 90_000;

type Input = ReturnType<typeof madeInput>;

/** Fills of the frames, which say which they are, and what is wrong. */
async function read(input: Input) {
  const { readers, facts } = await openTransport(input);
  const stream = await readStream(readers[0]!);
  return {
    fills: stream.samples.map(([sample]) => sample![0]!),
    sizes: stream.samples.map(([sample]) => sample!.length),
    times: stream.times,
    stream,
    readers,
    codes: facts.list.map(({ code }) => code),
    facts: facts.list,
  };
}

/** A segment of frames, one a PES packet. */
function framesFrom(made: MadeTransport, first: number, count: number, size = 300): MadeTransport {
  for (let n = first; n < first + count; n++) {
    const pts = START + n * FRAME;
    made.unit(PIDS.audio, pes(adts(size, n), { pts }), { pcr: pts - 1000 });
  }
  return made;
}

const ten = Array.from({ length: 10 }, (_, n) => n);

test('bytes between packets are told with their place, and what is behind them is read', async () => {
  const made = new MadeTransport();
  const head = framesFrom(made.tables(AAC), 0, 5).take();
  const tail = framesFrom(made, 5, 5).take();
  const junk = Buffer.alloc(77, 0x47);
  const { fills, facts } = await read(madeInput([Buffer.concat([head, junk, tail])]));
  assert.equal(fills, ten);
  const [fact] = facts;
  assert.equal([fact!.code, fact!.offset], ['SYNC_LOST', head.length]);
});

test('a packet that is cut off in the middle costs its PES packet alone', async () => {
  const made = new MadeTransport();
  const bytes = framesFrom(made.tables(AAC), 0, 10).take();
  const at = PACKET * 6 + 100;
  const { fills, codes } = await read(
    madeInput([Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 50)])]),
  );
  assert.ok(codes.includes('SYNC_LOST'));
  assert.equal(
    fills.filter((fill) => ![1, 2, 3].includes(fill)),
    [0, 4, 5, 6, 7, 8, 9],
  );
});

test('what is no transport stream is damage, with its file and place', async () => {
  try {
    await openTransport(madeInput([Buffer.alloc(4000, 1)]));
    assert.unreachable();
  } catch (error) {
    assert.ok(error instanceof DamageError);
    assert.equal([error.file, error.offset], ['media.ts', 0]);
  }
});

test('a packet may be there twice, and no more; a counter that jumps is told', async () => {
  const made = new MadeTransport();
  const bytes = framesFrom(made.tables(AAC), 0, 10).take();
  const of = (n: number): Buffer => bytes.subarray(PACKET * n, PACKET * (n + 1));
  const packets = Array.from({ length: bytes.length / PACKET }, (_, n) => of(n));
  const twice = packets.flatMap((one, n) => (n === 3 || n === 4 ? [one, one] : [one]));
  const doubled = await read(madeInput([Buffer.concat(twice)]));
  assert.equal([doubled.fills, doubled.codes], [ten, []]);
  const thrice = packets.flatMap((one, n) => (n === 3 ? [one, one, one] : [one]));
  const tripled = await read(madeInput([Buffer.concat(thrice)]));
  assert.equal([tripled.fills, tripled.codes], [ten, ['PACKET_REPEATED']]);
  const gone = packets.filter((_, n) => n !== 5);
  const jumped = await read(madeInput([Buffer.concat(gone)]));
  assert.equal(jumped.codes[0], 'CONTINUITY_JUMP');
  assert.is(jumped.facts[0]!.offset, PACKET * 5);
});

test('counters that begin anew with a segment are told as that, unless a discontinuity is signalled', async () => {
  const segments = [framesFrom(new MadeTransport().tables(AAC), 0, 5).take()];
  const other = new MadeTransport();
  for (let n = 0; n < 5; n++) other.next(PIDS.audio);
  segments.push(framesFrom(other.tables(AAC), 5, 5).take());
  const plain = await read(madeInput(segments));
  assert.equal([plain.fills, plain.codes], [ten, ['CONTINUITY_RESTART']]);
  const signalled = await read(madeInput(segments, { discontinuities: [1] }));
  assert.equal([signalled.fills, signalled.codes], [ten, []]);
});

test('a table with a wrong CRC is left alone, one in two packets is put together', async () => {
  const made = new MadeTransport();
  const broken = pmt([{ pid: PIDS.audio, type: 0x03 }], 1);
  broken[broken.length - 1]! ^= 1;
  // 60 descriptors of 4 bytes: longer than a packet.
  const descriptors = Buffer.from(Array.from({ length: 60 }, () => [0xf0, 2, 1, 2]).flat());
  made.section(0, pat()).section(PIDS.pmt, pmt([{ pid: PIDS.audio, type: 0x0f, descriptors }]));
  framesFrom(made, 0, 5).section(PIDS.pmt, broken);
  framesFrom(made, 5, 5);
  const { fills, codes } = await read(madeInput([made.take()]));
  assert.equal([fills, codes], [ten, ['TABLE_DAMAGED']]);
});

test('a program that changes: PIDs are followed by what their streams are; the same version is told', async () => {
  const made = new MadeTransport();
  framesFrom(made.tables([{ pid: 0x90, type: 0x15 }, ...AAC]), 0, 5);
  const first = made.take();
  made.tables(
    [
      { pid: 0x91, type: 0x15 },
      { pid: 0x200, type: 0x0f },
    ],
    0,
  );
  for (let n = 5; n < 10; n++) made.unit(0x200, pes(adts(300, n), { pts: START + n * FRAME }));
  const input = madeInput([first, made.take()]);
  const { readers, facts } = await openTransport(input);
  assert.equal(
    readers.map(({ track }) => track.kind),
    ['other', 'audio'],
  );
  const stream = await readStream(readers[1]!);
  assert.equal(
    stream.samples.map(([sample]) => sample![0]),
    ten,
  );
  await readStream(readers[0]!);
  assert.ok(facts.list.some(({ code }) => code === 'VERSION_UNCHANGED'));
});

test('media before any table, and several programs', async () => {
  const made = new MadeTransport();
  const first = framesFrom(made.tables(AAC), 0, 5).take();
  const second = framesFrom(made, 5, 5).take();
  assert.equal((await read(madeInput([first, second]))).codes, ['TABLES_MISSING']);
  const several = new MadeTransport().section(0, pat([PIDS.pmt, 0x180])).section(PIDS.pmt, pmt(AAC));
  assert.equal((await read(madeInput([framesFrom(several, 0, 10).take()]))).codes, ['PROGRAMS_SEVERAL']);
});

test('headers of PES packets in several packets, with stuffing, and packets with little in them', async () => {
  const made = new MadeTransport().tables(AAC);
  for (const n of ten)
    made.unit(PIDS.audio, pes(adts(200, n), { pts: START + n * FRAME, stuffing: 20 * n }), {}, 7 + 19 * n);
  const { fills, times, codes } = await read(madeInput([made.take()]));
  assert.equal([fills, codes], [ten, []]);
  assert.equal(
    times,
    ten.map((n) => START + n * FRAME),
  );
});

test('frames that go on in the next PES packet, and in the next segment', async () => {
  const all = Buffer.concat(ten.map((n) => adts(300, n)));
  const made = new MadeTransport();
  const segments: Buffer[] = [];
  for (const [from, to, first] of [
    [0, 700, 0],
    [700, 1500, 3],
    [1500, 2000, 5],
    [2000, all.length, 7],
  ] as const) {
    if (from !== 700) made.tables(AAC);
    made.unit(PIDS.audio, pes(all.subarray(from, to), { pts: START + first * FRAME }));
    if (from !== 0) segments.push(made.take());
  }
  const { fills, sizes, times, codes } = await read(madeInput(segments));
  assert.equal([fills, codes], [ten, []]);
  assert.equal(
    sizes,
    ten.map(() => 300),
  );
  assert.equal(
    times,
    ten.map((n) => START + n * FRAME),
  );
});

test('times go on over the wraps of 33 bits: in the middle of a segment, and in each of many segments', async () => {
  const wrap = 2 ** 33;
  const made = new MadeTransport().tables(AAC);
  for (const n of ten) made.unit(PIDS.audio, pes(adts(100, n), { pts: wrap - 5 * FRAME + n * FRAME }));
  const once = await read(madeInput([made.take()]));
  assert.equal(
    once.times,
    ten.map((n) => wrap - 5 * FRAME + n * FRAME),
  );
  // Segments of three hours for four days.
  const hours = 3 * 3600 * 90_000;
  const long = new MadeTransport();
  const segments = Array.from({ length: 32 }, (_, n) => {
    const pts = START + n * hours;
    return long
      .tables(AAC)
      .unit(PIDS.audio, pes(adts(100, n), { pts }), { pcr: (pts - 1000) % wrap })
      .take();
  });
  const { times } = await read(madeInput(segments, { duration: 3 * 3600 }));
  assert.equal(
    times,
    segments.map((_, n) => START + n * hours),
  );
});

test('behind a discontinuity another clock goes on where the playlist says', async () => {
  const made = new MadeTransport();
  const first = framesFrom(made.tables(AAC), 0, 5).take();
  made.tables(AAC);
  for (let n = 5; n < 10; n++) made.unit(PIDS.audio, pes(adts(100, n), { pts: 7_000_000 + n * FRAME }));
  const input = madeInput([first, made.take()], { duration: (5 * FRAME) / 90_000, discontinuities: [1] });
  const { times, codes } = await read(input);
  assert.equal([times, codes], [ten.map((n) => START + n * FRAME), []]);
});

test('PES packets with too few and too many bytes, and one that the segment ends in', async () => {
  const made = new MadeTransport().tables(AAC);
  const short = pes(adts(300, 1), { pts: START + FRAME });
  const cut = pes(adts(300, 9), { pts: START + 9 * FRAME });
  framesFrom(made, 0, 1).unit(PIDS.audio, short.subarray(0, 250));
  framesFrom(made, 2, 3).unit(
    PIDS.audio,
    Buffer.concat([pes(adts(300, 5), { pts: START + 5 * FRAME }), Buffer.alloc(9)]),
  );
  framesFrom(made, 6, 3).unit(PIDS.audio, cut.subarray(0, 200));
  const { fills, codes } = await read(madeInput([made.take()]));
  assert.equal(
    fills.filter((fill) => fill !== 1),
    [0, 2, 3, 4, 5, 6, 7, 8],
  );
  assert.equal([...new Set(codes)].sort(), ['FRAME_DAMAGED', 'PES_CUT', 'PES_DAMAGED']);
});

test('clock references that are rare, late, or go back', async () => {
  const rare = new MadeTransport().tables(AAC);
  for (const n of ten)
    rare.unit(
      PIDS.audio,
      pes(adts(100, n), { pts: START + n * FRAME }),
      n % 9 === 0 ? { pcr: n * FRAME } : {},
    );
  assert.equal((await read(madeInput([rare.take()]))).codes, ['PCR_RARE']);
  const late = new MadeTransport().tables(AAC);
  for (const n of ten)
    late.unit(PIDS.audio, pes(adts(100, n), { pts: START + n * FRAME }), {
      pcr: START + n * FRAME + (n === 4 ? 90 : -90),
    });
  assert.equal((await read(madeInput([late.take()]))).codes, ['PCR_WRONG']);
});

test('what is announced and what is in force must agree', async () => {
  const key = {
    method: 'SAMPLE-AES',
    uri: 'skd://a',
    iv: new Uint8Array(16),
    keyFormat: 'identity',
    keyFormatVersions: undefined,
    kid: undefined,
  };
  const clear = await read(
    madeInput([framesFrom(new MadeTransport().tables(AAC), 0, 10).take()], { keys: [key] }),
  );
  assert.equal([clear.fills, clear.codes], [ten, ['STREAM_TYPE_CLEAR']]);
  const hidden = [{ pid: PIDS.audio, type: 0xcf }];
  const announced = await read(madeInput([framesFrom(new MadeTransport().tables(hidden), 0, 10).take()]));
  assert.equal([announced.fills, announced.codes], [ten, ['STREAM_TYPE_PROTECTED', 'SETUP_WRONG']]);
  const mp3 = new MadeTransport().tables([{ pid: PIDS.audio, type: 0x11 }]);
  mp3.unit(PIDS.audio, pes(Buffer.alloc(99, 1), { pts: START }));
  assert.equal((await read(madeInput([mp3.take()], { keys: [key] }))).codes, ['STREAM_UNPROTECTED']);
});

test('a segment that is longer than what is read at once is read whole', async () => {
  const made = new MadeTransport().tables(AAC);
  const size = 8000;
  const count = 2300;
  for (let n = 0; n < count; n++) made.unit(PIDS.audio, pes(adts(size, n & 255), { pts: START + n * FRAME }));
  const bytes = made.take();
  assert.ok(bytes.length > 16 * 2 ** 20);
  const { fills, times, codes } = await read(madeInput([bytes]));
  assert.is(fills.length, count);
  assert.ok(fills.every((fill, n) => fill === (n & 255)));
  assert.ok(times.every((time, n) => time === START + n * FRAME));
  assert.equal(codes, []);
});

test('a packet without payload does not count', async () => {
  const made = new MadeTransport().tables(AAC);
  framesFrom(made, 0, 5);
  const empty = packet({
    pid: PIDS.audio,
    counter: 14,
    payload: Buffer.alloc(0),
    pcr: START + 4 * FRAME - 500,
  });
  empty[3] = (empty[3]! & 0xcf) | 0x20;
  made.packets.push(empty);
  framesFrom(made, 5, 5);
  const { fills, codes } = await read(madeInput([made.take()]));
  assert.equal([fills, codes], [ten, []]);
});

test.run();
