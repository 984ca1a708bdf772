/** TTML out: segments of a TTML source, and IMSC 1.1 text made of cues. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { lossNotice } from '../../core/text/losses.ts';
import { moveDocument } from '../../core/text/move-document.ts';
import { readTextDocument } from '../../core/text/read-text.ts';
import { stppCodecs, stppDocument, stppSampleEntry } from '../../core/text/ttml/write.ts';
import { isQuick } from '../helpers/commands/processor-time.ts';
import { ttmlFile, webvttFile } from '../helpers/oracles/whole-text.ts';

const test = suite('TTML out');

const read = (text: string) => readTextDocument(new Uint8Array(Buffer.from(text)), 'a');

const SOURCE = `<?xml version="1.0"?>
<t:tt xmlns:t="http://www.w3.org/ns/ttml" xmlns:s="http://www.w3.org/ns/ttml#styling" xml:lang="en">
  <t:head><t:styling><t:style xml:id="a" s:color="red"/></t:styling><t:layout><t:region xml:id="r"/></t:layout></t:head>
  <t:body begin="10s" style="a"><t:div timeContainer="seq" xml:lang="fr">
    <t:p dur="2s" xml:id="p1">one &amp; <t:span begin="1s" s:fontSize="200%">two</t:span></t:p>
    <t:p dur="8s">three<t:br/>  four</t:p>
  </t:div><t:div begin="3s"><t:p end="1s">five</t:p></t:div></t:body>
</t:tt>`;

test('a part of a TTML source is the same head, the blocks it needs, and paragraphs with times of their own', () => {
  const doc = read(SOURCE);
  const part = stppDocument(doc, 10_000, 12_500);
  assert.match(
    part,
    '<t:head><t:styling><t:style xml:id="a" s:color="red"/></t:styling><t:layout><t:region xml:id="r"/></t:layout></t:head><t:body style="a"><t:div xml:lang="fr">',
  );
  assert.match(
    part,
    '<t:p xml:id="p1" begin="00:00:10.000" end="00:00:11.000">one &amp; </t:p><t:p begin="00:00:11.000" end="00:00:12.000">one &amp; <t:span s:fontSize="200%">two</t:span></t:p>',
  );
  assert.match(part, '<t:p begin="00:00:12.000" end="00:00:20.000">three<t:br/>  four</t:p>');
  assert.not.match(part, 'five');
  assert.equal(read(ttmlFile(doc)).cues, doc.cues);
  assert.match(stppDocument(doc, 13_500, 13_600), /three.*five/s);
  assert.not.match(stppDocument(doc, 30_000, 40_000), 'body');
  const moved = moveDocument(doc, -10_500);
  assert.match(ttmlFile(moved), '<t:p begin="00:00:01.500" end="00:00:09.500">');
  assert.is(moved.cues[0]?.start, 0);
});

/** A paragraph in which each of these spans is shown for 10 ms, one after the other. */
const karaoke = (count: number, spans = (n: number) => `<span begin="${n * 10}ms" dur="10ms">${n}</span>`) =>
  `<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p>${Array.from({ length: count }, (_, n) => spans(n)).join('')}</p></div></body></tt>`;

test('a paragraph whose spans come and go is as many as people see: segments have those that they show, cut or moved', () => {
  const doc = read(karaoke(1000));
  assert.is(doc.ttml?.paragraphs.length, 1000);
  const part = stppDocument(doc, 5000, 5020);
  assert.match(part, '<p begin="00:00:05.000" end="00:00:05.010"><span>500</span></p>');
  assert.is(part.match(/<span/g)?.length, 2);
  const moved = moveDocument(doc, -5005);
  assert.match(ttmlFile(moved), '<p begin="00:00:00.000" end="00:00:00.005"><span>500</span></p>');
  assert.match(ttmlFile(moved), '<p begin="00:00:00.005" end="00:00:00.015"><span>501</span></p>');
  assert.equal(
    read(ttmlFile(moved)).cues.map(({ start, payload }) => `${start} ${payload}`),
    moved.cues.map(({ start, payload }) => `${start} ${payload}`),
  );
});

test('paragraphs that last as long as the title, with a span each, are counted as cues are', () => {
  const whole = (spans: string) =>
    `<tt xmlns="http://www.w3.org/ns/ttml"><body><div>${spans}</div></body></tt>`;
  const one = (n: number) => `<p><span begin="${n}s" dur="1s">${n}</span></p>`;
  const doc = read(whole(Array.from({ length: 5000 }, (_, n) => one(n)).join('')));
  assert.is(stppDocument(doc, 100_000, 102_000).match(/<p/g)?.length, 2);
  const all = Array.from({ length: 300 }, (_, n) => `<p>${n}</p>`).join('');
  assert.throws(() => read(whole(all)), /more than 256 cues are shown at the same time/);
});

