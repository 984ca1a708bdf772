/** Real files in every mode, proven like the made ones; damaged files are packaged or refused, and nothing else. */
import { basename } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { oneIn } from '../helpers/commands/extent.ts';
import { lookAhead } from '../helpers/commands/look-ahead.ts';
import { proveCell } from '../helpers/matrix/cell.ts';
import type { Column } from '../helpers/matrix/column.ts';
import { COLUMNS } from '../helpers/matrix/columns.ts';
import { isKnownRealFile, REAL_ROWS, SUBTITLES } from '../helpers/matrix/real-rows.ts';
import type { MatrixRow } from '../helpers/matrix/row.ts';
import { REAL_FOLDER, realFile, realFiles } from '../helpers/media/real-media.ts';
import { failureOf, filesBelow, packageWith, titleOptions } from '../helpers/titles/package.ts';
import { tryModes } from '../helpers/titles/try-modes.ts';

const test = suite('real files');

if (realFiles().length === 0) {
  test(`nothing is tried: there are no files in ${basename(REAL_FOLDER)}/ beside the project`, () => {
    assert.equal(realFiles(), []);
  });
} else {
  test('every file of the folder is known here', () => {
    assert.equal(
      realFiles().filter((name) => !isKnownRealFile(name)),
      [],
    );
  });
}

/** The recorded hashes know what each file becomes in every mode: half of them are proven once more, in one mode. */
const SOME_ROWS = oneIn(2, REAL_ROWS);
const columnsOf = (row: MatrixRow): readonly Column[] => oneIn(8, COLUMNS, SOME_ROWS.indexOf(row));

const prove = lookAhead(SOME_ROWS, async (row) => {
  for (const column of columnsOf(row)) await proveCell(row, column, ['verify']);
});

for (const [index, row] of SOME_ROWS.entries()) {
  const modes = columnsOf(row).map(({ name }) => name);
  test(`${row.name}: proven or refused in ${modes.join(', ')}`, async () => {
    await prove(index);
  });
}

for (const name of SUBTITLES) {
  test(`${name}: has neither picture nor sound, which a clear sentence says before any byte`, async () => {
    for (const column of COLUMNS.filter((candidate) => candidate.name !== 'ncg')) {
      const title = titleOptions({ inputs: [realFile(name)] });
      const error = await failureOf(packageWith([column.mode()], title));
      assert.is(error.code, 'NOT_MEDIA');
      assert.match(error.message, /no video or audio track/);
      assert.match(error.hint ?? '', /video or an audio track/);
      assert.equal(await filesBelow(title.output), []);
    }
  });
}

const BAD = realFiles('bad');

let attempts: ReturnType<typeof tryModes> | undefined;

/** What became of all bad files: one process tries them, which takes longer to start than it works. */
function badFiles(): ReturnType<typeof tryModes> {
  attempts ??= tryModes(BAD.map((name) => realFile(`bad/${name}`)));
  return attempts;
}

for (const [index, name] of BAD.entries()) {
  test(`bad/${name}: packaged or refused in every mode, no crash, no hang, nothing left behind`, async () => {
    const tried = (await badFiles())[index]!;
    assert.is(tried.length, COLUMNS.length);
    for (const { mode, packaged, code, files } of tried) {
      if (packaged) assert.ok(files.length > 0, mode);
      else {
        assert.is.not(code, 'UNEXPECTED', mode);
        assert.equal(files, [], mode);
      }
    }
  });
}

test.run();
