import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { joinTracks } from '../../core/containers/packets/join-tracks.ts';
import type { Packet } from '../../core/containers/packets/packet.ts';
import type { PacketFormat } from '../../core/containers/packets/packet-format.ts';
import { PacketTrack } from '../../core/containers/packets/packet-track.ts';
import { openScannedTrack } from '../../core/containers/packets/scanned-track.ts';
import { TimeBases } from '../../core/containers/packets/time-bases.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('packet-track');

/** Pictures at these times; the n-th, from 1, has n bytes of the value n. `keys` are the places of key frames, from 0. */
function trackOf(seconds: readonly number[], keys: readonly number[]): PacketTrack {
  const packets = seconds.map(
    (time, n): Packet => ({
      ...{ seconds: time, position: n, isKey: keys.includes(n) },
      data: new Uint8Array(n + 1).fill(n + 1),
    }),
  );
  const format: PacketFormat = {
    kind: 'video',
    scan: ({ data, isKey }) => ({ bytes: data.length, parameterSets: 0, isSync: isKey, length: 0 }),
    describe: () => ({
      entry: 'av01',
      codecs: 'av01',
      sampleEntry: new Uint8Array(8),
      config: new Uint8Array(4),
      video: { width: 16, height: 16, sar: { num: 1, den: 1 } },
    }),
    sample: (packet) => packet,
  };
  const open = () => {
    let at = 0;
    const go = async (to: number) => {
      at = to;
      return packets[to];
    };
    return {
      first: () => go(0),
      next: () => go(at + 1),
      seek: ({ position }: Pick<Packet, 'position'>) => go(position),
    };
  };
  return new PacketTrack({
    ...{ name: 'a.ts', input: 0, id: 1, language: 'und', format, open, clock: 90_000 },
    ...{ pictureSeconds: 0, delay: 0, explain: (cause) => cause },
    timeBases: new TimeBases({ wrap: Number.POSITIVE_INFINITY, isSettable: false }),
  });
}

async function scanned(track: PacketTrack): Promise<PacketTrack> {
  while ((await track.scan()) !== undefined);
  return track;
}

test('begins with the first key frame: what is decoded or presented before it is left out of the bytes too', async () => {
  const track = await scanned(trackOf([0.04, 0.2, 0.12, 0.16, 0.24, 0.28], [1]));
  assert.equal(track.dropped, { start: 3, joint: 0 });
  const { sampleCount, samples, presentationOffset, source } = openScannedTrack(
    track.finish(0),
    track.options,
  );
  assert.is(sampleCount, 3);
  assert.equal([...samples.read(0, 3).sizes], [2, 5, 6]);
  assert.is(presentationOffset, -18_000);
  const bytes = new Uint8Array(source.size);
  await source.read(0, [bytes]);
  assert.equal([...bytes], [2, 2, 5, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6]);
});

/** Presentation times of all samples, in decode order. */
async function presented(track: PacketTrack): Promise<number[]> {
  joinTracks([track], track.options.timeBases, () => {});
  const { samples, timescale, presentationOffset } = openScannedTrack(track.finish(0), track.options);
  const { dts, compositionOffsets } = samples.read(0, samples.count);
  return Array.from(dts, (time, i) => (time + compositionOffsets[i]! - presentationOffset) / timescale);
}

test('times that are set back on the way go on; pictures up to the next key frame are left out', async () => {
  const times = Array.from({ length: 600 }, (_, n) => 100 + n / 25);
  const track = await scanned(trackOf([...times, 100.5, 100.54, 100.58, 100.62], [0, 602]));
  const shown = await presented(track);
  assert.is(shown.length, 602);
  assert.equal(track.dropped, { start: 0, joint: 2 });
  assert.ok(Math.abs(shown[600]! - 124) < 0.001, `${shown[600]} s`);
  assert.ok(Math.abs(shown[601]! - 124.04) < 0.001, `${shown[601]} s`);
});

test('pictures in an order that no decoder can restore are refused, with the times', async () => {
  const late = [0.5, ...Array.from({ length: 60 }, (_, n) => 1 + n / 50), 1.01];
  const track = await scanned(trackOf(late, [0]));
  assert.throws(
    () => track.finish(0),
    /track 1 has time stamps that jump back, from 0:00:02\.180 to 0:00:01\.010/,
  );
});

test('a time that no clock has is refused, with the sample that has it', async () => {
  const error = await failureOf(scanned(trackOf([1, 2, 9e15, 3], [0])));
  assert.is(error.code, 'NOT_MEDIA');
  assert.match(error.message, /sample 3 of track 1 has an impossible time stamp/);
});

test.run();
