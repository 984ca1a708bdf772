/** SubRip in: files as people have them. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readTextDocument } from '../../core/text/read-text.ts';

const test = suite('SubRip');

const read = (text: string) => readTextDocument(new Uint8Array(Buffer.from(text)), 'a.srt');
const brief = (text: string) =>
  read(text).cues.map(({ start, end, settings = '', payload }) => [start, end, settings, payload].join('|'));
const payload = (text: string) => read(`1\n00:00:01,000 --> 00:00:02,000\n${text}\n`).cues[0]?.payload;

test('cues are found by their times: numbers and empty lines may be missing, or stand within a text', () => {
  const text = [
    '1',
    '00:00:01,000 --> 00:00:02,500',
    'one',
    '',
    'more of one',
    '2',
    '00:00:03.000 --> 00:00:04.5  X1:100 X2:200 Y1:1 Y2:2',
    'two',
    '00:00:05,000 --> 00:00:06,000',
    'three',
    '1984',
    '',
    '7',
    '',
    '8',
    '1:00:00,000-->1:00:01,000',
    'last',
    '9',
  ].join('\n');
  const expected = [
    '1000|2500||one\nmore of one',
    '3000|4500||two',
    '5000|6000||three\n1984\n7',
    '3600000|3601000||last\n9',
  ];
  assert.equal(brief(text), expected);
  assert.equal(brief(`\uFEFF\r\n\r\n${text.replaceAll('\n', '\r\n')}\r\n`), expected);
  assert.equal(read(text).lost, ['places (X1, X2, Y1, Y2)']);
});

test('tags become those of WebVTT, closed in order; what is no tag is text', () => {
  assert.is(payload('<B>b</B> <i>i</I> <u>u</u>'), '<b>b</b> <i>i</i> <u>u</u>');
  assert.is(payload('<b><i>both</b> one</i> none</u>'), '<b><i>both</i></b><i> one</i> none');
  assert.is(payload('<i>open\nfor ever'), '<i>open\nfor ever</i>');
  assert.is(payload('I <3 you & <me> --> a'), 'I &lt;3 you &amp; &lt;me&gt; --&gt; a');
  assert.is(payload('R&amp;B &lrm;&#8206;&foo;'), 'R&amp;B &lrm;&#8206;&amp;foo;');
  assert.is(payload('<font color="#F00">a</font> <font face=x>b</font>'), '<c.red>a</c> b');
});

test('colours are classes with a rule each', () => {
  const doc = read(
    '1\n00:00:01,000 --> 00:00:02,000\n<font color=#FF8800>a</font><font color="lime">b</font>\n',
  );
  assert.is(doc.cues[0]?.payload, '<c.cff8800>a</c><c.lime>b</c>');
  assert.equal(doc.styles, ['::cue(.cff8800) { color: #ff8800 }\n::cue(.lime) { color: #00ff00 }']);
});

test('places of SubStation Alpha are settings, its other commands are lost and told', () => {
  const text = (commands: string) => read(`1\n00:00:01,000 --> 00:00:02,000\n${commands}a\n`);
  const settings = (commands: string) => text(commands).cues[0]?.settings;
  assert.is(settings('{\\an8}'), 'line:0');
  assert.is(settings('{\\an2}'), undefined);
  assert.is(settings('{\\an4}'), 'line:50% position:5%,line-left align:left');
  assert.is(settings('{\\an3}'), 'position:95%,line-right align:right');
  assert.is(settings('{\\a6}'), 'line:0');
  assert.is(settings('{\\a11}'), 'line:50% position:95%,line-right align:right');
  assert.is(settings('{\\fad(1,2)\\an8}{\\b1}'), 'line:0');
  assert.is(text('{\\fad(1,2)}').cues[0]?.payload, 'a');
  assert.is(text('{\\i1}b{\\b1}c{\\i0}d').cues[0]?.payload, '<i>b<b>c</b></i><b>da</b>');
  assert.is(text('{not}').cues[0]?.payload, '{not}a');
});

test('cues that nobody can see, and times that are none', () => {
  const doc = read(
    '1\n00:00:03,000 --> 00:00:02,000\nbackward\n\n2\n00:00:01,000 --> 00:00:02,000\n\n\n3\n00:00:61,0 --> 00:00:62,0\nx\n\n4\n00:00:01,000 --> 00:00:02,000\ngood',
  );
  assert.equal(
    doc.cues.map((cue) => cue.payload),
    ['good'],
  );
  assert.is(doc.notices.length, 3);
});

test('what is neither is refused', () => {
  for (const text of ['', '\n\n', 'hello', '[Script Info]\nTitle: x', '1\n2\n3\n']) {
    assert.throws(() => read(text), /a\.srt cannot be read as subtitles: it is neither/);
  }
});

test.run();
