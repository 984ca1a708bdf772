/** Subtitles in Matroska and WebM as text tracks: what ffmpeg writes against what it reads, and what it cannot write made here. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Packager } from '../../core/index.ts';
import type { TextTrack } from '../../core/kit.ts';
import { readTextDocument } from '../../core/text/read-text.ts';
import { demuxMkvTs } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce, temporaryFolder } from '../helpers/commands/folders.ts';
import { ebml } from '../helpers/media/packed-matroska.ts';
import { type MadeTextTrack, textsAlone, withTexts } from '../helpers/media/text-matroska.ts';
import { memorySource } from '../helpers/oracles/read-mp4.ts';
import { testRun } from '../helpers/titles/ask.ts';

const test = suite('text in Matroska');

async function textsOf(file: Uint8Array) {
  const source = { ...memorySource(file), name: 'film.mkv' };
  const run = testRun('film.mkv');
  const input = { index: 0, path: source.name, name: source.name, bytes: source.size };
  const tracks = await new Packager([demuxMkvTs()]).hooks.demux.promise({ source, input }, run);
  const texts = (tracks ?? []).filter((track): track is TextTrack => track.kind === 'text');
  return { texts, kinds: tracks?.map(({ kind }) => kind), warnings: run.warnings };
}

/** All that the first text track of a file says. */
async function firstOf(file: Uint8Array) {
  const { texts, warnings } = await textsOf(file);
  return { track: texts[0], document: await texts[0]?.read(), warnings };
}

const brief = (document: ReturnType<typeof readTextDocument> | undefined) =>
  document?.cues.map(({ start, end, id, settings, payload }) =>
    [start, end, id ?? '-', settings ?? '-', payload].join(' | '),
  );

/** Pictures that start at 0, with clusters of 1 s. */
const film = () =>
  madeOnce('text-film.mkv', async (path) => {
    const pictures = ['-f', 'lavfi', '-t', '6', '-i', 'testsrc2=size=128x72:rate=25'];
    const video = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '25', '-bf', '2', '-pix_fmt', 'yuv420p'];
    await ffmpeg([...pictures, ...video, '-cluster_time_limit', '1000', '-bitexact', path]);
  });

const SRT = `1
00:00:01,000 --> 00:00:02,500
<i>one</i> two é😀

2
00:00:03,000 --> 00:00:04,321
three
four
`;

const WEBVTT = `WEBVTT

id-1
00:01.000 --> 00:02.500 line:0 align:start
<i>one</i> & two

00:03.000 --> 00:04.321
three
four
`;

for (const [name, source, codec, extension] of [
  ['S_TEXT/UTF8 in Matroska', SRT, 'srt', 'mkv'],
  ['D_WEBVTT/SUBTITLES in Matroska', WEBVTT, 'copy', 'mkv'],
  ['D_WEBVTT/SUBTITLES in WebM', WEBVTT, 'copy', 'webm'],
] as const) {
  test(`${name}, as ffmpeg writes it: the cues that were put in, and no others`, async () => {
    const folder = temporaryFolder();
    const [text, file] = [
      join(folder, `a.${codec === 'srt' ? 'srt' : 'vtt'}`),
      join(folder, `a.${extension}`),
    ];
    await writeFile(text, source);
    const video =
      extension === 'webm'
        ? ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-g', '25']
        : ['-c:v', 'libx264', '-g', '25'];
    await ffmpeg([
      ...[
        '-f',
        'lavfi',
        '-t',
        '6',
        '-i',
        'testsrc2=size=64x36:rate=25',
        '-i',
        text,
        '-map',
        '0',
        '-map',
        '1',
      ],
      ...[...video, '-c:s', codec, file],
    ]);
    const { track, document, warnings } = await firstOf(await readFile(file));
    assert.equal(brief(document), brief(readTextDocument(Buffer.from(source), 'a')));
    assert.is(document?.cues.length, 2);
    assert.is(track?.duration, 4321);
    assert.is(track?.clock, 'input');
    assert.equal(warnings, []);
  });
}

const webvtt = (facts: Partial<MadeTextTrack> = {}): MadeTextTrack => ({
  id: 5,
  codecId: 'S_TEXT/WEBVTT',
  blocks: [],
  ...facts,
});

