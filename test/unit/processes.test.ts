import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { seenProcesses } from '../../core/io/processes.ts';
import { startHeartbeat } from '../../core/io/staging/heartbeat.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';

const test = suite('processes');

const module = new URL('../../core/io/processes.ts', import.meta.url);
/** Prints its mark, and waits for the end of standard input. */
const SCRIPT = `import { seenProcesses } from '${module}';
process.stdout.write(seenProcesses().own);
process.stdin.resume();`;
const ARGS = ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', SCRIPT];

test('a process is running until it has ended; another with its id is not it', async () => {
  const seen = seenProcesses();
  assert.is(seen.stateOf(seen.own), 'running');
  const child = spawn(process.execPath, ARGS);
  const [mark] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  assert.is(mark.split('-')[1], String(child.pid));
  assert.is(seen.stateOf(mark), 'running');
  const [system, pid, started] = mark.split('-');
  assert.is(seen.stateOf([system, pid, Number(started) - 1].join('-')), 'gone');
  child.kill('SIGKILL');
  await once(child, 'close');
  assert.is(seen.stateOf(mark), 'gone');
});

test('a process of another process namespace cannot be asked', () => {
  const user = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  for (const proc of [['--mount-proc'], []]) {
    const unshare = [...user, '--pid', '--fork', ...proc, process.execPath, ...ARGS];
    const { stdout, stderr } = spawnSync('unshare', unshare, { input: '', encoding: 'utf8' });
    assert.match(stdout, /^[0-9a-f]{12}-1-\d+$/, stderr);
    assert.is(seenProcesses().stateOf(stdout), 'elsewhere');
  }
});

test('the heart beats while the main thread is busy, and stops', async () => {
  const path = join(temporaryFolder('heart'), 'alive');
  writeFileSync(path, '');
  const beats = () => statSync(path).mtimeMs;
  const first = beats();
  const stop = startHeartbeat(path, 1);
  while (beats() === first) await sleep(1); // a thread starts when the first beat is due
  const begun = beats();
  while (beats() === begun); // it goes on for ever when nothing beats beside it
  await stop();
  const last = statSync(path).mtimeMs;
  await sleep(20);
  assert.is(statSync(path).mtimeMs, last);
  assert.ok(existsSync(path));
});

test.run();
