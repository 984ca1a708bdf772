/** Nothing that fails is left to the process, whose default is to end: two faults at once, and faults of listeners. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { overlap } from '../../core/base/overlap.ts';
import { WorkerPool } from '../../core/engine/worker-pool.ts';
import { Packager, type Plugin } from '../../core/index.ts';
import { gatewayCallback, keyCloudKms, keyCpixFile } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { cpix } from '../helpers/servers/cpix-documents.ts';
import { askHooks, keyRequest, testRun } from '../helpers/titles/ask.ts';
import { refusedUrl } from '../servers/serve.ts';

const test = suite('unhandled rejections');

const unhandled: unknown[] = [];
process.on('unhandledRejection', (cause) => unhandled.push(cause));
process.on('uncaughtException', (cause) => unhandled.push(cause));

/** The files of one run share a process. */
test.before.each(() => {
  unhandled.length = 0;
});

/** Rejections are told of when the microtasks of a turn are done. */
async function nothingLeft(what: string): Promise<void> {
  for (let i = 0; i < 3; i++) await turn();
  assert.equal(unhandled.map(String), [], what);
}

/** Ask for the keys of four modes at the same time, and again: what failed before is kept. */
async function askTwice(plugin: Plugin): Promise<string[]> {
  const { hooks } = new Packager([plugin]);
  const run = testRun();
  const ask = async () => {
    const cid = hooks.resolveCid.promise(run);
    const keys = ['cenc', 'sample-aes', 'aes-128', 'ncg'].map((scheme) =>
      askHooks(hooks, keyRequest({ scheme }), run),
    );
    const answers = await Promise.allSettled([cid, ...keys]);
    return answers.flatMap((answer) => (answer.status === 'rejected' ? String(answer.reason.message) : []));
  };
  return [...(await ask()), ...(await ask())];
}

test('key sources with several faults at once', async () => {
  const folder = temporaryFolder('unhandled');
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const places = [
    join(folder, 'missing.xml'),
    folder,
    file('empty.xml', ''),
    file('text.txt', 'no document'),
    file('other.xml', cpix({ root: 'contentId="other"' })),
    '/proc/self/mem',
  ];
  const url = `${await refusedUrl()}/keys`;
  for (const one of places) {
    for (const other of places) {
      const sources = [
        keyCpixFile({ file: one, privateKey: other }),
        keyCloudKms({ url, tokenFile: one, ca: other, certificate: one, privateKey: other, retries: 0 }),
        keyCloudKms({ url, token: () => Promise.reject(new Error('no')), ca: other, retries: 0 }),
        gatewayCallback({ url, siteKeyFile: one, ca: other, retries: 0 }),
      ];
      for (const source of sources) {
        const told = await askTwice(source);
        await nothingLeft(`${source.name}: ${one}, ${other}`);
        assert.ok(told.length > 0, source.name);
        // Of two faults the same is told every time.
        if (source.name === 'key-cpix-file') assert.is(new Set(told).size, 1, told.join('\n'));
      }
    }
  }
});

test('reading and writing that fail at the same time', async () => {
  const later = async (what: string, turns: number) => {
    for (let i = 0; i < turns; i++) await turn();
    throw new Error(what);
  };
  for (const [reading, writing, work] of [
    [0, 0, false],
    [0, 2, false],
    [2, 0, false],
    [1, 1, true],
    [0, 3, true],
  ] as const) {
    const failing = overlap(
      4,
      async (index) => (index < 2 ? index : later('read', reading)),
      (index) => {
        if (work && index === 1) throw new Error('work');
        return { write: () => later('written', writing) };
      },
    );
    assert.instance(await failing.catch((error: unknown) => error), Error);
    await nothingLeft(`${reading} ${writing}`);
  }
});

const THREAD = `
  import { parentPort } from 'node:worker_threads';
  parentPort.on('message', ({ type, title }) => {
    if (type !== 'units') return;
    parentPort.postMessage({ type: 'progress', title, bytes: 1 });
    parentPort.postMessage({ type: 'warning', title, message: 'a' });
  });
`;

test('a listener that throws fails the run, in whatever thread the work is', async () => {
  const entry = `data:text/javascript,${encodeURIComponent(THREAD)}`;
  const work = { mode: 'm', unit: { id: 'u', input: 0, tracks: [], bytes: 1 } } as never;
  for (const isWarning of [false, true]) {
    const pool = new WorkerPool({ entry, threads: 1 });
    const run = testRun();
    const listener = () => {
      throw new Error('of the listener');
    };
    if (isWarning) run.on(listener);
    const events = { start() {}, progress: isWarning ? () => {} : listener, end() {} };
    const error = await pool
      .execute(pool.enter(), run, { works: [work], groups: [[0]] }, events)
      .catch((cause: Error) => cause.message);
    assert.is(error, 'of the listener');
    await pool.close();
    await nothingLeft('a thread');
  }
});

test.run();
