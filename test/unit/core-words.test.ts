/** Core knows no vendor, no plugin of ours and no option: the check finds them, and the command says what core cannot. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fail } from '../../core/base/errors.ts';
import { COMMAND_WORDS } from '../../core/cli/command-words.ts';
import { formatError } from '../../core/cli/errors.ts';
import { NO_COLOUR } from '../../core/cli/format.ts';
import { foreignFormat } from '../../core/engine/foreign-formats.ts';
import { pluginWords, wordsIn, wrongWords } from '../lint/words.ts';

const test = suite('words of core');

const ROOT = join(import.meta.dirname, '../..');

test('core has no word of others', () => {
  assert.equal(wrongWords(ROOT), []);
});

test('plugins are found by their names and their factories, modes by theirs too', () => {
  const words = pluginWords([
    'key-local.ts',
    'mode-dash-cenc.ts',
    'ncg/mode-ncg.ts',
    'mode-cmaf.ts',
    'index.ts',
  ]);
  const found = (text: string) => wordsIn('core/a.ts', text, words).length;
  for (const text of [
    "'add keyLocal()'",
    '// as `key-local` does',
    "'choose dash-cenc.'",
    'dashCenc()',
    'mode-cmaf',
  ]) {
    assert.is(found(text), 1, text);
  }
  for (const text of [
    'one CMAF set',
    "'cmaf'",
    'key-localised',
    'monkeyLocal',
    "from './mode-dash-cenc-x.ts'",
    'index',
  ]) {
    assert.is(found(text), 0, text);
  }
});

test('each sentence that the command says otherwise is one that core says', () => {
  const texts = readdirSync(join(ROOT, 'core'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('cli'))
    .map((name) => readFileSync(join(ROOT, 'core', name), 'utf8'))
    .join('')
    // What is put in: names of formats and of schemes.
    .replace(/\$\{[^}]*\}/g, '…');
  for (const [engine] of COMMAND_WORDS) {
    const said = engine.replace(/(?<=a demuxer for )[\w-]+|cenc(?= carry)/, '…');
    assert.ok(texts.includes(said), `core does not say "${said}"`);
  }
});

const told = (error: Error): string => formatError(error, { paint: NO_COLOUR, debug: false });

test('in the terminal hints name options and plugins', () => {
  assert.match(
    told(fail.outputExists('/out/a')),
    'fix: Choose another output folder, or pass --overwrite to replace it.',
  );
  assert.match(
    told(fail.noConfig('/a')),
    'fix: Run `sealpack init` to write a packager.config.ts, or name one with --config.',
  );
  assert.match(told(fail.noContentId()), 'pass --content-id, or add cidFileName().');
  assert.match(told(fail.noKey('a', 'ALL', 'b')), 'for example keyLocal().');
  for (const [bytes, plugin] of [
    [Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3), 'demuxMkvTs()'],
    [Buffer.from('0000ftypisom'), 'demuxMp4()'],
    [Buffer.from('WEBVTT\n\n'), 'demuxText()'],
  ] as const) {
    const format = foreignFormat(bytes);
    assert.match(
      told(fail.notMedia('a', `it is ${format?.name}.`, format?.advice)),
      `reads it: add ${plugin}.`,
    );
  }
});

test('a hint of the caller’s own stays as it is', () => {
  assert.match(told(fail.outputExists('/out/a', 'Pass -f to replace it.')), 'fix: Pass -f to replace it.');
});

test.run();
