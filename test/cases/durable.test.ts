/** What is published survives a power cut: of every file the system was asked so after the last byte, and of every folder after the last name. */
import { readlinkSync } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageTitle } from '../../core/index.ts';
import { MODES } from '../helpers/titles/modes.ts';
import { testPlugins, titleOptions } from '../helpers/titles/package.ts';

const test = suite('durable');

const SAMPLE = join(import.meta.dirname, '../media/sample-360p.mp4');

type Call = 'write' | 'sync';

/** The calls of handles that matter here. */
const CALLS = {
  writev: 'write',
  writeFile: 'write',
  write: 'write',
  datasync: 'sync',
  sync: 'sync',
} as const;

/** Do something. @returns of each file that is open meanwhile what was asked for last, by path */
async function lastCalls(work: () => Promise<unknown>): Promise<Map<string, Call>> {
  const file = await open('/dev/null');
  await file.close();
  const handles = Object.getPrototypeOf(file) as Record<string, unknown>;
  const last = new Map<string, Call>();
  const undo = Object.entries(CALLS).map(([name, call]) => {
    const own = handles[name] as (...args: unknown[]) => Promise<unknown>;
    handles[name] = function (this: FileHandle, ...args: unknown[]): Promise<unknown> {
      const path = readlinkSync(`/proc/self/fd/${this.fd}`);
      // What is synced while it is written is not synced as it is in the end.
      if (call === 'write') last.set(path, call);
      const begun = last.get(path);
      return own.apply(this, args).then((answer) => {
        if (call === 'sync' && last.get(path) === begun) last.set(path, call);
        return answer;
      });
    };
    return () => {
      handles[name] = own;
    };
  });
  try {
    await work();
  } finally {
    for (const one of undo) one();
  }
  return last;
}

for (const { name, plugin } of MODES) {
  test(`every file of ${name} is on the disk before it is published`, async () => {
    const title = titleOptions({ inputs: [SAMPLE] });
    const last = await lastCalls(() => packageTitle({ title, plugins: [...testPlugins(), plugin()] }));
    const found = await readdir(title.output, { recursive: true, withFileTypes: true });
    const files = found.filter((entry) => entry.isFile()).map(({ name }) => name);
    assert.ok(files.length > 0);
    // They were written in a hidden folder, whose paths end as those of the outputs do.
    for (const file of files) {
      const calls = [...last].filter(([path]) => basename(path) === file).map(([, call]) => call);
      assert.ok(calls.length > 0, `${file} was not written`);
      assert.equal(new Set(calls), new Set(['sync']), file);
    }
  });
}

test.run();
