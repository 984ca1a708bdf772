import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PartUpload, partTree } from '../../core/io/part-tree.ts';

const test = suite('files that go away in parts');

/** A store that remembers what it was sent, in the order of sending. */
function newStore(partBytes: number, folder?: string) {
  const sent: string[] = [];
  const files = new Map<string, Map<number, Uint8Array>>();
  const tree = partTree({
    folder,
    partBytes,
    async begin(path) {
      const parts = new Map<number, Uint8Array>();
      files.set(path, parts);
      return {
        async send(number, bytes) {
          assert.not.ok(parts.has(number), `part ${number} comes again`);
          sent.push(`${path} ${number}`);
          parts.set(number, Uint8Array.from(bytes));
        },
        end: async () => ({ path, parts: parts.size }),
      };
    },
  });
  const contentOf = (path: string): number[] => {
    const parts = [...files.get(path)!].sort(([one], [other]) => one - other);
    return parts.flatMap(([, bytes]) => [...bytes]);
  };
  return { tree, sent, contentOf };
}

const bytes = (from: number, to: number): Uint8Array =>
  Uint8Array.from({ length: to - from }, (_, i) => (from + i) % 256);

test('what is reserved is held back, and everything else is gone as soon as its part is full', async () => {
  for (const partBytes of [1, 3, 7, 10, 64, 1000]) {
    for (const room of [0, 1, 5, 10, 23]) {
      const { tree, sent, contentOf } = newStore(partBytes, 'HLS');
      const file = await tree.create('a/b.mp4');
      file.reserve(room);
      for (let at = room; at < 100; at += 9) {
        const end = Math.min(100, at + 9);
        const piece = bytes(at, end);
        await file.append([piece.subarray(0, 2), piece.subarray(2)]);
        piece.fill(0xff); // the writer may use it again
        const numbers = sent.map((line) => Number(line.split(' ')[1]));
        const held = Math.ceil(room / partBytes);
        const full = Math.floor(file.position / partBytes);
        assert.equal(
          numbers,
          Array.from({ length: Math.max(0, full - held) }, (_, i) => held + i + 1),
          `parts of ${partBytes}, room of ${room}, at ${file.position}`,
        );
      }
      const half = Math.floor(room / 2);
      if (half > 0) await file.writeAt(half, bytes(half, room));
      if (room > 0) await file.writeAt(0, bytes(0, half === 0 ? room : half));
      await file.close();
      assert.equal(contentOf('HLS/a/b.mp4'), [...bytes(0, 100)]);
      assert.equal(
        tree.files.map(({ path, position, receipt }) => ({ path, position, receipt })),
        [
          {
            path: 'a/b.mp4',
            position: 100,
            receipt: { path: 'HLS/a/b.mp4', parts: Math.ceil(100 / partBytes) },
          },
        ],
      );
    }
  }
});

test('room in the middle, and files of one byte, of none, of whole parts', async () => {
  const { tree, contentOf, sent } = newStore(4);
  const file = await tree.create('middle');
  await file.append([bytes(0, 6)]);
  file.reserve(3);
  await file.append([bytes(9, 16)]);
  assert.equal(sent, ['middle 1', 'middle 4']);
  await file.writeAt(6, bytes(6, 9));
  assert.equal(sent, ['middle 1', 'middle 4', 'middle 2', 'middle 3']);
  await file.close();
  assert.equal(contentOf('middle'), [...bytes(0, 16)]);
  for (const size of [0, 1, 8]) {
    await tree.write(`of ${size}`, bytes(0, size));
    assert.equal(contentOf(`of ${size}`), [...bytes(0, size)]);
  }
  assert.ok(sent.includes('of 0 1'), 'an empty file is one empty part');
});

async function refusal(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return 'none';
  } catch (cause) {
    return (cause as Error).message;
  }
}

test('writers that break the contract are found out', async () => {
  const { tree } = newStore(4);
  const file = await tree.create('a');
  file.reserve(4);
  await file.append([bytes(4, 10)]);
  assert.match(await refusal(() => file.writeAt(4, bytes(0, 1))), 'bytes 4 to 5 were not reserved');
  assert.match(await refusal(() => file.writeAt(3, bytes(0, 2))), 'bytes 3 to 5 were not reserved');
  await file.writeAt(0, bytes(0, 3));
  assert.match(await refusal(() => file.writeAt(0, bytes(0, 1))), 'or are filled');
  assert.match(await refusal(() => file.close()), 'what was reserved was not filled');
  assert.match(await refusal(() => tree.create('a')), 'is written already');
  for (const path of ['../a', 'x/../../a', '/a', 'x//a', '.'])
    assert.match(await refusal(() => tree.create(path)), 'leaves its folder', path);
});

test('parts that have no whole number of bytes, and files that nobody takes in, are refused', async () => {
  for (const partBytes of [
    Number.NaN,
    0,
    150_000.5,
    -1,
    Number.POSITIVE_INFINITY,
    undefined as unknown as number,
  ])
    assert.throws(() => newStore(partBytes), /partBytes is .*: parts have a whole number of bytes/);
  const deaf = partTree({
    folder: 'HLS',
    partBytes: 4,
    begin: async () => undefined as unknown as PartUpload,
  });
  assert.match(await refusal(() => deaf.create('a')), 'answered nothing that takes the parts of HLS/a');
});

test.run();
