import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sum, tally } from '../runner/tally.ts';

const test = suite('tally');

const summary = (total: number, passed: number, skipped = 0): string =>
  `\n  Total:     ${total}\n  Passed:    ${passed}\n  Skipped:   ${skipped}\n  Duration:  1.00ms\n\n`;

test('counts what uvu counted', () => {
  assert.equal(tally({ status: 0, output: summary(8, 8) }), { passed: 8, failed: 0 });
  assert.equal(tally({ status: 1, output: summary(8, 6) }), { passed: 6, failed: 2 });
});

test('reads coloured output', () => {
  const output = '\n  Total:     3\u001b[32m\n  Passed:    3\u001b[39m\n  Skipped:   0\n';
  assert.equal(tally({ status: 0, output }), { passed: 3, failed: 0 });
});

test('a skipped test is a failed one', () => {
  assert.equal(tally({ status: 0, output: summary(7, 7, 1) }), { passed: 7, failed: 1 });
});

test('a file that cannot be imported is a failed test', () => {
  assert.equal(tally({ status: 1, output: "Error: Cannot find module './gone.ts'\n" }), {
    passed: 0,
    failed: 1,
  });
});

test('a crash is a failed test, and what ran before it stays counted', () => {
  const output = ' one  • • •   (3 / 3)\n two  • ✘   (1 / 2)\n three  • Segmentation fault\n';
  assert.equal(tally({ status: null, output }), { passed: 4, failed: 2 });
});

test('a bad exit status is a failure though all tests passed', () => {
  assert.equal(tally({ status: 7, output: summary(3, 3) }), { passed: 3, failed: 1 });
});

test('no tests at all is a failure', () => {
  assert.equal(tally({ status: 0, output: summary(0, 0) }), { passed: 0, failed: 1 });
});

test('adds up', () => {
  assert.equal(
    sum([
      { passed: 1, failed: 2 },
      { passed: 3, failed: 4 },
    ]),
    { passed: 4, failed: 6 },
  );
});

test.run();
