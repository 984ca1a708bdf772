/** Subtitles that cannot be taken, through the command: nothing is written, and one sentence says which file, where, and what to do. */
import { readFileSync } from 'node:fs';
import { copyFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CommandOutcome } from '../helpers/commands/built-command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { runCommand, sealpack } from '../helpers/commands/run-command.ts';
import { COMMAND_KEY } from '../helpers/commands/sealpack-command.ts';

const test = suite('subtitles that are refused');

const FILM = join(import.meta.dirname, '../media/sample-180p.mp4');
const TT = '<tt xmlns="http://www.w3.org/ns/ttml">';
const inParagraph = (content: string): string =>
  `${TT}<body><div><p end="9000s">${content}</p></div></body></tt>`;

/** Package the film with a file of subtitles, of which the config says this. */
async function withText(
  name: string,
  content: string | Uint8Array,
  said = '',
): Promise<[CommandOutcome, string[]]> {
  const folder = temporaryFolder('subtitles');
  await copyFile(FILM, join(folder, 'film.mp4'));
  await writeFile(join(folder, name), content);
  await writeFile(
    join(folder, 'packager.config.ts'),
    `import { defineConfig } from 'sealpack';
import { dashCenc } from 'sealpack/plugins';
import { manual } from 'sealpack/presets';
export default defineConfig({
  preset: manual({ key: '${COMMAND_KEY}', keyId: '${'00'.repeat(15)}01' }),
  contentId: 'film', modes: ['dash-cenc'], output: 'out', workers: 0,
  inputs: ['film.mp4', { file: '${name}'${said} }],
});
`,
  );
  const outcome = await runCommand(sealpack, [], folder);
  return [outcome, (await readdir(folder)).sort()];
}

interface Refusal {
  readonly what: string;
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly said?: string;
  /** Of the sentence. */
  readonly expected: RegExp;
  readonly hint: RegExp;
  /** @default 3 */
  readonly status?: number;
}

const SRT = '1\n00:00:01,000 --> 00:00:02,000\ncafé\n';
const timed = Array.from({ length: 50_000 }, (_, n) => `<span begin="${n}ms" dur="9s">a</span>`);

const REFUSALS: readonly Refusal[] = [
  {
    ...{ what: 'Latin-1', name: 'a.srt', content: Buffer.from(SRT, 'latin1') },
    ...{ expected: /a\.srt cannot be read as subtitles: .*not UTF-8 \(line 3\)/, hint: /iconv -f LATIN1/ },
  },
  {
    ...{ what: 'UTF-16 that was cut', name: 'a.srt', content: Buffer.from(SRT, 'utf16le').subarray(0, -1) },
    ...{
      expected: /a\.srt cannot be read as subtitles: it has bytes that are not/,
      hint: /Save it as UTF-8/,
    },
  },
  {
    ...{ what: 'entities that unfold', name: 'a.ttml' },
    content: `<?xml version="1.0"?>\n<!DOCTYPE tt [\n<!ENTITY a "aaaa">\n<!ENTITY b "&a;&a;">\n]>\n${inParagraph('&b;')}`,
    ...{
      expected: /a\.ttml .*declares a document type or entities \(line 2\)/,
      hint: /without a document type/,
    },
  },
  {
    ...{ what: 'elements in each other', name: 'a.ttml', content: inParagraph('<span>'.repeat(100_000)) },
    ...{ expected: /a\.ttml .*more than 32 levels deep \(line 1\)/, hint: /Export it anew/ },
  },
  {
    ...{
      what: 'hundreds of thousands of spans',
      name: 'a.ttml',
      content: inParagraph('<span>a</span>'.repeat(3e5)),
    },
    ...{
      expected: /a\.ttml .*more than 65536 letters are shown at the same time, at 0\.000 s/,
      hint: /that long/,
    },
  },
  {
    ...{ what: 'spans that all change at once', name: 'a.ttml', content: inParagraph(timed.join('')) },
    ...{
      expected: /a\.ttml .*change too often while they are shown \(line 1\)/,
      hint: /Split long paragraphs/,
    },
  },
  {
    ...{ what: 'a film under the name of subtitles', name: 'a.vtt', content: readFileSync(FILM) },
    ...{
      said: ', sdh: true',
      expected: /a\.vtt: the config gives it `sdh`, which is for text/,
      hint: /video track 1/,
    },
    status: 2,
  },
  {
    ...{ what: 'a page of a server', name: 'a.vtt', content: '<html><body>Not found</body></html>' },
    ...{ expected: /a\.vtt/, hint: /./ },
  },
  {
    ...{ what: 'an empty file', name: 'a.vtt', content: '' },
    ...{ expected: /a\.vtt/, hint: /./ },
  },
  {
    ...{ what: 'nothing but lines', name: 'a.srt', content: '\n \n\n' },
    ...{ expected: /a\.srt/, hint: /./ },
  },
  {
    ...{ what: 'a role that does not exist', name: 'a.srt', content: SRT, said: ", roles: 'subtitles'" },
    ...{ expected: /roles/, hint: /./, status: 2 },
  },
  {
    ...{ what: 'a role of sound', name: 'a.srt', content: SRT, said: ", roles: 'dub'" },
    ...{
      expected: /a\.srt: the config gives it the role "dub", which is for audio/,
      hint: /text track/,
      status: 2,
    },
  },
];

for (const { what, name, content, said, expected, hint, status = 3 } of REFUSALS) {
  test(`${what}: told in a sentence, and nothing is written`, async () => {
    const [outcome, files] = await withText(name, content, said);
    assert.equal(files, [name, 'film.mp4', 'packager.config.ts'], outcome.stdout);
    const text = `${outcome.stdout}\n${outcome.stderr}`;
    assert.is(outcome.status, status, text);
    assert.match(text, expected);
    assert.match(text, hint);
  });
}

interface Told {
  readonly what: string;
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly expected: RegExp;
}

/** One wrong cue is no reason to refuse a film. */
const NOTICES: readonly Told[] = [
  {
    ...{ what: 'cues that end before they start', name: 'a.vtt' },
    content:
      'WEBVTT\n\n00:05.000 --> 00:02.000\na\n\n00:06.000 --> 00:05.000\nb\n\n00:07.000 --> 00:08.000\nc\n',
    expected:
      /a\.vtt: 2 cues end before they start, or as they start and are left out \(the first: line 3\)\./,
  },
  {
    ...{
      what: 'a time with 99 minutes',
      name: 'a.srt',
      content: `1\n00:99:00,000 --> 00:99:01,000\nx\n\n${SRT}`,
    },
    expected: /a\.srt: A cue has times that cannot be read and is left out \(line 2\)\./,
  },
  {
    ...{ what: 'a file that is a header and nothing else', name: 'a.vtt', content: 'WEBVTT\n' },
    expected: /a\.vtt: It has no cues: who chooses it sees nothing\./,
  },
];

for (const { what, name, content, expected } of NOTICES) {
  test(`${what}: told, and the film is packaged`, async () => {
    const [outcome] = await withText(name, content);
    assert.is(outcome.status, 0, outcome.stderr);
    assert.match(`${outcome.stdout}\n${outcome.stderr}`.replace(/\n\s+/g, ' '), expected);
  });
}

test.run();
