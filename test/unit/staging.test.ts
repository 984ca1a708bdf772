import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PackagerError } from '../../core/errors.ts';
import { fileTree } from '../../core/io/file-tree.ts';
import { Staging } from '../../core/io/staging.ts';

const test = suite<{ root: string; output: string }>('staging');

test.before.each(async (context) => {
  context.root = await mkdtemp(join(tmpdir(), 'sealpack-staging-'));
  context.output = join(context.root, 'a', 'out');
});
test.after.each(({ root }) => rm(root, { recursive: true, force: true }));

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (PackagerError.is(error)) return error.code;
    throw error;
  }
  return 'none';
};

test('nothing is visible before commit, everything after', async ({ output }) => {
  const staging = await Staging.open(output, ['DASH'], false);
  await fileTree(staging.folder, 'DASH').write('video/init.mp4', 'one');
  assert.ok((await readdir(output)).every((name) => name.startsWith('.')));
  await staging.commit();
  assert.equal(await readdir(output), ['DASH']);
  assert.is(await readFile(join(output, 'DASH/video/init.mp4'), 'utf8'), 'one');
});

test('discard leaves nothing, not even the folders made for the run', async ({ root, output }) => {
  const staging = await Staging.open(output, ['DASH'], false);
  await fileTree(staging.folder, 'DASH').write('x', 'one');
  await staging.discard();
  assert.equal(await readdir(root), []);
});

test('discard keeps an output folder that was there', async ({ output }) => {
  await mkdir(output, { recursive: true });
  await writeFile(join(output, 'mine'), '');
  const staging = await Staging.open(output, ['DASH'], false);
  await staging.discard();
  assert.equal(await readdir(output), ['mine']);
});

test('an existing output is refused before anything is made', async ({ output }) => {
  await mkdir(join(output, 'DASH'), { recursive: true });
  assert.is(await codeOf(Staging.open(output, ['DASH'], false)), 'OUTPUT_EXISTS');
  assert.equal(await readdir(output), ['DASH']);
});

test('with overwrite the old output is replaced whole', async ({ output }) => {
  await mkdir(join(output, 'DASH'), { recursive: true });
  await writeFile(join(output, 'DASH/old'), '');
  const staging = await Staging.open(output, ['DASH'], true);
  await fileTree(staging.folder, 'DASH').write('new', '');
  await staging.commit();
  assert.equal(await readdir(join(output, 'DASH')), ['new']);
  assert.equal(await readdir(output), ['DASH']);
});

test('an output that appears during the run is not overwritten; all that was moved is taken back', async ({
  output,
}) => {
  const staging = await Staging.open(output, ['a', 'b'], false);
  await fileTree(staging.folder).write('a', 'ours');
  await fileTree(staging.folder).write('b', 'ours');
  await writeFile(join(output, 'b'), 'theirs');
  assert.is(await codeOf(staging.commit()), 'OUTPUT_EXISTS');
  await staging.discard();
  assert.equal(await readdir(output), ['b']);
  assert.is(await readFile(join(output, 'b'), 'utf8'), 'theirs');
});

test('what a killed run has left is removed by the next; that of a running one is not', async ({
  output,
}) => {
  const remains = `import { Staging } from '${new URL('../../core/io/staging.ts', import.meta.url)}';
await Staging.open(${JSON.stringify(output)}, [], false);
process.kill(process.pid, 'SIGKILL');`;
  const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', remains];
  assert.is(spawnSync(process.execPath, args).signal, 'SIGKILL');
  const mine = await Staging.open(output, [], false);
  const other = await Staging.open(output, [], false);
  assert.equal(
    (await readdir(output)).sort(),
    [mine.folder, other.folder].map((folder) => basename(folder)).sort(),
  );
  await mine.discard();
  await other.discard();
});

test('a file in the way of the output folder is a clear error', async ({ root }) => {
  await writeFile(join(root, 'file'), '');
  assert.is(await codeOf(Staging.open(join(root, 'file'), [], false)), 'OUTPUT_NOT_WRITABLE');
  assert.is(await codeOf(Staging.open(join(root, 'x'.repeat(300)), [], false)), 'NAME_TOO_LONG');
});

test('files are exclusive, keep their reserved room and never leave the tree', async ({ root }) => {
  const tree = fileTree(root);
  const file = await tree.create('a/file');
  file.reserve(3);
  await file.append([Buffer.from('de'), Buffer.alloc(0), Buffer.from('f')]);
  await file.writeAt(0, Buffer.from('abc'));
  assert.is(file.position, 6);
  await file.close();
  assert.is(await readFile(join(root, 'a/file'), 'utf8'), 'abcdef');
  assert.is(await codeOf(tree.create('a/file')), 'OUTPUT_NOT_WRITABLE');
  try {
    await tree.create('../escape');
    assert.unreachable();
  } catch (error) {
    assert.instance(error, RangeError);
  }
});

test('a tree whose folder has vanished is not made again', async ({ root }) => {
  const base = join(root, 'base');
  await mkdir(base);
  const tree = fileTree(base, 'DASH');
  await tree.write('video/1.m4s', 'one');
  await rm(base, { recursive: true });
  for (const path of ['video/2.m4s', 'audio/1.m4s']) {
    assert.is(await codeOf(tree.write(path, '')), 'OUTPUT_NOT_WRITABLE');
    assert.is(await codeOf(fileTree(base).write(path, '')), 'OUTPUT_NOT_WRITABLE');
  }
  assert.equal(await readdir(root), []);
});

test('thousands of parts in one append arrive in order', async ({ root }) => {
  const file = await fileTree(root).create('many');
  const parts = Array.from({ length: 5000 }, (_, index) => Buffer.from([index & 255, index >> 8]));
  await file.append(parts);
  await file.close();
  assert.equal(await readFile(join(root, 'many')), Buffer.concat(parts));
});

test('closes what a failed unit has left open', async ({ root }) => {
  const tree = fileTree(root);
  const file = await tree.create('left');
  await tree.abandon();
  assert.is(await codeOf(file.append([Buffer.from('x')])), 'OUTPUT_NOT_WRITABLE');
});

test.run();
