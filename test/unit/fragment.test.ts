import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, fromHex } from '../../core/base/bytes.ts';
import { fragmentHeader } from '../../core/containers/mp4/write/fragment.ts';
import { makeSegment, makeTrack } from '../helpers/media/segments.ts';
import { findBox, findBoxes, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';

const test = suite('moof');
const samples = [new Uint8Array(100).fill(1), new Uint8Array(70000).fill(2), new Uint8Array(40).fill(3)];

test('lists sizes, flags and signed composition offsets; the data offset points at the payload', () => {
  const segment = makeSegment(samples, {
    decodeTime: 2 ** 33,
    compositionOffsets: Int32Array.of(0, 1024, -512),
  });
  const bytes = concat([fragmentHeader(segment, 7), segment.data]);
  const file = parseBoxes(bytes);
  assert.is(findBox(file, 'mfhd')['sequence_number'], 7);
  assert.is(findBox(file, 'tfdt')['baseMediaDecodeTime'], 2 ** 33);
  const trun = findBox(file, 'trun');
  assert.equal(trun['sample_size'], [100, 70000, 40]);
  assert.equal(trun['sample_composition_time_offset'], [0, 1024, -512]);
  assert.is(trun['first_sample_flags'], 0x02000000);
  assert.is(findBox(file, 'tfhd')['default_sample_duration'], 512);
  assert.is(findBox(file, 'tfhd')['default_sample_flags'], 0x01010000);
  const payload = bytes.subarray(trun['data_offset'] as number);
  assert.ok(Buffer.from(payload).equals(segment.data));
  assert.is(findBox(file, 'mdat')['size'], segment.data.length + 8);
});

test('states durations and flags per sample only where they differ', () => {
  const segment = makeSegment(samples, {
    durations: Uint32Array.of(512, 512, 500),
    sync: Uint8Array.of(1, 0, 1),
  });
  const trun = findBox(parseBoxes(concat([fragmentHeader(segment, 1), segment.data])), 'trun');
  assert.equal(trun['sample_duration'], [512, 512, 500]);
  assert.equal(trun['sample_flags'], [0x02000000, 0x01010000, 0x02000000]);
});

test('audio samples are all sync samples by default flags', () => {
  const track = makeTrack({ kind: 'audio', entry: 'mp4a' });
  const segment = makeSegment(samples, { track, sync: Uint8Array.of(1, 1, 1) });
  const file = parseBoxes(concat([fragmentHeader(segment, 1), segment.data]));
  assert.is(findBox(file, 'tfhd')['default_sample_flags'], 0x02000000);
  assert.is(findBoxes(file, 'senc').length, 0);
});

test('saio points at the first IV in senc, counted from moof; saiz gives every size', () => {
  const ivs = fromHex('000102030405060708090a0b0c0d0e0f1011121314151617');
  const segment = makeSegment(samples, {
    encryption: {
      ivSize: 8,
      ivs,
      subsamples: {
        counts: Uint16Array.of(1, 2, 1),
        clear: Uint16Array.of(20, 65535, 10, 40),
        protected: Uint32Array.of(80, 0, 4448, 0),
      },
    },
  });
  const bytes = concat([fragmentHeader(segment, 1), segment.data]);
  const file = parseBoxes(bytes);
  const saiz = findBox(file, 'saiz');
  assert.is(saiz['default_sample_info_size'], 0);
  assert.equal([...(saiz['sample_info_size'] as Uint8Array)], [16, 22, 16]);
  const [offset] = findBox(file, 'saio')['offset'] as number[];
  const info = bytes.subarray(offset);
  assert.equal(info.subarray(0, 16), fromHex('0001020304050607' + '0001' + '0014' + '00000050'));
  assert.equal(info.subarray(16, 38), fromHex('08090a0b0c0d0e0f' + '0002' + 'ffff00000000' + '000a00001160'));
});

test('whole samples have one info size and no subsamples', () => {
  const track = makeTrack({ kind: 'audio', entry: 'mp4a' });
  const segment = makeSegment(samples, { track, encryption: { ivSize: 8, ivs: new Uint8Array(24) } });
  const file = parseBoxes(concat([fragmentHeader(segment, 1), segment.data]));
  assert.is(findBox(file, 'saiz')['default_sample_info_size'], 8);
  assert.is(findBox(file, 'saiz')['sample_count'], 3);
  assert.is(findBox(file, 'senc')['flags'], 0);
});

test('a constant IV over whole samples needs no senc, saiz or saio', () => {
  const track = makeTrack({ kind: 'audio', entry: 'mp4a' });
  const segment = makeSegment(samples, { track, encryption: { ivSize: 0, ivs: new Uint8Array() } });
  const file = parseBoxes(concat([fragmentHeader(segment, 1), segment.data]));
  for (const type of ['senc', 'saiz', 'saio']) assert.is(findBoxes(file, type).length, 0);
});

test('never lets the size in saiz wrap', () => {
  const many = {
    counts: Uint16Array.of(41),
    clear: new Uint16Array(41),
    protected: new Uint32Array(41),
  };
  const segment = makeSegment([samples[0]!], {
    encryption: { ivSize: 8, ivs: new Uint8Array(8), subsamples: many },
  });
  assert.throws(() => fragmentHeader(segment, 1), /41 subsamples/);
});

test('flags tell the frames of sound apart that decoding starts at, where its codec needs them', () => {
  const flagsOf = (codecs: string, sync: readonly number[]) => {
    const track = makeTrack({ kind: 'audio', entry: 'mp4a', codecs });
    const segment = makeSegment(samples, { track, sync: Uint8Array.from(sync) });
    const file = parseBoxes(concat([fragmentHeader(segment, 1), segment.data]));
    const {
      flags,
      first_sample_flags: first,
      sample_flags: own,
    } = findBox(file, 'trun') as Record<string, unknown>;
    return {
      flags: (flags as number) & 0x404,
      default: findBox(file, 'tfhd')['default_sample_flags'],
      first,
      own,
    };
  };
  const [SYNC, NON_SYNC] = [0x0200_0000, 0x0101_0000];
  assert.equal(flagsOf('mp4a.40.2', [1, 0, 0]), flagsOf('mp4a.40.2', [1, 1, 1]));
  assert.equal(flagsOf('mp4a.40.42', [1, 1, 1]), flagsOf('mp4a.40.2', [1, 1, 1]));
  assert.is(flagsOf('mp4a.40.2', [1, 0, 0]).default, SYNC);
  const onlyFirst = flagsOf('mp4a.40.42', [1, 0, 0]);
  assert.equal([onlyFirst.flags, onlyFirst.default, onlyFirst.first], [0x4, NON_SYNC, SYNC]);
  const some = flagsOf('mp4a.40.42', [1, 0, 1]);
  assert.equal([some.flags, some.own], [0x400, [SYNC, NON_SYNC, SYNC]]);
});

test.run();