test('as many regions as cues: each is found at once', async () => {
  const count = 20_000;
  const regions = Array.from({ length: count }, (_, n) => `id:r${n}\nlines:2`);
  const cues = regions.map((_, n) => ({
    start: n,
    end: n + 1,
    settings: `region:r${n}`,
    payload: String(n),
  }));
  const many = { ...read('WEBVTT\n'), regions, cues };
  await isQuick(10, 'as many regions as cues', () => {
    assert.match(ttmlFile(many), 'region="r1"');
  });
});

test('what moves in a paragraph counts from its start: where that is cut off, it stays still', () => {
  const source = `<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s" end="9s">a<set begin="2s" tts:color="red" xmlns:tts="http://www.w3.org/ns/ttml#styling"/></p></div></body></tt>`;
  const doc = read(source);
  assert.match(ttmlFile(moveDocument(doc, -500)), /<set begin="2s"/);
  assert.not.match(ttmlFile(moveDocument(doc, -1500)), /<set/);
  assert.is(lossNotice(doc, 'TTML'), undefined);
  const split = read(source.replace('a<set', '<span end="1s">b</span>a<set'));
  assert.not.match(ttmlFile(split), /<set/);
  assert.is(
    lossNotice(split, 'TTML'),
    'Written as TTML it loses: animations (set, animate) of paragraphs whose spans have times of their own.',
  );
});

test('regions with times: paragraphs have them, wherever they are moved', () => {
  const source = `<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling"><head><layout><region xml:id="r" begin="3s" dur="1s"/><region xml:id="s"><set begin="5s" tts:color="red"/></region></layout></head><body><div><p region="r" begin="1s" end="9s">a</p><p region="s" begin="5s" end="6s">b</p></div></body></tt>`;
  const doc = read(source);
  assert.match(ttmlFile(doc), '<region xml:id="r"/><region xml:id="s"><set begin="5s" tts:color="red"/>');
  assert.match(ttmlFile(doc), '<p region="r" begin="00:00:03.000" end="00:00:04.000">a</p>');
  assert.is(lossNotice(doc, 'TTML'), undefined);
  const moved = moveDocument(moveDocument(doc, 10_000), -1000);
  assert.match(ttmlFile(moved), '<region xml:id="r"/><region xml:id="s"/>');
  assert.match(ttmlFile(moved), '<p region="r" begin="00:00:12.000" end="00:00:13.000">a</p>');
  assert.is(lossNotice(moved, 'TTML'), 'Written as TTML it loses: animations (set, animate) of regions.');
  const animated = read(source.replace('>a</p>', '>a<set begin="1s" tts:color="red"/></p>'));
  assert.not.match(ttmlFile(animated), 'a<set');
  assert.is(lossNotice(animated, 'TTML'), 'Written as TTML it loses: animations (set, animate).');
});

test('a source without a region is given one, for players that show nothing outside of one', () => {
  const plain = SOURCE.replace(/<t:layout>.*<\/t:layout>/, '');
  const part = stppDocument(read(plain), 10_000, 12_500);
  assert.match(
    part,
    /<t:layout><t:region [^>]*xml:id="sealpack-region" tts:origin="5% 0%"[^>]*\/><\/t:layout><\/t:head>/,
  );
  assert.match(part, '<t:body style="a" region="sealpack-region">');
  const inline = plain.replace('<t:p dur="2s"', '<t:p region="r" dur="2s"');
  assert.not.match(stppDocument(read(inline), 10_000, 12_500), 'sealpack-region');
});

const VTT = `WEBVTT

STYLE
::cue(.loud) { color: #ff8800; font-weight: bold } /* ::cue { color: red } */

REGION
id:low width:40% lines:3 regionanchor:0%,100% viewportanchor:10%,90%

00:01.000 --> 00:04.000
<i>one</i> &amp; &lt;two&gt;
<c.loud>three <u>four</u></c> <00:02.500>five

00:02.000 --> 00:12.000 line:0 position:10%,line-left size:35% align:start
six

00:05.000 --> 00:06.000 region:low
<lang he>שלום</lang>
`;

