import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fail } from '../../core/base/errors.ts';
import { outputError, requireDiskSpace } from '../../core/io/disk.ts';

const test = suite('errors of writing');

const fault = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });

test('each foreseen fault has its result code', () => {
  const results = Object.fromEntries(
    ['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'ENOTDIR', 'EIO'].map((code) => [
      code,
      outputError('/out/a.mp4', fault(code)).result,
    ]),
  );
  assert.equal(results, { ENOSPC: 1205, EDQUOT: 1205, EACCES: 1206, EROFS: 1206, ENOTDIR: 1206, EIO: 1206 });
});

test('system errors are told in words, never as the system puts them', () => {
  const told = (code: string) => outputError('/out/a.mp4', fault(code)).message.split(': ')[1];
  assert.is(told('EROFS'), 'its file system is read-only.');
  assert.is(told('EACCES'), 'permission denied.');
  assert.is(told('ELOOP'), 'it is, or leads through, a symbolic link that leads back to itself.');
  assert.is(told('EWHATEVER'), 'EWHATEVER.');
});

test('a name that is too long is told from a path that is too long', () => {
  assert.is(outputError(`/out/${'x'.repeat(300)}/a.mp4`, fault('ENAMETOOLONG')).result, 1204);
  assert.is(outputError('/deep'.repeat(1000), fault('ENAMETOOLONG')).result, 1203);
});

test('an error that says what it is already stays', () => {
  const error = fail.cancelled();
  assert.is(outputError('/out', error), error);
});

test('space is checked before the first byte', async () => {
  await requireDiskSpace('.', 1);
  try {
    await requireDiskSpace('.', Number.MAX_SAFE_INTEGER);
    assert.unreachable();
  } catch (error) {
    assert.is((error as { result: number }).result, 1205);
    assert.match((error as Error).message, /are needed/);
  }
});

test.run();
