import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat } from '../../core/base/bytes.ts';
import { EbmlError } from '../../core/containers/matroska/ebml.ts';
import type { MatroskaTrack } from '../../core/containers/matroska/track-entries.ts';
import { MatroskaPackets } from '../../core/containers/packets/matroska-packets.ts';
import type { Packet } from '../../core/containers/packets/packet.ts';
import { memorySource } from '../helpers/oracles/read-mp4.ts';

const test = suite('matroska-packets');

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

/** An element of up to 126 bytes; `open` ones do not say how large they are. */
const element = (id: string, ...parts: readonly Uint8Array[]): Uint8Array => {
  const data = concat(parts);
  return concat([Buffer.from(id, 'hex'), bytes(0x80 | data.length), data]);
};
const open = (id: string, ...parts: readonly Uint8Array[]): Uint8Array =>
  concat([Buffer.from(id, 'hex'), bytes(0xff), ...parts]);

const [EBML, SEGMENT, CLUSTER, TIME, SIMPLE, GROUP, BLOCK, DURATION, REFERENCE, VOID] = [
  ...['1a45dfa3', '18538067', '1f43b675', 'e7', 'a3', 'a0', 'a1', '9b', 'fb', 'ec'],
] as const;
const [KEY, XIPH, FIXED, LACED] = [0x80, 0x02, 0x04, 0x06];

/** Of track 1, unless another is said. */
const block = (ticks: number, flags: number, data: readonly number[], track = 1): Uint8Array =>
  bytes(0x80 | track, (ticks >> 8) & 0xff, ticks & 0xff, flags, ...data);

const TRACK: MatroskaTrack = {
  ...{ id: 1, kind: 'audio', codecId: 'A_OPUS', codecPrivate: bytes(), isEnabled: true, language: 'eng' },
  ...{ codecDelay: 0, defaultDuration: 20_000_000, isEncrypted: false },
  ...{ encodings: [], unknownCompression: undefined, additions: new Map() },
};

const reader = (file: Uint8Array, track = TRACK) =>
  new MatroskaPackets({ source: memorySource(file), clock: 1000, checkNext: async () => {} }, track);

async function all(file: Uint8Array, track = TRACK): Promise<Packet[]> {
  const packets: Packet[] = [];
  const packetsOf = reader(file, track);
  for (let packet = await packetsOf.first(); packet; packet = await packetsOf.next()) packets.push(packet);
  return packets;
}

const live = (...parts: readonly Uint8Array[]): Uint8Array =>
  concat([element(EBML), open(SEGMENT, ...parts)]);
const told = (packets: readonly Packet[]) =>
  packets.map(({ seconds, isKey, data }) => [Math.round(seconds * 1000), isKey, ...data]);

test('blocks of one track, in clusters that say how large they are and in others', async () => {
  const clusters = [
    element(CLUSTER, element(TIME, bytes(100)), element(SIMPLE, block(0, KEY, [7]))),
    open(
      CLUSTER,
      element(TIME, bytes(200)),
      element(VOID, bytes(1, 2)),
      element(SIMPLE, block(-5, 0, [8, 9])),
    ),
    open(CLUSTER, element(TIME, bytes(1, 0)), element(SIMPLE, block(0, KEY, [1], 2))),
  ];
  const expected = [
    [100, true, 7],
    [195, false, 8, 9],
  ];
  assert.equal(told(await all(live(...clusters))), expected);
  assert.equal(told(await all(concat([element(EBML), element(SEGMENT, ...clusters)]))), expected);
});

test('groups: a reference makes no key, and a duration is shared by the frames', async () => {
  const file = live(
    open(
      CLUSTER,
      element(TIME, bytes(0)),
      element(GROUP, element(BLOCK, block(10, 0, [1])), element(REFERENCE, bytes(0xf0))),
      element(GROUP, element(DURATION, bytes(30)), element(BLOCK, block(40, FIXED, [2, 1, 2, 3]))),
    ),
  );
  assert.equal(told(await all(file)), [
    [10, false, 1],
    [40, true, 1],
    [50, true, 2],
    [60, true, 3],
  ]);
});

test('lacing: Xiph, EBML and equal sizes; each frame gets its time and what was stripped', async () => {
  const laced = (flags: number, data: readonly number[]) =>
    live(open(CLUSTER, element(TIME, bytes(0)), element(SIMPLE, block(0, KEY | flags, data))));
  const frames = async (file: Uint8Array) => (await all(file)).map(({ data }) => [...data]);
  const expected = [[1], [2, 2, 2], [3, 3]];
  assert.equal(await frames(laced(XIPH, [2, 1, 3, 1, 2, 2, 2, 3, 3])), expected);
  assert.equal(await frames(laced(LACED, [2, 0x81, 0xc1, 1, 2, 2, 2, 3, 3])), expected);
  assert.equal(await frames(laced(FIXED, [1, 1, 2, 3, 4])), [
    [1, 2],
    [3, 4],
  ]);
  const stripped = await all(laced(FIXED, [1, 5, 6]), { ...TRACK, encodings: [bytes(9)] });
  assert.equal(told(stripped), [
    [0, true, 9, 5],
    [20, true, 9, 6],
  ]);
});

