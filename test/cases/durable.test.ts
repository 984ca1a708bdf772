/**
 * What is published survives a power cut: when the first name changes, every file has been synced after its last byte, and every
 * folder after its last name.
 */
import { readlinkSync } from 'node:fs';
import promises, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { basename, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageTitle } from '../../core/index.ts';
import { fileHandles, Replaced } from '../helpers/commands/replaced.ts';
import { MODES } from '../helpers/titles/modes.ts';
import { testPlugins, titleOptions } from '../helpers/titles/package.ts';

const test = suite('durable');

const SAMPLE = join(import.meta.dirname, '../media/sample-360p.mp4');

const WRITES = ['writev', 'writeFile', 'write'];
const SYNCS = ['datasync', 'sync'];

/** Something that was opened. */
interface Seen {
  /** Counts beginnings and ends of writes. */
  writes: number;
  /** That count, when the last sync began that has ended. */
  synced: number;
}

type Call = (this: FileHandle, ...args: unknown[]) => Promise<unknown>;

/** Do something. @returns what was open until the first rename, by path, as it was then */
async function seenUntilPublished(work: () => Promise<unknown>): Promise<Map<string, Seen>> {
  const handles = (await fileHandles()) as unknown as Record<string, Call>;
  const seen = new Map<string, Seen>();
  let published: Map<string, Seen> | undefined;
  const seenOf = (handle: FileHandle): Seen => {
    const path = readlinkSync(`/proc/self/fd/${handle.fd}`);
    const found = seen.get(path) ?? { writes: 0, synced: -1 };
    seen.set(path, found);
    return found;
  };
  const replaced = new Replaced();
  const watch = (name: string, note: (one: Seen) => () => void): void =>
    replaced.replace(
      handles,
      name,
      (own) =>
        async function (...args) {
          const ended = note(seenOf(this));
          return own.apply(this, args).finally(ended);
        },
    );
  for (const name of WRITES)
    watch(name, (one) => {
      one.writes += 1;
      return () => {
        one.writes += 1;
      };
    });
  for (const name of SYNCS)
    watch(name, (one) => {
      const { writes } = one;
      return () => {
        one.synced = writes;
      };
    });
  replaced.replace(promises, 'rename', (own) => (...args) => {
    published ??= new Map([...seen].map(([path, one]) => [path, { ...one }]));
    return own(...args);
  });
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    replaced.undo();
    syncBuiltinESMExports();
  }
  return published ?? new Map();
}

for (const { name, plugin } of MODES) {
  test(`all of ${name} is on the disk before it is published`, async () => {
    const title = titleOptions({ inputs: [SAMPLE], receipt: true });
    const work = () => packageTitle({ title, plugins: [...testPlugins(), plugin()] });
    const seen = await seenUntilPublished(work);
    const found = await promises.readdir(title.output, { recursive: true, withFileTypes: true });
    assert.ok(found.some((entry) => entry.isFile()));
    // They were made in a hidden folder, under the same names.
    for (const { name, parentPath } of found) {
      const path = join(parentPath, name).slice(title.output.length);
      const [one, ...others] = [...seen].filter(([made]) => made.endsWith(`/new${path}`));
      assert.ok(one, `${path} was neither written nor synced`);
      assert.equal(others, []);
      assert.is(one[1].synced, one[1].writes, path);
      assert.is(basename(one[0]), name);
    }
  });
}

test.run();
