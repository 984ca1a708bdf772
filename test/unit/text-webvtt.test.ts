/** WebVTT in and out: files as people have them, segments, and samples of `wvtt`. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readTextDocument } from '../../core/text/read-text.ts';
import { webvttSegment } from '../../core/text/webvtt/write.ts';
import { wvttSampleEntry, wvttSamples } from '../../core/text/wvtt/write.ts';
import { webvttFile } from '../helpers/oracles/whole-text.ts';

const test = suite('WebVTT');

const bytes = (text: string, encoding: BufferEncoding = 'utf8') =>
  new Uint8Array(Buffer.from(text, encoding));
const read = (text: string) => readTextDocument(bytes(text), 'a.vtt');
const brief = (text: string) =>
  read(text).cues.map(({ start, end, id = '', settings = '', payload }) =>
    [start, end, id, settings, payload].join('|'),
  );

const PLAIN = 'WEBVTT\n\n00:01.000 --> 00:02.000\nÄ 字 שלום\n';

test('a file is what it is in every encoding that says which it is, with every line end', () => {
  const expected = ['1000|2000|||Ä 字 שלום'];
  assert.equal(brief(PLAIN), expected);
  assert.equal(brief(`\uFEFF${PLAIN}`), expected);
  assert.equal(brief(PLAIN.replaceAll('\n', '\r\n')), expected);
  assert.equal(brief(PLAIN.replaceAll('\n', '\r')), expected);
  const little = bytes(`\uFEFF${PLAIN}`, 'utf16le');
  const big = new Uint8Array(Buffer.from(little).swap16());
  for (const file of [little, big, little.subarray(2), big.subarray(2)]) {
    assert.equal(readTextDocument(file, 'a.vtt').cues[0]?.payload, 'Ä 字 שלום');
  }
});

test('another encoding is refused with its line', () => {
  const latin = bytes('WEBVTT\n\n00:01.000 --> 00:02.000\nfa\xe7ade\n', 'latin1');
  assert.throws(
    () => readTextDocument(latin, 'a.vtt'),
    (error: Error) =>
      error.message === 'a.vtt cannot be read as subtitles: it has bytes that are not UTF-8 (line 4).',
  );
  const cut = bytes(`\uFEFF${PLAIN}`, 'utf16le').subarray(0, 31);
  assert.throws(() => readTextDocument(cut, 'a.vtt'), /not the utf-16le that it says it is/);
});

test('cues as people write them', () => {
  const text = [
    'WEBVTT - a title',
    'Kind: captions',
    'Language: fr',
    '',
    'NOTE a comment',
    'of two lines',
    '',
    'first',
    '00:01.000 --> 1:00:02.000 align:middle line:0 position:10%,start shown:yes',
    'one',
    'two',
    '2',
    '00:00:03,5 --> 00:00:04,25',
    '<i>no empty line before this</i>',
    '3',
    '00:00:05.000-->00:00:06.000',
    'nor this &amp; that',
    '00:00:07.000 --> 00:00:08.000\tsize:200%',
    '2 is not its number',
    '',
    '100:00:00.000 --> 100:00:01.000',
    'late',
  ].join('\n');
  assert.equal(brief(text), [
    '1000|3602000|first|align:center line:0 position:10%,line-left|one\ntwo\n2',
    '3500|4250|||<i>no empty line before this</i>\n3',
    '5000|6000|||nor this &amp; that',
    '7000|8000|||2 is not its number',
    '360000000|360001000|||late',
  ]);
  assert.is(read(text).language, 'fr');
  assert.equal(read(text).notices, [
    'Settings of cues that mean nothing are left out: shown:yes, and 1 more.',
  ]);
});

test('a number before times without an empty line is that of the next cue', () => {
  const text =
    'WEBVTT\n\n1\n00:01.000 --> 00:02.000\none\n2\n00:02.000 --> 00:03.000\ntwo\n3\n00:03.000 --> 00:04.000\n';
  assert.equal(brief(`${text}three`), ['1000|2000|1||one', '2000|3000|2||two', '3000|4000|3||three']);
});

test('what nobody can see is left out, one notice a kind; the rest is put in order', () => {
  const doc = read(
    [
      'WEBVTT\n',
      '00:09.000 --> 00:10.000\nlast\n',
      '00:02.000 --> 00:01.000\nbackward\n',
      '00:02.000 --> 00:02.000\nno time\n',
      '00:03.000 --> 00:04.000\n\n',
      '-00:05.000 --> 00:01.000\nfirst\n',
      '-00:05.000 --> -00:01.000\nbefore\n',
      '00:61.000 --> 00:62.000\nno minute\n',
      '00:09.000 --> 00:10.000\nafter last\n',
      '9999:00:00.000 --> 9999:00:01.000\nnever\n',
    ].join('\n'),
  );
  assert.equal(
    doc.cues.map(({ start, payload }) => `${start} ${payload}`),
    ['0 first', '9000 last', '9000 after last'],
  );
  assert.equal(doc.notices, [
    '2 cues end before they start, or as they start and are left out (the first: line 6).',
    'A cue has no text and is left out (line 12).',
    'A cue ends before the title starts and is left out (line 18).',
    'A cue has times that cannot be read and is left out (line 21).',
    'A cue is later than a thousand hours and is left out (line 27).',
    'A cue starts before the title and is shown from its start.',
  ]);
});

const STYLED = [
  'WEBVTT\n',
  'STYLE\n::cue(.loud) {\n  color: red;\n}\n',
  'REGION\nid:fred width:40% lines:3\n',
  '00:01.000 --> 00:05.000 region:fred region:gone\n<c.loud>one</c>\n',
  'STYLE\n::cue { color: blue }\n',
  '00:04.000 --> 00:12.000\ntwo',
].join('\n');

test('styles and regions are kept, and stand in every segment', () => {
  const doc = read(STYLED);
  assert.equal(doc.styles, ['::cue(.loud) {\n  color: red;\n}']);
  assert.equal(doc.regions, ['id:fred width:40% lines:3']);
  assert.is(doc.cues[0]?.settings, 'region:fred');
  assert.ok(doc.notices.includes('STYLE and REGION blocks after the first cue are left out, as players do.'));
  const head = 'REGION\nid:fred width:40% lines:3\n\nSTYLE\n::cue(.loud) {\n  color: red;\n}\n';
  const map = 'X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n';
  assert.is(
    webvttSegment(doc, { from: 5000, to: 10_000, mpegts: 900_000 }),
    `WEBVTT\n${map}\n${head}\n00:00:04.000 --> 00:00:12.000\ntwo\n`,
  );
  assert.is(webvttSegment(doc, { from: 20_000, to: 30_000 }), `WEBVTT\n\n${head}`);
  assert.equal(read(webvttFile(doc)).cues, doc.cues);
});

test('segments of HLS, one after another in a file: cues that span them are one, clocks may move', () => {
  const segment = (mpegts: number, cues: string) =>
    `\uFEFFWEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:${mpegts}\n\nSTYLE\n::cue { color: red }\n\n${cues}\n`;
  const one = '00:01.000 --> 00:02.000\none\n';
  const two = '00:09.000 --> 00:11.000\ntwo\n';
  const doc = read(segment(900_000, `${one}\n${two}`) + segment(900_000, two));
  assert.equal(
    doc.cues.map(({ payload }) => payload),
    ['one', 'two'],
  );
  assert.is(doc.styles.length, 1);
  const torn = read(segment(900_000, one).trimEnd() + segment(900_000, two).replace('\uFEFF', '\n'));
  assert.equal(torn.cues, doc.cues);
  const last = 2 ** 33 - 90_000;
  const moving = read(segment(last, one) + segment(last + 10 * 90_000 - 2 ** 33, one));
  assert.equal(
    moving.cues.map(({ start }) => start),
    [1000, 11_000],
  );
});

test('more cues at a time than anybody reads are refused', () => {
  const cue = (index: number) => `\n00:00:01.${String(index).padStart(3, '0')} --> 00:00:03.000\n${index}\n`;
  const of = (count: number) => `WEBVTT\n${Array.from({ length: count }, (_, index) => cue(index)).join('')}`;
  assert.is(read(of(256)).cues.length, 256);
  assert.throws(() => read(of(257)), /more than 256 cues are shown at the same time, at 1\.256 s\./);
});

test('more text at a time than anybody reads is refused, in one cue or in several', () => {
  const cue = (from: string, length: number) => `\n${from} --> 00:09.000\n${'a'.repeat(length)}\n`;
  const two = (length: number) => `WEBVTT\n${cue('00:01.000', 40_000)}${cue('00:02.000', length)}`;
  assert.is(read(two(25_536)).cues.length, 2);
  assert.throws(() => read(two(25_537)), /more than 65536 letters are shown at the same time, at 2\.000 s\./);
  const inTurn = `WEBVTT\n\n00:00.000 --> 00:01.000\n${'b'.repeat(60_000)}\n${cue('00:01.000', 60_000)}`;
  assert.is(read(inTurn).cues.length, 2);
});

/** The boxes of a sample, with their children, as text. */
function boxes(data: Uint8Array): unknown[] {
  const found: unknown[] = [];
  const buffer = Buffer.from(data);
  for (let at = 0; at < buffer.length; ) {
    const size = buffer.readUInt32BE(at);
    const type = buffer.toString('latin1', at + 4, at + 8);
    const body = buffer.subarray(at + 8, at + size);
    if (type === 'vttc') found.push(boxes(body));
    else found.push(type === 'vsid' ? `vsid ${body.readUInt32BE()}` : `${type} ${body}`.trimEnd());
    at += size;
  }
  return found;
}

