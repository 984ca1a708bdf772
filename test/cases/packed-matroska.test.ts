/** Matroska whose frames are packed: they come out as they were; bombs and damage are refused. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decoded } from '../../core/containers/matroska/content-encoding.ts';
import { EbmlError } from '../../core/containers/matroska/ebml.ts';
import type { CodedTrack } from '../../core/kit.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { ebml, type Packing, packed } from '../helpers/media/packed-matroska.ts';
import { PACKET_MEDIA } from '../helpers/media/packet-media.ts';
import { demuxPacketFile, withPacketFile } from '../helpers/oracles/read-packets.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('packed Matroska');

const plain = () => PACKET_MEDIA.find(({ name }) => name === 'avc-aac.mkv')!.file();

async function written(bytes: Uint8Array): Promise<string> {
  const path = join(temporaryFolder('packed'), 'packed.mkv');
  await writeFile(path, bytes);
  return path;
}

const bytesOf = (path: string): Promise<Buffer[]> =>
  withPacketFile(path, (tracks) =>
    Promise.all(
      tracks.map(async ({ source }) => {
        const whole = Buffer.alloc(source.size);
        await source.read(0, [whole]);
        return whole;
      }),
    ),
  );

const NONE = new Uint8Array(0);
const PACKINGS: Readonly<Record<string, Packing>> = {
  'by zlib': { steps: ['zlib'] },
  'by zlib, the configuration too': { steps: ['zlib'], scope: 3 },
  'the configuration alone': { steps: ['zlib'], scope: 2 },
  'by zlib, whose first byte is stripped': { steps: ['zlib', Uint8Array.of(0x78)] },
  'twice, and stripped of nothing': { steps: ['zlib', NONE, 'zlib'] },
};

for (const [how, packing] of Object.entries(PACKINGS)) {
  test(`packed ${how}: samples and configurations are what they were`, async () => {
    const source = await plain();
    const path = await written(packed(await readFile(source), packing));
    const [expected, found] = [await demuxPacketFile(source), await demuxPacketFile(path)];
    const told = (tracks: readonly CodedTrack[]) =>
      tracks.map(({ codecs, config, sampleCount, duration, bytes }) => [
        ...[codecs, sampleCount, duration, bytes],
        Buffer.from(config).toString('hex'),
      ]);
    assert.equal(told(found), told(expected));
    for (const [index, bytes] of (await bytesOf(path)).entries())
      assert.ok(bytes.equals((await bytesOf(source))[index]!));
  });
}

test('a few bytes that say they are many are not believed', () => {
  const bomb = deflateSync(new Uint8Array(10_000_000));
  assert.ok(bomb.length < 10_000);
  assert.throws(
    () => decoded(bomb, ['zlib'], 1_000_000),
    (e: Error) => e instanceof EbmlError,
  );
  // Packed twice, the bytes in between count too.
  assert.throws(() => decoded(deflateSync(bomb), ['zlib', 'zlib'], 1_000_000), /far too many/);
  assert.throws(() => decoded(Uint8Array.of(1, 2, 3), ['zlib'], 1000), /damaged/);
  assert.throws(() => decoded(bomb.subarray(0, 100), ['zlib'], 1_000_000_000), /damaged/);
});

test('a file of bombs is refused, with the place, before it has become hundreds of times what it is', async () => {
  const file = await readFile(await plain());
  const path = await written(packed(file, { steps: ['zlib'] }));
  const bytes = await readFile(path);
  const bomb = deflateSync(Buffer.alloc(30_000_000));
  const block = ebml(0xa3, Uint8Array.of(0x82, 0, 0, 0x80), bomb);
  const cluster = ebml(0x1f43b675, ebml(0xe7, Uint8Array.of(0)), ...Array<Buffer>(20).fill(block));
  // The segment is the last element: it grows by what is put behind it.
  const size = bytes.indexOf(Buffer.from('18538067', 'hex')) + 4;
  bytes.writeUInt32BE(bytes.readUInt32BE(size) + cluster.length, size);
  await writeFile(path, Buffer.concat([bytes, cluster]));
  const error = await failureOf(demuxPacketFile(path, { video: false }));
  assert.is(error.code, 'NOT_MEDIA');
  assert.match(
    error.message,
    /the block at byte \d+ cannot be unpacked: its compressed bytes are far too many/,
  );
});

test.run();
