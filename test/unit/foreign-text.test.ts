/** Whatever a server or a file says is read in time that grows with its length: no pattern starts anew at each character. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { withoutKeys } from '../../core/base/key-like.ts';
import { readXml } from '../../core/base/xml/read-xml.ts';
import { readCpix } from '../../core/cpix/read.ts';
import { parseKeyLine } from '../../core/drm/key-line.ts';
import { parseProtectionXml } from '../../core/drm/protection-xml.ts';
import { foreignFormat, LOOK } from '../../core/engine/foreign-formats.ts';
import { serverWords } from '../../core/http/server-words.ts';
import { withoutTags } from '../../core/http/without-tags.ts';
import { lossNotice } from '../../core/text/losses.ts';
import { readTextDocument } from '../../core/text/read-text.ts';
import { SNIFFED, textFormat } from '../../core/text/sniff.ts';
import { jsonError } from '../../plugins/key-cloud-kms/dialects/json-error.ts';
import { readReply } from '../../plugins/pallycon/issue-documents.ts';
import { isQuick } from '../helpers/commands/processor-time.ts';
import { ttmlFile, webvttFile } from '../helpers/oracles/whole-text.ts';

const test = suite('foreign text');

const LENGTH = 200_000;
/** Processor time. Linear readers take a fraction of one, the square of the length takes minutes. */
const MOST_SECONDS = 10;

/** What patterns for markup, attribute lists, numbers and keys begin with, and never find the end of. */
const UNITS = [
  ...['<', '<style ', '<style>', '</style>', '<script', '<!--', '<!', '<?', '<?x ', '<![CDATA[', ']]>'],
  ...['&', '&#', '&#x1', '&#1', '&amp', '<a ', '<a>', '<a/>', '<a b="', '="', "='", '<a:b ', '<a></a>'],
  ...['[', '{', '{"a":', '"', ' ', '\n', '. ', '-', '%', '%2', '\\', '\\/', 'a=', 'A="",', 'A=b,', '0x'],
  ...['<!---->', '<!DOCTYPE[ ]>', '::cue', '::cue(', '<c.a>', '{\\an8}', '-->'],
  ...[
    'é',
    '\u0000',
    'a',
    'a1',
    '/',
    '+',
    '==',
    '0',
    'a-',
    ':',
    'aaaaaaaa-aaaa-',
    'A'.repeat(22),
    'f'.repeat(32),
  ],
];

/** Letters that may be shown at a time. */
const SHOWN = 60_000;

/** Subtitles, read and written in both formats. */
function subtitles(text: string): void {
  const doc = readTextDocument(new Uint8Array(Buffer.from(text)), 'a');
  webvttFile(doc);
  ttmlFile(doc);
  lossNotice(doc, 'WebVTT');
  lossNotice(doc, 'TTML');
}

/** The same of the text of a cue: what of it may be shown at a time, and all of it, which is refused. */
function cueText(head: string, text: string, tail = ''): void {
  subtitles(`${head}${text.slice(0, SHOWN)}${tail}`);
  subtitles(`${head}${text}${tail}`);
}

const TTML = 'xmlns="http://www.w3.org/ns/ttml"';

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  'words of an error': (text) => serverWords(text, ['secretsecret/abc+x']),
  'the same, without tags': withoutTags,
  'the same, without keys': (text) => withoutKeys(text),
  XML: readXml,
  'an attribute': (text) => readXml(`<a b="${text}"/>`),
  'text of an element': (text) => readXml(`<a>${text}</a>`),
  'a tag': (text) => readXml(`<a ${text}>`),
  'a key document': (text) => readCpix(`<CPIX>${text}</CPIX>`),
  'elements for the MPD': parseProtectionXml,
  'a key line': (text) => parseKeyLine(`#EXT-X-KEY:${text}`),
  'a URI in it': (text) => parseKeyLine(`#EXT-X-KEY:METHOD=AES-128,URI="${text}`),
  'the beginning of a file': (text) => textFormat(Buffer.from(text.slice(0, SNIFFED))),
  'the beginning of one that nobody reads': (text) => foreignFormat(Buffer.from(text.slice(0, LOOK))),
  'a cue of WebVTT': (text) => cueText('WEBVTT\n\n00:01.000 --> 00:02.000\n', text),
  'styles of WebVTT': (text) => subtitles(`WEBVTT\n\nSTYLE\n${text.repeat(4)}\n\n00:01.000 --> 00:02.000\na`),
  'a cue of SubRip': (text) => cueText('1\n00:00:01,000 --> 00:00:02,000\n', text),
  'a paragraph of TTML': (text) =>
    subtitles(`<tt ${TTML}><body><div><p end="1s">${text}</p></div></body></tt>`),
  'a JSON error': jsonError,
  'a JSON reply': (text) => readReply(text, 'json'),
  'an XML reply': (text) => readReply(`<RES>${text}</RES>`, 'xml'),
};

for (const [what, read] of Object.entries(READERS)) {
  test(`${what}: the worst of it is read at once, or refused in words`, async () => {
    for (const unit of UNITS) {
      const text = unit.repeat(Math.floor(LENGTH / unit.length));
      await isQuick(MOST_SECONDS, JSON.stringify(unit), () => {
        try {
          read(text);
        } catch (error) {
          assert.not.match((error as Error).message, /call stack/, JSON.stringify(unit));
        }
      });
    }
  });
}

test('a document in one line is read as fast as any', async () => {
  const text = `<a>${'<b>c</b>'.repeat(300_000)}</a>`;
  await isQuick(MOST_SECONDS, 'a document in one line', () => {
    assert.is(readXml(text, { longest: text.length, asWritten: true }).children.length, 300_000);
  });
});

test('tags are gone, and what no tag is stays', () => {
  assert.is(withoutTags('a<b>c</b>d'), 'a c d');
  assert.is(withoutTags('1 < 2'), '1 < 2');
  assert.is(withoutTags('x<SCRIPT src="y">secret</Script>y'), 'x y');
  assert.is(withoutTags('x<style>p{}</style><br/>y'), 'x  y');
  assert.is(withoutTags('İ<b>x</b>'), 'İ x ');
  assert.is(withoutTags('<styled>x</styled>'), ' x ');
});

test('a secret that the end of what is read cuts in two is not shown', () => {
  const secret = 'Zm9vYmFyLXNlY3JldC10b2tlbg';
  for (let at = 65_500; at <= 65_536; at++) {
    const page = `<p ${'x'.repeat(at - 4)}>${secret} and more ${'y'.repeat(100)}`;
    assert.not.match(serverWords(page, [secret]), /Zm9v/);
  }
});

test.run();
