import { type FileHandle, mkdtemp, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SYNCED } from '../../core/io/disk-file.ts';
import { fileTree } from '../../core/io/file-tree.ts';
import { Staging } from '../../core/io/staging/staging.ts';
import { localSurroundings } from '../../core/io/staging/surroundings.ts';
import { SyncQueue } from '../../core/io/sync-queue.ts';
import { codeOf } from '../helpers/commands/code-of.ts';
import { fileHandles, Replaced } from '../helpers/commands/replaced.ts';

const test = suite<{ root: string; replaced: Replaced }>('file tree');

test.before.each(async (context) => {
  context.root = await mkdtemp(join(tmpdir(), 'sealpack-tree-'));
  context.replaced = new Replaced();
});
test.after.each(async ({ root, replaced }) => {
  replaced.undo();
  await rm(root, { recursive: true, force: true });
});

/** A queue in which so many works wait for somebody to let them go. */
function occupied(works: number): { queue: SyncQueue; letGo: () => void } {
  const queue = new SyncQueue();
  let letGo: () => void = () => {};
  const first = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  for (let n = 0; n < works; n++) queue.add(() => first).catch(() => {});
  return { queue, letGo: () => letGo() };
}

/** Put something else in the place of the system's `datasync`, for all files. */
async function replaceSync(replaced: Replaced, sync: () => Promise<void>): Promise<void> {
  replaced.replace(await fileHandles(), 'datasync', () => sync);
}

/** What of a folder is open in this process. */
async function openBelow(folder: string): Promise<string[]> {
  const names = await readdir('/proc/self/fd');
  const paths = await Promise.all(names.map((fd) => readlink(join('/proc/self/fd', fd)).catch(() => '')));
  return paths.filter((path) => path.startsWith(folder));
}

const full = () => Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' }));

test('what was synced while it was written is not opened again to be published; what was not is', async ({
  root,
}) => {
  const local = localSurroundings();
  const opened: string[] = [];
  const disk: typeof local.disk = {
    ...local.disk,
    open: (path, ...rest) => {
      opened.push(String(path));
      return local.disk.open(path, ...rest);
    },
  };
  const options = { overwrite: false, inputs: [], warn: assert.unreachable };
  const staging = await Staging.open(root, ['DASH'], options, { ...local, disk });
  const queue = new SyncQueue();
  const tree = fileTree(staging.folder, 'DASH', queue);
  await tree.write('synced', 'one');
  await queue.add(async () => {});
  await tree.settled?.();
  await fileTree(staging.folder, 'DASH').write('other', 'two');
  assert.equal(
    tree.files.map(({ receipt }) => receipt),
    [SYNCED],
  );
  opened.length = 0;
  await staging.commit([
    { path: 'DASH/synced', bytes: 3, receipt: tree.files[0]?.receipt },
    { path: 'DASH/other', bytes: 3 },
  ]);
  const files = opened.filter((path) => path.endsWith('synced') || path.endsWith('other'));
  assert.equal(files, [join(staging.folder, 'DASH/other')]);
  assert.is(await readFile(join(root, 'DASH/synced'), 'utf8'), 'one');
});

test('a large file is synced again and again while it grows', async ({ root, replaced }) => {
  let syncs = 0;
  await replaceSync(replaced, async () => {
    syncs += 1;
  });
  const queue = new SyncQueue();
  const tree = fileTree(root, '', queue);
  const file = await tree.create('large');
  const piece = new Uint8Array(2 ** 22).fill(7);
  for (let n = 0; n < 20; n++) await file.append([piece]);
  assert.is(syncs, 2, 'of 80 MiB');
  await file.close();
  await queue.add(async () => {});
  await tree.settled?.();
  assert.is(syncs, 3);
  assert.is((await stat(join(root, 'large'))).size, 20 * piece.length);
});

test('a queue that does not keep up is left alone: the file is closed, and whoever publishes syncs it', async ({
  root,
}) => {
  const { queue, letGo } = occupied(16);
  const tree = fileTree(root, '', queue);
  await tree.write('a', 'one');
  assert.equal(await openBelow(root), []);
  await tree.settled?.();
  assert.equal(
    tree.files.map(({ receipt }) => receipt),
    [undefined],
  );
  letGo();
});

test('a disk that was full all along stops the unit: where it writes next, and at its end', async ({
  root,
  replaced,
}) => {
  await replaceSync(replaced, full);
  const queue = new SyncQueue();
  const tree = fileTree(root, '', queue);
  await tree.write('small', 'one');
  await queue.add(async () => {});
  assert.is(await codeOf(tree.settled!()), 'DISK_FULL');
  assert.equal(
    tree.files.map(({ receipt }) => receipt),
    [undefined],
  );
  const large = await tree.create('large');
  await large.append([new Uint8Array(2 ** 25)]);
  await queue.add(async () => {});
  assert.is(await codeOf(large.append([new Uint8Array(1)])), 'DISK_FULL');
  assert.is(await codeOf(large.close()), 'DISK_FULL');
  await tree.abandon();
  assert.equal(await openBelow(root), []);
});

