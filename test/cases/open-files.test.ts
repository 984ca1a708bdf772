/** Where the system gives no more open files, that is what is told: not a bug, not a damaged file, not a folder in the way. */
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { outputError } from '../../core/io/disk.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { sealpack } from '../helpers/commands/sealpack-command.ts';
import { filesBelow } from '../helpers/titles/package.ts';

const test = suite('a limit of open files');

const INPUTS = ['360p', '270p', '180p'].map((size) =>
  join(import.meta.dirname, `../media/sample-${size}.mp4`),
);

test('at whatever file the limit is reached, it is told, and nothing is left', async () => {
  let refused = 0;
  // Below this Node.js itself cannot load a program.
  for (let limit = 28; limit <= 52; limit += 3) {
    const folder = temporaryFolder('limit');
    const through = ['sh', '-c', 'ulimit -n "$0"; exec "$@"', String(limit)];
    const args = [...INPUTS, '--preset', 'local', '--output', 'out', '--quiet'];
    const { status, stderr } = await sealpack(args, folder, { through });
    if (status === 0) continue;
    refused++;
    assert.match(stderr, /too many open files/, `${limit}: ${stderr}`);
    assert.match(stderr, /ulimit -n/, `${limit}: ${stderr}`);
    assert.not.match(stderr, /is a bug|damaged|rights/, `${limit}: ${stderr}`);
    assert.equal(await filesBelow(join(folder, 'out')), [], String(limit));
  }
  assert.ok(refused > 0);
});

test('an output: the exit status of one, and no word of the folder', () => {
  for (const code of ['EMFILE', 'ENFILE']) {
    const error = outputError('/out/a.mp4', Object.assign(new Error(code), { code }));
    assert.equal([error.code, error.exit], ['TOO_MANY_FILES', 4]);
    assert.match(error.message, 'too many open files');
    assert.match(error.hint ?? '', 'ulimit -n');
  }
});

test.run();
