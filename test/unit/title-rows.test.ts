/** Files that list titles, and titles made of their rows and a template. */
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CountProgress } from '../../core/cli/count-progress.ts';
import { prepareManifest } from '../../core/cli/prepare-manifest.ts';
import { prepareList } from '../../core/cli/prepare-titles.ts';
import { loadTemplate, titleOfRow } from '../../core/cli/title-template.ts';
import { titleDrafter } from '../../core/config/draft.ts';
import { readManifest } from '../../core/config/manifest-file.ts';
import type { TitleRow } from '../../core/config/types.ts';
import { failure, parse, parts } from '../helpers/commands/cli-program.ts';
import { Sink } from '../helpers/commands/cli-runs.ts';

const test = suite<{ cwd: string }>('title rows');
test.before.each((context) => {
  context.cwd = mkdtempSync(join(tmpdir(), 'sealpack-rows-'));
});
test.after.each(({ cwd }) => rmSync(cwd, { recursive: true }));

/** The rows of a file. */
async function rows(cwd: string, name: string, content: string | Uint8Array) {
  await writeFile(join(cwd, name), content);
  return (await readManifest(name, cwd)).map(({ row }) => row);
}

const refusal = async (cwd: string, name: string, content: string | Uint8Array) =>
  (await failure(rows(cwd, name, content))).message;

test('CSV: quotes, line ends, a byte order mark, lists, and values of the kind that a field wants', async ({
  cwd,
}) => {
  const text =
    '\uFEFFcontentId,inputs,segmentDuration,overwrite,season,"a ""b"""\r\n' +
    'one,a.mp4;b.mp4,4.5,TRUE,3,"x, y\nz"\r\n\r\n' +
    'two,"[""c;d.mp4"",{""file"":""e.vtt"",""language"":""de""}]",,,4,\r\n';
  assert.equal(await rows(cwd, 't.csv', text), [
    {
      contentId: 'one',
      inputs: ['a.mp4', 'b.mp4'],
      segmentDuration: 4.5,
      overwrite: true,
      season: '3',
      'a "b"': 'x, y\nz',
    },
    { contentId: 'two', inputs: ['c;d.mp4', { file: 'e.vtt', language: 'de' }], season: '4' },
  ]);
});

test('CSV of spreadsheets that separate by semicolons; JSON lines', async ({ cwd }) => {
  const same = [{ contentId: 'one', inputs: ['a.mp4', 'b.mp4'] }];
  assert.equal(await rows(cwd, 'a.csv', 'contentId;inputs\none;"a.mp4;b.mp4"'), same);
  assert.equal(await rows(cwd, 'a.jsonl', `\n${JSON.stringify(same[0])}\r\n`), same);
  assert.equal(await rows(cwd, 'a.NDJSON', JSON.stringify(same[0])), same);
});

test('what is wrong with a file is told with its line and column, and nothing of it is quoted', async ({
  cwd,
}) => {
  const told = [
    await refusal(cwd, 'a.csv', 'contentId,inputs\none,"a.mp4\ntwo,b.mp4'),
    await refusal(cwd, 'a.csv', 'contentId,inputs\n"one"x,a.mp4'),
    await refusal(cwd, 'a.csv', 'contentId,inputs\n"o\nne",a.mp4\ntwo,b"c.mp4'),
    await refusal(cwd, 'a.csv', 'contentId,inputs\none,a.mp4,b.mp4'),
    await refusal(cwd, 'a.csv', 'contentId,,inputs\n'),
    await refusal(cwd, 'a.csv', 'contentId,inputs,contentId\n'),
    await refusal(cwd, 'a.csv', 'contentId,inputs\none,"[a.mp4]"'),
    await refusal(cwd, 'a.jsonl', '{"contentId":"one"}\n{"contentId" "two"}'),
    await refusal(cwd, 'a.jsonl', '["one"]'),
  ];
  assert.equal(told, [
    'a.csv, line 2, column 2: a quotation mark is never closed.',
    'a.csv, line 2, column 1: text follows the closing quotation mark.',
    'a.csv, line 4, column 2: a quotation mark stands in a cell that does not begin with one.',
    'a.csv, line 2, column 3: it has 3 cells, and there are 2 columns.',
    'a.csv, line 1, column 2: it has no name.',
    'a.csv, line 1, column 3: it has the name of column 1.',
    "a.csv, line 2, column 2: it is not valid JSON: Unexpected token 'a'.",
    "a.jsonl, line 2: it is not valid JSON: Expected ':' after property name in JSON at position 13.",
    'a.jsonl, line 1: a title is an object, {…}.',
  ]);
  assert.match(await refusal(cwd, 'a.csv', Buffer.from([0xff, 0xfe, 0x61, 0])), /not in UTF-8/);
  assert.match(await refusal(cwd, 'a.csv', 'contentId\n'), /there is no title in it/);
  assert.match(await refusal(cwd, 'a.xlsx', 'contentId'), /not known how titles are listed/);
});

