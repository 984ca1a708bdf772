import { availableParallelism } from 'node:os';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ModeDefinition } from '../../core/contract/packager.ts';
import { Run } from '../../core/contract/run.ts';
import { workerCount } from '../../core/engine/pool-size.ts';
import { titleOptions } from '../helpers/titles/package.ts';

const test = suite('worker threads');

const modes = (count: number): ModeDefinition[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `mode-${index}`,
    title: '',
    scheme: 'cenc',
    protects: 'samples',
    plan: () => [],
  }));

const count = (bytes: readonly number[], modeCount: number, workers?: number): number => {
  const inputs = bytes.map((size, index) => ({ index, path: `${index}`, name: `${index}`, bytes: size }));
  const title = titleOptions({ inputs: inputs.map(({ path }) => path), workers });
  return workerCount(new Run({ title, inputs }, new AbortController().signal), modes(modeCount));
};

test('the config decides when it says something', () => {
  assert.is(count([1], 1, 3), 3);
  assert.is(count([1e9, 1e9], 4, 0), 0);
});

test('a small title is not worth the start of a thread; neither is a single long unit', () => {
  assert.is(count([1e6, 1e6, 1e6], 4), 0);
  assert.is(count([1e10], 1), 0);
});

test('a large title has one thread for each processor', () => {
  const all = availableParallelism();
  assert.is(count([1e10, 1e10, 1e10], 400), all > 1 ? all : 0);
});

test.run();
