import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { giveBack, keepForOthers, reusedMemory } from '../../core/base/reused-memory.ts';

const test = suite('reused-memory');

/** What remains of bytes whose time is over, in a process with the given setting. */
async function remains(setting: string): Promise<unknown> {
  const folder = new URL('../../core/base/', import.meta.url);
  const script = `
    import { AlternatingBuffers } from '${new URL('alternating-buffers.ts', folder)}';
    import { LentBytes } from '${new URL('reused-memory.ts', folder)}';
    const buffers = new AlternatingBuffers();
    const first = buffers.next(1).fill(7);
    const second = buffers.next(1).fill(7);
    buffers.next(1);
    const memory = Uint8Array.of(7);
    const lent = new LentBytes();
    const piece = lent.lend(memory);
    lent.lend(memory);
    console.log(JSON.stringify([first[0], second[0], piece[0], memory[0]]));`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, SEALPACK_SPOIL_MEMORY: setting },
  });
  return JSON.parse(stdout);
}

test('in tests memory is overwritten when its time is over, and only then', async () => {
  assert.equal(await remains('1'), [0xdb, 7, 0xdb, 7]);
});

test('otherwise nothing is touched', async () => {
  assert.equal(await remains(''), [7, 7, 7, 7]);
});

test('a large piece that is given back is gone at once, one that shares its memory stays', () => {
  const large = Buffer.allocUnsafeSlow(2 ** 20);
  giveBack(large);
  assert.is(large.length, 0);

  const whole = new Uint8Array(2 ** 20).fill(7);
  giveBack(whole.subarray(16));
  assert.is(whole[0], 7);

  const pooled = Buffer.from('a piece of a pool');
  giveBack(pooled);
  assert.is(pooled.toString(), 'a piece of a pool');

  const shared = new Uint8Array(new SharedArrayBuffer(2 ** 20));
  giveBack(shared);
  assert.is(shared.length, 2 ** 20);
});

test('memory that is kept for others is what they get, once, where it is not far too large', () => {
  const first = reusedMemory(2 ** 20);
  assert.ok(first.length >= 2 ** 20);
  keepForOthers(first);
  assert.is.not(reusedMemory(2 ** 18), first, 'four times too large');
  assert.is(reusedMemory(2 ** 20), first);
  assert.is.not(reusedMemory(2 ** 20), first, 'somebody has it');
});

test('the smallest that suffices comes first, and no more is kept than bounded', () => {
  const pieces = [12, 10, 11].map((mebibytes) => Buffer.allocUnsafeSlow(mebibytes * 2 ** 20));
  for (const piece of pieces) keepForOthers(piece);
  assert.is(pieces[0]!.length, 0, 'more than 32 MiB: the oldest is freed');
  assert.is(reusedMemory(9 * 2 ** 20), pieces[1]);
  assert.is(reusedMemory(9 * 2 ** 20), pieces[2]);

  const huge = Buffer.allocUnsafeSlow(2 ** 26);
  keepForOthers(huge);
  assert.is(huge.length, 0);
});

test.run();