test('samples of wvtt: no gaps, all cues of a time in one, pieces of a cue under one number', () => {
  const doc = read(
    [
      'WEBVTT\n',
      'a\n00:01.000 --> 00:03.000 line:0\none\n',
      '00:02.000 --> 00:12.000\ntwo <00:08.000>then\n',
      '00:13.000 --> 00:14.000\nthree',
    ].join('\n'),
  );
  const samples = [...wvttSamples(doc, 0, 10_000), ...wvttSamples(doc, 10_000, 20_000)];
  const two = (time: string) => ['vsid 1', `ctim ${time}`, 'payl two <00:08.000>then'];
  const one = ['vsid 0', 'iden a', 'sttg line:0', 'payl one'];
  assert.equal(
    samples.map(({ duration, data }) => [duration, boxes(data)]),
    [
      [1000, ['vtte']],
      [1000, [one]],
      [1000, [one, two('00:00:02.000')]],
      [7000, [two('00:00:03.000')]],
      [2000, [two('00:00:10.000')]],
      [1000, ['vtte']],
      [1000, [['payl three']]],
      [6000, ['vtte']],
    ],
  );
  assert.match(
    Buffer.from(wvttSampleEntry(read(STYLED))).toString('latin1'),
    /^.{4}wvtt.{8}.{4}vttCWEBVTT\n\nREGION\nid:fred width:40% lines:3\n\nSTYLE\n::cue\(\.loud\) \{\n {2}color: red;\n\}$/s,
  );
});

