import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Packager, PackagerError, Run } from '../../core/index.ts';
import { askHooks, keyRequest, testRun } from '../helpers/titles/ask.ts';
import { failureOf } from '../helpers/titles/package.ts';

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

const KEY = '00112233445566778899aabbccddeeff';

test('a warning is told without keys and tokens; names of the title stay as they are', () => {
  const name = '0123456789abcdef0123456789abcdef.mp4';
  const run = testRun(name);
  run.warn(`key is ${KEY}, from https://me:pass@host/?token=abc`);
  run.warn(`media/${name}: it ends early.`);
  assert.equal(run.warnings, ['key is […], from https://…@host/?…', `media/${name}: it ends early.`]);
});

test('an error of a plugin has its name and no secret, wherever it comes from and whoever prints it', async () => {
  const broken = (): never => {
    throw new Error(`a ${KEY}`, { cause: Object.assign(new TypeError(`b ${KEY}`), { key: KEY }) });
  };
  const applied = await failureOf((async () => new Packager([{ name: 'key-x', apply: broken }]))());
  const tapped = new Packager([
    { name: 'key-x', apply: ({ hooks }) => hooks.acquireKey.tap('key-x', broken) },
  ]);
  const asked = await failureOf(askHooks(tapped.hooks, keyRequest(), testRun()));
  for (const error of [applied, asked]) {
    assert.equal([error.code, error.plugin], ['UNEXPECTED', 'key-x']);
    assert.is(error.message, 'key-x failed: a […]');
    const printed = inspect(error);
    assert.not.match(printed, KEY);
    assert.match(printed, /run\.test\.ts/); // where it was thrown
    assert.match(printed, /TypeError: b \[…\]/);
  }
  const ring = new Error(KEY);
  ring.cause = ring;
  assert.not.match(inspect(PackagerError.from(ring)), KEY);
});

test.run();
