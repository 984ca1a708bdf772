import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WorkerPool } from '../../core/engine/worker-pool.ts';

const test = suite('worker pool');

test('threads that the system does not give are told, and done without', () => {
  const warnings: string[] = [];
  // Like a limit of processes, this shows while the thread is being made.
  const pool = WorkerPool.start({ entry: 'nothing:here', data: undefined }, 2, (line) => warnings.push(line));
  assert.is(pool, undefined);
  assert.is(warnings.length, 1);
  assert.match(warnings[0]!, /^0 of 2 worker threads could be started/);
  assert.match(warnings[0]!, 'ulimit -u');
});

test.run();
