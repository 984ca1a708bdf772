import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CountProgress } from '../../core/cli/count-progress.ts';
import {
  bar,
  bytes,
  columnsOf,
  duration,
  percent,
  printable,
  rate,
  truncate,
  wholeDuration,
} from '../../core/cli/format.ts';
import { liveLines } from '../../core/cli/live-lines.ts';
import {
  INITIAL,
  PHASES,
  type ProgressState,
  phaseStatus,
  reduce,
  speed,
  timeLeft,
  WORK,
} from '../../core/cli/progress-state.ts';
import type { RunEvent } from '../../core/contract/events.ts';
import { plan, Sink, stage, unit } from '../helpers/commands/cli-runs.ts';

const test = suite('cli progress');

/** The state after events that carry their time in milliseconds. */
const after = (...events: [time: number, event: RunEvent][]): ProgressState =>
  events.reduce((state, [time, event]) => reduce(state, event, time), INITIAL);
const phase = (title: string) => PHASES.find((each) => each.title === title)!;

test('counts the input bytes of all units, and a finished one whole', () => {
  const state = after(
    [0, plan(1000, 3000)],
    [0, unit(1, 'start', 0, 1000)],
    [500, unit(1, 'progress', 400, 1000)],
    [500, unit(2, 'progress', 600, 3000)],
  );
  assert.is(state.done, 1000);
  assert.is(state.total, 4000);
  // The last bytes of a file may be neither samples nor boxes that are read: the end says that all is done.
  assert.is(reduce(state, unit(1, 'end', 990, 1000), 600).done, 1600);
});

test('measures speed and time left over the last five seconds only', () => {
  let state = after([0, plan(100_000_000)]);
  let done = 0;
  for (let second = 1; second <= 20; second++) {
    done += second <= 10 ? 1_000_000 : 4_000_000; // the disk gets faster
    state = reduce(state, unit(1, 'progress', done, 100_000_000), second * 1000);
  }
  assert.is(Math.round(speed(state, 20_000)!), 4_000_000);
  assert.is(timeLeft(state, 20_000), 12.5);
});

test('lets the speed fall while nothing arrives', () => {
  const state = after([0, plan(10_000)], [1000, unit(1, 'progress', 1000, 10_000)]);
  assert.is(speed(state, 1000), 1000);
  assert.is(speed(state, 10_000), 100);
});

test('measures a stall that is longer than its window', () => {
  const state = after(
    [0, plan(10_000)],
    [1000, unit(1, 'progress', 1000, 10_000)],
    [61_000, unit(1, 'progress', 7000, 10_000)],
  );
  assert.is(speed(state, 61_000), 100);
});

test('knows no speed before the first bytes', () => {
  const state = after([0, plan(10_000)], [900, unit(1, 'start', 0, 10_000)]);
  assert.is(speed(state, 1000), undefined);
  assert.is(timeLeft(state, 1000), undefined);
});

test('keeps a few dozen marks however many events there are', () => {
  let state = after([0, plan(1_000_000)]);
  for (let time = 1; time <= 20_000; time++)
    state = reduce(state, unit(1, 'progress', time, 1_000_000), time);
  assert.ok(state.marks.length < 40, `${state.marks.length} marks`);
});

test('shows encrypt and segment as one phase that ends when both have', () => {
  let state = after([0, stage('encrypt', 'start')], [0, stage('segment', 'start')]);
  assert.is(phaseStatus(state, WORK), 'running');
  state = reduce(state, stage('segment', 'end'), 0);
  assert.is(phaseStatus(state, WORK), 'running');
  state = reduce(state, stage('encrypt', 'end'), 0);
  assert.is(phaseStatus(state, WORK), 'done');
});

test('takes a stage without events for done once a later one began', () => {
  const state = after([0, stage('demux', 'start')]);
  assert.is(phaseStatus(state, phase('Resolve content id')), 'done');
  assert.is(phaseStatus(state, phase('Demux')), 'running');
  assert.is(phaseStatus(state, phase('Report')), 'waiting');
});

