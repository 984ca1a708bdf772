import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fail, PackagerError } from '../../core/base/errors.ts';
import { main } from '../../core/cli/main.ts';
import { loadPlugins, type Parts, prepareTitles } from '../../core/cli/prepare-titles.ts';
import { type Actions, createProgram, type RunFlags } from '../../core/cli/program.ts';
import { runTitles } from '../../core/cli/run-titles.ts';
import type { ConfigOrigin } from '../../core/config/types.ts';
import type { Plugin } from '../../core/contract/packager.ts';
import type { PackageOptions } from '../../core/engine/api.ts';
import { ncgCommand } from '../../plugins/ncg/command.ts';
import { ncg } from '../../plugins/ncg/mode-ncg.ts';
import { report, Sink } from '../helpers/commands/cli-runs.ts';

const test = suite<{ cwd: string }>('cli arguments');

test.before.each(async (context) => {
  context.cwd = await mkdtemp(join(tmpdir(), 'sealpack-cli-'));
  await mkdir(join(context.cwd, 'sub'));
  for (const name of ['movie.mp4', 'a.mp4', 'b.mp4', 'sub/b.mp4', 'sub/c.mp4'])
    await writeFile(join(context.cwd, name), 'media');
});

test.after.each(async ({ cwd }) => {
  await rm(cwd, { recursive: true });
});

/** The words of a command line as the `run` action gets them. */
async function parse(...argv: string[]): Promise<{ inputs: readonly string[]; flags: RunFlags }> {
  let parsed: { inputs: readonly string[]; flags: RunFlags } | undefined;
  const never = async () => assert.unreachable();
  const run: Actions['run'] = async (inputs, flags) => {
    parsed = { inputs, flags };
  };
  const program = createProgram({ run, init: never, plan: never, keys: never }, () => '1.2.3', new Sink());
  await program.parseAsync(argv, { from: 'user' });
  assert.ok(parsed);
  return parsed;
}

const plugin = (name: string): Plugin => ({ name, apply: () => undefined });
const parts: Parts = {
  builtins: {
    plugins: { 'mode-ncg': ncg },
    presets: { local: () => ({ plugins: [plugin('key-local')] }) },
  },
  modules: {},
  entry: 'file:///bin.ts',
};

/** Run a whole command; what it prints and its exit status. */
async function run(cwd: string, ...argv: string[]) {
  const stdout = new Sink();
  const stderr = new Sink();
  const { signal } = new AbortController();
  const shell = { stdin: Readable.from([]), stdout, stderr, env: {}, cwd, signal, now: () => 0 };
  const status = await main(argv, shell, async () => parts, [ncgCommand]);
  return { status, out: stdout.text, err: stderr.text };
}

const prepare = async (cwd: string, ...argv: string[]): Promise<readonly PackageOptions[]> => {
  const { inputs, flags } = await parse(...argv);
  return prepareTitles(inputs, flags, { cwd, env: {} }, parts);
};

