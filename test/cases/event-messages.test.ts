/** Event messages (`emsg`) of fragmented MP4: markers of SCTE 35, and messages of any other scheme. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { box } from '../../core/base/box.ts';
import { concat } from '../../core/base/bytes.ts';
import { spliceInsertSection } from '../../core/containers/mpegts/splice-info.ts';
import type { TitlePlan } from '../../core/index.ts';
import { cmaf, dashCenc, hlsAes } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { emsg, fragmentedMedia, type MadeEvent, topBoxes, withBoxes } from '../helpers/media/event-media.ts';
import { moof, tfdt, tfhd, traf, trun } from '../helpers/media/fragments.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { demux, memorySource } from '../helpers/oracles/read-mp4.ts';
import { planOf } from '../helpers/titles/expected-sizes.ts';
import { outputFolder, packageWith, testPlugins, titleOptions } from '../helpers/titles/package.ts';

const test = suite('event messages');

const SCTE35 = 'urn:scte:scte35:2013:bin';
const identity = { systems: [['identity', { uri: 'https://keys.example/key' }] as const] };

/** A section whose time is of another clock, as it is where a stream was made anew. */
const section = (isOut: boolean, duration?: number): Uint8Array =>
  spliceInsertSection({ eventId: 77, isOut, time: 54_321, duration });
const OUT = section(true, 2.84);
const BACK = section(false);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Fragments of the film begin at 0, 2, 4, 5.2, 6, 8, 8.04 and 10 s. */
const [AT_4, AT_5_2, AT_8, AT_8_04, END] = [2, 3, 5, 6, 8] as const;

const fileOf = async (bytes: Uint8Array, name = 'events.mp4'): Promise<string> => {
  const path = join(temporaryFolder('events'), name);
  await writeFile(path, bytes);
  return path;
};

const planned = async (path: string): Promise<TitlePlan> =>
  planOf({
    title: titleOptions({ inputs: [path], segmentDuration: 4 }),
    plugins: [...testPlugins(), hlsAes(identity)],
  });

const placesOf = ({ markers = [] }: TitlePlan): (readonly [string, string, string])[] =>
  markers.map(({ kind, id, start }) => [kind, id, start.toFixed(3)]);

const tags = (text: string, tag: string): string[] =>
  text.split('\n').flatMap((line) => (line.startsWith(`#${tag}:`) ? [line.slice(tag.length + 2)] : []));

/** Where the first picture is on the clock of the file: with an edit list, without one, and an hour late. */
const CLOCKS = [
  { name: 'an edit list', flags: '+delay_moov', first: 0 },
  { name: 'no edit list', flags: '', first: 0.08 },
] as const;

for (const { name, flags, first } of CLOCKS) {
  test(`both versions are on the timeline of the title: ${name}`, async () => {
    const media = await fragmentedMedia(90, flags);
    const absolute = (seconds: number) => Math.round((seconds + first) * 12_800);
    const one = { scheme: SCTE35, id: 1, duration: 2840, message: OUT };
    const path = await fileOf(
      await withBoxes(media, {
        // Sent ahead, and again with the segment itself; the way back in version 1 alone.
        [AT_4]: [emsg({ ...one, delta: 1200 })],
        [AT_5_2]: [emsg({ ...one, delta: 0 })],
        [AT_8]: [emsg({ scheme: SCTE35, id: 2, time: absolute(8.04), timescale: 12_800, message: BACK })],
      }),
    );
    const plan = await planned(path);
    // Without an edit list sound is there first, and the film as much later.
    assert.equal(placesOf(plan), [
      ['ad-out', '77', (5.2 + first).toFixed(3)],
      ['ad-in', '77', (8.04 + first).toFixed(3)],
    ]);
    assert.equal(
      plan.markers?.map(({ scte35 }) => scte35),
      [OUT, BACK].map(base64),
    );
    assert.equal(plan.warnings, []);
    const { output } = await packageWith([hlsAes(identity), cmaf()], { inputs: [path], segmentDuration: 4 });
    const text = await readFile(join(output, outputFolder('HLS', path), 'media-1/stream.m3u8'), 'utf8');
    assert.ok(tags(text, 'EXTINF').includes('2.840000,'), text);
    assert.match(
      text,
      `DURATION=2.84,SCTE35-OUT=0x${Buffer.from(OUT).toString('hex').toUpperCase()},SCTE35-IN=0xFC`,
    );
  });
}

