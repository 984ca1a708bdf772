import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { DatabaseServer } from '../helpers/servers/database-server.ts';
import { filesBelow } from '../helpers/titles/package.ts';
import { makeStage } from './stage.ts';
import type { WorkerLine } from './workers.ts';

/** Milliseconds after which a worker counts as one that never ends. */
const FOR_EVER = 20_000;

/**
 * What becomes of a title whose worker is asked to end, is frozen, or is told that nobody wants it any more; and of one that is wanted
 * before all others; and of a worker that cannot begin.
 * @returns what is not as it should be, a sentence each
 */
export async function scenes(server: DatabaseServer, film: string): Promise<string[]> {
  const faults: string[] = [];
  const check = (isRight: boolean, what: string): void => {
    if (!isRight) faults.push(what);
  };
  const stage = await makeStage(server, film);
  const { folder, hold, goOn, submit, jobs, worker } = stage;
  const begun = ({ type }: WorkerLine) => type === 'begin';
  const ended = ({ type }: WorkerLine) => type === 'title';

  await hold();
  await submit('drain');
  const drained = worker('drain', '--drain', '0');
  await drained.line(begun);
  drained.process.child.kill('SIGTERM');
  check((await drained.line(ended)).outcome === 'handed-back', 'a title at work was not handed back');
  check((await drained.process.ended) === 0, 'a worker that drained did not end with 0');
  check((await jobs('drain', 'list')).includes('waiting'), 'a title that was handed back does not wait');
  check((await filesBelow(join(folder, 'drain'))).length === 0, 'a title that was handed back left files');

  const { id } = await submit('cancel');
  const cancelled = worker('cancel', '--until-empty');
  await cancelled.line(begun);
  await jobs('cancel', 'cancel', id);
  check((await cancelled.line(ended)).outcome === 'cancelled', 'a cancelled title went on');
  await cancelled.process.ended;
  check((await filesBelow(join(folder, 'cancel'))).length === 0, 'a cancelled title left files');
  await goOn();
  check(
    (await jobs('cancel', 'retry', '--failed')) === '',
    'a cancelled title was tried again though nobody named it',
  );
  await jobs('cancel', 'retry', id);
  const again = worker('cancel', '--until-empty');
  check((await again.line(ended)).outcome === 'published', 'a cancelled title could not be tried again');
  await again.process.ended;

  await hold();
  await submit('freeze');
  const frozen = worker('freeze', '--lock', '2');
  await frozen.line(begun);
  frozen.process.child.kill('SIGSTOP');
  const other = worker('freeze', '--lock', '2', '--until-empty');
  await other.line(begun);
  frozen.process.child.kill('SIGCONT');
  const { outcome } = await frozen.line(ended);
  check(outcome === 'lost', `a frozen worker ended its title as ${outcome}`);
  await goOn();
  check((await other.line(ended)).outcome === 'published', 'the title of a frozen worker was not published');
  await other.process.ended;
  check((await jobs('freeze', 'list')).includes('published'), 'the title of a frozen worker is not done');
  frozen.process.child.kill('SIGTERM');
  check((await frozen.process.ended) === 0, 'a worker that was frozen did not end with 0');

  await hold();
  const [first, second, third] = ['first', 'second', 'third'].map((name) => ['--output', name]);
  const { id: running } = await submit('order', ...first!);
  const ordered = worker('order', '--until-empty');
  await ordered.line(begun);
  await submit('order', ...second!);
  const late = await submit('order', ...third!);
  check((await submit('order', ...third!)).outcome === 'there', 'a title was put in twice');
  const moved = await submit('order', ...third!, '--priority', '1');
  check(moved.id === late.id && moved.outcome === 'moved' && moved.priority === 1, 'a title was not moved');
  const told = await submit('order', ...first!, '--priority', '1');
  check(told.id === running && told.outcome === 'running', 'a title at work was told to be something else');
  await goOn();
  await ordered.process.ended;
  const order = ordered.lines.filter(begun).map((line) => line.id);
  check(order[1] === late.id && order.length === 3, 'a title that was moved to the front was not the next');

  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const mute = worker('mute', '--metrics', `127.0.0.1:${port}`);
  const forEver = setTimeout(() => mute.process.kill(), FOR_EVER);
  check((await mute.process.ended) === 2, 'a worker that cannot tell its figures did not end with 2');
  clearTimeout(forEver);
  taken.close();
  return faults;
}