test('lacing that does not fit into its block is refused, and so are empty frames, 256 for a byte', async () => {
  const broken: readonly (readonly [number, readonly number[]])[] = [
    [FIXED, [0xff]],
    [FIXED, [2, 1, 2]],
    [XIPH, [1, 0xff, 0xff]],
    [XIPH, [1, 9, 1]],
    [LACED, [2, 0x81, 0x80, 1, 2]],
    [LACED, [1, 0]],
  ];
  for (const [flags, data] of broken) {
    const file = live(open(CLUSTER, element(SIMPLE, block(0, flags, data))));
    const error = await all(file).catch((cause) => cause);
    assert.instance(error, EbmlError, `${flags}: ${data}`);
  }
});

test('goes to a packet that was seen before, also into a block of several, and on from there', async () => {
  const file = live(
    open(CLUSTER, element(TIME, bytes(100)), element(SIMPLE, block(0, KEY, [1]))),
    open(CLUSTER, element(TIME, bytes(200)), element(SIMPLE, block(5, KEY | FIXED, [1, 2, 3]))),
    element(SIMPLE, block(50, 0, [4])),
  );
  const packets = await all(file);
  for (const [index, packet] of packets.entries()) {
    const again = reader(file);
    assert.equal(await again.seek(packet), packet);
    assert.equal(await again.next(), packets[index + 1]);
  }
});

test('garbage behind the last cluster ends in an error, in a recording that was cut in the end', async () => {
  const cluster = open(CLUSTER, element(TIME, bytes(0)), element(SIMPLE, block(0, KEY, [1, 2, 3])));
  for (const length of [2, 8, 9, 100]) {
    const error = await all(live(cluster, new Uint8Array(length))).catch((cause) => cause);
    assert.instance(error, EbmlError, `${length} bytes`);
  }
  assert.is((await all(live(cluster, element(SIMPLE, block(0, 0, [4, 5]))).subarray(0, -1))).length, 1);
  const whole = concat([element(EBML), element(SEGMENT, cluster, Buffer.from('a385', 'hex'))]);
  assert.instance(await all(whole).catch((cause) => cause), EbmlError);
});

test('packets stay what they are while the file is read on, however often its window is used again', async () => {
  const big = (id: string, ...data: readonly Uint8Array[]): Uint8Array => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(0x10000000 + data.reduce((sum, { length }) => sum + length, 0));
    return concat([Buffer.from(id, 'hex'), length, ...data]);
  };
  const blocks = Array.from({ length: 80 }, (_, n) => {
    const data = concat([block(n, KEY, []), Buffer.alloc(50_000, n + 1)]);
    return n % 2 ? big(SIMPLE, data) : big(GROUP, big(BLOCK, data));
  });
  const packets = await all(live(open(CLUSTER, element(TIME, bytes(0)), ...blocks)));
  assert.is(packets.length, 80);
  for (const [n, { data }] of packets.entries()) {
    assert.is(data.length, 50_000);
    assert.ok(
      data.every((byte) => byte === n + 1),
      `packet ${n} has bytes of another one`,
    );
  }
});

test('a block that is larger than what is read at a time, simple and in a group, on its own and behind others', async () => {
  const big = (id: string, ...data: readonly Uint8Array[]): Uint8Array => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(0x10000000 + data.reduce((sum, { length }) => sum + length, 0));
    return concat([Buffer.from(id, 'hex'), length, ...data]);
  };
  const sizes = [3_000_000, 10, 1_048_560, 1_048_576, 1_048_590, 2_500_000];
  const blocks = sizes.flatMap((size, n) => {
    const data = concat([block(n, KEY, []), Buffer.alloc(size, n + 1)]);
    return [big(SIMPLE, data), element(VOID, bytes(1)), big(GROUP, big(BLOCK, data))];
  });
  const packets = await all(live(open(CLUSTER, element(TIME, bytes(0)), ...blocks)));
  assert.equal(
    packets.map(({ data }) => [data.length, data[0], data.at(-1)]),
    sizes.flatMap((size, n) => [
      [size, n + 1, n + 1],
      [size, n + 1, n + 1],
    ]),
  );
});

test('elements are taken one behind the other, however many and whatever they claim', async () => {
  const many = Buffer.alloc(200_000, Buffer.from('1f43b675ff', 'hex'));
  assert.is((await all(live(many, element(SIMPLE, block(0, KEY, [1]))))).length, 1);
  const huge = Buffer.from('a30100ffffffffffff', 'hex');
  assert.equal(await all(live(huge)), []);
  assert.instance(await all(live(Buffer.from('e7ff', 'hex'))).catch((cause) => cause), EbmlError);
});

test.run();
