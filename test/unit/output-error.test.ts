import { constants } from 'node:os';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fail } from '../../core/base/errors.ts';
import { outputError, requireDiskSpace } from '../../core/io/disk.ts';

const test = suite('errors of writing');

const fault = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });

test('each foreseen fault has its code', () => {
  const codes = Object.fromEntries(
    ['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'ENOTDIR', 'EIO'].map((system) => [
      system,
      outputError('/out/a.mp4', fault(system)).code,
    ]),
  );
  assert.equal(codes, {
    ENOSPC: 'DISK_FULL',
    EDQUOT: 'DISK_FULL',
    EACCES: 'OUTPUT_NOT_WRITABLE',
    EROFS: 'OUTPUT_NOT_WRITABLE',
    ENOTDIR: 'OUTPUT_NOT_WRITABLE',
    EIO: 'OUTPUT_NOT_WRITABLE',
  });
});

test('a fault that Node.js has no name for is known by its number', () => {
  const unnamed = (errno: number) =>
    Object.assign(fault(`Unknown system error ${errno}`), { errno: -Math.abs(errno) });
  assert.is(outputError('/out/a.mp4', unnamed(-constants.errno.EDQUOT)).code, 'DISK_FULL');
  assert.match(
    outputError('/out/a.mp4', unnamed(-constants.errno.ESTALE)).message,
    'its server has lost it.',
  );
  assert.match(outputError('/out/a.mp4', unnamed(-9999)).message, 'Unknown system error -9999.');
});

test('system errors are told in words, never as the system puts them', () => {
  const told = (code: string) => outputError('/out/a.mp4', fault(code)).message.split(': ')[1];
  assert.is(told('EROFS'), 'its file system is read-only.');
  assert.is(told('EACCES'), 'permission denied.');
  assert.is(told('ELOOP'), 'it is, or leads through, a symbolic link that leads back to itself.');
  assert.is(told('EWHATEVER'), 'EWHATEVER.');
});

test('a name that is too long is told from a path that is too long', () => {
  assert.is(outputError(`/out/${'x'.repeat(300)}/a.mp4`, fault('ENAMETOOLONG')).code, 'NAME_TOO_LONG');
  assert.is(outputError('/deep'.repeat(1000), fault('ENAMETOOLONG')).code, 'PATH_TOO_LONG');
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
    assert.is((error as { code: string }).code, 'DISK_FULL');
    assert.match((error as Error).message, /are needed/);
  }
});

test.run();
