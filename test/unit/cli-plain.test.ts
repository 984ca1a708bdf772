import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fail } from '../../core/base/errors.ts';
import { plainDisplay } from '../../core/cli/plain.ts';
import type { RunEvent } from '../../core/contract/events.ts';
import { Clock, plan, report, Sink, stage, unit } from '../helpers/commands/cli-runs.ts';

const test = suite('cli plain');

const heading = { number: 1, of: 1, inputs: ['movie.mp4'] };

/** What is printed for events that carry their time in seconds. */
function print(...events: [seconds: number, event: RunEvent][]): string[] {
  const clock = new Clock();
  const sink = new Sink();
  const shown = plainDisplay({ write: sink.write, now: clock.now, folder: '/videos' }).open(heading);
  for (const [seconds, event] of events) {
    clock.time = seconds * 1000;
    shown.event(event);
  }
  return sink.lines;
}

test('says when a stage begins, what it found, and which units are done', () => {
  const lines = print(
    [0, stage('resolve-cid', 'start')],
    [0, stage('resolve-cid', 'end', 'movie')],
    [0, stage('demux', 'start')],
    [0, stage('demux', 'end', '1 file, 2 tracks')],
    [0, plan(193_000_000, 4_000_000)],
    [0, stage('encrypt', 'start')],
    [0, stage('segment', 'start')],
    [0.1, unit(2, 'start', 0, 4_000_000)],
    [0.2, unit(2, 'end', 4_000_000, 4_000_000)],
    [0.3, unit(1, 'end', 193_000_000, 193_000_000)],
    [0.4, stage('segment', 'end')],
    [0.4, stage('encrypt', 'end')],
    [0.5, stage('emit-manifest', 'start')],
  );
  assert.equal(lines, [
    'Resolve content id',
    '  movie',
    'Demux',
    '  1 file, 2 tracks',
    'Encrypt and segment: 2 units, 197 MB',
    '  dash-cenc video-2: 4.00 MB done (1 of 2)',
    '  dash-cenc video-1: 193 MB done (2 of 2)',
    'Emit manifests',
  ]);
});

test('writes a progress line every tenth, but none more often than once a second', () => {
  const ticks = Array.from({ length: 99 }, (_, index): [number, RunEvent] => [
    (index + 1) / 10,
    unit(1, 'progress', (index + 1) * 1_000_000, 100_000_000),
  ]);
  const lines = print([0, plan(100_000_000)], ...ticks).filter((line) => line.includes('%'));
  assert.is(lines.length, 9);
  assert.is(lines[0], '  10 %, 10 MB/s, 9 s left, 10.0 MB of 100 MB');
  const fast = ticks.map(([time, event]): [number, RunEvent] => [time / 20, event]);
  assert.is(print([0, plan(100_000_000)], ...fast).length, 0);
});

test('writes a progress line every five seconds when the work is slow', () => {
  const ticks = Array.from({ length: 21 }, (_, second): [number, RunEvent] => [
    second,
    unit(1, 'progress', second * 1000, 100_000_000),
  ]);
  assert.is(print([0, plan(100_000_000)], ...ticks).length, 4);
});

test('ends with the summary of what was written, and with nothing of it when the title failed', async () => {
  const options = { write: new Sink().write, now: () => 0, folder: '/videos' };
  const good = new Sink();
  await plainDisplay({ ...options, write: good.write })
    .open(heading)
    .close({ report });
  assert.match(good.text, 'Packaged movie: 4 files, 8.48 MB in out');
  const bad = new Sink();
  const error = fail.inputNotFound('/videos/movie.mp4');
  await plainDisplay({ ...options, write: bad.write })
    .open(heading)
    .close({ error });
  assert.is(bad.text, '');
});

test('writes no colours and no cursor codes, whatever names hold', async () => {
  const sink = new Sink();
  const display = plainDisplay({ write: sink.write, now: () => 0, folder: '/videos' });
  const shown = display.open({ number: 1, of: 2, inputs: ['\u001B[31mred.mp4'] });
  shown.event(stage('resolve-cid', 'end', '\u001B]0;title\u0007'));
  shown.event({ type: 'warning', message: 'odd \u009B name' });
  await shown.close({ report: { ...report, contentId: '\u001B[2J' } });
  assert.not.match(sink.text, /[^\P{Cc}\n]/u);
});

test('names the title, when there are several, and sums up at the end', () => {
  const sink = new Sink();
  const display = plainDisplay({ write: sink.write, now: () => 0, folder: '/videos' });
  const one = { number: 1, of: 2, inputs: ['a.mp4', 'b.mp4'] };
  const two = { number: 2, of: 2, inputs: ['c.mp4'] };
  display.open(one);
  display.open(two);
  const error = fail.invalidConfig('x', ['first complaint', 'second complaint']);
  display.end([
    { heading: one, outcome: { report } },
    { heading: two, outcome: { error } },
  ]);
  assert.equal(sink.lines, [
    'Title 1 of 2: a.mp4 and 1 more',
    '',
    'Title 2 of 2: c.mp4',
    '',
    '1 title written, 1 failed',
    '  written  Title 1 of 2: a.mp4 and 1 more: movie',
    '  failed   Title 2 of 2: c.mp4: x is not valid:',
  ]);
});

test.run();
