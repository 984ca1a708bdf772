import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { runCommand, sealpack } from '../helpers/commands/run-command.ts';
import { fault, hasFault } from '../helpers/media/faults.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { filesBelow, TEST_KEY } from '../helpers/titles/package.ts';

/** The fault that is a list of titles rather than a file. */
export const LIST_FAULT = 'same-name-titles';

/** The folder with the list that once lost a title, or one of the same kind. */
async function listFolder(): Promise<string> {
  if (hasFault(LIST_FAULT)) return fault(LIST_FAULT);
  const folder = temporaryFolder('list');
  for (const name of ['a', 'b']) {
    await mkdir(join(folder, name));
    await copyFile(await oddMedia('video-only'), join(folder, name, 'movie.mp4'));
  }
  const preset = ['manual', { key: TEST_KEY.key + TEST_KEY.iv, keyId: TEST_KEY.keyId }];
  const title = (input: string) => ({ preset, modes: ['dash-cenc'], inputs: [input], output: 'out' });
  const titles = [title('a/movie.mp4'), title('b/movie.mp4')];
  await writeFile(join(folder, 'packager.config.json'), JSON.stringify(titles));
  return folder;
}

/** Two titles of one name into one folder: refused before anything runs. @returns what the command says */
export async function proveList(): Promise<string> {
  const output = join(temporaryFolder('out'), 'out');
  const arguments_ = ['--output', output, '--overwrite', '--quiet'];
  const { status, stderr } = await runCommand(sealpack, arguments_, await listFolder());
  assert.is(status, 2, stderr);
  assert.match(stderr, /Titles 1 and 2 \(mode dash-cenc\) would both write/);
  assert.equal(await filesBelow(output), []);
  return 'Titles 1 and 2 would both write one folder';
}