async function failure(promise: Promise<unknown>): Promise<PackagerError> {
  try {
    await promise;
  } catch (error) {
    if (PackagerError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

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
  const actions = { run: never, init: never, plan: never, keys: never };
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
  const version = await run(cwd, '--version');
  assert.is(version.status, 0);
  assert.match(version.out, /^\d+\.\d+\.\d+\n$/);
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

test('a preset and inputs need no config, and use none that lies around', async ({ cwd }) => {
  await writeFile(join(cwd, 'packager.config.json'), '{ "nonsense": true }');
  const [title, ...others] = await prepare(cwd, 'movie.mp4', '--preset', 'local', '--mode', 'ncg');
  assert.is(others.length, 0);
  assert.equal(title?.title.inputs, [join(cwd, 'movie.mp4')]);
  assert.is(title?.title.output, join(cwd, 'out'));
  assert.equal(
    title?.plugins.map(({ name }) => name),
    ['key-local', 'mode-ncg'],
  );
});

test('options are stronger than the config; their paths start at the working directory', async ({ cwd }) => {
  const config = {
    preset: 'local',
    plugins: ['mode-ncg'],
    inputs: ['a.mp4'],
    output: 'packed',
    contentId: 'x',
    workers: 3,
  };
  await writeFile(join(cwd, 'packager.config.json'), JSON.stringify(config));
  const [plain] = await prepare(join(cwd, 'sub'));
  assert.equal(plain?.title.inputs, [join(cwd, 'a.mp4')]);
  assert.is(plain?.title.output, join(cwd, 'packed'));
  assert.is(plain?.title.workers, 3);
  const argv = ['b.mp4', '--input', 'c.mp4', '--output', 'o', '--content-id', 'y', '--workers', '0'];
  const [given] = await prepare(join(cwd, 'sub'), ...argv, '--overwrite');
  assert.equal(given?.title.inputs, [join(cwd, 'sub/b.mp4'), join(cwd, 'sub/c.mp4')]);
  assert.is(given?.title.output, join(cwd, 'sub/o'));
  assert.is(given?.title.contentId, 'y');
  assert.is(given?.title.overwrite, true);
  assert.is(given?.title.workers, 0);
});

test('a worker thread makes the plugins of its title from what it is handed', async ({ cwd }) => {
  const titles = [{ inputs: ['a.mp4'] }, { inputs: ['b.mp4'], preset: 'local' }];
  await writeFile(join(cwd, 'packager.config.json'), JSON.stringify(titles));
  for (const { plugins, origin } of await prepare(cwd, '--mode', 'ncg')) {
    const again = await loadPlugins(structuredClone(origin?.data) as ConfigOrigin, parts, cwd);
    assert.equal(
      again.map(({ name }) => name),
      plugins.map(({ name }) => name),
    );
    assert.ok(again.some(({ name }) => name === 'mode-ncg'));
  }
});

test('inputs and a content id cannot be given for a list of titles', async ({ cwd }) => {
  await writeFile(join(cwd, 'packager.config.json'), '[{ "inputs": ["a.mp4"] }, { "inputs": ["b.mp4"] }]');
  assert.is((await prepare(cwd, '--mode', 'ncg')).length, 2);
  assert.match((await failure(prepare(cwd, 'c.mp4'))).message, 'The config has 2 titles, so inputs');
  assert.match((await failure(prepare(cwd, '--content-id', 'x'))).message, 'a content id');
});

test('without a config, a preset or inputs it says how to begin', async ({ cwd }) => {
  const { status, err } = await run(cwd, '--config', 'none.ts');
  assert.is(status, 2);
  assert.match(err, 'none.ts could not be loaded: there is no such file.');
});

test('of a list, plan and --quiet say which title failed', async ({ cwd }) => {
  const titles = ['a', 'b'].map((name) => ({
    contentId: name,
    inputs: [`${name}.mp4`],
    plugins: ['mode-ncg'],
  }));
  await writeFile(join(cwd, 'packager.config.json'), JSON.stringify(titles));
  const planned = await run(cwd, 'plan', '--json');
  assert.match(planned.err, /^error: No key source .*\n(?: {2}fix: .*\n)? {2}title: 1 of 2: a\.mp4\n/);
  assert.equal([planned.out, planned.status], ['', 5]);
  const { err, status } = await run(cwd, '--quiet', '--workers', '0');
  assert.equal(err.match(/title: .*/g), ['title: 1 of 2: a.mp4', 'title: 2 of 2: b.mp4']);
  assert.is(status, 5);
});

test('--json tells of a failure before the first title, --quiet prints errors alone', async ({ cwd }) => {
  const json = await run(cwd, '--json', '--config', 'none.ts');
  assert.is(JSON.parse(json.out).error.code, 'CONFIG_NOT_LOADED');
  assert.match(json.err, /^error: /);
  const quiet = await run(
    cwd,
    '--quiet',
    '--preset',
    'local',
    '--mode',
    'ncg',
    'missing.mp4',
    '--workers',
    '0',
  );
  assert.is(quiet.out, '');
  assert.match(quiet.err, /^error: Input file not found/);
  assert.is(quiet.status, 3);
});

const title = (input: string): PackageOptions => ({
  plugins: [],
  title: {
    contentId: undefined,
    inputs: [`/videos/${input}`],
    output: '/videos/out',
    modes: undefined,
    segmentDuration: 6,
    clear: [],
    overwrite: false,
    workers: 0,
    reproducible: undefined,
  },
});

/** Run titles through an engine that fails for inputs named `bad`. */
async function runAll(inputs: readonly string[], signal: AbortSignal, onTitle?: () => void) {
  const done: string[] = [];
  const errors: string[] = [];
  const results = await runTitles({
    titles: inputs.map(title),
    packageTitle: async (options) => {
      onTitle?.();
      if (options.signal?.aborted) throw fail.cancelled();
      const [path = ''] = options.title.inputs;
      if (path.includes('bad')) throw fail.inputNotFound(path);
      return report;
    },
    display: {
      open: ({ number, of, inputs }) => ({
        event: () => undefined,
        close: async (outcome) => {
          done.push(`${number}/${of} ${inputs.join()} ${'error' in outcome ? 'failed' : 'written'}`);
        },
      }),
      end: (all) => done.push(`${all.length} in all`),
    },
    signal,
    onError: (error, name) => errors.push(`${(error as Error).message}${name ? ` (${name})` : ''}`),
  });
  return { done, errors, results };
}

test('a failed title does not stop those behind it', async () => {
  const { done, errors } = await runAll(['a.mp4', 'bad.mp4', 'c.mp4'], new AbortController().signal);
  assert.equal(done, ['1/3 a.mp4 written', '2/3 bad.mp4 failed', '3/3 c.mp4 written', '3 in all']);
  assert.equal(errors, ['Input file not found: /videos/bad.mp4 (2 of 3: bad.mp4)']);
});

test('a cancelled title stops those behind it', async () => {
  const controller = new AbortController();
  const { results, errors } = await runAll(['a.mp4', 'b.mp4'], controller.signal, () => controller.abort());
  assert.is(results.length, 1);
  assert.equal(errors, ['Cancelled; nothing was left behind.']);
});

test('of a list that is cancelled, the sentence says that titles stay that were written before', async () => {
  const stays = async (names: readonly string[]) => {
    const controller = new AbortController();
    let opened = 0;
    const abortAtLast = () => {
      opened += 1;
      if (opened === names.length) controller.abort();
    };
    return (await runAll(names, controller.signal, abortAtLast)).errors;
  };
  assert.equal(await stays(['a.mp4', 'b.mp4']), [
    'Cancelled; the title that was written before stays, nothing else was left behind.',
  ]);
  assert.equal(await stays(['a.mp4', 'b.mp4', 'c.mp4']), [
    'Cancelled; the 2 titles that were written before stay, nothing else was left behind.',
  ]);
  assert.equal(await stays(['bad.mp4', 'b.mp4']), [
    'Input file not found: /videos/bad.mp4 (1 of 2: bad.mp4)',
    'Cancelled; nothing was left behind.',
  ]);
});

test.run();
