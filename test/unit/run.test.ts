import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Run } from '../../core/index.ts';
import { testRun } from '../helpers/titles/ask.ts';

const test = suite('run');

test('what was found once goes along to worker threads, columns without a copy', async () => {
  const run = testRun();
  const column = new Uint32Array(new SharedArrayBuffer(8));
  let asked = 0;
  const find = async () => {
    asked++;
    return { name: 'a', column };
  };
  assert.is(await run.once('demux-x/0', find), await run.once('demux-x/0', find));
  assert.is(asked, 1);
  const worker = new Run(structuredClone(run.state()), new AbortController().signal);
  const found = await worker.once('demux-x/0', find);
  assert.is(asked, 1);
  column[1] = 7;
  assert.equal([...found.column], [0, 7]);
  await worker.once('demux-x/1', find);
  assert.is(asked, 2);
});

test('a failure is not kept', async () => {
  const run = testRun();
  const failing = run.once('a', () => Promise.reject(new Error('disk')));
  assert.is(await failing.catch(({ message }) => message), 'disk');
  assert.is(await run.once('a', async () => 5), 5);
});

test.run();