test('S_TEXT/WEBVTT: settings, id and styles from beside the cues, times within from their start', async () => {
  const track = webvtt({
    header: 'WEBVTT\n\nREGION\nid:r\nlines:2\n\nSTYLE\n::cue(.x) { color: #ff0000 }\n',
    blocks: [
      {
        ...{ start: 1000, duration: 2000, data: 'one <00:00:01.000>two' },
        additional: 'line:0 align:start\nfirst\nNOTE what nobody reads\n',
      },
      { start: 1500, duration: 500, data: 'a & b\r\n\r\nx --> y', additional: '\nsecond' },
      { start: 2000, duration: 1000, data: 'plain' },
      { start: 4100, duration: 1000, data: 'region', additional: 'region:r size:200%\n\n' },
      // Of a writer that left the times of the file.
      { start: 5000, duration: 800, data: 'a <00:00:05.400>b', additional: '' },
    ],
  });
  const { document, warnings } = await firstOf(withTexts(await readFile(await film()), [track]));
  assert.equal(brief(document), [
    '1000 | 3000 | first | line:0 align:start | one <00:00:02.000>two',
    '1500 | 2000 | second | - | a & b\nx --&gt; y',
    '2000 | 3000 | - | - | plain',
    '4100 | 5100 | - | region:r | region',
    '5000 | 5800 | - | - | a <00:00:05.400>b',
  ]);
  assert.equal(document?.regions, ['id:r\nlines:2']);
  assert.equal(document?.styles, ['::cue(.x) { color: #ff0000 }']);
  assert.equal(warnings, [
    'film.mkv: text track 5: Settings of cues that mean nothing are left out: size:200%.',
  ]);
});

test('S_TEXT/UTF8: what players of SubRip know, and bytes that are none', async () => {
  const latin = new Uint8Array([0x63, 0x61, 0x66, 0xe9]);
  const track = webvtt({
    codecId: 'S_TEXT/UTF8',
    blocks: [
      { start: 500, duration: 500, data: '{\\an8}<b>up</b>\r\n<font color="#ff0000">red</font>' },
      { start: 1000, duration: 500, data: latin },
      { start: 2000, duration: 0, data: 'never' },
      { start: 3000, duration: 10, data: '  \n' },
    ],
  });
  const { document, warnings } = await firstOf(withTexts(await readFile(await film()), [track]));
  assert.equal(brief(document), [
    '500 | 1000 | - | line:0 | <b>up</b>\n<c.red>red</c>',
    '1000 | 1500 | - | - | caf\uFFFD',
  ]);
  assert.equal(warnings, [
    'film.mkv: text track 5: A cue has bytes that are not UTF-8, and is shown with \uFFFD in their place (the first: at 1.000 s).',
    'film.mkv: text track 5: A cue ends before it starts, or as it starts and is left out (at 2.000 s).',
    'film.mkv: text track 5: A cue has no text and is left out (at 3.000 s).',
  ]);
});

test('blocks before their cluster, out of order, without duration, laced, in clusters of unknown size', async () => {
  const track = webvtt({
    blocks: [
      { start: -300, duration: 900, data: 'early' },
      { start: 2600, data: 'open' },
      { start: 2200, duration: 100, data: 'out of order' },
      { start: 3500, data: '', frames: ['laced', 'twice'], duration: 400 },
      { start: 5000, data: 'to the end', isSimple: true },
    ],
  });
  const expected = [
    '0 | 600 | - | - | early',
    '2200 | 2300 | - | - | out of order',
    '2600 | 3500 | - | - | open',
    '3500 | 3700 | - | - | laced',
    '3700 | 3900 | - | - | twice',
    '5000 | 3600000000 | - | - | to the end',
  ];
  for (const isLive of [false, true]) {
    const file = withTexts(await readFile(await film()), [track], isLive);
    const { document } = await firstOf(file);
    assert.equal(brief(document), expected, isLive ? 'live' : 'whole');
  }
  const fixed = { ...track, defaultDuration: 250_000_000 };
  const { document } = await firstOf(withTexts(await readFile(await film()), [fixed]));
  assert.is(brief(document)?.[2], '2600 | 2850 | - | - | open');
});

test('compressed frames and headers, as mkvmerge writes subtitles', async () => {
  const zlib = ebml(0x5034, ebml(0x4254, Buffer.from([0])));
  const encodings = ebml(0x6d80, ebml(0x6240, ebml(0x5032, Buffer.from([3])), zlib));
  const track = webvtt({
    header: deflateSync('WEBVTT\n\nSTYLE\n::cue { color: lime }\n'),
    blocks: [{ start: 700, duration: 300, data: deflateSync('packed'), additional: 'line:0\n\n' }],
    more: [encodings],
  });
  const { document, warnings } = await firstOf(withTexts(await readFile(await film()), [track]));
  assert.equal(brief(document), ['700 | 1000 | - | line:0 | packed']);
  assert.equal(document?.styles, ['::cue { color: lime }']);
  assert.equal(warnings, []);
  const broken = { ...track, header: 'no zlib' };
  const found = await textsOf(withTexts(await readFile(await film()), [broken]));
  assert.equal(found.kinds, ['video']);
  assert.equal(found.warnings, [
    'film.mkv: track 5 is left out: it is damaged: compressed bytes are damaged.',
  ]);
});

