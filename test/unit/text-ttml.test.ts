/** TTML, DFXP and IMSC 1.1 text in: times, texts, styles, places, and what is refused. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PackagerError } from '../../core/base/errors.ts';
import { readTextDocument } from '../../core/text/read-text.ts';

const test = suite('TTML');

const NAMESPACES =
  'xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" ' +
  'xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"';
const read = (text: string) => readTextDocument(new Uint8Array(Buffer.from(text)), 'a.ttml');
const tt = (body: string, attributes = '', head = '') =>
  read(`<?xml version="1.0"?>\n<tt ${NAMESPACES} ${attributes}>${head}${body}</tt>`);
const times = (body: string, attributes = '') =>
  tt(body, attributes).cues.map(({ start, end, payload }) => `${start} ${end} ${payload}`);
const p = (begin: string, end: string, attributes = '') =>
  times(`<body><div><p begin="${begin}" end="${end}">a</p></div></body>`, attributes)[0];

test('time expressions', () => {
  assert.is(p('00:00:01', '00:00:02.5'), '1000 2500 a');
  assert.is(p('01:00:00.040', '100:00:00'), '3600040 360000000 a');
  assert.is(p('1.5s', '2500ms'), '1500 2500 a');
  assert.is(p('1m', '0.5h'), '60000 1800000 a');
  // 30 frames a second unless it says otherwise.
  assert.is(p('00:00:01:15', '90f'), '1500 3000 a');
  assert.is(p('00:00:01:12', '50f', 'ttp:frameRate="25"'), '1480 2000 a');
  const ntsc = 'ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001"';
  assert.is(p('00:00:10:15', '300f', ntsc), undefined);
  assert.is(p('00:00:09:15', '300f', ntsc), '9501 10010 a');
  assert.is(
    p('00:00:10:15', '600f', 'ttp:frameRate="24" ttp:frameRateMultiplier="1000:1001"'),
    '10626 25025 a',
  );
  assert.is(p('00:00:01:10.1', '2s', 'ttp:frameRate="20" ttp:subFrameRate="2"'), '1525 2000 a');
  assert.is(p('10000000t', '25000000t', 'ttp:tickRate="10000000"'), '1000 2500 a');
  // Ticks are frames where the rate of those alone is said, and seconds where nothing is.
  assert.is(p('25t', '50t', 'ttp:frameRate="25"'), '1000 2000 a');
  assert.is(p('1t', '2t'), '1000 2000 a');
  for (const bad of ['1', '1:00', '00:00:61', 'wallclock(2020-01-01)', '-1s', '', '1e3s', '00:60:00']) {
    const doc = tt(`<body><div><p begin="${bad}" end="5s">a</p></div></body>`);
    assert.is(doc.cues.length, 0, bad);
    assert.equal(doc.notices, ['A cue has times that cannot be read and is left out (line 2).']);
  }
});

test('times count from the container, which nothing outlasts; sequences follow each other', () => {
  assert.equal(
    times(
      '<body begin="10s"><div begin="1s" end="20s"><p begin="1s" dur="2s">a</p><p begin="15s">b</p>' +
        '<p begin="2s" end="30s" dur="25s">c</p></div></body>',
    ),
    ['12000 14000 a', '13000 30000 c', '26000 30000 b'],
  );
  assert.equal(
    times(
      '<body><div begin="1s" timeContainer="seq"><p dur="2s">a</p><p begin="1s" dur="1s">b</p>' +
        '<p><span begin="1s" end="2s">c</span></p><p end="1s">d</p></div></body>',
    ),
    ['1000 3000 a', '4000 5000 b', '6000 7000 c', '7000 8000 d'],
  );
  // Spans of a sequence within a paragraph.
  assert.equal(
    times(
      '<body><div><p begin="1s" timeContainer="seq"><span dur="1s">a</span> <span dur="2s">b</span></p></div></body>',
    ),
    ['1000 2000 a', '2000 4000 b'],
  );
  // Spans that come one after another: each change is a cue.
  assert.equal(
    times('<body><p begin="1s" end="4s">a <span begin="1s">b</span><span begin="2s"> c</span></p></body>'),
    ['1000 2000 a', '2000 3000 a b', '3000 4000 a b c'],
  );
  assert.equal(times('<body><div><p>always</p></div></body>'), ['0 3600000000 always']);
});

const payload = (content: string, attributes = '', head = '') =>
  tt(`<body><div><p begin="0s" end="1s" ${attributes}>${content}</p></div></body>`, '', head).cues[0]
    ?.payload;

test('white space, line breaks, entities', () => {
  assert.is(payload('\n  a  <span> b </span>\n c<br/>\n d \n'), 'a b c\nd');
  assert.is(payload('a<br/><br/>b<br/>'), 'a\nb');
  assert.is(payload('  a\n  b', 'xml:space="preserve"'), '  a\n  b');
  assert.is(payload('a &amp; b &lt;c&gt; &#x5d0; <![CDATA[<d>]]>'), 'a &amp; b &lt;c&gt; א &lt;d&gt;');
  assert.is(payload('<metadata><ttm:desc>no</ttm:desc></metadata>a<ttm:desc>no</ttm:desc>'), 'a');
});

test('styles of their own, by reference, inherited, and taken away again', () => {
  const head =
    '<head><styling><style xml:id="base" tts:color="yellow"/><style xml:id="loud" style="base" tts:fontWeight="bold"/>' +
    '<style xml:id="a" style="b"/><style xml:id="b" style="a" tts:fontStyle="italic"/></styling></head>';
  assert.is(payload('a <span style="loud">b</span> c', '', head), 'a<c.yellow><b> b</b></c> c');
  assert.is(
    payload('a <span tts:fontStyle="normal">b</span>', 'style="b loud"', head),
    '<c.yellow><b><i>a</i></b></c><c.yellow><b> b</b></c>',
  );
  assert.is(payload('a', 'tts:textDecoration="underline" tts:color="#FF8800FF"'), '<c.cff8800><u>a</u></c>');
  assert.is(payload('<span tts:backgroundColor="black">a</span>'), '<c.bg_black>a</c>');
  assert.is(payload('a<span tts:display="none">b</span><span tts:visibility="hidden">c</span>'), 'a');
  assert.is(payload('<span xml:lang="fr">a</span>'), '<lang fr>a</lang>');
  const doc = tt(
    '<body tts:color="rgb(1,2,3)"><div><p begin="0s" end="1s" tts:fontSize="200%">a</p></div></body>',
  );
  assert.equal(doc.styles, ['::cue(.c010203) { color: #010203 }']);
  assert.equal(doc.notices, []);
  assert.equal(doc.lost, ['fontSize']);
});

test('initial values of a document are those of all that says nothing else', () => {
  const head = (region = '') =>
    '<head><styling><initial tts:color="yellow" tts:textAlign="center"/><initial tts:displayAlign="after"/></styling>' +
    `<layout><region xml:id="r" ${region}/></layout></head>`;
  assert.is(payload('a<span tts:color="red">b</span>', '', head()), '<c.yellow>a</c><c.red>b</c>');
  const settings = (region: string) =>
    tt('<body><div><p region="r" begin="0s" end="1s">a</p></div></body>', '', head(region)).cues[0]?.settings;
  assert.is(settings(''), undefined);
  assert.is(settings('tts:displayAlign="before" tts:textAlign="end"'), 'line:0% align:end');
});

test('hidden text may have visible spans, and says nothing else', () => {
  const hidden = 'tts:visibility="hidden"';
  const visible = '<span tts:visibility="visible">b</span>';
  assert.is(payload(`a ${visible} c`, hidden), 'b');
  assert.is(payload(`a <span ${hidden}>x ${visible}</span> c`), 'a b c');
  const region = `<head><layout><region xml:id="r" ${hidden}/></layout></head>`;
  assert.is(payload(`a ${visible}`, 'region="r"', region), 'b');
  const doc = tt(`<body><div ${hidden} tts:fontSize="200%"><p begin="0s" end="1s">a</p></div></body>`);
  assert.equal([doc.cues, doc.notices, doc.lost], [[], [], []]);
  const none = '<head><layout><region xml:id="r" tts:display="none"/></layout></head>';
  assert.is(payload('a', 'region="r"', none), undefined);
});

test('regions have times of their own: paragraphs are shown while they are there', () => {
  const at = (region: string, p = 'begin="1s" end="9s"') => {
    const head = `<head><layout><region xml:id="r" ${region}/></layout></head>`;
    const { cues, notices } = tt(`<body><div region="r"><p ${p}>a</p></div></body>`, '', head);
    return [...cues.map(({ start, end }) => `${start} ${end}`), ...notices].join();
  };
  assert.is(at('begin="3s" end="4s"'), '3000 4000');
  assert.is(at('begin="3s" dur="20s"'), '3000 9000');
  assert.is(at('end="4s"'), '1000 4000');
  assert.is(at('begin="3s"', ''), '3000 3600000000');
  assert.is(at('begin="10s"'), 'A cue is in a region that is not there then and is left out (line 2).');
  assert.is(
    at('', 'begin="2s" end="1s"'),
    'A cue ends before it starts, or as it starts and is left out (line 2).',
  );
  assert.is(at('begin="never"'), 'A cue has times that cannot be read and is left out (line 2).');
});

test('ruby and directions', () => {
  const container = (space: string) =>
    `<span tts:ruby="container">${space}<span tts:ruby="base">漢</span>${space}<span tts:ruby="text">かん</span>${space}</span>`;
  assert.is(payload(`Hello ${container('')} there`), 'Hello <ruby>漢<rt>かん</rt></ruby> there');
  assert.is(payload(`a${container('\n  ')}b`), 'a<ruby>漢<rt>かん</rt></ruby>b');
  assert.is(
    payload(
      '<span tts:ruby="container"><span tts:ruby="base">漢</span> <span tts:ruby="delimiter">(</span>' +
        '<span tts:ruby="text">かん</span></span>字',
    ),
    '<ruby>漢<rt>かん</rt></ruby>字',
  );
  assert.is(payload('שלום<br/>עולם', 'tts:direction="rtl"'), '\u200Fשלום\n\u200Fעולם');
  assert.is(payload('a <span tts:unicodeBidi="embed" tts:direction="rtl">ב!</span>'), 'a\u202B ב!\u202C');
});

test('places: regions, pixels, cells, alignment', () => {
  const settings = (region: string, attributes = '', root = '') =>
    tt(
      `<body><div region="r"><p begin="0s" end="1s" ${attributes}>a</p></div></body>`,
      root,
      `<head><layout><region xml:id="r" ${region}/></layout></head>`,
    ).cues[0]?.settings;
  const bottom = 'tts:origin="10% 80%" tts:extent="80% 10%" tts:displayAlign="after"';
  assert.is(settings(bottom, 'tts:textAlign="center"'), 'line:90%,end size:80%');
  assert.is(settings(bottom), 'line:90%,end position:10%,line-left size:80% align:start');
  assert.is(
    settings(bottom, 'tts:textAlign="end"'),
    'line:90%,end position:90%,line-right size:80% align:end',
  );
  assert.is(settings('tts:textAlign="center" tts:displayAlign="after"'), undefined);
  assert.is(settings('tts:textAlign="center"'), 'line:0%');
  const pixels = 'tts:origin="64px 72px" tts:extent="640px 144px" tts:textAlign="center"';
  assert.is(settings(pixels, '', 'tts:extent="1280px 720px"'), 'line:10% position:30%,center size:50%');
  assert.is(
    settings('tts:origin="8c 3c" tts:extent="16c 3c" tts:displayAlign="center" tts:textAlign="center"'),
    'line:30%,center size:50%',
  );
  const position = (value: string) =>
    settings(`tts:extent="40% 20%" tts:position="${value}" tts:textAlign="center"`);
  assert.is(position('50% 100%'), 'line:80% size:40%');
  assert.is(position('bottom'), position('50% 100%'));
  assert.is(position('top left'), 'line:0% position:20%,center size:40%');
  assert.is(position('bottom 10% right 10px'), 'line:0% position:20%,center size:40%', 'pixels of nothing');
  assert.is(position('right 25% bottom 10%'), 'line:72% position:65%,center size:40%');
  assert.is(settings('tts:writingMode="tbrl"'), 'vertical:rl line:100%,end align:start');
  assert.is(
    settings('tts:writingMode="tbrl" tts:displayAlign="after" tts:textAlign="center"'),
    'vertical:rl',
  );
  assert.is(
    settings('tts:writingMode="tblr" tts:origin="10% 20%" tts:extent="30% 60%" tts:textAlign="center"'),
    'vertical:lr line:10% size:60%',
  );
  assert.is(tt('<body><div><p begin="0s" end="1s">a</p></div></body>').cues[0]?.settings, undefined);
});

test('namespaces: any prefix, drafts, none at all; paragraphs where they should not be', () => {
  const one = (text: string) => read(text).cues.map(({ start, payload: what }) => `${start} ${what}`);
  assert.equal(
    one(
      '<a:tt xmlns:a="http://www.w3.org/ns/ttml" xmlns:b="http://www.w3.org/ns/ttml#styling"><a:body><a:div><a:p begin="1s" end="2s" b:fontStyle="italic">x</a:p></a:div></a:body></a:tt>',
    ),
    ['1000 <i>x</i>'],
  );
  assert.equal(
    one(
      '<tt xmlns="http://www.w3.org/2006/10/ttaf1" xmlns:s="http://www.w3.org/2006/10/ttaf1#style"><body><div><p begin="1s" end="2s" s:fontWeight="bold">x</p></div></body></tt>',
    ),
    ['1000 <b>x</b>'],
  );
  assert.equal(one('<tt><p begin="1s" end="2s">x</p></tt>'), ['1000 x']);
});

test('encodings that XML declares', () => {
  const text = `<?xml version="1.0" encoding="ISO-8859-1"?><tt ${NAMESPACES}><body><div><p begin="0s" end="1s">façade</p></div></body></tt>`;
  const latin = readTextDocument(new Uint8Array(Buffer.from(text, 'latin1')), 'a.ttml');
  assert.is(latin.cues[0]?.payload, 'façade');
  const wide = new Uint8Array(Buffer.from(`\uFEFF${text.replace('ISO-8859-1', 'UTF-16')}`, 'utf16le'));
  assert.is(readTextDocument(wide, 'a.ttml').cues[0]?.payload, 'façade');
});

const refused: readonly (readonly [what: string, text: string, reason: RegExp])[] = [
  [
    'entities',
    '<?xml version="1.0"?>\n<!DOCTYPE tt [<!ENTITY a "b">]>\n<tt/>',
    /declares a document type or entities \(line 2\)/,
  ],
  ['a reference to one', '<tt>\n&a;</tt>', /refers to an entity \(line 2\)/],
  ['deep nesting', `<tt>\n${'<span>'.repeat(100_000)}`, /more than 32 levels deep \(line 2\)/],
  [
    'a huge attribute',
    `<tt>\n<p begin="${'1'.repeat(2 ** 20)}"/></tt>`,
    /an attribute is longer than 16384 characters \(line 2\)/,
  ],
  ['no end', '<tt>\n<body>\n', /not well-formed XML \(line 3\)/],
  [
    'other XML',
    '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>',
    /its root is not tt .*\(line 2\)/,
  ],
  [
    'SMPTE times',
    `<tt ${NAMESPACES}\nttp:timeBase="smpte"><body/></tt>`,
    /of the smpte time base \(line 1\)/,
  ],
  [
    'pictures of IMSC',
    `<tt ${NAMESPACES} ttp:profile="http://www.w3.org/ns/ttml/profile/imsc1/image"/>`,
    /are pictures \(line 1\)/,
  ],
  [
    'pictures of SMPTE',
    `<tt ${NAMESPACES} xmlns:x="http://www.smpte-ra.org/schemas/2052-1/2010/smpte-tt"><body>\n<div x:backgroundImage="#a"/></body></tt>`,
    /are pictures \(line 2\)/,
  ],
];
for (const [what, text, reason] of refused) {
  test(`refused in one sentence: ${what}`, () => {
    assert.throws(
      () => read(text),
      (error: unknown) =>
        PackagerError.is(error) &&
        reason.test(error.message) &&
        /^a\.ttml cannot be read as subtitles: [^.]+\.$/.test(error.message),
    );
  });
}

test('references by the thousand, chains and changes end in time', () => {
  const chain = Array.from(
    { length: 20_000 },
    (_, i) => `<style xml:id="s${i}" style="s${i + 1}" tts:color="red"/>`,
  );
  tt(
    '<body><p style="s0" begin="0s" end="1s">a</p></body>',
    '',
    `<head><styling>${chain.join('')}</styling></head>`,
  );
  const spans = Array.from({ length: 5000 }, (_, i) => `<span begin="${i}ms">a</span>`);
  assert.throws(() => tt(`<body><p end="10s">${spans.join('')}</p></body>`), /change too often/);
});

test.run();