test('a film that begins an hour late on its clock', async () => {
  const media = await fragmentedMedia(90, '+delay_moov');
  const moved = await readFile(media);
  for (let at = moved.indexOf('tfdt'); at >= 0; at = moved.indexOf('tfdt', at + 4)) {
    const isSound = moved.readUInt32BE(moved.lastIndexOf('tfhd', at) + 8) === 2;
    const ticks = moved.readBigUInt64BE(at + 8) + 3600n * (isSound ? 44_100n : 12_800n);
    moved.writeBigUInt64BE(ticks, at + 8);
  }
  const late = await fileOf(moved, 'late.mp4');
  const path = await fileOf(
    await withBoxes(late, {
      [AT_4]: [emsg({ scheme: SCTE35, id: 1, delta: 1200, message: OUT })],
      // Of a clock that has more ticks than a double holds.
      [AT_8]: [emsg({ scheme: SCTE35, id: 2, time: 36_080_400_000n, timescale: 10_000_000, message: BACK })],
    }),
  );
  const plan = await planned(path);
  // The title begins with the priming of the sound, which is behind 0 there.
  const priming = 1024 / 44_100;
  assert.equal(placesOf(plan), [
    ['ad-out', '77', (5.2 + priming).toFixed(3)],
    ['ad-in', '77', (8.04 + priming).toFixed(3)],
  ]);
  assert.equal(plan.warnings, []);
});

test('segments of several fragments: those of version 0 count from the first of them', async () => {
  const media = await fragmentedMedia(90, '+delay_moov');
  const styp = box('styp', 'msdh', new Uint8Array(4), 'msdh');
  const event = { scheme: 'urn:example:a', delta: 500 };
  const path = await fileOf(
    await withBoxes(media, {
      0: [styp],
      // Behind the first fragment of the segment from 0 s on.
      1: [emsg({ ...event, id: 1 })],
      [AT_4]: [styp, emsg({ ...event, id: 2 })],
      [AT_5_2]: [emsg({ ...event, id: 3 })],
      [END]: [emsg({ ...event, id: 4 })],
    }),
  );
  assert.equal(placesOf(await planned(path)), [
    ['cue', '1', '0.500'],
    ['cue', '2', '4.500'],
    ['cue', '3', '4.500'],
    ['cue', '4', '4.500'],
  ]);
});

test('recordings behind each other: each on its own clock', async () => {
  const media = await fragmentedMedia(90, '+delay_moov');
  const event = { scheme: 'urn:example:a', time: 8040 };
  const once = await withBoxes(media, {
    [AT_5_2]: [emsg({ ...event, id: 1 })],
    [AT_8]: [emsg({ ...event, id: 2 })],
  });
  const again = await withBoxes(media, {
    [AT_8_04]: [emsg({ ...event, id: 3 }), emsg({ scheme: 'urn:example:a', delta: 0, id: 4 })],
  });
  const plan = await planned(
    await fileOf(Buffer.concat([once, again.subarray(Buffer.from(again).indexOf('moof') - 4)])),
  );
  const [first, second, third, fourth] = plan.markers ?? [];
  assert.equal([first?.start, second?.start], [8.04, 8.04]);
  // What follows lies behind 12 s of sound, which ends with a whole frame.
  assert.ok(Math.abs(third!.start - 20.04) < 0.05, String(third?.start));
  assert.is(fourth?.start, third?.start);
});

