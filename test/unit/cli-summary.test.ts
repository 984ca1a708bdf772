import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fail, PackagerError } from '../../core/base/errors.ts';
import { formatError, printError } from '../../core/cli/errors.ts';
import { COLOUR, NO_COLOUR, wrapLine } from '../../core/cli/format.ts';
import { summaryLines } from '../../core/cli/summary.ts';
import { KEY_ID, report, Sink } from '../helpers/commands/cli-runs.ts';

const test = suite('cli summary and errors');

test('lists by mode the files, size, outputs and key id', () => {
  assert.equal(summaryLines(report, { folder: '/videos' }), [
    'Mode       Files      Size  Output and key id',
    'dash-cenc      2   3.98 MB  DASH_movie_mp4',
    `                            ${KEY_ID}`,
    'ncg            2   4.50 MB  movie.mp4.ncg',
    '                            movie-low.mp4.ncg',
    `                            ${KEY_ID}`,
    '',
    'Packaged movie: 4 files, 8.48 MB in out',
    '20.0 s of media in 0.40 s: 50x real time, 20 MB/s',
  ]);
});

test('tells what verification found out', () => {
  const verification = { verdict: 'proved', summary: 'proved: 9 samples', findings: [], claims: [] } as const;
  const lines = summaryLines({ ...report, verification }, { folder: '/videos' });
  assert.is(lines.at(-1), 'Verified, proved: 9 samples');
});

test('of many files and keys the first are shown, and how many more there are', () => {
  const [mode] = report.modes;
  const keyIds = Array.from({ length: 12 }, (_, index) => KEY_ID.slice(0, -2) + (10 + index));
  const outputs = ['a', 'b', 'c', 'd'].map((name) => `${name}.ncg`);
  const shown = (change: object): string[] =>
    summaryLines({ ...report, modes: [{ ...mode!, ...change }] }, { folder: '/videos' })
      .slice(1, -3)
      .map((line) => line.slice(28));
  assert.equal(shown({ outputs: [...outputs, 'e.ncg'], keyIds }), [
    ...['a.ncg', 'b.ncg', 'c.ncg', 'and 2 more files'],
    ...[...keyIds.slice(0, 3), 'and 9 more keys'],
  ]);
  assert.equal(shown({ outputs }), [...outputs, KEY_ID], 'a line for one more says no more than its name');
});

test('a name with a line break stays on its line', () => {
  const [mode] = report.modes;
  const lines = summaryLines(
    { ...report, modes: [{ ...mode!, outputs: ['DASH_a\nb'] }] },
    { folder: '/videos' },
  );
  assert.match(lines[1]!, /DASH_a\uFFFDb$/);
});

test('fits 40 columns without cutting a key id', () => {
  const lines = summaryLines(report, { folder: '/videos', columns: 40 });
  assert.ok(lines.includes(`  ${KEY_ID}`));
  for (const line of lines.slice(0, 7)) assert.ok(line.length <= 40, line);
});

test('tells warnings, and leaves out speeds that nothing was measured for', () => {
  const warnings = ['the last GOP is short'];
  const lines = summaryLines(
    { ...report, warnings, duration: 0, elapsedSeconds: 0 },
    { folder: '/videos/out' },
  );
  assert.equal(lines.slice(-4), [
    'Packaged movie: 4 files, 8.48 MB in .',
    '8.00 MB in 0.00 s',
    '1 warning:',
    '  the last GOP is short',
  ]);
});

const format = (error: unknown, debug = false) => formatError(error, { paint: NO_COLOUR, debug });

test('an error says what happened, what to do, where, and the codes to look it up by', () => {
  const error = fail.noKey('movie', 'ALL', 'dash-cenc');
  error.plugin = 'key-http';
  error.hook = 'acquire-key';
  assert.is(
    format(error),
    [
      'error: No key source answered for content "movie" (label ALL, mode dash-cenc).',
      '  fix: Add a key plugin to packager.config.ts, for example keyLocal().',
      '  where: plugin key-http in hook acquire-key',
      '  code: NO_KEY',
      '',
    ].join('\n'),
  );
});

test('an error of a list says whose it is', () => {
  const error = fail.unexpected('The program get-key ended with exit status 3.');
  const text = formatError(error, { paint: NO_COLOUR, debug: false, title: '7 of 40: movie.mp4' });
  assert.match(text, /status 3\.\n {2}fix: .*\n {2}title: 7 of 40: movie\.mp4\n {2}code: UNEXPECTED\n/);
});

test('shows stacks and causes with SEALPACK_DEBUG=1 alone', () => {
  const error = new PackagerError(fail.noContentId().toJSON(), { cause: new Error('the reason below') });
  const print = (env: Record<string, string>): string => {
    const stderr = new Sink();
    printError(error, { stderr, env });
    return stderr.text;
  };
  assert.not.match(print({}), /the reason below|\n\s+at /);
  assert.match(print({ SEALPACK_DEBUG: '1' }), /caused by Error: the reason below\n\s+at /);
});

test('asks for a bug report when nobody foresaw the exception', () => {
  const text = format(new TypeError('x is not a function'));
  assert.match(
    text,
    /^error: Sealpack failed in a way it should not: x is not a function\n {2}fix: .*report/,
  );
  assert.match(text, 'UNEXPECTED');
});

test('never shows the query or the credentials of a URL', () => {
  const cause = new Error('GET https://user:pass@kms.example/v1/keys?enc-token=SECRET failed');
  for (const error of [cause, fail.unexpected(cause.message, cause)]) {
    const text = format(error, true);
    assert.not.match(text, /SECRET|pass@/);
    assert.match(text, 'https://…@kms.example/v1/keys?… failed');
  }
});

test('shows no control characters in messages', () => {
  assert.not.match(format(fail.inputNotFound('\u001B[2J.mp4')), '\u001B');
});

test('lines are wrapped between words, wide characters count twice, and colours do not count', () => {
  assert.is(wrapLine('  a bb  ccc dddd', 10), '  a bb\n    ccc\n    dddd');
  assert.is(wrapLine('x  y', 4), 'x  y');
  assert.is(wrapLine('/a/path/that/is/long and more', 10), '/a/path/that/is/long\n  and more');
  assert.is(wrapLine('한국어 자막 파일', 10), '한국어\n  자막\n  파일');
  assert.is(wrapLine(`${COLOUR.bad('error:')} abc`, 10), `${COLOUR.bad('error:')} abc`);
});

test.run();
