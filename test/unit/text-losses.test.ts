/** What is told of styles that a target cannot say: all that somebody would miss, and nothing else. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat } from '../../core/base/bytes.ts';
import { lossNotice } from '../../core/text/losses.ts';
import { readTextDocument } from '../../core/text/read-text.ts';
import { cuesOfStpp } from '../../core/text/samples/stpp.ts';
import { cuesOfTx3g } from '../../core/text/samples/tx3g.ts';
import { ttmlFile } from '../helpers/oracles/whole-text.ts';

const test = suite('what a target cannot say');

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const read = (text: string) => readTextDocument(bytes(text), 'a');

const vtt = (head: string, cue: string): string => `WEBVTT\n\n${head}\n\n${cue}\n`;
const CUE = '00:01.000 --> 00:02.000\n';
const asTtml = (head: string, cue = `${CUE}<c.loud>a</c>`) => lossNotice(read(vtt(head, cue)), 'TTML');

test('WebVTT as WebVTT loses nothing', () => {
  const text = vtt(
    'STYLE\n::cue { font-size: 200%; text-shadow: 1px 1px }\n\nREGION\nid:a scroll:up',
    `${CUE}a`,
  );
  assert.is(lossNotice(read(text), 'WebVTT'), undefined);
});

test('WebVTT as TTML: properties, selectors and scrolling that cues use', () => {
  assert.is(
    asTtml(
      'STYLE\n::cue { color: red; font-size: 120%; text-shadow: 1px 1px black; text-decoration: line-through }',
    ),
    'Written as TTML it loses: font-size, text-shadow, text-decoration.',
  );
  assert.is(asTtml('STYLE\n::cue(.loud) { opacity: 0.5 }'), 'Written as TTML it loses: opacity.');
  assert.is(asTtml('STYLE\n::cue { color: hsl(1 2% 3%) }'), 'Written as TTML it loses: color.');
  const voice = 'STYLE\n::cue(v[voice="Mary"]) { color: red }';
  const told = `Written as TTML it loses: ::cue(v[voice='Mary']).`;
  assert.is(asTtml(voice, `${CUE}<v Mary>a`), told);
  assert.is(
    asTtml('STYLE\n::cue(#one) { color: red }', `one\n${CUE}a`),
    'Written as TTML it loses: ::cue(#one).',
  );
  assert.is(
    asTtml('STYLE\n::cue(:future) { color: gray }', `${CUE}a<00:01.500>b`),
    'Written as TTML it loses: ::cue(:future).',
  );
  const region = 'REGION\nid:a scroll:up';
  assert.is(
    asTtml(region, `00:01.000 --> 00:02.000 region:a position:20%\na`),
    'Written as TTML it loses: scroll:up of regions, position within regions.',
  );
  assert.is(
    asTtml(`${region}\n\nSTYLE\n::cue-region { background: navy }`, '00:01.000 --> 00:02.000 region:a\na'),
    'Written as TTML it loses: ::cue-region, scroll:up of regions.',
  );
});

test('WebVTT as TTML: nothing is told of what is kept, of what no cue uses, and of what no player takes', () => {
  for (const head of [
    'STYLE\n::cue { color: rgba(1, 2, 3, 0.5); background: #123a; font-weight: bold; font-style: italic }',
    'STYLE\n::cue { text-decoration: underline; font-size: 100%; opacity: 1; text-shadow: none }',
    'STYLE\n::cue(.other) { font-size: 200% }',
    'STYLE\n::cue(.other.loud), ::cue(#x), ::cue(v[voice="Mary"]) { color: red }',
    'STYLE\n::cue(:past) { color: red }',
    'STYLE\n::cue { margin: 1px; position: absolute }\np { font-size: 200% }',
    'STYLE\n/* ::cue { font-size: 200% } */',
    'REGION\nid:a scroll:up',
  ])
    assert.is(asTtml(head), undefined, head);
  const cue =
    '00:01.000 --> 00:02.000 vertical:rl line:10% align:start\n<v Mary><ruby>漢<rt>かん</ruby> <b>שלום</b>';
  assert.is(asTtml('', cue), undefined);
  // With a line of its own a cue is in no region.
  assert.is(asTtml('REGION\nid:a scroll:up', '00:01.000 --> 00:02.000 region:a line:0\na'), undefined);
});

