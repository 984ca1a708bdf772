/** What is written is XML, and what is read was: by construction, and as libxml2 sees it. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PackagerError } from '../../core/base/errors.ts';
import { readXml } from '../../core/base/xml/read-xml.ts';
import { writeXml } from '../../core/base/xml/write-xml.ts';
import { type XmlNode, xml } from '../../core/base/xml/xml-node.ts';
import { isContentId } from '../../core/config/content-id.ts';
import { playready, widevine } from '../../core/drm/index.ts';
import { parseProtectionXml } from '../../core/drm/protection-xml.ts';
import { hoistNamespaces } from '../../core/manifest/namespaces.ts';
import { resultXml } from '../../plugins/pallycon/result-xml.ts';
import { MPD_SCHEMA, xmlComplaints } from '../helpers/oracles/xmllint.ts';

const test = suite('well-formed XML');
const throws = (work: () => unknown): unknown => {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
};

const TREES: Readonly<Record<string, XmlNode>> = {
  'no name': xml(''),
  'a name with a space': xml('a b'),
  'a name with two colons': xml('a:b:c', { 'xmlns:a': 'urn:a' }),
  'a name that begins with a digit': xml('1a'),
  'an undeclared prefix': xml('a:b'),
  'an undeclared prefix of an attribute': xml('a', { 'b:c': '' }),
  'a prefix whose namespace is taken away': xml('x:a', { 'xmlns:x': '' }),
  'the prefix xmlns': xml('a', { 'xmlns:xmlns': 'urn:a' }),
  'the prefix xml of another namespace': xml('a', { 'xmlns:xml': 'urn:a' }),
  'the namespace of xml under another prefix': xml('a', {
    'xmlns:b': 'http://www.w3.org/XML/1998/namespace',
  }),
  'the namespace of xmlns': xml('a', { xmlns: 'http://www.w3.org/2000/xmlns/' }),
  'an attribute twice by two prefixes': xml('a', {
    ...{ 'xmlns:x': 'urn:a', 'xmlns:y': 'urn:a' },
    ...{ 'x:b': 1, 'y:b': 2 },
  }),
  'a control character': xml('a', {}, '\u0001'),
  'a control character in an attribute': xml('a', { b: '\u0001' }),
  'a noncharacter': xml('a', {}, '\uFFFE'),
  'half a character': xml('a', {}, xml('b', { c: '\uD800' })),
};

for (const [what, tree] of Object.entries(TREES)) {
  test(`${what} is not written`, () => {
    assert.ok(PackagerError.is(throws(() => writeXml(tree))));
  });
}

test('what is written reads the same: white space in attributes, ends of CDATA, markup in text', async () => {
  const text = 'a\t\n\r b & <c> ]]> "d" \'e\' \u{1F600} \uFFFD';
  const tree = xml('p:a', { 'xmlns:p': 'urn:p', b: text, 'xml:lang': 'de' }, text);
  for (const style of [{}, { indent: false, declaration: false, selfClosing: false }]) {
    const written = writeXml(tree, style);
    assert.is(await xmlComplaints(written), '');
    assert.equal(readXml(written), tree);
  }
});

const DOCUMENTS = [
  '<a/>',
  '<?xml version="1.0"?><a>&#9;&#x10FFFF;</a>',
  '<a b="1" c=\'2\'/>',
  '<a><!-- b --><?c d?><![CDATA[<]]></a><!-- e -->',
  '<a>]]&gt;</a>',
  '<a b=" > "/>',
  '<ä:b xmlns:ä="urn:c"/>',
  '<a\n b\t=\n"c"\n></a\n>',
];

const MALFORMED = [
  ...[
    '',
    'a',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a/>b',
    'a<b/>',
    '<a/><![CDATA[b]]>',
    '< a/>',
    '<a / >',
    '</a>',
  ],
  ...['<a b/>', '<a b=c/>', '<a b="1" b="2"/>', '<a b="1"c="2"/>', '<a b="<"/>', '<a b="c/>', '<a b=\'c"/>'],
  ...[
    '<a>&</a>',
    '<a>&b;</a>',
    '<a>&#1;</a>',
    '<a>&#0;</a>',
    '<a>&#xFFFE;</a>',
    '<a>&#xD800;</a>',
    '<a>&lt</a>',
  ],
  ...[
    '<a>\u0001</a>',
    '<a>\uFFFF</a>',
    '<a b="&#1;"/>',
    '<a>]]></a>',
    '<a><!-- b -- c --></a>',
    '<a><!-- b ---></a>',
  ],
  ...[
    '<a><![CDATA[b</a>',
    '<a><?xml version="1.0"?></a>',
    '<a><? b?></a>',
    '<1/>',
    '<-:b/>',
    '<:a/>',
    '<a:b:c/>',
  ],
  ...['<!DOCTYPE a><a/>', '<a><!b></a>', '<aa></a>', '<a></aa>', '<a b:="c"/>'],
];

test('the reader takes what libxml2 takes, and refuses what it refuses', async () => {
  for (const text of DOCUMENTS) {
    assert.is(await xmlComplaints(text), '', text);
    assert.is(
      throws(() => readXml(text)),
      undefined,
      text,
    );
  }
  for (const text of MALFORMED) {
    assert.instance(
      throws(() => readXml(text)),
      RangeError,
      JSON.stringify(text),
    );
    if (!text.startsWith('<!DOCTYPE')) assert.not.equal(await xmlComplaints(text), '', JSON.stringify(text));
  }
});

test('a quarter of a million elements are read and written', () => {
  const text = `<a>${'<b/>'.repeat(240_000)}</a>`;
  const tree = readXml(text);
  assert.is(tree.children.length, 240_000);
  assert.is(writeXml(tree, { indent: false, declaration: false }), text);
});

const PROTECTION: readonly (readonly [what: string, data: string])[] = [
  ['control characters', '<cenc:pssh>&#1;</cenc:pssh>'],
  ['noncharacters', '<cenc:pssh a="&#xFFFE;"/>'],
  ['a prefix without namespace', '<x:a xmlns:x=""/>'],
  ['xmlns:xml', '<x:a xmlns:x="urn:x" xmlns:xml="urn:y"/>'],
  ['xmlns:xmlns', '<x:a xmlns:x="urn:x" xmlns:xmlns="urn:y"/>'],
  ['an attribute twice', '<cenc:a b="1" b="2"/>'],
  ['an attribute twice by namespace', '<x:a xmlns:x="urn:x" xmlns:y="urn:x" x:b="1" y:b="2"/>'],
  [
    'an attribute twice by a declaration around',
    '<x:a xmlns:x="urn:cenc:x" xmlns:y="urn:x"><a x:b="" y:b="" xmlns:x="urn:x"/></x:a>',
  ],
  ['a name with two colons', '<a:b:c xmlns:a="urn:a"/>'],
  ['an unknown prefix', '<x:a/>'],
  ['an element of no namespace', '<pssh/>'],
  ['an element of the MPD', '<BaseURL xmlns="urn:mpeg:dash:schema:mpd:2011">http://evil.example/</BaseURL>'],
  ['the same, deeper', '<x:a xmlns:x="urn:x"><y:MPD xmlns:y="urn:mpeg:dash:schema:mpd:2011"/></x:a>'],
  ['text alone', 'AAAA'],
  ['the end of the element around it', '</ContentProtectionData><ContentProtectionData>'],
];

for (const [what, data] of PROTECTION) {
  test(`ContentProtectionData with ${what} is refused`, () => {
    const error = throws(() => parseProtectionXml(data));
    assert.ok(PackagerError.is(error), String(error));
    assert.is(PackagerError.is(error) && error.code, 'KEY_DOCUMENT');
  });
}

const mpdWith = (elements: readonly XmlNode[]): string =>
  writeXml(
    hoistNamespaces(
      xml(
        'MPD',
        { xmlns: 'urn:mpeg:dash:schema:mpd:2011', profiles: 'urn:p', minBufferTime: 'PT1S' },
        xml('ContentProtection', { schemeIdUri: 'urn:x' }, elements),
        xml('Period', { id: 0 }),
      ),
    ),
  );

test('what is accepted makes a valid MPD, and every name keeps its namespace', async () => {
  const accepted = [
    '<cenc:pssh>AAAA</cenc:pssh>',
    '<!-- a --><cenc:pssh>\n  AAAA\r\n</cenc:pssh>\n',
    '<pro xmlns="urn:microsoft:playready">AA</pro>',
    '<x:a xmlns:x="urn:x"><b c="&#9;&#10;]]&gt;"/></x:a>',
    '<x:a xmlns:x="urn:x"><y:b xmlns:x="urn:y" xmlns:y="urn:y"><x:c xmlns:x="urn:x"/></y:b></x:a>',
    '<ContentProtection xmlns:q="urn:q" schemeIdUri="a"><q:b q:c="1"/></ContentProtection>',
    '<x:a xmlns:x="urn:x" xml:lang="de"/>',
  ];
  for (const data of accepted) {
    const mpd = mpdWith([...parseProtectionXml(data), ...parseProtectionXml('<x:z xmlns:x="urn:other"/>')]);
    assert.is(await xmlComplaints(mpd, MPD_SCHEMA), '', mpd);
  }
  const nested = mpdWith(parseProtectionXml(accepted[4]!));
  assert.match(nested, /<x:c xmlns:x="urn:x"\/>/, 'x means urn:y around it');
  assert.match(mpdWith(parseProtectionXml(accepted[3]!)), /<b xmlns="" c=/, 'not of the MPD');
});

test('a content id is what XML can hold', () => {
  assert.ok(isContentId('영화-1'));
  for (const id of ['a\uFFFE', 'a\uFFFF', 'a\u0001', 'a\uD800']) assert.not.ok(isContentId(id));
});

test('a licence URL is one line of text', () => {
  for (const tail of ['\u0001', ' ', '\uFFFE', '\uD800', '"', '\u2028']) {
    assert.throws(() => playready({ licenseUrl: `https://a.example/${tail}b` }), /not an absolute http/);
    assert.throws(() => widevine({ licenseUrl: `https://a.example/${tail}b` }), /not an absolute http/);
  }
  assert.ok(playready({ licenseUrl: 'HTTPS://a.example/ü?b=1&c={d}' }));
});

test('in results, what XML cannot hold is shown as U+FFFD', async () => {
  const text = resultXml({ code: 'ODD', exit: 1, message: 'a\u0001\uD800\uFFFE' }, [
    xml('OUTPUT', { mode: '\u0002' }, 'DASH_\u0001_mp4'),
  ]);
  assert.is(await xmlComplaints(text), '');
  assert.match(text, /<INFO>a \uFFFD\uFFFD<\/INFO>/);
  assert.match(text, /<OUTPUT mode="\uFFFD">DASH_\uFFFD_mp4</);
});

test.run();
