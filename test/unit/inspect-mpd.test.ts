import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readMpd } from '../../core/inspect/dash/read-mpd.ts';
import type { ListedPackage, ListedSegment } from '../../core/inspect/model/listed-package.ts';
import { memoryPackage } from '../helpers/oracles/memory-package.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('inspect mpd');

const KID = '000102030405060708090a0b0c0d0e0f';
const UUID = '00010203-0405-0607-0809-0a0b0c0d0e0f';

const read = (
  text: string,
  others: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<ListedPackage> => readMpd(memoryPackage({ 'd/main.mpd': text, ...others }), 'd/main.mpd');
const mpd = (inner: string, attributes = 'mediaPresentationDuration="PT10S"'): string =>
  `<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" xmlns:cenc="urn:mpeg:cenc:2013" type="static" ${attributes}>\n${inner}\n</MPD>`;
/** One Representation with these elements. */
const one = (inner: string, attributes?: string): string =>
  mpd(
    `<Period><AdaptationSet id="7" mimeType="video/mp4"><Representation id="v1" bandwidth="100">\n${inner}\n</Representation></AdaptationSet></Period>`,
    attributes,
  );
const faultsOf = ({ faults = [] }: ListedPackage) => faults.map(({ rule, line }) => `${rule} ${line}`);
const shown = ({ place: { path, offset, length }, start, duration, number }: ListedSegment) =>
  `${path}${length === undefined ? '' : `[${offset}+${length}]`} ${start} ${duration} #${number}`;
const segmentsOf = async (text: string): Promise<string[]> => {
  const listed = await read(text);
  assert.equal(faultsOf(listed), []);
  return listed.renditions[0]!.segments.map(shown);
};

test('$Number$ and @duration: to the end of the period, the last one shorter', async () => {
  const template = (more: string) =>
    `<SegmentTemplate media="$RepresentationID$/$Bandwidth$-$Number%03d$$$.m4s" initialization="$RepresentationID$/i.mp4" timescale="10" duration="40" ${more}/>`;
  const listed = await read(one(template('')));
  assert.equal(listed.renditions[0]!.segments.map(shown), [
    'd/v1/100-001$.m4s 0 4 #1',
    'd/v1/100-002$.m4s 4 4 #2',
    'd/v1/100-003$.m4s 8 2 #3',
  ]);
  assert.equal(listed.renditions[0]!.init, { path: 'd/v1/i.mp4', offset: 0, length: undefined });
  assert.is((await segmentsOf(one(template('startNumber="0" endNumber="1"')))).length, 2);
  // Ten seconds and a rounding error are not one segment more.
  assert.is(
    (await segmentsOf(one(template('presentationTimeOffset="70"'), 'mediaPresentationDuration="PT8.0004S"')))
      .length,
    2,
  );
});

test('$Time$ and SegmentTimeline: gaps, repeats, to the next and to the end; ticks above 2^53', async () => {
  const big = 16_000_000_000_000_001n;
  const template = (entries: string, more = '') =>
    `<SegmentTemplate media="$Time$.m4s" timescale="2" startNumber="5" ${more}><SegmentTimeline>${entries}</SegmentTimeline></SegmentTemplate>`;
  assert.equal(
    await segmentsOf(
      one(template('<S t="2" d="4" r="1"/><S d="1"/><S t="16" d="4"/>', 'presentationTimeOffset="2"')),
    ),
    ['d/2.m4s 0 2 #5', 'd/6.m4s 2 2 #6', 'd/10.m4s 4 0.5 #7', 'd/16.m4s 7 2 #8'],
  );
  assert.equal(await segmentsOf(one(template('<S t="0" d="4" r="-1"/><S t="12" d="3" r="-1"/>'))), [
    'd/0.m4s 0 2 #5',
    'd/4.m4s 2 2 #6',
    'd/8.m4s 4 2 #7',
    'd/12.m4s 6 1.5 #8',
    'd/15.m4s 7.5 1.5 #9',
    'd/18.m4s 9 1.5 #10',
  ]);
  assert.equal(
    await segmentsOf(one(template(`<S t="${big}" d="4" r="1"/>`, `presentationTimeOffset="${big}"`))),
    [`d/${big}.m4s 0 2 #5`, `d/${big + 4n}.m4s 2 2 #6`],
  );
});

test('SegmentList, in files and in ranges of one', async () => {
  const listed = await read(
    one(
      '<BaseURL>v.mp4</BaseURL><SegmentList timescale="10" duration="45">\n<Initialization range="0-99"/>\n<SegmentURL mediaRange="100-199"/>\n<SegmentURL mediaRange="200-249"/>\n<SegmentURL media="../e.m4s"/></SegmentList>',
    ),
  );
  assert.equal(faultsOf(listed), []);
  assert.equal(listed.renditions[0]!.segments.map(shown), [
    'd/v.mp4[100+100] 0 4.5 #1',
    'd/v.mp4[200+50] 4.5 4.5 #2',
    'e.m4s 9 1 #3',
  ]);
  assert.equal(
    listed.renditions[0]!.segments.map(({ line }) => line),
    [6, 7, 8],
  );
  assert.equal(listed.renditions[0]!.init, { path: 'd/v.mp4', offset: 0, length: 100 });
});

/** A `sidx` of three pieces, one second each, in a timescale of 10. */
function sidx(): Buffer {
  const rows = 3;
  const box = Buffer.alloc(32 + 12 * rows);
  box.writeUInt32BE(box.length, 0);
  box.write('sidx', 4);
  box.writeUInt32BE(1, 12);
  box.writeUInt32BE(10, 16);
  box.writeUInt32BE(30, 20);
  box.writeUInt16BE(rows, 30);
  for (let row = 0; row < rows; row++) {
    box.writeUInt32BE(50 + row, 32 + 12 * row);
    box.writeUInt32BE(10, 36 + 12 * row);
  }
  return box;
}

test('SegmentBase: the segments are those of the index in the file', async () => {
  const box = sidx();
  const file = Buffer.concat([Buffer.alloc(100), box, Buffer.alloc(200)]);
  const text = one(
    `<BaseURL>v.mp4</BaseURL><SegmentBase indexRange="100-${99 + box.length}" timescale="5" presentationTimeOffset="15"><Initialization range="0-79"/></SegmentBase>`,
  );
  const listed = await read(text, { 'd/v.mp4': file });
  assert.equal(faultsOf(listed), []);
  const [rendition] = listed.renditions;
  const first = 100 + box.length;
  assert.equal(rendition!.segments.map(shown), [
    `d/v.mp4[${first}+50] 0 1 #1`,
    `d/v.mp4[${first + 50}+51] 1 1 #2`,
    `d/v.mp4[${first + 101}+52] 2 1 #3`,
  ]);
  assert.ok(rendition!.isIndexed);
  assert.equal(rendition!.index, { path: 'd/v.mp4', offset: 100, length: box.length });
  assert.equal(rendition!.init, { path: 'd/v.mp4', offset: 0, length: 80 });
  for (const size of [400, 120]) {
    assert.equal(faultsOf(await read(text, { 'd/v.mp4': Buffer.alloc(size) })), ['INDEX_NOT_READ 3']);
  }
  assert.equal(faultsOf(await read(text, {})), [], 'a file that is missing is told as that, elsewhere');
});

test('a Representation that is one file', async () => {
  assert.equal(await segmentsOf(one('<BaseURL>subtitles%20de.vtt</BaseURL>')), [
    'd/subtitles de.vtt 0 10 #1',
  ]);
});

test('what is said further out holds further in, and several periods are on one timeline', async () => {
  const set = (inner: string, more = '') =>
    `<AdaptationSet mimeType="audio/mp4" codecs="mp4a.40.2" lang="de" audioSamplingRate="48000" ${more}>${inner}</AdaptationSet>`;
  const listed = await read(
    mpd(
      `<BaseURL>a/</BaseURL><Period duration="PT1M"><BaseURL>b/</BaseURL>
<SegmentTemplate timescale="10" duration="300" media="p.m4s"/>
${set('<BaseURL>c/</BaseURL><SegmentTemplate media="$Number$.m4s"/><Label>Ton</Label><Role schemeIdUri="urn:mpeg:dash:role:2011" value="dub"/><AudioChannelConfiguration schemeIdUri="urn:mpeg:mpegB:cicp:ChannelConfiguration" value="6"/><Representation id="1" bandwidth="5" audioSamplingRate="44100"/><Representation id="2" bandwidth="6"><BaseURL>/e/</BaseURL></Representation>', 'id="3" startWithSAP="1"')}
</Period>
<Period>${set('<Representation id="1" bandwidth="5"><SegmentTemplate timescale="10" duration="300" media="$Number$.m4s" startNumber="3"/></Representation>')}</Period>`,
      'mediaPresentationDuration="PT1M30.5S"',
    ),
  );
  assert.equal(faultsOf(listed), ['REFERENCE_FOREIGN 5', 'REFERENCE_FOREIGN 5']);
  assert.equal(
    listed.renditions.map(({ id, period, segments, sampleRate, set: name }) =>
      [id, period, name, sampleRate, segments.map(shown).join(', ')].join('|'),
    ),
    [
      '1|0|3|44100|d/a/b/c/1.m4s 0 30 #1, d/a/b/c/2.m4s 30 30 #2',
      '2|0|3|48000|/e/1.m4s 0 30 #1, /e/2.m4s 30 30 #2',
      '1|1|AdaptationSet in line 7|48000|d/a/3.m4s 60 30 #3, d/a/4.m4s 90 0.5 #4',
    ],
  );
  const [first] = listed.renditions;
  assert.equal(
    [
      first!.kind,
      first!.language,
      first!.label,
      first!.channels,
      first!.independent,
      first!.roles,
      first!.codecs,
    ],
    ['audio', 'de', 'Ton', '6', true, ['dub'], ['mp4a.40.2']],
  );
  assert.is(listed.duration, 90.5);
});

test('kinds: trick play, thumbnails, text of several sorts; frame rates', async () => {
  const sets = [
    'mimeType="video/mp4" frameRate="30000/1001" width="640" height="360"|',
    'contentType="video" mimeType="video/mp4"|<EssentialProperty schemeIdUri="http://dashif.org/guidelines/trickmode" value="1"/>',
    'mimeType="image/jpeg"|<EssentialProperty schemeIdUri="http://dashif.org/guidelines/thumbnail_tile" value="10x5"/>',
    'mimeType="application/mp4" codecs="stpp.ttml.im1t"|',
    'mimeType="application/ttml+xml"|',
    'mimeType="text/vtt"|',
    'mimeType="application/octet-stream"|',
  ];
  const listed = await read(
    mpd(
      `<Period>${sets
        .map((set, index) => {
          const [attributes, inner] = set.split('|');
          return `<AdaptationSet ${attributes}>${inner}<Representation id="${index}" bandwidth="1"/></AdaptationSet>`;
        })
        .join('\n')}</Period>`,
    ),
  );
  assert.equal(
    listed.renditions.map(({ kind }) => kind),
    ['video', 'trick', 'image', 'text', 'text', 'text', 'unknown'],
  );
  assert.is(listed.renditions[0]!.frameRate, 30000 / 1001);
  assert.equal(listed.renditions[2]!.tiles, { columns: 10, rows: 5 });
});

test('protection: of the set and of the Representation, by reference, with several key ids', async () => {
  const listed = await read(
    mpd(`<Period>
<ContentProtection schemeIdUri="urn:x" refId="a" cenc:default_KID="${UUID} ${UUID.replaceAll('0', 'a')}"/>
<AdaptationSet mimeType="video/mp4">
<ContentProtection schemeIdUri="urn:mpeg:dash:mp4protection:2011" value="cenc" cenc:default_KID="${UUID}"/>
<ContentProtection schemeIdUri="urn:uuid:EDEF8BA9-79D6-4ACE-A3C8-27DCD51D21ED"><cenc:pssh>
 AAAA
 BBBB </cenc:pssh><dashif:Laurl>https://l.example/</dashif:Laurl></ContentProtection>
<ContentProtection schemeIdUri="urn:x" ref="a"/>
<Representation id="1" bandwidth="1"><ContentProtection schemeIdUri="urn:uuid:9a04f079-9840-4286-ab92-e65be0885f95"><mspr:pro xmlns:mspr="urn:microsoft:playready">AAAA</mspr:pro></ContentProtection></Representation>
</AdaptationSet></Period>`),
  );
  const [own, mp4, widevine, referring] = listed.renditions[0]!.protection;
  assert.equal(own?.pro, new Uint8Array(3));
  assert.equal([mp4?.value, mp4?.defaultKid, mp4?.line], ['cenc', KID, 6]);
  assert.is(widevine?.schemeIdUri, 'urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed');
  assert.equal(widevine?.pssh, [new Uint8Array(Buffer.from('AAAABBBB', 'base64'))]);
  assert.is(widevine?.licenseUrl, 'https://l.example/');
  assert.equal(referring?.kids, [KID, KID.replaceAll('0', 'a')]);
});

/** What is wrong, and the line. */
const FAULTS: readonly [string, string, readonly string[]][] = [
  ['no Period', mpd(''), ['PERIOD_MISSING 2']],
  ['a period that is elsewhere', mpd('<Period xlink:href="http://x.example/"/>'), ['REMOTE_ELEMENT 3']],
  ['nothing in a set', mpd('<Period><AdaptationSet/></Period>'), ['REPRESENTATION_MISSING 3']],
  [
    'no names',
    mpd('<Period><AdaptationSet><Representation/></AdaptationSet></Period>'),
    ['ID_MISSING 3', 'ATTRIBUTE_MISSING 3', 'ATTRIBUTE_MISSING 3'],
  ],
  [
    'values',
    one(
      '<SegmentBase indexRange="9-5"><Initialization range="x"/></SegmentBase>',
      'mediaPresentationDuration="10 s"',
    ),
    ['ATTRIBUTE_SYNTAX 2', 'RANGE_SYNTAX 4', 'ATTRIBUTE_SYNTAX 4', 'ATTRIBUTE_SYNTAX 2'],
  ],
  [
    'a template',
    one('<SegmentTemplate media="$Nummer$.m4s" initialization="$i" duration="5"/>'),
    ['TEMPLATE_SYNTAX 4', 'TEMPLATE_SYNTAX 4', 'MEDIA_MISSING 4'],
  ],
  [
    'wide numbers',
    one('<SegmentTemplate media="$Number%0999999999d$.m4s" duration="5"/>'),
    ['TEMPLATE_SYNTAX 4', 'MEDIA_MISSING 4'],
  ],
  [
    'a timeline of nothing',
    one('<SegmentTemplate media="$Number$.m4s"><SegmentTimeline/></SegmentTemplate>'),
    ['SEGMENTS_MISSING 3'],
  ],
  ['one name for all', one('<SegmentTemplate media="a.m4s" duration="5"/>'), ['TEMPLATE_SYNTAX 4']],
  [
    'a timeline',
    one(
      '<SegmentTemplate media="$Time$"><SegmentTimeline>\n<S t="5" d="2"/>\n<S t="3" d="0"/>\n<S t="3" d="-1"/></SegmentTimeline></SegmentTemplate>',
    ),
    ['TIMELINE_OVERLAP 6', 'TIMELINE_SYNTAX 6', 'TIMELINE_SYNTAX 7'],
  ],
  [
    'an open end',
    one(
      '<SegmentTemplate media="$Time$"><SegmentTimeline><S d="2" r="-1"/></SegmentTimeline></SegmentTemplate>',
      '',
    ),
    ['TIMELINE_OPEN 4'],
  ],
  [
    'a way out',
    one('<SegmentTemplate media="../../$Number$.m4s?secret=1" duration="10"/>'),
    ['REFERENCE_FOREIGN 4'],
  ],
  [
    'another host',
    one(
      '<BaseURL>https://x.example/?secret=1</BaseURL><SegmentTemplate media="$Number$.m4s" duration="10"/>',
    ),
    ['REFERENCE_FOREIGN 4'],
  ],
  [
    'Base64, key ids',
    mpd(
      '<Period><AdaptationSet mimeType="a/b"><ContentProtection cenc:default_KID="1"><cenc:pssh>*</cenc:pssh></ContentProtection><Representation id="1" bandwidth="1"/></AdaptationSet></Period>',
    ),
    ['ATTRIBUTE_MISSING 3', 'KID_SYNTAX 3', 'BASE64_SYNTAX 3'],
  ],
];
for (const [what, text, faults] of FAULTS) {
  test(`faults: ${what}`, async () => {
    const listed = await read(text);
    assert.equal(faultsOf(listed), faults);
    for (const { text: sentence } of listed.faults ?? []) {
      assert.match(sentence, /^\w+ (in line \d+ )?of d\/main\.mpd .*\.$/);
      assert.not.match(sentence, /secret/);
    }
  });
}

test('hostile MPDs are refused in a sentence, and soon', async () => {
  const timeline = (entries: string) =>
    one(`<SegmentTemplate media="$Time$"><SegmentTimeline>${entries}</SegmentTimeline></SegmentTemplate>`);
  const hostile: readonly [string, RegExp][] = [
    ['<!DOCTYPE x [<!ENTITY a "b">]><MPD>&a;</MPD>', /document type or entities/],
    [mpd('&a;'), /entity/],
    [mpd('\0'), /character that XML cannot hold/],
    [mpd('<a>'.repeat(100)), /levels deep/],
    ['<MPD>'.repeat(2), /well-formed/],
    ['<html/>', /no MPD/],
    [timeline('<S d="1" r="999999999999"/>'), /more than 1000000 segments/],
    [timeline('<S d="1" r="999999"/>'.repeat(3)), /more than 1000000 segments/],
    [
      one('<SegmentTemplate media="$Number$" duration="1" timescale="1000000000"/>'),
      /more than 1000000 segments/,
    ],
    [
      one('<SegmentTemplate media="$Number$" duration="1" endNumber="999999999999"/>'),
      /more than 1000000 segments/,
    ],
    [timeline('<S d="1" r="-1"/>').replace('PT10S', 'P999999999Y'), /more than 1000000 segments/],
    [
      mpd(`<Period><AdaptationSet>${'<Representation/>'.repeat(10_001)}</AdaptationSet></Period>`),
      /more than 10000 Representations/,
    ],
  ];
  for (const [text, message] of hostile) {
    const failure = await failureOf(read(text));
    assert.is(failure.code, 'INPUT_NOT_READABLE');
    assert.match(failure.message, message);
  }
});

test('an hour in `S` elements of their own, and their faults', async () => {
  const entries = Array.from({ length: 20_000 }, (_, index) => `<S t="${index * 2}" d="2"/>`).join('\n');
  const listed = await read(
    one(
      `<SegmentTemplate media="../../$Time$"><SegmentTimeline>${entries}</SegmentTimeline></SegmentTemplate>`,
    ),
  );
  assert.is(listed.renditions[0]!.segments.length, 20_000);
  assert.is(listed.faults?.length, 51);
});

test.run();
