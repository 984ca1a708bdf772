/** The large files are large: longer than every window and buffer through which files are read. */
import { stat } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LARGE_ROWS } from '../matrix/large-rows.ts';

const test = suite('large media');

for (const { name, inputs } of LARGE_ROWS) {
  test(name, async () => {
    for (const path of await inputs()) assert.ok((await stat(path)).size > 4 * 2 ** 20, path);
  });
}

test.run();
