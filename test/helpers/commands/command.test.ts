import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { command, ffmpeg } from './command.ts';
import { temporaryFolder } from './folders.ts';

const test = suite('commands of tests');

const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'it did not fail',
    (error: Error) => error.message,
  );

const text = async (...asked: Parameters<typeof command>): Promise<string> =>
  (await command(...asked)).toString();

test('words arrive as they are', async () => {
  const words = ["it's", '"$HOME" `pwd` \\', 'two\nlines', '', '-n', '*', '日本'];
  assert.is(await text('printf', ['<%s>', ...words]), words.map((word) => `<${word}>`).join(''));
});

test('input and folder are its own', async () => {
  const folder = temporaryFolder("a 'folder'");
  const input = Buffer.from('in\0put\n');
  assert.equal(await command('cat', [], { input }), input);
  assert.is(await text('pwd', ['-P'], { cwd: folder }), `${folder}\n`);
  assert.is(await text('cat', []), '');
});

const FAILURES: Readonly<Record<string, readonly [script: string, message: RegExp]>> = {
  'a status': ['echo why >&2; exit 3', /^sh ended with status 3: why$/],
  'a signal': ['kill -SEGV $$', /^sh ended with SIGSEGV: $/],
};

for (const [name, [script, message]] of Object.entries(FAILURES)) {
  test(`${name} is told`, async () => {
    assert.match(await messageOf(command('sh', ['-c', script])), message);
  });
}

test('what is not there cannot be started', async () => {
  const message = await messageOf(command('no-such-program', ['-h']));
  assert.match(message, /^no-such-program could not be started: .*not found$/);
});

test('a hundred at a time keep their answers apart', async () => {
  const numbers = Array.from({ length: 100 }, (_, n) => `${n}`);
  assert.equal(await Promise.all(numbers.map((n) => text('echo', ['-n', n]))), numbers);
});

test('megabytes come whole', async () => {
  const source = ['-f', 'lavfi', '-i', 'color=size=640x360:rate=25:duration=1', '-pix_fmt', 'gray'];
  assert.is((await ffmpeg([...source, '-f', 'rawvideo', 'pipe:1'])).length, 640 * 360 * 25);
});

test.run();