test('what waits to be synced when a unit fails is closed, and never synced', async ({ root, replaced }) => {
  let syncs = 0;
  await replaceSync(replaced, async () => {
    syncs += 1;
  });
  const { queue, letGo } = occupied(1);
  const tree = fileTree(root, '', queue);
  for (const name of ['a', 'b', 'c']) await tree.write(name, name);
  assert.is((await openBelow(root)).length, 3);
  await tree.abandon();
  assert.equal(await openBelow(root), []);
  letGo();
  await queue.add(async () => {});
  assert.is(syncs, 0);
});

test('what still waits at the end of a unit is closed, for whoever publishes to sync', async ({
  root,
  replaced,
}) => {
  let syncs = 0;
  await replaceSync(replaced, async () => {
    syncs += 1;
  });
  const { queue, letGo } = occupied(1);
  const tree = fileTree(root, '', queue);
  for (const name of ['a', 'b']) await tree.write(name, name);
  await tree.settled?.();
  assert.equal(await openBelow(root), []);
  assert.equal(
    tree.files.map(({ receipt }) => receipt),
    [undefined, undefined],
  );
  letGo();
  await queue.add(async () => {});
  assert.is(syncs, 0);
});

test('nothing is written into a file that is closed, synced or not, and none is left open', async ({
  root,
}) => {
  const { queue, letGo } = occupied(1);
  const tree = fileTree(root, '', queue);
  const file = await tree.create('a');
  file.reserve(4);
  await file.append([Buffer.from('b')]);
  try {
    await tree.settled?.();
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, 'a was never closed');
  }
  await file.writeAt(0, Buffer.from('abcd'));
  const writing = file.append([new Uint8Array(2 ** 20)]);
  try {
    await file.close();
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, 'a is closed while it is being written');
  }
  await writing;
  await file.close();
  assert.is(await codeOf(file.append([Buffer.from('x')])), 'OUTPUT_NOT_WRITABLE');
  assert.is(await codeOf(file.writeAt(0, Buffer.from('x'))), 'OUTPUT_NOT_WRITABLE');
  letGo();
  await queue.add(async () => {});
  await tree.settled?.();
  assert.is((await stat(join(root, 'a'))).size, 5 + 2 ** 20);
});

test('a file that is being synced when its unit fails is closed after that', async ({ root, replaced }) => {
  let end: () => void = () => {};
  await replaceSync(replaced, () => new Promise((resolve) => (end = resolve)));
  const queue = new SyncQueue();
  const tree = fileTree(root, '', queue);
  await tree.write('a', 'one');
  await new Promise((resolve) => setImmediate(resolve));
  const abandoned = tree.abandon();
  await new Promise((resolve) => setImmediate(resolve));
  assert.is((await openBelow(root)).length, 1);
  end();
  await abandoned;
  assert.equal(await openBelow(root), []);
});

/** Count writes of all open files. */
async function countWrites(replaced: Replaced): Promise<{ calls: number }> {
  const count = { calls: 0 };
  replaced.replace(await fileHandles(), 'writev', (own) => {
    const counting = function (this: FileHandle, ...args: Parameters<typeof own>) {
      count.calls += 1;
      return own.apply(this, args);
    };
    return counting as typeof own;
  });
  return count;
}

/** Bytes that are different at each place. */
const bytesAt = (position: number, length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, n) => ((position + n) * 2_654_435_761) >>> 24));

test('small pieces go together, whatever stands between them', async ({ root, replaced }) => {
  const count = await countWrites(replaced);
  const file = await fileTree(root).create('many');
  const expected: Buffer[] = [];
  let position = 0;
  const add = async (sizes: readonly number[]): Promise<void> => {
    const parts = sizes.map((size) => {
      const bytes = bytesAt(position, size);
      position += size;
      return bytes;
    });
    expected.push(...parts.map((part) => Buffer.from(part)));
    await file.append(parts);
    for (const part of parts) part.fill(0); // they are the writer's again
  };
  file.reserve(1000);
  const head = bytesAt(position, 1000);
  expected.push(head);
  position += 1000;
  for (let n = 0; n < 600; n++) await add([3, 0, 2000 + n]);
  const [few] = [count.calls];
  assert.ok(few > 0 && few < 5, `${few} writes`);
  await add([2 ** 17 + 1]);
  for (let n = 0; n < 20; n++) await add([100]);
  await add([2 ** 21]);
  await add([2 ** 17]);
  await file.writeAt(0, head);
  await add([7]);
  await file.close();
  assert.is(Buffer.compare(await readFile(join(root, 'many')), Buffer.concat(expected)), 0);
  assert.ok(count.calls < 14, `${count.calls} writes`);
});

test('small pieces that nobody waits for arrive in their places', async ({ root }) => {
  const tree = fileTree(root);
  const file = await tree.create('many');
  const parts = Array.from({ length: 300 }, (_, n) => bytesAt(n, 10_000 + n));
  await Promise.all(parts.map((part) => file.append([part])));
  await file.close();
  assert.is(Buffer.compare(await readFile(join(root, 'many')), Buffer.concat(parts)), 0);
});

test('what was gathered when a unit fails is written by nobody', async ({ root, replaced }) => {
  const count = await countWrites(replaced);
  const tree = fileTree(root);
  const file = await tree.create('left');
  await file.append([Buffer.from('some')]);
  await tree.abandon();
  await tree.abandon();
  assert.is(count.calls, 0);
});

test.run();
