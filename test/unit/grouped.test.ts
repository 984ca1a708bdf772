import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { grouped } from '../../core/base/grouped.ts';

const test = suite('grouped');

test('groups in the order in which each is first seen, things in their own', () => {
  const groups = grouped(['b1', 'a1', 'b2', 'c1', 'a2'], ([letter]) => letter);
  assert.equal(
    [...groups],
    [
      ['b', ['b1', 'b2']],
      ['a', ['a1', 'a2']],
      ['c', ['c1']],
    ],
  );
  assert.is(grouped([], () => 1).size, 0);
});

test.run();
