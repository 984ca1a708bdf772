import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FileSource, openFile } from '../../core/io/file-source.ts';
import { keptOpen } from '../../core/io/kept-open.ts';
import { command } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { memorySource } from '../helpers/oracles/read-mp4.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('file source');

const content = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7 + (i >> 8)) & 255));

function file(): string {
  const path = join(temporaryFolder('source'), 'input.bin');
  writeFileSync(path, content);
  return path;
}

test('fills the targets one after the other with contiguous bytes', async () => {
  const source = await openFile(file());
  const targets = [Buffer.alloc(3), Buffer.alloc(0), Buffer.alloc(1000), Buffer.alloc(1)];
  await source.read(100, targets);
  assert.is(source.size, 5000);
  assert.ok(Buffer.concat(targets).equals(content.subarray(100, 1104)));
  await source.close();
});

test('more targets than one system call takes', async () => {
  const source = await openFile(file());
  const targets = Array.from({ length: 2500 }, (_, i) => Buffer.alloc(1 + (i % 2)));
  await source.read(7, targets);
  assert.ok(Buffer.concat(targets).equals(content.subarray(7, 7 + 3750)));
  await source.close();
});

test('goes on where a system call stopped short', async () => {
  const calls: number[] = [];
  const source = new FileSource('made.bin', content.length, {
    async readv(buffers, position) {
      let bytesRead = 0;
      for (const buffer of buffers) {
        const piece = content
          .subarray(position + bytesRead)
          .subarray(0, Math.min(buffer.length, 7 - bytesRead));
        buffer.set(piece);
        bytesRead += piece.length;
      }
      calls.push(position);
      return { bytesRead };
    },
    fd: -1,
    close: async () => {},
  });
  const targets = [Buffer.alloc(5), Buffer.alloc(2), Buffer.alloc(10), Buffer.alloc(0), Buffer.alloc(3)];
  await source.read(40, targets);
  assert.ok(Buffer.concat(targets).equals(content.subarray(40, 60)));
  assert.equal(calls, [40, 47, 54]);
});

test('reads at once what is read otherwise, for whoever keeps it open too', async () => {
  const source = await openFile(file());
  for (const reader of [source, keptOpen(source)]) {
    const target = Buffer.alloc(1000);
    reader.readAtOnce!(100, target);
    assert.ok(target.equals(content.subarray(100, 1100)));
    assert.throws(() => reader.readAtOnce!(source.size - 10, target), /ends at byte \d+, in the middle/);
  }
  await source.close();
  assert.throws(() => source.readAtOnce!(0, Buffer.alloc(1)), /reading at byte 0 failed \(EBADF\)/);
  assert.is(keptOpen(memorySource(content)).readAtOnce, undefined);
});

test('reads nothing for no targets, and up to the last byte', async () => {
  const source = await openFile(file());
  const last = Buffer.alloc(1);
  await source.read(0, []);
  await source.read(5000, [Buffer.alloc(0)]);
  await source.read(4999, [last]);
  assert.is(last[0], content[4999]);
  await source.close();
});

test('a file that ends too early is INPUT_NOT_READABLE, and says where', async () => {
  const source = await openFile(file());
  for (const targets of [[Buffer.alloc(11)], [Buffer.alloc(5), Buffer.alloc(6)]]) {
    const error = await failureOf(source.read(4990, targets));
    assert.is(error.code, 'INPUT_NOT_READABLE');
    assert.match(error.message, 'ends at byte 5000');
  }
  await source.close();
});

test('a file that is not there is INPUT_NOT_FOUND', async () => {
  const path = file();
  assert.is((await failureOf(openFile(`${path}.no`))).code, 'INPUT_NOT_FOUND');
  assert.is((await failureOf(openFile(join(path, 'inside')))).code, 'INPUT_NOT_FOUND');
});

test('a folder, a named pipe and an impossible name are INPUT_NOT_READABLE', async () => {
  const folder = temporaryFolder('source');
  const pipe = join(folder, 'pipe');
  await command('mkfifo', [pipe]);
  for (const [path, reason] of [
    [folder, 'it is a folder'],
    [pipe, 'it is not a regular file'],
    [join(folder, 'x'.repeat(300)), 'ENAMETOOLONG'],
  ] as const) {
    const error = await failureOf(openFile(path));
    assert.is(error.code, 'INPUT_NOT_READABLE', path);
    assert.match(error.message, reason);
  }
});

test('reading after closing fails with a reason', async () => {
  const source = await openFile(file());
  await source.close();
  try {
    await source.read(0, [Buffer.alloc(1)]);
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), 'EBADF');
  }
});

test.run();