test('colours of CSS are kept: how opaque they are is a fraction there, and a list of selectors is for all of them', () => {
  const text = ttmlFile(
    read(
      vtt(
        'STYLE\n::cue(b), ::cue(.loud) { color: rgba(255, 0, 0, 1); background-color: rgb(0 0 0 / 50%) }',
        `${CUE}<b>a</b>`,
      ),
    ),
  );
  assert.match(
    text,
    '<span tts:color="#ff0000" tts:backgroundColor="#00000080" tts:fontWeight="bold">a</span>',
  );
  const region = ttmlFile(read(vtt('STYLE\n::cue-region { background: red }', `${CUE}a`)));
  assert.not.match(region, /backgroundColor/);
  assert.not.match(ttmlFile(read(vtt('STYLE\n::cue { outline-color: red }', `${CUE}a`))), /backgroundColor/);
});

test('vertical cues stand where they did', () => {
  const region = (settings: string) =>
    /<region [^>]*>/.exec(ttmlFile(read(vtt('', `00:01.000 --> 00:02.000 ${settings}\na`))))?.[0];
  assert.match(region('vertical:rl')!, 'tts:origin="5% 5%" tts:extent="95% 90%" tts:displayAlign="after"');
  assert.match(
    region('vertical:rl line:0')!,
    'tts:origin="0% 5%" tts:extent="95% 90%" tts:displayAlign="before"',
  );
  assert.match(
    region('vertical:lr line:0')!,
    'tts:origin="5% 5%" tts:extent="95% 90%" tts:displayAlign="before"',
  );
  assert.match(
    region('vertical:rl line:70% position:20%,line-left size:50%')!,
    'tts:origin="70% 20%" tts:extent="30% 50%" tts:displayAlign="after"',
  );
});

const ttml = (p: string, head = '', attributes = ''): string =>
  '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling">' +
  `<head>${head}</head><body ${attributes}><div><p region="r" begin="0s" end="1s">${p}</p></div></body></tt>`;
const region = (attributes: string, content = '') =>
  `<layout><region xml:id="r" ${attributes}>${content}</region></layout>`;

test('TTML as WebVTT: fonts, outlines, backgrounds and animations of what is shown; as TTML it loses nothing', () => {
  for (const [text, expected] of [
    [
      ttml(
        '<span tts:fontFamily="monospaceSerif" tts:fontSize="150%">a</span><span tts:textOutline="red 1px">b</span>',
      ),
      'fontFamily, fontSize, textOutline',
    ],
    [
      ttml('a', region('tts:fontSize="80%" tts:backgroundColor="blue"')),
      'backgroundColor of regions, fontSize',
    ],
    [
      ttml('a', '', 'tts:opacity="0.5" tts:backgroundColor="#0000ff80"'),
      'backgroundColor of body and div, opacity',
    ],
    [ttml('<set begin="0.5s" tts:color="red"/>a'), 'animations (set, animate)'],
    [ttml('a', region('', '<set begin="0s" tts:color="red"/>')), 'animations (set, animate)'],
    [ttml('<span tts:textDecoration="lineThrough">a</span>'), 'textDecoration'],
  ] as const) {
    const doc = read(text);
    assert.is(lossNotice(doc, 'WebVTT'), `Written as WebVTT it loses: ${expected}.`);
    assert.is(lossNotice(doc, 'TTML'), undefined);
    assert.equal(doc.notices, []);
  }
});

test('TTML as WebVTT: nothing is told of what is kept, of what is not shown, and of what changes nothing', () => {
  for (const text of [
    ttml('<span tts:color="#ff000080" tts:backgroundColor="blue" tts:textDecoration="underline">a</span>'),
    ttml('<span tts:ruby="container"><span tts:ruby="base">a</span><span tts:ruby="text">b</span></span>'),
    ttml('<span tts:unicodeBidi="embed" tts:direction="rtl">a</span>'),
    ttml('<span tts:fontSize="200%"> </span><span tts:display="none" tts:opacity="0.5">b</span>a'),
    ttml('<span tts:fontSize="100%" tts:fontFamily="proportionalSansSerif" tts:textOutline="none">a</span>'),
    ttml('a', region('tts:backgroundColor="transparent" tts:opacity="1" tts:writingMode="tbrl"')),
    ttml('a', region('tts:backgroundColor="#000000c0"'), 'tts:backgroundColor="black"'),
    ttml('a', '<layout><region xml:id="other" tts:backgroundColor="red" tts:fontSize="200%"/></layout>'),
    ttml('a', '<styling><style xml:id="unused" tts:fontSize="200%"/></styling>'),
  ])
    assert.is(lossNotice(read(text), 'WebVTT'), undefined, text);
});

