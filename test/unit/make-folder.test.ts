import { statSync, symlinkSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeFolder } from '../../core/io/make-folder.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';

const test = suite('make folders');

const codeOf = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (cause: NodeJS.ErrnoException) => cause.code,
  );

test('makes what is missing, with the mode asked for, and says where it began', async () => {
  const root = temporaryFolder('folders');
  assert.is(await makeFolder(join(root, 'a/b/c'), 0o700), join(root, 'a'));
  assert.is((await stat(join(root, 'a/b'))).mode & 0o777, 0o700);
  assert.is(await makeFolder(join(root, 'a/b/c')), undefined);
  assert.is(await makeFolder(join(root, 'a/b/d')), join(root, 'a/b/d'));
});

test('any number may make one folder at the same moment', async () => {
  const root = temporaryFolder('folders');
  await Promise.all(Array.from({ length: 40 }, () => makeFolder(join(root, 'a/b/c/d'))));
  assert.ok((await stat(join(root, 'a/b/c/d'))).isDirectory());
});

test('ends where a file system answers that there is nothing', async () => {
  assert.is(await codeOf(makeFolder('/proc/nowhere')), 'ENOENT');
  assert.is(await codeOf(makeFolder('/proc/nowhere/deep/er')), 'ENOENT');
});

test('a file or a link to nowhere in the way is told', async () => {
  const root = temporaryFolder('folders');
  writeFileSync(join(root, 'file'), '');
  symlinkSync('nowhere', join(root, 'link'));
  symlinkSync('loop', join(root, 'loop'));
  assert.is(await codeOf(makeFolder(join(root, 'file'))), 'EEXIST');
  assert.is(await codeOf(makeFolder(join(root, 'file/below'))), 'ENOTDIR');
  assert.is(await codeOf(makeFolder(join(root, 'link'))), 'EEXIST');
  assert.is(await codeOf(makeFolder(join(root, 'link/below'))), 'EEXIST');
  assert.is(await codeOf(makeFolder(join(root, 'loop/below'))), 'ELOOP');
});

test('whoever looks while another makes the parent goes on', async () => {
  const root = temporaryFolder('folders');
  for (let round = 0; round < 300; round++) {
    const path = join(root, String(round), 'deep/deeper');
    await Promise.all(Array.from({ length: 8 }, () => makeFolder(path)));
    assert.ok(statSync(path).isDirectory());
  }
});

test.run();
