/** The help that is made with the package is what the commands print. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HELP_WIDTH, READY_HELP, readyHelp } from '../../core/cli/ready-help.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { runCommand, sealpackOf } from '../helpers/commands/in-process.ts';
import { helpTexts } from '../ready-help/help-texts.ts';

const test = suite('ready help');

const TEXTS = helpTexts();
const folder = temporaryFolder('ready-help');

test.before(() => writeFile(join(folder, READY_HELP), JSON.stringify(TEXTS)));

const sealpack = sealpackOf({
  builtins: { plugins: {}, presets: {}, targets: {} },
  modules: async () => ({}),
  entry: '',
});
const printed = async (...argv: string[]) => (await runCommand(sealpack, argv, folder)).stdout;

test('the program and all of its commands have one, and it is what they print', async () => {
  const names = Object.keys(TEXTS);
  for (const name of ['', 'run', 'verify', 'help', 'ncg', 'ncg decrypt', 'jobs migrate'])
    assert.ok(names.includes(name), name);
  for (const name of names) {
    const words = name.split(' ').filter((word) => word !== '');
    const text = await printed(...words, '--help');
    assert.ok(text.length > 100, name);
    assert.ok(Math.max(...text.split('\n').map((line) => line.length)) <= HELP_WIDTH, name);
    assert.is(readyHelp([...words, '--help'], folder), text, name);
    assert.is(readyHelp([...words, '-h'], folder), text, name);
    assert.is(readyHelp(['help', ...words], folder), text, name);
    assert.is(await printed('help', ...words), text, name);
  }
});

test('whatever else is said is for the program to answer', () => {
  const others = [
    [],
    ['run'],
    ['film.mp4', '--help'],
    ['runn', '--help'],
    ['--help', 'run'],
    ['help', '--json'],
  ];
  for (const argv of [...others, ['constructor', '--help'], ['--quiet', '--help'], ['ncg', 'help']])
    assert.is(readyHelp(argv, folder), undefined, argv.join(' '));
});

test('without the file the program answers', () => {
  assert.is(readyHelp(['--help'], join(folder, 'none')), undefined);
});

test.run();