test('what was taken off the front of each block is counted, too: few bytes do not stand for any number', async () => {
  const algorithm = ebml(0x4254, Buffer.from([3]));
  const stripped = ebml(0x5034, algorithm, ebml(0x4255, Buffer.alloc(2 ** 20, 0x61)));
  const encodings = ebml(0x6d80, ebml(0x6240, ebml(0x5032, Buffer.from([1])), stripped));
  const blocks = Array.from({ length: 65 }, (_, n) => ({ start: n * 10, duration: 10, data: 'b' }));
  const found = await textsOf(
    withTexts(await readFile(await film()), [webvtt({ blocks, more: [encodings] })]),
  );
  assert.equal(found.kinds, ['video']);
  assert.equal(found.warnings, [
    'film.mkv: track 5 is left out: it is damaged: decoded, its blocks are far too large.',
  ]);
});

test('more blocks than subtitles have, empty as they may be: the track is left out, or the last of several', async () => {
  const frames = Array.from({ length: 255 }, () => '');
  const laced = (id: number, count: number) =>
    webvtt({
      id,
      blocks: Array.from({ length: count }, (_, n) => ({ start: n, duration: 1, data: '', frames })),
    });
  const told = (id: number) =>
    `film.mkv: track ${id} is left out: subtitles of more than 64 MiB are not read.`;
  const one = await textsOf(
    textsAlone([laced(5, 1040), webvtt({ id: 6, blocks: [{ start: 0, duration: 1, data: 'a' }] })]),
  );
  assert.equal(one.warnings, [told(5)]);
  assert.equal(one.kinds, ['text']);
  const ids = [5, 6, 7, 8, 9];
  const all = await textsOf(textsAlone(ids.map((id) => laced(id, 900))));
  assert.equal(
    all.texts.map(({ id }) => id),
    [5, 6, 7, 8],
  );
  assert.ok(all.warnings.includes(told(9)));
});

const CUE = { start: 100, duration: 100, data: 'a' };

test('what flags, names and languages say of a track', async () => {
  const all: MadeTextTrack[] = [
    webvtt({ id: 5, language: 'ger', bcp47: 'de-CH', name: ' Schwyzer\n"Dütsch" ', isDefault: true }),
    webvtt({ id: 6, language: 'fre', isDefault: false, isForced: true, name: 'Forced' }),
    webvtt({ id: 7, isDefault: false, isHearingImpaired: true, name: 'SDH' }),
    webvtt({ id: 8, language: 'spa', isDefault: false, isCommentary: true, name: 'SDH' }),
    webvtt({ id: 9, bcp47: `en-${'abcdefgh-'.repeat(30)}x1`, language: 'eng', isDefault: false }),
    webvtt({ id: 10, codecId: 'D_WEBVTT/CAPTIONS', isDefault: false, blocks: [{ ...CUE, data: '\n\na' }] }),
  ].map((track) => (track.blocks.length > 0 ? track : { ...track, blocks: [CUE] }));
  const { texts, warnings } = await textsOf(withTexts(await readFile(await film()), all));
  const SDH = {
    roles: ['caption'],
    characteristics: [
      'public.accessibility.transcribes-spoken-dialog',
      'public.accessibility.describes-music-and-sound',
    ],
  };
  const told = texts.map(({ id, language, label, roles, characteristics, isForced, isDefault }) => [
    id,
    language,
    { label, roles, characteristics, isForced, isDefault },
  ]);
  const nothing = {
    label: undefined,
    roles: undefined,
    characteristics: undefined,
    isForced: undefined,
    isDefault: undefined,
  };
  assert.equal(told, [
    [5, 'de-CH', { ...nothing, label: "Schwyzer 'Dütsch'", isDefault: true }],
    [6, 'fre', { ...nothing, label: 'Forced', roles: ['forced-subtitle'], isForced: true }],
    [7, 'eng', { ...nothing, ...SDH }],
    [8, 'spa', { ...nothing, roles: ['commentary'] }],
    [9, 'eng', nothing],
    [10, 'eng', { ...nothing, ...SDH }],
  ]);
  assert.equal(warnings, []);
});

