/** Files that change while they are packaged. */
import { appendFileSync, truncateSync, writeFileSync } from 'node:fs';
import { copyFile, readFile, stat } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageTitle } from '../../core/index.ts';
import { temporaryFolder } from '../helpers/folders.ts';
import { COLUMNS } from '../helpers/matrix/columns.ts';
import { failureOf, filesBelow, testPlugins, titleOptions } from '../helpers/package.ts';
import { mediaNamed } from './media.ts';
import { outputFaults } from './output-faults.ts';

const test = suite('changing files');

const dash = COLUMNS.find(({ name }) => name === 'dash-cenc')!;

/** Package a copy of a medium, which is changed when it has been looked through and before it is read. */
async function packageChanging(name: string, change: (path: string, size: number) => void) {
  const source = await mediaNamed(name).file();
  const path = join(temporaryFolder('changing'), `copy${extname(name)}`);
  await copyFile(source, path);
  const { size } = await stat(path);
  const title = titleOptions({ inputs: [path], segmentDuration: 0.4 });
  const work = packageTitle({
    ...{ title, plugins: [...testPlugins(), dash.mode()] },
    onEvent: (event) => {
      if (event.type === 'stage' && event.stage === 'demux' && event.state === 'end') change(path, size);
    },
  });
  return { path, title, work };
}

for (const name of ['avc-aac.mp4', 'hevc-eac3-fragments.mp4', 'avc-aac.mkv', 'av1-opus.webm', 'avc-aac.ts']) {
  test(`${name} that shrinks: a sentence, and nothing is left`, async () => {
    const { path, title, work } = await packageChanging(name, (file, size) =>
      truncateSync(file, Math.floor(size / 3)),
    );
    const error = await failureOf(work);
    assert.is(error.code, 'INPUT_NOT_READABLE');
    assert.ok(error.message.includes(path), error.message);
    assert.match(error.message, /ends at byte|changed/);
    assert.equal(await filesBelow(dirname(title.output)), []);
  });

  test(`${name} that grows: what was there at the beginning is packaged`, async () => {
    const { path, title, work } = await packageChanging(name, (file, size) =>
      appendFileSync(file, Buffer.alloc(size, 0x47)),
    );
    await work;
    assert.equal(await outputFaults(title.output, path), []);
  });

  test(`${name} that becomes another file: a sentence that names it, or what is there now`, async () => {
    const other = await readFile(await mediaNamed('avc-mp3.ts').file());
    const { path, title, work } = await packageChanging(name, (file, size) =>
      writeFileSync(file, Buffer.alloc(size, other)),
    );
    const refusal = await work.then(
      () => undefined,
      () => failureOf(work),
    );
    if (!refusal) return assert.equal(await outputFaults(title.output, path), []);
    assert.ok(['NOT_MEDIA', 'INPUT_NOT_READABLE'].includes(refusal.code), refusal.message);
    assert.ok(refusal.message.includes(path), refusal.message);
    assert.equal(await filesBelow(dirname(title.output)), []);
  });
}

test.run();