test('joined segments of HLS: times within texts are moved with their cues', () => {
  const segment = (ticks: number) =>
    `WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:${ticks},LOCAL:00:00:00.000\n\n00:01.000 --> 00:03.000\na<00:02.000>b\n\n`;
  assert.equal(
    read(segment(900_000) + segment(1_800_000)).cues.map(({ start, payload }) => `${start} ${payload}`),
    ['1000 a<00:02.000>b', '11000 a<00:00:12.000>b'],
  );
});

test('a title of 100,000 cues, one from start to end, is cut in 3600 segments with as many looks as there is to write', () => {
  const count = 100_000;
  const lines = ['WEBVTT\n', '00:00:00.000 --> 10:00:00.000\nmark\n'];
  for (let index = 0; index < count; index++) {
    const at = index * 360;
    const time = (ms: number) => new Date(ms).toISOString().slice(11, 23);
    lines.push(`${time(at)} --> ${time(at + 500)}\n${index}\n`);
  }
  const doc = read(lines.join('\n'));
  assert.is(doc.cues.length, count + 1);
  let looks = 0;
  const cues = new Proxy(doc.cues, {
    get(list, key) {
      if (typeof key === 'string' && /^\d+$/.test(key)) looks++;
      return Reflect.get(list, key);
    },
  });
  let written = 0;
  for (let segment = 0; segment < 3600; segment++) {
    const text = webvttSegment({ ...doc, cues }, { from: segment * 10_000, to: segment * 10_000 + 10_000 });
    written += text.split('-->').length - 1;
  }
  assert.ok(written > count + 3600 && written < 1.1 * count + 4000, `${written} cues`);
  assert.ok(looks < 12 * written, `${looks} looks for ${written} cues`);
});

test.run();