test('a name in brackets is a name; one that looks like JSON is told with what to do', async ({ cwd }) => {
  const inputs = async (cell: string) => (await rows(cwd, 'a.csv', `inputs,markers\n${cell},`))[0]?.inputs;
  assert.equal(await inputs('[Trailer] x.mp4'), ['[Trailer] x.mp4']);
  assert.equal(await inputs('{1}.mp4; [2] b.mp4'), ['{1}.mp4', '[2] b.mp4']);
  assert.equal(await inputs('./[Trailer] x [HD]'), ['./[Trailer] x [HD]']);
  const { message, hint } = await failure(inputs('[Trailer] x [HD]'));
  assert.match(message, /^a\.csv, line 2, column 1: it is not valid JSON/);
  assert.is(hint, 'If it is the name of a file, put ./ in front of it.');
  const other = await failure(rows(cwd, 'a.csv', 'inputs,markers\na.mp4,{cues: 1'));
  assert.match(other.message, /^a\.csv, line 2, column 2: it is not valid JSON/);
});

/** The title of a row over a template. */
async function titleOf(cwd: string, row: TitleRow, config: object | undefined, ...argv: string[]) {
  if (config) await writeFile(join(cwd, 'packager.config.json'), JSON.stringify(config));
  const { flags } = await parse(...argv);
  const template = await loadTemplate(flags, { cwd, env: {} }, parts);
  return titleOfRow({ row, base: '/catalogue', where: 't.csv, line 2' }, template, parts);
}

test('a row is laid over the template, the command line over both; paths start where they are from', async ({
  cwd,
}) => {
  const config = {
    preset: 'local',
    plugins: ['mode-ncg'],
    output: 'out/{season}/{contentId}',
    information: [{ title: '{{{name}}}' }],
    segmentDuration: 4,
  };
  const row = {
    contentId: 'a-1',
    inputs: ['a.mp4', 's3://masters/b.mp4'],
    season: 3,
    name: 'Film',
    verify: true,
  };
  const { title, plugins, origin } = await titleOf(cwd, row, config, '--overwrite');
  assert.is(title.contentId, 'a-1');
  assert.equal(title.inputs, ['/catalogue/a.mp4', 's3://masters/b.mp4']);
  assert.is(title.output, join(cwd, 'out/3/a-1'));
  assert.equal(title.details?.information?.[0]?.title, '{Film}');
  assert.equal([title.segmentDuration, title.verify, title.overwrite], [4, true, true]);
  assert.equal(
    plugins.map(({ name }) => name),
    ['key-local', 'mode-ncg'],
  );
  assert.equal(structuredClone(origin?.data), origin?.data);

  const alone = await titleOf(
    cwd,
    { contentId: 'b', inputs: ['b.mp4'] },
    undefined,
    '--preset',
    'local',
    '--output',
    'o/{contentId}',
  );
  assert.is(alone.title.output, join(cwd, 'o/b'));
});

test('titles of a batch are made when their turn comes, in the order that they ask for', async ({ cwd }) => {
  const names = Array.from({ length: 21 }, (_, index) => `t${index}`);
  for (const name of names) await writeFile(join(cwd, `${name}.mp4`), 'media');
  const config = names.map((name, index) => ({
    ...{ preset: 'local', plugins: ['mode-ncg'], contentId: name, inputs: [`${name}.mp4`] },
    ...(index === 5 && { priority: 1 }),
  }));
  await writeFile(join(cwd, 'list.config.json'), JSON.stringify(config));
  const csv = names.map((name, index) => `${name},${name}.mp4,${index === 5 ? 1 : ''}`).join('\n');
  await writeFile(join(cwd, 't.csv'), `contentId,inputs,priority\n${csv}`);
  const shell = { cwd, env: {} };
  const list = await prepareList([], { config: 'list.config.json' }, shell, parts);
  const manifest = await prepareManifest('t.csv', [], { preset: ['local'], mode: ['ncg'] }, shell, parts);
  for (const titles of [list, manifest]) {
    assert.equal([titles.length, titles.order?.slice(0, 2)], [21, [5, 0]]);
    assert.is(titles.at(5)?.title.contentId, 't5');
    assert.is(titles.at(21), undefined);
    assert.is.not(titles.at(5)?.plugins[0], titles.at(5)?.plugins[0]);
  }
  const some = await prepareList([], { config: 'list.config.json', only: ['t4', 't5'] }, shell, parts);
  assert.equal([some.length, some.order, some.at(0)?.title.contentId], [2, [1, 0], 't4']);
});

