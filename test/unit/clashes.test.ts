import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findClashes } from '../../core/engine/clashes.ts';
import { previewTitle } from '../../core/engine/preview.ts';
import type { Plugin } from '../../core/index.ts';
import { canonicalPaths } from '../../core/io/same-path.ts';
import { cidFileName, dashCenc, hlsAes, ncg, reportJson, reportXml } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { titleOptions } from '../helpers/titles/package.ts';

const test = suite('outputs that would replace each other');

interface Title {
  readonly input: string | readonly string[];
  readonly output: string;
  readonly plugins?: readonly Plugin[];
  readonly contentId?: string | undefined;
}

/** What is said of titles of a folder, where all inputs exist. */
async function clashes(
  cwd: string,
  titles: readonly Title[],
  canonical = canonicalPaths(),
): Promise<string[]> {
  const previews = [];
  for (const { input, output, plugins = [dashCenc()], ...facts } of titles) {
    const inputs = [input].flat().map((path) => join(cwd, path));
    for (const path of inputs) {
      await mkdir(join(path, '..'), { recursive: true });
      await writeFile(path, 'media');
    }
    const title = titleOptions({
      inputs,
      output: output.startsWith('/') ? output : `${cwd}/${output}`,
      ...facts,
    });
    const preview = await previewTitle({ title, plugins });
    assert.equal(preview.mistakes, []);
    previews.push(preview);
  }
  const found = await findClashes(previews, { canonical });
  for (const { code, exit, hint } of found)
    assert.equal([code, exit, typeof hint], ['OUTPUTS_CLASH', 2, 'string']);
  return found.map(({ message }) => message.replaceAll(cwd, ''));
}

const [A, B] = [
  { input: 'a/movie.mp4', output: 'out' },
  { input: 'b/movie.mp4', output: 'out' },
];
const SAME = 'Titles 1 and 2 (mode dash-cenc) would both write /out/DASH_movie_mp4.';

test('one name of two titles, however their folders are written', async () => {
  const cwd = temporaryFolder();
  assert.equal(await clashes(cwd, [A, B]), [SAME]);
  for (const output of ['./out', 'out/', 'x/../out', 'out/.']) {
    const [said = ''] = await clashes(cwd, [A, { ...B, output }]);
    assert.match(said, /^Titles 1 and 2 .* would both write/, output);
  }
  await mkdir(join(cwd, 'out'));
  await symlink('out', join(cwd, 'link'));
  await symlink(cwd, join(cwd, 'self'));
  for (const output of ['link', 'self/self/out']) {
    assert.is((await clashes(cwd, [A, { ...B, output }])).length, 1, output);
  }
});

test('a folder that is not there yet, behind a link that is', async () => {
  const cwd = temporaryFolder();
  await mkdir(join(cwd, 'disk'));
  await symlink('disk', join(cwd, 'link'));
  const titles = [
    { ...A, output: 'link/new/deep' },
    { ...B, output: 'disk/new/deep' },
  ];
  assert.is((await clashes(cwd, titles)).length, 1);
});

test('other names, other folders and other extensions do not clash', async () => {
  const cwd = temporaryFolder();
  const titles = [
    A,
    { ...B, output: 'out2' },
    { input: 'c/movie.mkv', output: 'out' },
    { input: 'd/Movie.mp4', output: 'out' },
  ];
  assert.equal(await clashes(cwd, titles), []);
});

test('names that differ in their case alone, where the file system does not tell them apart', async () => {
  const cwd = temporaryFolder();
  const folding = canonicalPaths(async () => true);
  const titles = [A, { input: 'd/MOVIE.mp4', output: 'OUT' }, { input: 'e/Stra\u00dfe.mp4', output: 'out' }];
  assert.is((await clashes(cwd, titles, folding)).length, 1);
  const composed = [
    { input: 'f/\u00e9t\u00e9.mp4', output: 'out' },
    { input: 'g/e\u0301te\u0301.mp4', output: 'out' },
  ];
  assert.is((await clashes(cwd, composed, folding)).length, 1);
  assert.is((await clashes(cwd, composed)).length, 0);
});

