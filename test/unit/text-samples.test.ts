/** Documents out of samples of MP4: `wvtt`, `stpp`, `tx3g`. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { box, u8, u16, u32, zeros } from '../../core/base/box.ts';
import { concat } from '../../core/base/bytes.ts';
import { readTextDocument } from '../../core/text/read-text.ts';
import type { StoredTextSample } from '../../core/text/samples/stored-sample.ts';
import { cuesOfStpp } from '../../core/text/samples/stpp.ts';
import { cuesOfTx3g } from '../../core/text/samples/tx3g.ts';
import { cuesOfWvtt } from '../../core/text/samples/wvtt.ts';
import { stppDocument } from '../../core/text/ttml/write.ts';
import { wvttSampleEntry, wvttSamples } from '../../core/text/wvtt/write.ts';

const test = suite('samples of text');

const utf8 = (text: string) => new Uint8Array(Buffer.from(text));
const read = (text: string) => readTextDocument(utf8(text), 'a');
const CUTS = [0, 700, 2000, 4000, 9000, 20_000];

const VTT = `WEBVTT

REGION
id:r

STYLE
::cue { color: #ff0000 }

a
00:01.000 --> 00:03.000 line:0 align:start
one
two

00:02.000 --> 00:12.000 region:r
<i>three</i>

00:12.000 --> 00:13.000 region:r
<i>three</i>
`;

test('wvtt: what was cut into samples and segments is whole again', () => {
  const doc = read(VTT);
  const samples: StoredTextSample[] = [];
  for (const [index, from] of CUTS.slice(0, -1).entries()) {
    let at = from;
    for (const { duration, data } of wvttSamples(doc, from, CUTS[index + 1]!)) {
      samples.push({ start: at, end: at + duration, data });
      at += duration;
    }
  }
  const config = wvttSampleEntry(doc).subarray(8 + 8 + 8);
  assert.equal(cuesOfWvtt(samples, config, 'a').cues, doc.cues);
  assert.equal(cuesOfWvtt(samples, config, 'a').styles, doc.styles);
});

test('wvtt: pieces without a number are joined where they meet', () => {
  const cue = box('vttc', box('payl', 'a'));
  const sample = (start: number, end: number, data = cue) => ({ start, end, data });
  const doc = cuesOfWvtt(
    [sample(0, 10), sample(10, 20), sample(20, 30, box('vtte')), sample(30, 40)],
    utf8('WEBVTT'),
    'a',
  );
  assert.equal(doc.cues, [
    { start: 0, end: 20, payload: 'a' },
    { start: 30, end: 40, payload: 'a' },
  ]);
});

test('stpp: documents with full times, shown as long as their samples', () => {
  const doc = read('WEBVTT\n\n00:01.000 --> 00:03.000\none\n\n00:02.000 --> 00:12.000\n<b>two</b>\n');
  const samples = CUTS.slice(0, -1).map((from, index) => {
    const end = CUTS[index + 1]!;
    return { start: from, end, data: utf8(stppDocument(doc, from, end)) };
  });
  const brief = cuesOfStpp(samples, 'a').cues.map(({ start, end, payload }) => `${start} ${end} ${payload}`);
  assert.equal(brief, ['1000 3000 one', '2000 12000 <b>two</b>']);
  assert.is(cuesOfStpp(samples, 'a').ttml, undefined);
  assert.ok(cuesOfStpp(samples.slice(1, 2), 'a').ttml);
});

test('stpp: what is not within its sample is not shown, and a track with nothing else is told', () => {
  const data = utf8(
    stppDocument(read('WEBVTT\n\n00:01.000 --> 00:03.000\none\n\n00:05.000 --> 00:06.000\ntwo\n'), 0, 9000),
  );
  const doc = cuesOfStpp([{ start: 2000, end: 4000, data }], 'a');
  assert.equal(
    doc.cues.map(({ start, end }) => `${start} ${end}`),
    ['2000 3000'],
  );
  assert.equal(
    doc.ttml?.paragraphs.map(({ start, end }) => `${start} ${end}`),
    ['2000 3000'],
  );
  const late = cuesOfStpp([{ start: 60_000, end: 70_000, data }], 'a');
  assert.equal(late.cues, []);
  assert.equal(late.notices, ['None of its texts has times within those of its sample: they are left out.']);
});

const record = (start: number, end: number, face: number, colour = 0xffffffff) =>
  concat([u16(start), u16(end), u16(1), u8(face), u8(18), u32(colour)]);
const entry = (horizontal: number, vertical: number, face = 0) =>
  concat([zeros(6), u16(1), u32(0), u8(horizontal), u8(vertical), u32(0), zeros(8), record(0, 0, face)]);
const text = (content: Uint8Array, ...records: Uint8Array[]) =>
  concat([
    u16(content.length),
    content,
    ...(records.length > 0 ? [box('styl', u16(records.length), records)] : []),
  ]);

test('tx3g: styles by characters, gaps, places, encodings', () => {
  const samples = [
    { start: 0, end: 1000, data: text(utf8('')) },
    { start: 1000, end: 2000, data: text(utf8('a😀b<c'), record(1, 2, 2), record(2, 3, 5, 0xff0000ff)) },
    { start: 2000, end: 3000, data: text(new Uint8Array(Buffer.from('\uFEFFé\r\nf', 'utf16le'))) },
    {
      start: 3000,
      end: 4000,
      data: text(new Uint8Array(Buffer.from('\uFEFFg', 'utf16le').swap16()), record(5, 900, 1)),
    },
    { start: 4000, end: 5000, data: u8(0) },
  ];
  const doc = cuesOfTx3g(samples, entry(1, 255), 'a');
  assert.equal(
    doc.cues.map(({ start, end, payload }) => `${start} ${end} ${payload}`),
    ['1000 2000 a<i>😀</i><c.red><b><u>b</u></b></c>&lt;c', '2000 3000 é\nf', '3000 4000 g'],
  );
  assert.equal(doc.styles, ['::cue(.red) { color: #ff0000 }']);
  assert.is(doc.cues[0]?.settings, undefined);
  const top = cuesOfTx3g(samples, entry(0, 0, 1), 'a').cues[1];
  assert.is(top?.settings, 'line:0 position:5%,line-left align:left');
  assert.is(top?.payload, '<b>é\nf</b>');
});

test('tx3g: line ends of two characters count as two', () => {
  const sample = (content: string, ...records: Uint8Array[]) => ({
    ...{ start: 0, end: 1000 },
    data: text(utf8(content), ...records),
  });
  const payload = (content: string, ...records: Uint8Array[]) =>
    cuesOfTx3g([sample(content, ...records)], entry(1, 255), 'a').cues[0]?.payload;
  assert.is(payload('ab\r\ncd', record(4, 6, 2)), 'ab\n<i>cd</i>');
  assert.is(payload('ab\rcd', record(3, 5, 2)), 'ab\n<i>cd</i>');
  assert.is(payload('ab\r\ncd', record(0, 3, 2)), '<i>ab</i>\ncd');
});

test('what is damaged in a sample is told, and nothing else is lost', () => {
  const junk = utf8('junk behind the text');
  const broken = concat([u16(3), utf8('one'), junk]);
  const tx3g = cuesOfTx3g(
    [
      { start: 0, end: 1000, data: broken },
      { start: 1000, end: 2000, data: text(utf8('two'), record(0, 3, 1)) },
      { start: 2000, end: 3000, data: text(new Uint8Array([0xe9])) },
    ],
    entry(1, 255),
    'a',
  );
  assert.equal(
    tx3g.cues.map(({ payload }) => payload),
    ['one', '<b>two</b>', '\uFFFD'],
  );
  assert.equal(tx3g.notices, [
    'A sample is damaged, and only what stands before the damage is kept (the first: at 0.000 s).',
    'A cue has bytes that are not UTF-8, and is shown with \uFFFD in their place (the first: at 2.000 s).',
  ]);

  const cue = (payload: Uint8Array) => box('vttc', box('payl', payload));
  const wvtt = cuesOfWvtt(
    [
      { start: 0, end: 10, data: concat([cue(utf8('one')), junk]) },
      { start: 10, end: 20, data: junk },
      { start: 20, end: 30, data: box('vttc', box('iden', 'x'), junk) },
      { start: 30, end: 40, data: cue(new Uint8Array([0x61, 0xff])) },
    ],
    utf8('WEBVTT'),
    'a',
  );
  assert.equal(
    wvtt.cues.map(({ payload }) => payload),
    ['one', 'a\uFFFD'],
  );
  assert.match(
    wvtt.notices.join('\n'),
    /^3 samples are damaged, .* \(the first: at 0\.000 s\)\.\nA cue has bytes/,
  );

  const doc = utf8(stppDocument(read('WEBVTT\n\n00:01.000 --> 00:03.000\none\n'), 0, 4000));
  const stpp = cuesOfStpp(
    [
      { start: 0, end: 4000, data: doc },
      { start: 4000, end: 5000, data: junk },
    ],
    'a',
  );
  assert.is(stpp.cues.length, 1);
  assert.equal(stpp.notices, ['A sample cannot be read and is left out (the first: at 4.000 s).']);
  assert.throws(
    () => cuesOfStpp([{ start: 4000, end: 5000, data: junk }], 'a'),
    /cannot be read as subtitles/,
  );
});

test.run();
