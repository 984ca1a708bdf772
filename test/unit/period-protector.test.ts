import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { joinPeriods } from '../../core/engine/period-protector.ts';
import type { Protector, Segment } from '../../core/kit.ts';
import { CLEAR } from '../../core/title/periods.ts';

const test = suite('protectors of crypto periods');

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const PERIODS = Int32Array.of(CLEAR, 0, 0, 1, 2, 1, 2);

const segmentOf = (index: number) => ({ index, count: 1 }) as Segment;

/** Protectors that say which one it was, and hold memory that can be seen to go. */
function watched() {
  const held = new Map<number, WeakRef<object>>();
  const byPeriod = new Map<number, Protector>();
  for (const period of [0, 1, 2]) {
    const memory = new Uint8Array(1000);
    held.set(period, new WeakRef(memory));
    byPeriod.set(period, {
      scheme: 'acme',
      protectSegment: (segment) => ({ ...segment, decodeTime: memory.length + period }),
    });
  }
  return { held, protector: joinPeriods({ periods: PERIODS, byPeriod })! };
}

test('a protector is let go, with its memory, behind the last segment of its period', async () => {
  const { held, protector } = watched();
  const known: string[] = [];
  for (const index of PERIODS.keys()) {
    const { decodeTime } = protector.protectSegment!(segmentOf(index));
    assert.is(decodeTime, PERIODS[index] === CLEAR ? undefined : 1000 + PERIODS[index]!);
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    known.push(
      [...held]
        .filter(([, memory]) => memory.deref())
        .map(([period]) => period)
        .join(),
    );
  }
  assert.equal(known, ['0,1,2', '0,1,2', '1,2', '1,2', '1,2', '2', '']);
  assert.throws(() => protector.protectSegment!(segmentOf(1)), /nothing protects segment 2/);
});

test.run();
