/** Files that are made to take long, or much memory: each ends within seconds, as every damaged file does. */
import { readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../helpers/commands/folders.ts';

import { modeNamed } from '../helpers/titles/modes.ts';
import { inputSamples } from '../helpers/verify/input-samples.ts';
import { attempt } from './attempt.ts';
import { mediaNamed } from './media.ts';
import { SLOW_FILES } from './slow-files.ts';

const test = suite('slow files');

const dash = modeNamed('dash-cenc');

for (const { name, media, make } of SLOW_FILES) {
  test(name, async () => {
    const path = join(temporaryFolder('slow'), `slow${extname(media)}`);
    await writeFile(path, make(await readFile(await mediaNamed(media).file())));
    assert.equal((await attempt(path, dash, () => inputSamples(path))).faults, []);
  });
}

test.run();