test('mistakes of a row are told all at once, with its line', async ({ cwd }) => {
  const config = { output: 'out/{contentId}/{part}/{seson}' };
  const row = { contentId: 'x'.repeat(201), inputs: [], part: '../..', season: '1', segmentDuraton: 3 };
  const { message, code } = await failure(
    titleOf(cwd, row, config, '--preset', 'local', '--config', 'packager.config.json'),
  );
  assert.is(code, 'INVALID_CONFIG');
  assert.equal(message.split('\n').slice(1), [
    '  t.csv, line 2: output: {part} would lead to another folder: neither . nor .. is taken.',
    '  t.csv, line 2: output: {seson} has no value in this row. Did you mean "season"?',
    '  t.csv, line 2: "season" is no field of a title, and no placeholder of the template asks for it. Did you mean "seson"?',
    '  t.csv, line 2: "segmentDuraton" is no field of a title, and no placeholder of the template asks for it. Did you mean "segmentDuration"?',
    '  t.csv, line 2: contentId: expected a content id: 1 to 200 bytes of UTF-8, no control characters, no U+FFFD, got a string of length 201.',
  ]);
});

test('a row does not lead out of the folder that a template names, and says where to go where it names none', async ({
  cwd,
}) => {
  const outputOf = async (output: string) => {
    const row = { contentId: 'a', inputs: ['a.mp4'], show: '/shows/x' };
    const { title } = await titleOf(cwd, row, { output, preset: 'local', plugins: ['mode-ncg'] });
    return title.output;
  };
  assert.is(await outputOf('out/{show}'), join(cwd, 'out/shows/x'));
  assert.is(await outputOf('{show}'), '/shows/x');
  assert.is(await outputOf('{show}/dash'), '/shows/x/dash');
});

/** What is said of a manifest. */
async function saidOf(cwd: string, csv: string, config: object, more: object = {}) {
  await writeFile(join(cwd, 't.csv'), csv);
  await writeFile(join(cwd, 'packager.config.json'), JSON.stringify(config));
  const { code, message } = await failure(prepareManifest('t.csv', [], more, { cwd, env: {} }, parts));
  return [code, ...message.split('\n').map((line) => line.replaceAll(cwd, '').trim())];
}

test('what many rows have in common is told once, with how many; what one has, with its line; of many mistakes twenty', async ({
  cwd,
}) => {
  const named = (count: number) => Array.from({ length: count }, (_, index) => `t${index},t${index}.mp4,`);
  const config = { preset: 'local', plugins: ['mode-ncg'], output: 'out/{contentId}' };
  const csv = (lines: readonly string[]) => `contentId,inputs,season\n${lines.join('\n')}`;
  assert.equal(
    await saidOf(cwd, csv([...named(3), `${'x'.repeat(201)},x.mp4,`, 't9,,']), {
      ...config,
      segmentDuration: 0,
      output: 'out/{contentId}/{season}',
    }),
    [
      'INVALID_CONFIG',
      'Nothing was packaged:',
      'packager.config.json (all 5 titles): segmentDuration: expected seconds, from 0.5 to 60, got 0.',
      'all 5 titles: output: {season} has no value in this row.',
      't.csv, line 5: contentId: expected a content id: 1 to 200 bytes of UTF-8, no control characters, no U+FFFD, got a string of length 201.',
    ],
  );
  assert.equal(await saidOf(cwd, csv(named(1000)), { ...config, modes: ['nog'] }), [
    'UNKNOWN_MODE',
    'all 1,000 titles: There is no mode "nog".',
  ]);
  assert.equal(await saidOf(cwd, csv(named(1000)), { ...config, segmentDuration: 0 }), [
    'INVALID_CONFIG',
    'packager.config.json is not valid:',
    'packager.config.json (all 1,000 titles): segmentDuration: expected seconds, from 0.5 to 60, got 0.',
  ]);
  assert.equal(
    await saidOf(cwd, csv(named(1000).map((line) => line.replace(/,.*mp4/, ',a.mp4'))), {
      ...config,
      output: 'out',
    }),
    ['OUTPUTS_CLASH', 't.csv, line 2, t.csv, line 3 and 998 more (mode ncg) would all write /out/a.mp4.ncg.'],
  );
  const wrong = named(30).map((line, index) => `${'x'.repeat(201 + index)}${line}`);
  const many = await saidOf(cwd, csv([...named(2), ...wrong]), config);
  assert.is(many.length, 2 + 20 + 1);
  assert.match(many[2] ?? '', /^t\.csv, line 4: contentId: /);
  assert.is(many.at(-1), 'and 10 more');
  const some = await saidOf(cwd, csv([...named(2), 'a,a.mp4,.', 'b,b.mp4,.']), {
    ...config,
    output: 'out/{contentId}{season}',
  });
  assert.match(some[2] ?? '', /^t\.csv, line 2, and 1 more titles: output: /);
});