const busy = after(
  [0, plan(...Array.from({ length: 12 }, () => 200_000_000))],
  [0, unit(1, 'end', 200_000_000, 200_000_000)],
  ...[2, 3, 4, 5].map((number): [number, RunEvent] => [
    1000,
    unit(number, 'progress', 50_000_000 * (number - 1), 200_000_000),
  ]),
);

test('draws the whole, the units in work and what is left on 80 columns', () => {
  assert.equal(liveLines(busy, 1000, { columns: 74, rows: 17 }), [
    '███████░░░░░░░░░░░░░░░░░  29 %  700 MB/s  3 s left  700 MB of 2.40 GB',
    'dash-cenc video-2  ███░░░░░░░░░   25 %  50.0 MB of 200 MB',
    'dash-cenc video-3  ██████░░░░░░   50 %  100 MB of 200 MB',
    'dash-cenc video-4  █████████░░░   75 %  150 MB of 200 MB',
    'dash-cenc video-5  ████████████  100 %  200 MB of 200 MB',
    '+7 more waiting, 1 done',
  ]);
});

test('draws figures in place of bars on 40 columns, and sums up what has no row', () => {
  assert.equal(liveLines(busy, 1000, { columns: 34, rows: 3 }), [
    '29 %  700 MB/s  3 s left',
    'dash-cenc video-2  25 %',
    '+3 more in work, 7 waiting, 1 done',
  ]);
});

test('never draws more or longer lines than there is room', () => {
  for (let rows = 0; rows < 20; rows++) {
    for (let columns = 1; columns <= 120; columns++) {
      const lines = liveLines(busy, 1000, { columns, rows });
      assert.ok(lines.length <= rows, `${lines.length} lines in ${rows} rows`);
      for (const line of lines) assert.ok(line.length <= columns, `"${line}" in ${columns} columns`);
    }
  }
});

test('lines are cut by columns, and never within a character', () => {
  assert.is(truncate('検査中のファイル', 9), '検査中の…');
  assert.is(truncate('検査中のファイル', 8), '検査中…');
  assert.is(truncate('検査中', 6), '検査中');
  assert.is(truncate('a😀😀😀', 5), 'a😀…');
  assert.is(truncate('e\u0301te\u0301', 3), 'e\u0301te\u0301');
  const screen = new Sink();
  const progress = new CountProgress(Object.assign(screen, { isTTY: true, columns: 40 }), '検'.repeat(40));
  progress.tell();
  progress.end();
  assert.ok(columnsOf(screen.text.split('\r')[1]!) < 40);
});

test('writes bytes with three digits in decimal units', () => {
  const shown = [0, 999, 1000, 999_499, 999_999, 3_981_000, 99_960_000, 193e6, 2.71e9, 5e15].map(bytes);
  assert.equal(shown, [
    '0 B',
    '999 B',
    '1.00 kB',
    '999 kB',
    '1.00 MB',
    '3.98 MB',
    '100 MB',
    '193 MB',
    '2.71 GB',
    '5000 TB',
  ]);
});

test('writes times as people say them', () => {
  assert.equal([0, 0.42, 0.999, 20, 59.96, 185, 3599.6, 7500].map(duration), [
    '0.00 s',
    '0.42 s',
    '1.0 s',
    '20.0 s',
    '1 min 00 s',
    '3 min 05 s',
    '1 h 00 min',
    '2 h 05 min',
  ]);
  assert.is(wholeDuration(12.4), '12 s');
  assert.is(rate(4_240_000), '4.2 MB/s');
});

test('says 100 % and fills the bar only when all is done', () => {
  assert.is(percent(999, 1000), ' 99 %');
  assert.is(bar(999, 1000, 10), '█████████░');
  assert.is(percent(0, 0), '100 %');
});

test('shows no control characters of names from outside', () => {
  assert.is(printable('a\u001B[2Jb\u0007\u009Bc\nd'), 'a\uFFFD[2Jb\uFFFD\uFFFDc\nd');
});

test.run();
