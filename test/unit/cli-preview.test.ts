import * as assert from 'uvu/assert';
import { cliSuite, run } from '../helpers/commands/cli-program.ts';

const test = cliSuite('cli: preview');

test('an address is no place to play from, and its password is not shown', async ({ cwd }) => {
  const { status, err } = await run(cwd, 'preview', 'https://night:hush-hush@media.example/film/stream.mpd');
  assert.is(status, 3);
  assert.match(
    err,
    'https://…@media.example/film/stream.mpd cannot be read: https: URLs are not supported here',
  );
  assert.not.match(err, 'hush');
});

test.run();
