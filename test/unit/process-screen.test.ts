import { EventEmitter } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { screenOf } from '../../core/cli/process-screen.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';

const test = suite('process screen');

/** As much of a standard stream as screens look at. */
class Stream extends EventEmitter {
  isTTY = true;
  columns = 0;
  rows = 0;
  readonly fd: number;
  text = '';

  constructor(fd: number) {
    super();
    this.fd = fd;
  }

  write(text: string): boolean {
    this.text += text;
    return true;
  }

  get asStream() {
    return this as unknown as Parameters<typeof screenOf>[0];
  }
}

test('a terminal that does not know its size has 80 columns and 24 rows, for everybody who asks its stream', () => {
  const fd = openSync('/dev/null', 'w');
  try {
    const stream = new Stream(fd);
    const screen = screenOf(stream.asStream, () => assert.unreachable());
    assert.equal([screen.columns, screen.rows, stream.columns, stream.rows], [80, 24, 80, 24]);
    Object.assign(stream, { columns: 132, rows: 0 }).emit('resize');
    assert.equal([screen.columns, screen.rows], [132, 24]);
    screen.write('all of it');
    assert.is(stream.text, 'all of it');
  } finally {
    closeSync(fd);
  }
});

test('what could not be written is told once; a reader that has gone is not', () => {
  const fd = openSync('/dev/null', 'w');
  const failed = (code: string) => Object.assign(new Error(code), { code });
  const told = (isTTY: boolean, codes: readonly string[]) => {
    const lost: unknown[] = [];
    const stream = Object.assign(new Stream(fd), { isTTY });
    screenOf(stream.asStream, (cause) => lost.push((cause as { code: string }).code));
    for (const code of codes) stream.emit('error', failed(code));
    return lost;
  };
  try {
    assert.equal(told(false, ['EPIPE', 'ENOSPC', 'ENOSPC']), ['ENOSPC']);
    assert.equal(told(false, ['EIO']), ['EIO']);
    assert.equal(told(true, ['EIO', 'EPIPE']), []);
  } finally {
    closeSync(fd);
  }
});

test('a file gets every byte, and nothing behind a gap', () => {
  const path = join(temporaryFolder('screen'), 'out.txt');
  const fd = openSync(path, 'w');
  const lost: unknown[] = [];
  const screen = screenOf(Object.assign(new Stream(fd), { isTTY: false }).asStream, (cause) =>
    lost.push(cause),
  );
  screen.write('Größe\n');
  closeSync(fd);
  screen.write('more\n');
  screen.write('and more\n');
  assert.is(readFileSync(path, 'utf8'), 'Größe\n');
  assert.is(lost.length, 1);
});

test.run();
