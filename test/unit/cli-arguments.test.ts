import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as assert from 'uvu/assert';
import { fail } from '../../core/base/errors.ts';
import * as helpText from '../../core/cli/help-text.ts';
import { main } from '../../core/cli/main.ts';
import { createProgram } from '../../core/cli/program.ts';
import { CONFIG_SCHEMA } from '../../core/config/schema.ts';
import { cliSuite, parse, parts, prepare, run } from '../helpers/commands/cli-program.ts';
import { Sink } from '../helpers/commands/cli-runs.ts';

const test = cliSuite('cli arguments');

test('run is the command when none is named', async () => {
  const words = ['a.mp4', 'b.mp4', '--output', 'out', '--content-id', 'x', '--overwrite', '--workers', '0'];
  const expected = {
    inputs: ['a.mp4', 'b.mp4'],
    flags: { output: 'out', contentId: 'x', overwrite: true, workers: 0 },
  };
  assert.equal(await parse(...words), expected);
  assert.equal(await parse('run', ...words), expected);
});

test('modes are repeated or separated by commas, and take no inputs with them', async () => {
  const { inputs, flags } = await parse('--mode', 'dash-cenc,ncg', '--mode', 'hls-aes', 'movie.mp4');
  assert.equal(flags.mode, ['dash-cenc', 'ncg', 'hls-aes']);
  assert.equal(inputs, ['movie.mp4']);
});

test('options in front of run belong to it', async () => {
  const { inputs, flags } = await parse('--quiet', 'run', 'a.mp4', '--overwrite');
  assert.equal({ inputs, flags }, { inputs: ['a.mp4'], flags: { quiet: true, overwrite: true } });
});

test('options behind a command belong to it, also those that run has too', async () => {
  const given: unknown[] = [];
  const never = async () => assert.unreachable();
  const actions = {
    run: never,
    init: never,
    plan: never,
    keys: never,
    clean: never,
    preview: never,
    decrypt: never,
    verify: never,
    inspect: never,
  };
  const program = createProgram(
    actions,
    () => '1.2.3',
    new Sink(),
    (extended) => {
      const decrypt = extended.command('ncg').command('decrypt <file>');
      decrypt.option('--output <file>').option('--overwrite').option('--key-file <file>');
      decrypt.action((file, flags) => void given.push(file, flags));
    },
  );
  const argv = ['ncg', 'decrypt', 'a.ncg', '--output', 'a.mp4', '--overwrite', '--key-file', '-'];
  await program.parseAsync(argv, { from: 'user' });
  assert.equal(given, ['a.ncg', { output: 'a.mp4', overwrite: true, keyFile: '-' }]);
});

test('a mistyped option is an error with the right one as the fix', async ({ cwd }) => {
  const { status, err, out } = await run(cwd, '--ouput', 'x');
  assert.is(status, 2);
  assert.is(out, '');
  assert.match(err, "error: Unknown option '--ouput'.\n  fix: Did you mean --output?\n");
});

test('a file name that begins with a dash is taken for an option, and told so', async ({ cwd }) => {
  const { status, err } = await run(cwd, '-final.mp4');
  assert.is(status, 2);
  assert.match(err, "error: Unknown option '-final.mp4'.\n  fix: If it is a file, write ./-final.mp4.\n");
});

test('a command line that was not UTF-8 is refused before anything is looked for', async ({ cwd }) => {
  for (const [words, where] of [
    [['film-\uFFFD.mp4'], '1'],
    [['run', 'movie.mp4', '--content-id', 'film-\uFFFD\uFFFD'], '4 (behind --content-id)'],
    [['movie.mp4', '--output=aus-\uFFFD'], '2 (--output)'],
    [['inspect', 'a.mp4', 'b-\uFFFD.mp4'], '3'],
  ] as const) {
    const { status, err } = await run(cwd, ...words);
    assert.is(status, 2);
    assert.ok(err.startsWith(`error: Argument ${where} is not UTF-8: `), err);
    assert.not.ok(err.includes('film-') || err.includes('aus-'), err);
  }
  const { out } = await run(cwd, '--json', 'film-\uFFFD.mp4');
  assert.is(JSON.parse(out).error.code, 'INVALID_OPTION');
});

test('a mistyped command is told from a missing input', async ({ cwd }) => {
  const { status, err } = await run(cwd, 'int');
  assert.is(status, 2);
  assert.match(err, '"int" is neither a command nor a file.\n  fix: Did you mean `sealpack init`?');
});