test('what is wrong with a template is told where only some of its rows have it, whichever comes first', async ({
  cwd,
}) => {
  const url = 'https://cdn.example/';
  const config = { preset: 'local', plugins: ['mode-ncg'], output: 'out/{contentId}', baseUrls: [url, url] };
  const own = 'a,a.mp4,https://other.example/';
  const others = ['b,b.mp4,', 'c,c.mp4,'];
  for (const rows of [
    [own, ...others],
    [...others, own],
  ]) {
    assert.equal(await saidOf(cwd, `contentId,inputs,baseUrls\n${rows.join('\n')}`, config), [
      'INVALID_CONFIG',
      'packager.config.json is not valid:',
      'packager.config.json (2 of 3 titles): baseUrls[1]: another one is the same.',
    ]);
  }
});

test('rows that are checked together are the titles that each of them is alone', async ({ cwd }) => {
  const config = {
    preset: 'local',
    plugins: ['mode-ncg'],
    output: 'out/{{{contentId}}}',
    segmentDuration: 4,
    information: [{ title: '{name}' }],
    sessionData: [{ id: 'com.example', value: 'x' }],
  };
  await writeFile(join(cwd, 'packager.config.json'), JSON.stringify(config));
  const { flags } = await parse('--overwrite', '--mode', 'ncg');
  const template = await loadTemplate(flags, { cwd, env: {} }, parts);
  const draftOf = titleDrafter(template.config, { ...template, builtins: parts.builtins, isTemplate: true });
  const rows: readonly TitleRow[] = [
    { contentId: 'a', inputs: ['a.mp4'], name: 'A' },
    { contentId: 'b', inputs: ['b.mp4', { file: 'c.vtt', language: 'de' }], name: 'B', output: 'other' },
    { contentId: 'c', inputs: ['s3://bucket/c.mp4'], name: 'C', segmentDuration: 2, priority: 3 },
    { contentId: 'd', inputs: ['d.mp4'], name: 'D', sessionData: [], clear: ['audio'], modes: ['ncg'] },
  ];
  for (const row of rows) {
    const placed = { row, base: '/catalogue', where: 't.csv, line 2' };
    const alone = titleOfRow(placed, template, parts, { checked: true });
    const { title, plugins, ...complaints } = draftOf(placed);
    assert.equal(title, alone.title);
    assert.equal(
      plugins.map(({ name }) => name),
      alone.plugins.map(({ name }) => name),
    );
    assert.equal(
      [complaints.complaints, complaints.rowComplaints, complaints.overrideComplaints],
      [[], [], []],
    );
  }
});

test('how far a manifest is checked: lines drawn over on a terminal, one now and then elsewhere', () => {
  for (const isTTY of [true, false]) {
    const screen = new Sink();
    const progress = new CountProgress(Object.assign(screen, { isTTY }), 'checking titles.csv');
    progress.tell();
    for (let beat = 1; beat <= 10; beat++) {
      progress.at(beat * 1000, 20_000);
      progress.tell();
    }
    progress.end();
    const lines = screen.text.split(isTTY ? '\r' : '\n').filter((line) => line.includes('checking'));
    assert.is(lines.length, isTTY ? 11 : 2);
    assert.match(lines[0] ?? '', /checking titles\.csv$/);
    assert.match(lines.at(-1) ?? '', /checking titles\.csv: 10,000 of 20,000 titles/);
    assert.is(screen.text.endsWith('\r\u001B[K'), isTTY);
  }
});

test('inputs belong to rows, and a template has one title', async ({ cwd }) => {
  const row = { contentId: 'a', inputs: ['a.mp4'] };
  assert.match(
    (await failure(titleOf(cwd, row, {}, '--content-id', 'b'))).message,
    /cannot be given for all titles/,
  );
  assert.match(
    (await failure(titleOf(cwd, row, [{}, {}]))).message,
    /has 2 titles, and rows are laid over a config of one/,
  );
  assert.match(
    (await failure(titleOf(cwd, { contentId: 'a' }, {}))).message,
    /t\.csv, line 2: there is no input/,
  );
});

test.run();
