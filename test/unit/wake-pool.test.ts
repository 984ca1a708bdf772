import { createHook } from 'node:async_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { keepPoolAwake } from '../../core/io/wake-pool.ts';

const test = suite('wake the pool');

/** File operations that are begun while `work` runs. */
async function operationsDuring(work: () => Promise<void>): Promise<number> {
  let operations = 0;
  const hook = createHook({
    init(_id, type) {
      if (type === 'FSREQCALLBACK') operations++;
    },
  }).enable();
  await work();
  hook.disable();
  return operations;
}

test('operations come by themselves until it is ended, and none after that', async () => {
  const end = keepPoolAwake(1);
  let operations = 0;
  while (operations < 3) operations += await operationsDuring(() => wait(5));
  end();
  assert.is(await operationsDuring(() => wait(20)), 0);
});

test.run();
