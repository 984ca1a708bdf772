import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { JoinedPackets } from '../../core/containers/packets/joined-packets.ts';
import type { Packet, PacketReader } from '../../core/containers/packets/packet.ts';
import { PacketSource } from '../../core/containers/packets/packet-source.ts';

const test = suite('packet-source');

/** Ten packets of four bytes, 10 to 19; a seek finds nothing unless it is told to. */
const packet = (n: number): Packet => ({
  ...{ seconds: n, position: 100 + n, isKey: true },
  data: new Uint8Array(4).fill(10 + n),
});

function fakeReader({ seeks = true, count = 10 } = {}) {
  let at = 0;
  const calls: string[] = [];
  const give = (n: number) => {
    at = n;
    return n < count ? packet(n) : undefined;
  };
  const reader: PacketReader = {
    async first() {
      calls.push('first');
      return give(0);
    },
    next: async () => give(at + 1),
    async seek({ seconds }) {
      calls.push(`seek ${seconds}`);
      return seeks ? give(seconds) : undefined;
    },
  };
  return { reader, calls };
}

const source = (reader: PacketReader, size = 40) =>
  new PacketSource({
    ...{ name: 'a.mkv', size, reader },
    checkpoints: [0, 4, 8].map((n) => ({ ...packet(n), offset: 4 * n })),
    sample: ({ data }) => data,
    explain: (cause) => new Error(`explained: ${(cause as Error).message}`),
  });

const read = async (from: PacketSource, position: number, bytes: number): Promise<number[]> => {
  const target = new Uint8Array(bytes);
  await from.read(position, [target.subarray(0, 1), target.subarray(1)]);
  return [...target];
};

test('reads on without a seek, and starts elsewhere at the checkpoint before', async () => {
  const { reader, calls } = fakeReader();
  const made = source(reader);
  assert.equal(await read(made, 2, 4), [10, 10, 11, 11]);
  assert.equal(await read(made, 6, 12), [11, 11, 12, 12, 12, 12, 13, 13, 13, 13, 14, 14]);
  assert.equal(calls, ['seek 0']);
  assert.equal(await read(made, 38, 2), [19, 19]);
  assert.equal(await read(made, 17, 2), [14, 14]);
  assert.equal(calls, ['seek 0', 'seek 8', 'seek 4']);
});

test('a read does not go through all checkpoints: a day has tens of thousands', async () => {
  const count = 1000;
  let looks = 0;
  const checkpoints = Array.from({ length: count }, (_, n) => ({
    ...packet(n),
    get offset() {
      looks++;
      return 4 * n;
    },
  }));
  const { reader } = fakeReader({ count });
  const made = new PacketSource({
    ...{ name: 'a.ts', size: 4 * count, reader, checkpoints },
    sample: ({ data }) => data,
    explain: (cause) => cause,
  });
  const before = looks;
  for (let n = 0; n < 10; n++) assert.equal(await read(made, 4 * n * 7, 2), [10 + n * 7, 10 + n * 7]);
  assert.ok(looks - before < 100, `${looks - before} looks for 10 reads`);
});

test('walks from the start where a seek finds nothing', async () => {
  const { reader, calls } = fakeReader({ seeks: false });
  assert.equal(await read(source(reader), 34, 3), [18, 18, 19]);
  assert.equal(calls, ['seek 8', 'first']);
});

test('reads that overlap wait for each other', async () => {
  const made = source(fakeReader().reader);
  const [late, early, middle] = await Promise.all([read(made, 36, 2), read(made, 0, 2), read(made, 19, 2)]);
  assert.equal(
    [late, early, middle],
    [
      [19, 19],
      [10, 10],
      [14, 15],
    ],
  );
});

test('a failure is explained, and the next read begins anew', async () => {
  const made = source(fakeReader({ count: 9 }).reader);
  try {
    await read(made, 30, 10);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /explained: .*it has changed/);
  }
  assert.equal(await read(made, 0, 2), [10, 10]);
});

test('packets of one sample are read as one, from wherever reading starts', async () => {
  const joined = new JoinedPackets(fakeReader().reader, (sample, { position }) =>
    sample[0]!.position % 2 === 0 ? position % 2 === 1 : false,
  );
  assert.equal((await joined.first())?.data, Uint8Array.of(10, 10, 10, 10, 11, 11, 11, 11));
  assert.is((await joined.next())?.position, 102);
  assert.is((await joined.seek(packet(8)))?.data.length, 8);
  assert.is(await joined.next(), undefined);
});

test.run();
