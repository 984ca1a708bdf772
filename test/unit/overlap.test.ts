import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { overlap } from '../../core/base/overlap.ts';

const test = suite('overlap');

test('works and writes in order, with at most one read ahead and one write behind', async () => {
  const log: string[] = [];
  await overlap(
    3,
    async (index) => {
      log.push(`read ${index}`);
      return index;
    },
    (item) => {
      log.push(`work ${item}`);
      return {
        async write() {
          log.push(`write ${item}`);
        },
      };
    },
  );
  assert.equal(log, [
    'read 0',
    'read 1',
    'work 0',
    'write 0',
    'read 2',
    'work 1',
    'write 1',
    'work 2',
    'write 2',
  ]);
});

test('the next read reaches the system before the work begins, whatever it awaits before', async () => {
  const log: string[] = [];
  await overlap(
    2,
    async (index) => {
      for (let turn = 0; turn < 20; turn++) await undefined;
      log.push(`asks for ${index}`);
    },
    (_, index) => {
      log.push(`work ${index}`);
      return { write: async () => {} };
    },
  );
  assert.equal(log, ['asks for 0', 'asks for 1', 'work 0', 'work 1']);
});

test('a failed read, work or write ends it once everything under way has settled', async () => {
  for (const stage of ['read', 'work', 'write']) {
    let open = 0;
    const step = async (name: string, index: number) => {
      open++;
      await new Promise((resolve) => setImmediate(resolve));
      open--;
      if (name === stage && index === 1) throw new Error(name);
      return index;
    };
    try {
      await overlap(
        4,
        (index) => step('read', index),
        (index) => {
          if (stage === 'work' && index === 1) throw new Error('work');
          return {
            async write() {
              await step('write', index);
            },
          };
        },
      );
      assert.unreachable();
    } catch (error) {
      assert.is((error as Error).message, stage);
      assert.is(open, 0);
    }
  }
});

test('nothing to do is fine', async () => {
  const never = () => {
    throw new Error('called');
  };
  await overlap(0, never, never);
});

test.run();
