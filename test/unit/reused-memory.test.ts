import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

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

test.run();
