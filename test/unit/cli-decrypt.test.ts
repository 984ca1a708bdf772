import * as assert from 'uvu/assert';
import { cliSuite, run } from '../helpers/commands/cli-program.ts';

const test = cliSuite('cli: decrypt');

test('nothing is decrypted with keys that nobody named', async ({ cwd }) => {
  const { status, err, out } = await run(cwd, 'decrypt', 'a.mp4', '--output', 'clear');
  assert.is(status, 2);
  assert.is(out, '');
  assert.match(err, 'Nothing says where the keys come from.');
  assert.match(err, '--preset');
});

test('it is said where to write', async ({ cwd }) => {
  const { status, err } = await run(cwd, 'decrypt', 'a.mp4', '--preset', 'local');
  assert.is(status, 2);
  assert.match(err, 'Name one with --output.');
});

test.run();
