/**
 * Loaded into a run that is to be killed, before anything of it: counts the calls of the main thread to the file system,
 * and kills the process with SIGKILL at one of them, or makes all that publish slow.
 */
import { writeFileSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';

/** What becomes of a run, as JSON in `SEALPACK_KILL`. */
export interface Orders {
  /** Where counting begins: with the process, with the look at the files before they are published, with the journal. */
  readonly from: Stretch;
  /** Die at this call, from 0. */
  readonly step?: number;
  /** After the call has begun, not before: so many microseconds. */
  readonly late?: number;
  /** Milliseconds before each call. */
  readonly slow?: number;
  /** Write what was counted into this file at the end. */
  readonly count?: string;
}

/** Each lasts to the end of the process. */
export type Stretch = 'start' | 'sync' | 'journal';

const CALLS = [
  ...['access', 'link', 'lstat', 'mkdir', 'open', 'readdir', 'readFile'],
  ...['rename', 'rm', 'rmdir', 'stat', 'unlink'],
];
const HANDLE_CALLS = ['datasync', 'read', 'sync', 'writeFile', 'writev'];

type Call = (this: unknown, ...args: unknown[]) => Promise<unknown>;

function obey(orders: Orders, handle: Record<string, Call>): void {
  const counted: Partial<Record<Stretch, number>> = { start: 0 };
  const enter = (stretch: Stretch): void => {
    counted[stretch] ??= 0;
  };

  const wrap = (name: string, call: Call): Call =>
    async function (this: unknown, ...args) {
      // The folder of what is new is looked at when all files are written.
      if (name === 'lstat' && basename(String(args[0])) === 'new') enter('sync');
      if (name === 'open' && String(args[0]).endsWith('journal.draft')) enter('journal');
      const isNow = counted[orders.from] === orders.step;
      const isCounted = counted[orders.from] !== undefined;
      for (const stretch of ['start', 'sync', 'journal'] as const) {
        if (counted[stretch] !== undefined) counted[stretch]++;
      }
      if (isNow && orders.late === undefined) die();
      if (isCounted && orders.slow) await sleep(orders.slow);
      const work = call.apply(this, args);
      if (isNow) dieIn(orders.late ?? 0);
      return work;
    };

  const files = promises as unknown as Record<string, Call>;
  for (const name of CALLS) files[name] = wrap(name, files[name]!);
  syncBuiltinESMExports();
  for (const name of HANDLE_CALLS) handle[name] = wrap(name, handle[name]!);
  const { count } = orders;
  if (count) process.on('exit', () => writeFileSync(count, JSON.stringify(counted)));
}

const die = (): void => void process.kill(process.pid, 'SIGKILL');

/** Without giving the event loop a chance to do anything else. */
function dieIn(microseconds: number): void {
  const end = process.hrtime.bigint() + BigInt(microseconds) * 1000n;
  while (process.hrtime.bigint() < end);
  die();
}

const text = process.env['SEALPACK_KILL'];
if (isMainThread && text) {
  const handle = await promises.open('/dev/null');
  await handle.close();
  obey(JSON.parse(text) as Orders, Object.getPrototypeOf(handle) as Record<string, Call>);
}