test('messages of other schemes are events and ranges of dates, and cut nothing', async () => {
  const media = await fragmentedMedia(90, '+delay_moov');
  const events: readonly MadeEvent[] = [
    {
      scheme: 'urn:example:text',
      value: 'a "value"',
      id: 5,
      time: 1100,
      duration: 700,
      message: Buffer.from('<b>&'),
    },
    {
      scheme: 'https://aomedia.org/emsg/ID3',
      id: 6,
      time: 7100,
      message: Uint8Array.of(0x49, 0x44, 0x33, 4, 0, 0xff),
    },
    { scheme: 'urn:example:text', value: 'a "value"', id: 9, time: 9000 },
  ];
  const path = await fileOf(await withBoxes(media, { 0: events.map(emsg) }));
  const { output, warnings } = await packageWith([dashCenc(), hlsAes(identity)], {
    inputs: [path],
    segmentDuration: 4,
  });
  assert.equal(warnings, []);
  const text = await readFile(join(output, outputFolder('HLS', path), 'media-1/stream.m3u8'), 'utf8');
  assert.equal(tags(text, 'EXTINF').map(Number.parseFloat), [4, 4, 4]);
  assert.equal(tags(text, 'EXT-X-DATERANGE'), [
    'ID="5",CLASS="urn:example:text",START-DATE="2000-01-01T00:00:01.100Z",DURATION=0.7,X-VALUE="a ”value”",X-MESSAGE=0x3C623E26',
    'ID="6",CLASS="https://aomedia.org/emsg/ID3",START-DATE="2000-01-01T00:00:07.100Z",X-MESSAGE=0x4944330400FF',
    'ID="9",CLASS="urn:example:text",START-DATE="2000-01-01T00:00:09.000Z",X-VALUE="a ”value”"',
  ]);
  const mpd = await readFile(join(output, outputFolder('DASH', path), 'stream.mpd'), 'utf8');
  const streams = mpd.match(/<EventStream[\s\S]*<\/EventStream>/)![0].replace(/\s*\n\s*/g, '');
  assert.is(
    streams,
    '<EventStream schemeIdUri="urn:example:text" value="a &quot;value&quot;" timescale="90000">' +
      '<Event presentationTime="99000" duration="63000" id="1">&lt;b&gt;&amp;</Event>' +
      '<Event presentationTime="810000" id="2"></Event></EventStream>' +
      '<EventStream schemeIdUri="https://aomedia.org/emsg/ID3" timescale="90000">' +
      '<Event presentationTime="639000" id="1" contentEncoding="base64">SUQzBAD/</Event></EventStream>',
  );
});

test('an event that is sent again and again, in all files of a title, is one', async () => {
  const everywhere = (message: Uint8Array) => (_: unknown, fragment: number) => [
    emsg({ scheme: SCTE35, id: 1, time: 8040, message }),
    // Version 0 counts down. What is told in two forms is one, too.
    emsg({
      scheme: SCTE35,
      id: 2,
      delta: Math.max(0, [8040, 6040, 4040, 2840, 2040, 40, 0, 0][fragment]!),
      message,
    }),
    // The first time counts where a writer does not count down.
    emsg({ scheme: 'urn:example:a', id: 3, delta: 100 }),
    emsg({
      scheme: 'urn:scte:scte35:2014:xml+bin',
      id: 1,
      time: 8040,
      message: Buffer.from(
        `<Signal xmlns="http://www.scte.org/schemas/35/2016"><Binary>${base64(message)}</Binary></Signal>`,
      ),
    }),
  ];
  const before = Object.fromEntries(Array.from({ length: 7 }, everywhere(OUT)).entries());
  const inputs = [
    await fileOf(await withBoxes(await fragmentedMedia(180, '+delay_moov'), before), 'high.mp4'),
    await fileOf(await withBoxes(await fragmentedMedia(90, '+delay_moov'), before), 'low.mp4'),
  ];
  const plan = await planOf({
    title: titleOptions({ inputs, segmentDuration: 4 }),
    plugins: [...testPlugins(), hlsAes(identity)],
  });
  assert.equal(placesOf(plan), [
    ['cue', '3', '0.100'],
    ['ad-out', '77', '8.040'],
  ]);
  assert.is(plan.markers?.[1]?.duration, 2.84);
});