test('a default that all tracks have, or that nobody wrote, says nothing', async () => {
  const defaults = async (...flags: readonly (boolean | undefined)[]) => {
    const tracks = flags.map((isDefault, n) =>
      webvtt({ id: 5 + n, blocks: [CUE], ...(isDefault !== undefined && { isDefault }) }),
    );
    const { texts } = await textsOf(withTexts(await readFile(await film()), tracks));
    return texts.map((track) => track.isDefault ?? false);
  };
  assert.equal(await defaults(undefined), [false]);
  assert.equal(await defaults(true), [true]);
  assert.equal(await defaults(true, true), [false, false]);
  assert.equal(await defaults(undefined, undefined), [false, false]);
  assert.equal(await defaults(false, undefined), [false, true]);
});

test('subtitles that cannot be read are told in one sentence each, and nothing else is lost', async () => {
  const all: MadeTextTrack[] = [
    webvtt({ id: 5, codecId: 'S_TEXT/ASS' }),
    webvtt({ id: 6, codecId: 'S_TEXT/SSA' }),
    webvtt({ id: 7, codecId: 'S_HDMV/PGS' }),
    webvtt({ id: 8, codecId: 'S_VOBSUB' }),
    webvtt({ id: 9, codecId: 'S_KATE' }),
    webvtt({ id: 10, isEnabled: false }),
    webvtt({ id: 11, codecId: 'D_WEBVTT/METADATA', type: 0x21 }),
    webvtt({ id: 12, more: [ebml(0x6d80, ebml(0x6240, ebml(0x5035, Buffer.alloc(0))))] }),
  ].map((track) => ({ ...track, blocks: [CUE] }));
  const empty = webvtt({ id: 13 });
  const { kinds, warnings } = await textsOf(withTexts(await readFile(await film()), [...all, empty]));
  assert.equal(kinds, ['video']);
  assert.equal(
    warnings.map((warning) => warning.replace(/^film\.mkv: track /, '')),
    [
      '5 is left out: its subtitles (S_TEXT/ASS) are in SubStation Alpha, which is not read: convert them to WebVTT or SubRip.',
      '6 is left out: its subtitles (S_TEXT/SSA) are in SubStation Alpha, which is not read: convert them to WebVTT or SubRip.',
      '7 is left out: its subtitles (S_HDMV/PGS) are pictures, which are not read: a title takes texts.',
      '8 is left out: its subtitles (S_VOBSUB) are pictures, which are not read: a title takes texts.',
      '9 is left out: its subtitles (S_KATE) are in a format that is not read.',
      '10 is left out: it is marked as not to be played.',
      '11 is left out: it is neither video nor audio.',
      '12 is left out: it is encrypted already.',
      '13 is left out: it has no samples.',
    ],
  );
});

test('a file of subtitles alone, and one that goes on in another recording', async () => {
  const track = webvtt({ blocks: [{ ...CUE, start: 40_000 }] });
  const { texts, kinds } = await textsOf(textsAlone([track]));
  assert.equal(kinds, ['text']);
  assert.equal(brief(await texts[0]!.read()), ['40000 | 40100 | - | - | a']);
  const twice = await textsOf(Buffer.concat([textsAlone([track]), textsAlone([track])]));
  assert.equal(twice.kinds, []);
  assert.match(twice.warnings[0]!, /^film\.mkv: track 5 is left out: it goes on in another recording/);
});

test('a hundred thousand cues, and one go through the file for all tracks', async () => {
  const blocks = Array.from({ length: 100_000 }, (_, n) => ({
    start: n * 36,
    duration: 30,
    data: `cue ${n}`,
  }));
  const tracks = [webvtt({ id: 5, blocks }), webvtt({ id: 6, codecId: 'S_TEXT/UTF8', blocks: [CUE] })];
  const file = textsAlone(tracks);
  const source = memorySource(file);
  const run = testRun('film.mkv');
  const input = { index: 0, path: 'film.mkv', name: 'film.mkv', bytes: source.size };
  const tracksOf = await new Packager([demuxMkvTs()]).hooks.demux.promise({ source, input }, run);
  const [first] = (tracksOf ?? []).filter((track): track is TextTrack => track.kind === 'text');
  const document = await first!.read();
  assert.is(document.cues.length, 100_000);
  assert.equal(document.cues.at(-1), { start: 3_599_964, end: 3_599_994, payload: 'cue 99999' });
  const read = source.reads.reduce((sum, { bytes }) => sum + bytes, 0);
  assert.ok(read < 1.2 * file.length, `${read} bytes of ${file.length}`);
});

test.run();