test('TTML that is written anew, of a draft or of several samples, loses as TTML what its cues do not say', () => {
  const draft = ttml('<span tts:fontSize="150%">a</span>').replaceAll(
    'w3.org/ns/ttml',
    'w3.org/2006/10/ttaf1',
  );
  assert.is(lossNotice(read(draft), 'TTML'), 'Written as TTML it loses: fontSize.');
  const data = bytes(ttml('<span tts:fontSize="150%">a</span>'));
  const samples = [0, 1].map((n) => ({ start: n * 500, end: (n + 1) * 500, data }));
  assert.is(lossNotice(cuesOfStpp(samples, 'a'), 'TTML'), 'Written as TTML it loses: fontSize.');
  assert.is(lossNotice(cuesOfStpp(samples.slice(0, 1), 'a'), 'TTML'), undefined);
});

test('SubRip: fonts and commands, in both', () => {
  const srt = (text: string) => read(`1\n00:00:01,000 --> 00:00:02,000\n${text}\n`);
  const styled = srt('<font color="red" size="20" face="x">a</font> <s>b</s>{\\pos(1,2)}{\\pos(3,4)}');
  for (const target of ['WebVTT', 'TTML'] as const)
    assert.is(
      lossNotice(styled, target),
      `Written as ${target} it loses: <font size>, <font face>, <s>, {\\pos}.`,
    );
  assert.is(lossNotice(srt('<font color="red"><b>a</b></font>{\\an8}{\\i1}b'), 'WebVTT'), undefined);
  const many = srt(`${Array.from({ length: 12 }, (_, n) => `{\\${'abcdefghijklmnop'[n]}x}`).join('')}a`);
  assert.match(lossNotice(many, 'WebVTT')!, /, \{\\hx\} and 4 more\.$/);
  assert.not.match(lossNotice(srt('{\\\u0007}a'), 'WebVTT')!, /\p{Cc}/u);
});

test('tx3g: what sample entry and samples say beside faces and colours', () => {
  const entry = (flags: number, behind: number): Uint8Array => {
    const data = Buffer.alloc(38);
    data.writeUInt32BE(flags, 8);
    data.writeUInt32BE(behind, 14);
    data.writeUInt16BE(1, 30);
    data.writeUInt8(18, 33);
    data.writeUInt32BE(0xffff_ffff, 34);
    return data;
  };
  const sample = (...boxes: Uint8Array[]) => [
    { start: 0, end: 1000, data: concat([Uint8Array.of(0, 2), bytes('ab'), ...boxes]) },
  ];
  const box = (type: string, ...payload: number[]) =>
    concat([Uint8Array.of(0, 0, 0, 8 + payload.length), bytes(type), Uint8Array.from(payload)]);
  const style = (font: number, size: number) =>
    box('styl', ...[0, 1], ...[0, 0, 0, 1, 0, font, 1, size, 255, 0, 0, 255]);
  const notice = (entryData: Uint8Array, ...boxes: Uint8Array[]) =>
    lossNotice(cuesOfTx3g(sample(...boxes), entryData, 'a'), 'WebVTT');
  assert.is(notice(entry(0, 0x000000ff), style(1, 18)), undefined);
  assert.is(notice(entry(0, 0xff000000), style(1, 18)), undefined);
  assert.is(
    notice(entry(0x2_0020, 0xff0000ff), style(2, 24), box('krok', 0, 0, 0, 0, 0, 0), box('blnk', 0, 0, 0, 1)),
    'Written as WebVTT it loses: scrolling, vertical text, colours behind texts, karaoke, blinking, fonts within a text, font sizes within a text.',
  );
});

test.run();
