import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PackagerError } from '../../core/index.ts';
import { segmentPeriods } from '../../core/title/periods.ts';

const test = suite('periods');

const at = (...boundaries: number[]): Float64Array => Float64Array.from(boundaries);
const refused = (message: RegExp) => (error: PackagerError) =>
  error.code === 'INVALID_OPTION' && message.test(error.message);

test('without rules all segments are in period 0', () => {
  assert.equal([...segmentPeriods(at(0, 6, 12, 15), {}, 6)], [0, 0, 0]);
});

test('a segment is whole in the period in which it starts, and one in which none starts is left out', () => {
  assert.equal([...segmentPeriods(at(0, 6, 12, 18, 24), { keyRotation: 10 }, 6)], [0, 0, 1, 1]);
  assert.equal([...segmentPeriods(at(0, 6, 26, 32), { keyRotation: 6 }, 6)], [0, 1, 4]);
});

test('a cut of frames that never fall on a second, meant for the end of a period, is there', () => {
  const frame = 1001 / 30_000;
  const cuts = [0, 1, 2, 3].map((n) => n * 180 * frame);
  assert.equal([...segmentPeriods(at(...cuts), { keyRotation: 180 * frame }, 6)], [0, 1, 2]);
});

test('the segments that start in the clear lead are clear, and the periods count from the start of the title', () => {
  assert.equal([...segmentPeriods(at(0, 6, 12, 18, 24), { clearLead: 6.5 }, 6)], [-1, -1, 0, 0]);
  assert.equal([...segmentPeriods(at(0, 6, 12, 18), { clearLead: 6 }, 6)], [-1, 0, 0]);
  assert.equal(
    [...segmentPeriods(at(0, 6, 12, 18, 24), { clearLead: 6, keyRotation: 12 }, 6)],
    [-1, 0, 1, 1],
  );
});

test('a title that would be clear as a whole is refused', () => {
  assert.throws(() => segmentPeriods(at(0, 6, 8), { clearLead: 10 }, 6), refused(/whole title.* 6\.0 s/));
});

test('periods shorter than segments are refused', () => {
  assert.throws(() => segmentPeriods(at(0, 6, 8), { keyRotation: 4 }, 6), refused(/every 4 s/));
});

test('a day of short segments', () => {
  const boundaries = Float64Array.from({ length: 86_401 }, (_, second) => second);
  const periods = segmentPeriods(boundaries, { keyRotation: 10, clearLead: 30 }, 1);
  assert.is(periods[29], -1);
  assert.is(periods[30], 3);
  assert.is(periods[86_399], 8639);
});

test.run();
