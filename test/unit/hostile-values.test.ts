/** Values that only a damaged or hostile file has, each found by a mutant of test/fuzz/. */

import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BitstreamError } from '../../core/base/bit-reader.ts';
import { sampleAspect } from '../../core/base/fraction.ts';
import { avcByteStream } from '../../core/codecs/avc/byte-stream.ts';
import { visitNalUnits } from '../../core/codecs/nal/units.ts';
import { esds } from '../../core/codecs/write-esds.ts';
import { readMovie } from '../../core/containers/mp4/read/index.ts';
import { videoSampleEntry } from '../../core/containers/mp4/write/new-sample-entry.ts';
import { ByteStreamVideo } from '../../core/containers/packets/byte-stream-video.ts';
import { PackagerError } from '../../core/index.ts';
import type { CodedTrack } from '../../core/media/track.ts';
import { createPresentation } from '../../core/title/present.ts';
import { makeMedia } from '../helpers/media/made-samples.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { pictures } from '../helpers/media/ts-media.ts';
import { memorySource } from '../helpers/oracles/read-mp4.ts';
import { testRun } from '../helpers/titles/ask.ts';

const test = suite('hostile values');

function refusalOf(work: () => unknown): PackagerError {
  try {
    work();
  } catch (error) {
    if (PackagerError.is(error)) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test('a sample aspect ratio that no picture has is 1:1', () => {
  assert.equal(sampleAspect({ num: 40, den: 33 }), { num: 40, den: 33 });
  assert.equal(sampleAspect({ num: 1440, den: 1080 }), { num: 4, den: 3 });
  for (const [num, den] of [
    ...([
      [0, 1],
      [1, 0],
      [0xffff_ffff, 1],
      [1, 17],
      [2 ** 40, 2 ** 40 - 1],
    ] as const),
  ])
    assert.equal(sampleAspect({ num, den }), { num: 1, den: 1 }, `${num}:${den}`);
});

test('what does not fit into the fields of a sample entry is damage, not a fault of the program', () => {
  const facts = {
    type: 'vp09',
    configBox: 'vpcC',
    config: new Uint8Array(8),
    sar: { num: 1, den: 1 },
    colours: undefined,
  };
  assert.throws(() => videoSampleEntry({ ...facts, width: 0x1_0000, height: 72 }), isDamage);
  assert.ok(videoSampleEntry({ ...facts, width: 0xffff, height: 72 }));
  assert.throws(() => esds(0x40, new Uint8Array(20_000)), isDamage);
  const stream = new ByteStreamVideo(avcByteStream);
  const data = Buffer.alloc(70_000, Buffer.of(0, 0, 0, 1, 0x67, 0x64));
  data.fill(0x55, 6);
  assert.throws(() => stream.scan({ data, seconds: 0, isKey: true, position: 0 }), isDamage);
});

const isDamage = (error: unknown): boolean => error instanceof BitstreamError;

const present = (...tracks: readonly CodedTrack[]) =>
  createPresentation([{ index: 0, path: 'media/a.mp4', name: 'a.mp4', bytes: 1 }], [tracks], {
    segmentDuration: 2,
    warn: () => {},
  });

test('segments that would not be presented one behind the other are refused', () => {
  const late = (sample: number) => (i: number) => (i === sample ? 512 * 200 : 1024);
  const broken = [
    makeMedia({ count: 150, sync: 50, offset: late(0) }),
    makeMedia({ count: 300, offset: late(94) }, { kind: 'audio' }),
    makeMedia({ count: 300, offset: late(282) }, { kind: 'audio' }),
  ];
  for (const track of broken) {
    const { code, message } = refusalOf(() => present(track));
    assert.is(code, 'NOT_MEDIA');
    assert.match(message, /its (video|audio) is not in order: sample \d+ is presented at \d\.\d{3} s\.$/);
  }
  assert.is(present(makeMedia({ count: 150, sync: 50, offset: 1024 })).grid.count, 3);
});

test('a thousand warnings are fifty, and one that says so', () => {
  const run = testRun();
  const told: string[] = [];
  run.on((event) => {
    if (event.type === 'warning') told.push(event.message);
  });
  for (let i = 0; i < 1000; i++) run.warn(`warning ${i}`);
  assert.is(told.length, 51);
  assert.is(told[49], 'warning 49');
  assert.match(told[50]!, /more warnings/);
  assert.equal(run.warnings, told);
});

test('NAL units that do not fill their sample: a whole sentence', () => {
  const segment = pictures([20]);
  const { message } = refusalOf(() => visitNalUnits(segment, 0, segment.data.length - 1, () => {}));
  assert.match(message, /do not fill their sample\.$/);
});

test('a handler of control characters cannot reach a terminal', async () => {
  const file = await readFile(await oddMedia('extra-tracks'));
  const head = Buffer.concat([Buffer.from('hdlr'), Buffer.alloc(8), Buffer.from('tmcd')]);
  file.write('\x1b[2J', file.indexOf(head) + 12, 'latin1');
  const movie = await readMovie(memorySource(file));
  const other = movie?.tracks.find((track) => track.kind === 'other');
  assert.is(other?.kind === 'other' && other.handler, '?[2J');
});

test.run();
