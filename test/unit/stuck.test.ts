import { spawn } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { killTree, treeCpuSeconds } from '../helpers/commands/process-tree.ts';
import { StuckJudge } from '../helpers/commands/stuck.ts';

const test = suite('stuck processes');

const LIMITS = { busySeconds: 100, idleSeconds: 60, silentSeconds: 1000 };
const START = { clock: 0, cpu: 0 };

test('who gets a fiftieth of a processor is slow, not stuck', () => {
  const judge = new StuckJudge(LIMITS, START);
  for (let clock = 5; clock <= 900; clock += 5) assert.is(judge.judge({ clock, cpu: clock / 50 }), undefined);
});

test('one that loops is found by its processor time, however long the machine takes', () => {
  const judge = new StuckJudge(LIMITS, START);
  assert.is(judge.judge({ clock: 100, cpu: 100 }), undefined);
  assert.match(judge.judge({ clock: 105, cpu: 101 }) ?? '', /used 101 s of processor time/);
});

test('one that waits for ever is found by doing nothing', () => {
  const judge = new StuckJudge(LIMITS, START);
  for (const clock of [20, 40, 60]) assert.is(judge.judge({ clock, cpu: 0.01 }), undefined);
  assert.match(judge.judge({ clock: 80, cpu: 0.01 }) ?? '', /did next to nothing for \d+ s/);
});

test('one that waits for ever beside a helper that ticks is found too', () => {
  const judge = new StuckJudge(LIMITS, START);
  const found: number[] = [];
  for (let clock = 5; clock <= 200; clock += 5) {
    // As a child process does that answers a ping: a tick of the clock now and then.
    if (judge.judge({ clock, cpu: Math.floor(clock / 10) / 100 })) found.push(clock);
  }
  assert.is(found[0], 65);
});

test('one that polls for ever is found by its silence', () => {
  const judge = new StuckJudge(LIMITS, START);
  for (let clock = 5; clock <= 1000; clock += 5)
    assert.is(judge.judge({ clock, cpu: clock / 50 }), undefined);
  assert.match(judge.judge({ clock: 1005, cpu: 20.1 }) ?? '', /no sign of progress for 1005 s/);
});

test('a sign of progress starts all of it anew', () => {
  const judge = new StuckJudge(LIMITS, START);
  for (let clock = 50; clock <= 5000; clock += 50) {
    assert.is(judge.judge({ clock, cpu: clock }), undefined);
    judge.progressed();
  }
});

test('where the system does not tell processor times, silence counts', () => {
  const judge = new StuckJudge(LIMITS, { clock: 0, cpu: undefined });
  assert.is(judge.judge({ clock: 999, cpu: undefined }), undefined);
  assert.match(judge.judge({ clock: 1001, cpu: undefined }) ?? '', /no sign of progress/);
});

test('the time of a process counts those that it has started, and all of them can be ended', async () => {
  const inner = `const until = process.cpuUsage().user + 3e5;
while (process.cpuUsage().user < until);
process.stdout.write('done');
setInterval(() => {}, 1000);`;
  const script = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(inner)}], { stdio: 'inherit' });`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = new Promise((resolve) => child.on('close', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const seconds = treeCpuSeconds(child.pid!);
  if (seconds !== undefined) assert.ok(seconds >= 0.25, `${seconds} s`);
  killTree(child.pid!);
  await closed; // its standard output is that of the inner one too: both have ended
});

test.run();
