/** Files that change while they are packaged. */

import {
  appendFileSync,
  closeSync,
  copyFileSync,
  openSync,
  renameSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { copyFile, readFile, stat } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageTitle } from '../../core/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { COLUMNS } from '../helpers/matrix/columns.ts';
import { failureOf, filesBelow, testPlugins, titleOptions } from '../helpers/titles/package.ts';
import { mediaNamed } from './media.ts';

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

const MEDIA = ['avc-aac.mp4', 'hevc-eac3-fragments.mp4', 'avc-aac.mkv', 'av1-opus.webm', 'avc-aac.ts'];

/** What can happen to a file, and what is to be said of it. */
const CHANGES: readonly {
  readonly what: string;
  readonly change: (path: string, size: number) => void;
  readonly words: RegExp;
}[] = [
  {
    what: 'shrinks',
    change: (path, size) => truncateSync(path, Math.floor(size / 3)),
    words: /ends at byte|it had \d+ bytes/,
  },
  {
    what: 'grows',
    change: (path, size) => appendFileSync(path, Buffer.alloc(size, 0x47)),
    words: /it had \d+ bytes, and now has \d+/,
  },
  { what: 'is written to', change: writeInto, words: /somebody has written to it/ },
  { what: 'is replaced by an equal one', change: replace, words: /another file has taken its place/ },
  { what: 'goes', change: (path) => unlinkSync(path), words: /not there any more/ },
];

/** Its last byte, in place: the size stays. */
function writeInto(path: string, size: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.from([0]), 0, 1, size - 1);
  closeSync(file);
}

function replace(path: string): void {
  copyFileSync(path, `${path}.new`);
  renameSync(`${path}.new`, path);
}

for (const name of MEDIA) {
  for (const { what, change, words } of CHANGES) {
    test(`${name} that ${what}: a sentence, and nothing is left`, async () => {
      const { path, title, work } = await packageChanging(name, change);
      const error = await failureOf(work);
      assert.ok(['INPUT_NOT_READABLE', 'INPUT_CHANGED'].includes(error.code), error.message);
      assert.is(error.exit, 3);
      assert.ok(error.message.includes(path), error.message);
      assert.match(error.message, words);
      assert.equal(await filesBelow(dirname(title.output)), []);
    });
  }

  test(`${name} that becomes other media: a sentence that names it`, async () => {
    const other = await readFile(await mediaNamed('avc-mp3.ts').file());
    const { path, title, work } = await packageChanging(name, (file, size) =>
      writeFileSync(file, Buffer.alloc(size, other)),
    );
    const refusal = await failureOf(work);
    assert.ok(['NOT_MEDIA', 'INPUT_NOT_READABLE', 'INPUT_CHANGED'].includes(refusal.code), refusal.message);
    assert.ok(refusal.message.includes(path), refusal.message);
    assert.equal(await filesBelow(dirname(title.output)), []);
  });
}

test.run();
