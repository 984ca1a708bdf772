/** A manifest of titles some of which are hostile: the others are written, and all is told. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hostileBatch } from '../batch/hostile-batch.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { runCommand, sealpack } from '../helpers/commands/run-command.ts';

const test = suite('batch');

test('of 21 titles with 3 hostile files exactly the other 18 are written', async () => {
  const folder = temporaryFolder('batch');
  const { good, bad } = await hostileBatch(folder, 21, 7);
  const args = ['run', '--manifest', 'titles.csv', '--report', 'summary.json'];
  const { status, stdout, stderr } = await runCommand(sealpack, args, folder);
  assert.is(status, 3, stderr);
  assert.equal((await readdir(join(folder, 'out'))).sort(), good.toSorted());
  assert.is(bad.length, 3);
  const { list, ...figures } = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8'));
  assert.equal([figures.titles, figures.written, figures.failed, figures.left], [21, 18, 3, 0]);
  const failed = list.filter((title: { status: string }) => title.status === 'failed');
  assert.equal(
    failed.map(({ contentId }: { contentId: string }) => contentId),
    bad,
  );
  for (const name of bad) assert.match(stdout, new RegExp(`^ +\\d+ +${name} +[A-Z_]+ +.*in-\\d+\\.mp4`, 'm'));

  const again = await runCommand(sealpack, [...args, '--only', 'film-1,film-6'], folder);
  assert.is(again.status, 3);
  assert.match(again.stdout, /1 already there, 1 failed/);
});

test('rows that would write one folder are refused before any is written', async () => {
  const folder = temporaryFolder('batch-clash');
  await hostileBatch(folder, 3, 9);
  const args = ['run', '--manifest', 'titles.csv', '--output', 'flat/{contentId}', '--overwrite'];
  assert.is((await runCommand(sealpack, args, folder)).status, 0);
  await writeFile(join(folder, 'titles.csv'), 'contentId,inputs\na,in-1.mp4\nb,in-2.mp4\na,in-1.mp4\n');
  const { status, stderr } = await runCommand(sealpack, ['run', '--manifest', 'titles.csv'], folder);
  assert.is(status, 2);
  const lines =
    /titles\.csv, line 2 and titles\.csv, line 4 \(mode dash-cenc\) would both write .*out\/a\/DASH_in-1_mp4/;
  assert.match(stderr.replace(/\s+/g, ' '), lines);
  assert.not((await readdir(folder)).includes('out'));
});

test.run();