test('the output folder of one title inside of what another writes', async () => {
  const cwd = temporaryFolder();
  const inner = { input: 'c/film.mp4', output: 'out/DASH_movie_mp4/more' };
  assert.equal(await clashes(cwd, [inner, A]), [
    'Title 1 (mode dash-cenc) would write /out/DASH_movie_mp4/more/DASH_film_mp4, which is inside ' +
      '/out/DASH_movie_mp4 of title 2 (mode dash-cenc).',
  ]);
  const inFile = { input: 'c/film.mp4', output: 'out/movie.mp4.ncg' };
  assert.is((await clashes(cwd, [{ ...A, plugins: [ncg()] }, inFile])).length, 1);
});

test('two modes of one title, and two inputs of one mode', async () => {
  const cwd = temporaryFolder();
  const plugins = [dashCenc({ folder: 'X' }), hlsAes({ folder: 'X' })];
  assert.equal(await clashes(cwd, [{ ...A, plugins }]), [
    'mode dash-cenc and mode hls-aes would both write /out/X.',
  ]);
  const folding = canonicalPaths(async () => true);
  const inputs = ['a/movie.mp4', 'b/Movie.mp4'];
  assert.equal(await clashes(cwd, [{ input: inputs, output: 'out', plugins: [ncg()] }], folding), [
    'two inputs (mode ncg) would both write /out/Movie.mp4.ncg.',
  ]);
});

test('reports, also those that are named after the content', async () => {
  const cwd = temporaryFolder();
  const film = { input: 'c/film.mp4', output: 'out' };
  const both = (...plugins: Plugin[]) =>
    [A, film].map((title) => ({ ...title, plugins: [dashCenc(), ...plugins] }));
  assert.equal(await clashes(cwd, both(reportJson())), [
    'Titles 1 and 2 (plugin report-json) would both write /out/report.json.',
  ]);
  assert.is((await clashes(cwd, both(reportXml({ file: '../result.xml' })))).length, 1);
  assert.equal(await clashes(cwd, both(reportXml({ file: '[name].xml' }))), []);
  // Both are called "test-content", unless they are named after their files.
  assert.is((await clashes(cwd, both(reportXml({ file: '[content-id].xml' })))).length, 1);
  const unnamed = both(cidFileName(), reportXml({ file: '[content-id].xml' }));
  assert.equal(
    await clashes(
      cwd,
      unnamed.map((title) => ({ ...title, contentId: undefined })),
    ),
    [],
  );
  const own = [{ ...A, plugins: [dashCenc(), reportJson({ file: 'DASH_movie_mp4/report.json' })] }];
  assert.equal(await clashes(cwd, own), []);
  assert.is(
    (
      await clashes(cwd, [
        ...own,
        { ...film, plugins: [dashCenc(), reportJson({ file: 'DASH_movie_mp4/x.json' })] },
      ])
    ).length,
    1,
  );
});

test('an input of a title, in the place of what another writes', async () => {
  const cwd = temporaryFolder();
  const [said = ''] = await clashes(cwd, [A, { input: 'out/DASH_movie_mp4/master.mp4', output: 'out2' }]);
  assert.match(
    said,
    'Title 1 (mode dash-cenc) would write /out/DASH_movie_mp4 over /out/DASH_movie_mp4/master.mp4, an input of title 2.',
  );
});

test('each pair is told once, whatever the number of modes', async () => {
  const cwd = temporaryFolder();
  const plugins = [dashCenc(), hlsAes(), ncg()];
  const said = await clashes(cwd, [
    { ...A, plugins },
    { ...B, plugins },
    { input: 'c/movie.mp4', output: 'out', plugins },
  ]);
  assert.equal(said, ['Titles 1, 2 and 1 more (mode dash-cenc) would all write /out/DASH_movie_mp4.']);
});

test.run();