test('wrong values and combinations are usage errors', async ({ cwd }) => {
  for (const argv of [
    ['--workers', '-1'],
    ['--workers', '65'],
    ['--workers', 'all'],
    ['--json', '--quiet'],
    ['--output'],
    ['ncg'],
    ['ncg', 'inf', 'x'],
    ['ncg', 'decrypt', 'x'],
    ['--output', 'x', 'init'],
    ['--manifest', 'a.csv', '--manifest', 'b.csv'],
    ['--config', 'a.ts', '--config', 'b.ts'],
    ['plan', '--output', 'a', '--output', 'b'],
    ['--report', 'a.json', '--report', 'b.json'],
    ['keys', '--content-id', 'a', '--content-id', 'b'],
    ['--mode', 'ncg', 'run', '--mode', 'dash-cenc'],
    ['--config', 'a.ts', 'run', '--config', 'b.ts'],
    ['--concurrency', '2', '--titles', 'banana'],
    ['--concurrency', '2', '--titles', '2'],
  ]) {
    const { status, err } = await run(cwd, ...argv);
    assert.is(status, 2, argv.join(' '));
    assert.match(err, /^error: [A-Z"-].*\.\n/, argv.join(' '));
  }
});

test('help and version print to standard output and are a success', async ({ cwd }) => {
  const help = await run(cwd, '--help');
  assert.is(help.status, 0);
  for (const part of ['Examples:', 'Keys:', 'Exit status:', '--content-id']) assert.match(help.out, part);
  for (const line of help.out.split('\n')) assert.ok(line.length <= 80, line);
  // What is said of an option stays in its column.
  assert.match(help.out, /\n {2}--mode <name> {2,}\S.*\n {20,}\S.*\n {2}--input/);
  const version = await run(cwd, '--version');
  assert.is(version.status, 0);
  assert.match(version.out, /^\d+\.\d+\.\d+\n$/);
});

test('the parts of the help that teach fit into 80 columns as they are: wrapped, a table has a line that begins anywhere', () => {
  for (const line of Object.values(helpText).join('\n').split('\n')) assert.ok(line.length <= 80, line);
});

test('the help names every option of a title that the command line has none for', async ({ cwd }) => {
  const { out } = await run(cwd, '--help');
  const onTheLine = [
    'inputs',
    'contentId',
    'modes',
    'segmentDuration',
    'clear',
    'targets',
    'output',
    'overwrite',
  ];
  const elsewhere = ['preset', 'plugins', 'workers', 'reproducible'];
  for (const option of Object.keys(CONFIG_SCHEMA['properties']))
    if (![...onTheLine, ...elsewhere].includes(option))
      assert.match(out, new RegExp(`\\b${option}\\b`), option);
});

test('-v and -V are --version; help works like --help, for each command', async ({ cwd }) => {
  const version = await run(cwd, '--version');
  for (const option of ['-v', '-V']) assert.equal(await run(cwd, option), version);
  assert.equal(await run(cwd, 'help'), await run(cwd, '--help'));
  for (const words of [['run'], ['init'], ['keys'], ['ncg'], ['ncg', 'decrypt'], ['help']]) {
    const asked = await run(cwd, 'help', ...words);
    assert.equal(asked, await run(cwd, ...words, '--help'), words.join(' '));
    assert.is(asked.status, 0);
  }
  const wrong = await run(cwd, 'help', 'rnu');
  assert.is(wrong.status, 2);
  assert.match(wrong.err, 'There is no command "rnu".\n  fix: Did you mean "run"?');
});

/** All that a command line has to say to need no config. */
const WHOLE = ['a.mp4', '--preset', 'local', '--mode', 'ncg'];

test('all mistakes of a command line are told at once, each with its option, and once', async ({ cwd }) => {
  await writeFile(join(cwd, 'packager.config.json'), '{"preset":"local","inputs":["gone.mp4"]}');
  const words = [
    ...['--workers', 'abc', '--segment-duration', '0', '--clear', 'sound', '--preset', 'locla'],
    ...['--output', '', '--mode', '', 'a.mp4', ''],
  ];
  const { err, status } = await run(cwd, ...words);
  assert.is(status, 2);
  assert.equal(err.split('\n'), [
    'error: The command line is not valid:',
    '  input 2: expected the path of a file, got "".',
    '  --output: expected the path of a folder, got "".',
    '  --mode: expected the name of a mode, got "".',
    '  --segment-duration: expected seconds, from 0.5 to 60, got 0.',
    '  --clear: expected one of "video", "audio", got "sound".',
    '  --workers: expected a whole number from 0 to 64, got "abc".',
    '  --preset: there is no built-in preset "locla". Did you mean "local"?',
    '  code: INVALID_OPTION',
    '',
  ]);
  for (const option of ['--mode', '--clear', '--preset'])
    assert.match((await run(cwd, option, '', 'a.mp4')).err, `error: ${option}: `);
});

test('a config that is no object, or has wrong inputs, is not said to have none', async ({ cwd }) => {
  for (const config of ['"local"', '5', '[["a"], "b"]', '{"inputs":"a.mp4"}', '{"inputs":[5]}']) {
    await writeFile(join(cwd, 'packager.config.json'), config);
    const { err, status } = await run(cwd);
    assert.is(status, 2);
    assert.match(err, 'is not valid:');
    assert.not.match(err, 'There is no input', config);
  }
  await writeFile(join(cwd, 'packager.config.json'), '{"inputs":[],"workers":-1}');
  assert.match((await run(cwd)).err, 'There is no input');
});

test('numbers and kinds are refused in the words of the config', async ({ cwd }) => {
  for (const [option, field, given, shown] of [
    ['--workers', 'workers', '-1', '-1'],
    ['--workers', 'workers', '1.5', '1.5'],
    ['--workers', 'workers', 'all', '"all"'],
    ['--segment-duration', 'segmentDuration', '0', '0'],
    ['--segment-duration', 'segmentDuration', '61', '61'],
    ['--segment-duration', 'segmentDuration', '', '""'],
  ] as const) {
    const value = shown.startsWith('"') ? given : Number(given);
    await writeFile(join(cwd, 'packager.config.json'), JSON.stringify({ inputs: ['a.mp4'], [field]: value }));
    const [, inConfig = ''] = / {2}\w+(: expected .*)\n/.exec((await run(cwd)).err) ?? [];
    const { err, status } = await run(cwd, `${option}=${given}`, ...WHOLE);
    assert.is(status, 2);
    assert.match(inConfig, shown);
    assert.is(err.split('\n')[0], `error: ${option}${inConfig}`);
  }
  assert.match(
    (await run(cwd, '--clear', 'audio,vidio', ...WHOLE)).err,
    'error: --clear: expected one of "video", "audio", got "vidio". Did you mean "video"?',
  );
});

test('--segment-duration and --clear set what the config has', async ({ cwd }) => {
  const argv = [
    'a.mp4',
    '--preset',
    'local',
    '--mode',
    'ncg',
    '--segment-duration',
    '2.5',
    '--clear',
    'audio',
  ];
  const [title] = await prepare(cwd, ...argv);
  assert.equal([title?.title.segmentDuration, title?.title.clear], [2.5, ['audio']]);
});

test('lines are broken between words at the width of a terminal, and stay whole elsewhere', async ({
  cwd,
}) => {
  const long = ['--workers', '0', '--preset', 'local', '--mode', 'ncg', 'missing-file-with-a-long-name.mp4'];
  for (const argv of [
    long,
    ['--config', 'x'],
    ['--help'],
    ['ncg', 'decrypt', '--help'],
    ['--clear', 'pictures'],
  ]) {
    const whole = await run(cwd, ...argv);
    for (const columns of [40, 80, 120]) {
      const [stdout, stderr] = [new Sink(), new Sink()];
      const screens = [stdout, stderr].map((sink) => Object.assign(sink, { isTTY: true, columns }));
      const { signal } = new AbortController();
      const shell = { stdin: Readable.from([]), env: { NO_COLOR: '1' }, cwd, signal, now: () => 0 };
      await main(argv, { ...shell, stdout: screens[0]!, stderr: screens[1]! }, async () => parts);
      const printed = stdout.text + stderr.text;
      const tooLong = printed
        .split('\n')
        .filter((line) => line.length > columns && /\S +\S/.test(line.trim()));
      assert.equal(tooLong, [], `${argv.join(' ')} at ${columns}`);
      if (argv.includes('--help')) continue;
      // The same words in the same order.
      const words = (text: string) => text.split(/\s+/).join(' ');
      assert.is(words(printed), words(whole.out + whole.err));
    }
  }
  const { err } = await run(cwd, '--preset', 'local', 'missing.mp4', '--mode', 'ncg');
  assert.is(err.trimEnd().split('\n').length, 3, err);
});

test('with --json a command line that is wrong is an event as well, once', async ({ cwd }) => {
  for (const argv of [
    ['run', '--json', '--bogus'],
    ['--json', '--bogus'],
    ['a.mp4', '--json', '--output', 'a', '--output', 'b'],
    ['--json', '--concurrency', 'banana', '--preset', 'local', 'a.mp4'],
  ]) {
    const { out, err, status } = await run(cwd, ...argv);
    assert.is(status, 2);
    const [line = '', ...rest] = out.trimEnd().split('\n');
    const { type, error } = JSON.parse(line);
    assert.equal([type, error.code, error.exit, rest], ['error', 'INVALID_OPTION', 2, []], argv.join(' '));
    assert.match(err, error.message);
  }
  for (const argv of [['--bogus'], ['init', '--json'], ['--json', '--help']])
    assert.not.match((await run(cwd, ...argv)).out, '"error"');
});

test('--json beside --quiet is refused, with both names', async ({ cwd }) => {
  for (const argv of [
    ['--json', '--quiet'],
    ['a.mp4', '--quiet', '--json'],
    ['run', '--json', '--quiet'],
  ]) {
    const { err, status } = await run(cwd, ...argv);
    assert.is(status, 2);
    assert.match(err, /^error: Option '--json' cannot be used with option '--quiet'\.\n/);
  }
});

test('URLs: file: ones are paths, others are refused as what they are, and once', async ({ cwd }) => {
  const [title] = await prepare(cwd, `file://${cwd}/a.mp4`, '--preset', 'local', '--mode', 'ncg');
  assert.equal(title?.title.inputs, [join(cwd, 'a.mp4')]);
  for (const url of [
    'https://cdn.example/a.mp4?token=hush',
    's3://bucket/a.mp4',
    'https:a.mp4',
    'foo://a',
    'file://host/a.mp4',
    'file:a.mp4',
  ]) {
    const { err, status } = await run(cwd, url, '--preset', 'local', '--mode', 'ncg');
    assert.is(status, 2, url);
    assert.match(err, /(No source reads \w+: inputs|input 1: this file: URL names no path)/);
    assert.not.match(err, /hush|not found/);
    assert.is((await run(cwd, 'ncg', 'info', url)).status, 2);
    assert.is((await run(cwd, 'a.mp4', '--output', url, '--preset', 'local', '--mode', 'ncg')).status, 2);
  }
  for (const name of ['C:\\movie.mp4', 'C:movie.mp4', 'film: the end.mp4']) {
    assert.match((await run(cwd, name, '--preset', 'local', '--mode', 'ncg')).err, /Input file not found/);
  }
});

test('"~" is the home folder to shells only: none is made here, unless it is asked for', async ({ cwd }) => {
  for (const text of ['~', '~/a.mp4']) {
    const { err, status } = await run(cwd, text, `--output=${text}`, '--preset', 'local', '--mode', 'ncg');
    assert.is(status, 2);
    for (const place of ['input 1', '--output'])
      assert.match(err, `  ${place}: "~" means the home folder to shells only: write it out.\n`);
    assert.is((await run(cwd, 'ncg', 'info', text)).status, 2);
  }
  const [title] = await prepare(cwd, 'a.mp4', '--output', './~/x', '--preset', 'local', '--mode', 'ncg');
  assert.is(title?.title.output, join(cwd, '~/x'));
  const named = await run(cwd, '~a.mp4', '--preset', 'local', '--mode', 'ncg');
  assert.match(named.err, 'Input file not found');
});

test('sentences end in one full stop', async ({ cwd }) => {
  for (const argv of [
    ['init', 'a', 'b'],
    ['ncg', 'info'],
    ['ncg', 'info', 'a', 'b'],
    ['keys', 'x'],
    ['--input'],
  ]) {
    const { err, status } = await run(cwd, ...argv);
    assert.is(status, 2);
    assert.match(err, /^error: .*[^.]\.\n/);
  }
  assert.is(fail.invalidOption('It fails: no reason..', 'See ../.. or x...').message, 'It fails: no reason.');
  assert.is(
    fail.invalidOption('', 'See ../.. or wait... Then go on..').hint,
    'See ../.. or wait... Then go on.',
  );
});

test('no command takes a key on the command line', async ({ cwd }) => {
  for (const argv of [['--help'], ['ncg', 'decrypt', '--help']]) {
    const { out } = await run(cwd, ...argv);
    assert.not.match(out, /--key(?!-file)|--iv|--encryption-key/);
  }
});

test.run();