test('cues become IMSC 1.1 text that reads as the same cues', () => {
  const doc = read(VTT);
  const text = stppDocument(doc, 0, 10_000);
  assert.match(
    text,
    'ttp:profile="http://www.w3.org/ns/ttml/profile/imsc1/text" ttp:contentProfiles="http://www.w3.org/ns/ttml/profile/imsc1.1/text"',
  );
  assert.match(
    text,
    '<region xml:id="r2" tts:origin="10% 5%" tts:extent="35% 95%" tts:displayAlign="before" tts:textAlign="start" tts:overflow="visible"/>',
  );
  assert.match(text, 'tts:origin="10% 74.01%" tts:extent="40% 15.99%" tts:displayAlign="after"');
  assert.match(text, '<span tts:fontStyle="italic">one</span><span> &amp; &lt;two&gt;<br/></span>');
  assert.match(text, '<span begin="00:00:01.500">five</span>');
  assert.match(
    text,
    '<p region="r3" begin="00:00:05.000" end="00:00:06.000" tts:direction="rtl"><span xml:lang="he">',
  );
  const again = read(text);
  assert.equal(
    again.cues.map(({ start, end, payload }) => `${start} ${end} ${payload}`),
    [
      '1000 2500 <i>one</i> &amp; &lt;two&gt;\n<c.cff8800><b>three</b></c><c.cff8800><b><u> four</u></b></c>',
      '2000 12000 six',
      '2500 4000 <i>one</i> &amp; &lt;two&gt;\n<c.cff8800><b>three</b></c><c.cff8800><b><u> four</u></b></c> five',
      '5000 6000 \u200F<lang he>שלום</lang>',
    ],
  );
  assert.not.match(stppDocument(doc, 12_000, 20_000), '<p ');
});

test('ruby: pairs of text and annotation, which is what IMSC 1.1 alone has', () => {
  const doc = read('WEBVTT\n\n00:01.000 --> 00:02.000\n<ruby>漢<rt>かん</rt>字<rt>じ</ruby>x\n');
  const span = (ruby: string, text: string) => `<span tts:ruby="${ruby}"><span>${text}</span></span>`;
  const pair = (base: string, text: string) =>
    `<span tts:ruby="container">${span('base', base)}${span('text', text)}</span>`;
  assert.match(ttmlFile(doc), `${pair('漢', 'かん')}${pair('字', 'じ')}<span>x</span>`);
  assert.is(stppCodecs(doc), 'stpp.ttml.im2t');
  assert.is(stppCodecs(read(VTT)), 'stpp.ttml.im1t');
  assert.is(read(ttmlFile(doc)).cues[0]?.payload, '<ruby>漢<rt>かん</rt></ruby><ruby>字<rt>じ</rt></ruby>x');
});

test('what XML has no place for is replaced, tags without end or sense do no harm', () => {
  const text = ttmlFile(
    read(`WEBVTT\n\n00:01.000 --> 00:02.000\na\u0001 ${'<i>'.repeat(5000)}<b x <3 &#0; "'\n`),
  );
  assert.match(text, 'a\uFFFD');
  assert.ok(read(text).cues.length === 1);
});

test('the sample entry of stpp', () => {
  const entry = Buffer.from(stppSampleEntry(read(SOURCE))).toString('latin1');
  assert.match(
    entry,
    /^.{4}stpp.{8}http:\/\/www\.w3\.org\/ns\/ttml\0\0\0.{4}mime\0{4}application\/ttml\+xml;codecs=im1t\0$/s,
  );
});

test('an id that would begin another cue of WebVTT is left out', () => {
  const idOf = (id: string) =>
    read(
      `<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p xml:id="${id}" begin="1s" end="2s">one</p></div></body></tt>`,
    );
  assert.is(idOf('p 1').cues[0]?.id, 'p 1');
  for (const id of ['a&#10;&#10;00:09.000 --&gt; 00:10.000&#10;two', 'a&#13;&#13;b', 'a --&gt; b', '']) {
    assert.is(webvttFile(idOf(id)), 'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\none\n', id);
  }
});

test('a language that is longer than any is none: it would be the name of a file', () => {
  const languageOf = (tag: string) => [
    read(`WEBVTT\nLanguage: ${tag}\n`).language,
    read(`<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="${tag}"/>`).language,
  ];
  assert.equal(languageOf('zh-Hant-HK'), ['zh-Hant-HK', 'zh-Hant-HK']);
  assert.equal(languageOf(`en-x${'-abcdefgh'.repeat(30)}`), [undefined, undefined]);
});

test('a segment asks its own cues alone, not all of the title', () => {
  let asked = 0;
  const cues = Array.from({ length: 1000 }, (_, n) => ({
    start: n * 1000,
    end: n * 1000 + 900,
    get payload() {
      asked++;
      return 'text';
    },
  }));
  const doc = { format: 'webvtt', cues, styles: [], regions: [], notices: [] } as const;
  for (let segment = 0; segment < 1000; segment++) stppDocument(doc, segment * 1000, segment * 1000 + 1000);
  assert.ok(asked < 5000, `${asked} payloads were read`);
});

test.run();