test('sound alone has the messages of its file', async () => {
  const media = await oddMedia('fragmented-cmaf');
  const path = await fileOf(
    await withBoxes(media, { 1: [emsg({ scheme: SCTE35, delta: 250, message: OUT })] }),
  );
  const [[kind, id, start] = []] = placesOf(await planned(path));
  assert.equal([kind, id], ['ad-out', '77']);
  assert.ok(Math.abs(Number(start) - 1.75) < 0.03, start);
});

test('a day of fragments: events anywhere among them', async () => {
  const boxes = await topBoxes(await fragmentedMedia(90, '+delay_moov'));
  const head = boxes.filter(({ type }) => type === 'ftyp' || type === 'moov').map(({ bytes }) => bytes);
  const count = 40_000;
  const fragments = Array.from({ length: count }, (_, n) => {
    const made = moof(
      traf(
        tfhd(1, { duration: 25_600, flags: 0x02000000, baseIsMoof: true }),
        tfdt(n * 25_600),
        trun([{ size: 4 }]),
      ),
    );
    const event = emsg({ scheme: 'urn:example:a', delta: 700, id: n, message: Buffer.from(String(n)) });
    return [...(n % 10_000 === 9_999 ? [event] : []), made, box('mdat', new Uint8Array(4))];
  });
  const { tracks } = await demux(memorySource(concat([...head, ...fragments.flat()])));
  const [video] = tracks ?? [];
  // Pictures without reordering, under an edit list that takes a delay of 1024 ticks off.
  const delay = video!.presentationOffset / video!.timescale;
  assert.equal(
    video?.markers?.map(({ id, seconds }) => [id, (seconds + delay).toFixed(3)]),
    [9_999, 19_999, 29_999, 39_999].map((n) => [String(n), (n * 2 + 0.7).toFixed(3)]),
  );
});

test('what nobody can read is told, and the film is packaged', async () => {
  const media = await fragmentedMedia(90, '+delay_moov');
  const good = { scheme: 'urn:example:a', time: 1000 };
  const endless = box('emsg', new Uint8Array(4), Buffer.alloc(200, 'x'));
  const wrong = Uint8Array.from(OUT);
  wrong[20]! ^= 1;
  const path = await fileOf(
    await withBoxes(media, {
      0: [
        endless,
        box('emsg'),
        emsg({ ...good, timescale: 0 }),
        emsg(good).subarray(0, 30).with(3, 30),
        emsg({ ...good, scheme: 'urn:a\n#EXT-X-ENDLIST' }),
        emsg({ ...good, scheme: '' }),
        emsg({ ...good, scheme: 'x'.repeat(5000) }),
        box('emsg', Uint8Array.of(7, 0, 0, 0), new Uint8Array(64)),
        emsg({ ...good, message: new Uint8Array(100_000) }),
        emsg({
          scheme: 'urn:mpeg:dash:event:2012',
          value: '1',
          message: Buffer.from('2026-01-01T00:00:00Z\0'),
        }),
        emsg({ scheme: SCTE35, message: wrong }),
        emsg({ scheme: SCTE35, message: new Uint8Array(0) }),
        emsg({ ...good, id: 3, time: 2n ** 64n - 1n, timescale: 1 }),
        emsg({ ...good, id: 4, delta: 0xffff_ffff, timescale: 1 }),
        emsg({ ...good, id: 5 }),
      ],
    }),
  );
  const plan = await planned(path);
  assert.equal(placesOf(plan), [['cue', '5', '1.000']]);
  const told = plan.warnings.join('\n');
  for (const words of [
    '8 event messages ("emsg") cannot be read',
    '1 event message too many, or too large',
    '1 event message about the MPD',
    '2 event messages of SCTE 35 are damaged',
    'The title ends at 12.000 s: without the marker "4"',
  ])
    assert.ok(told.includes(words), `${words}\n${told}`);
});

test.run();
