/** Markers of a title: where it is cut, what playlists and MPDs say of them. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { crc32Mpeg } from '../../core/containers/mpegts/crc32.ts';
import { readSplice } from '../../core/containers/mpegts/read/splice-section.ts';
import { spliceInsertSection } from '../../core/containers/mpegts/splice-info.ts';
import { packageTitle, type TitleOptions } from '../../core/index.ts';
import type { Marker } from '../../core/media/markers.ts';
import { cmaf, dashCenc, demuxMkvTs, demuxMp4, hlsAes } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce, temporaryFolder } from '../helpers/commands/folders.ts';
import { addCues, cueMedia, markerMedia } from '../helpers/media/marker-media.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { assertManifests } from '../helpers/oracles/valid-manifests.ts';
import { planOf } from '../helpers/titles/expected-sizes.ts';
import {
  failureOf,
  outputFolder,
  packageWith,
  testPlugins,
  titleOptions,
} from '../helpers/titles/package.ts';
import { periodKeys } from '../helpers/titles/period-keys.ts';

const test = suite('markers');

const identity = { systems: [['identity', { uri: 'https://keys.example/key' }] as const] };

const MARKERS: readonly Marker[] = [
  { id: 'opening', kind: 'chapter', start: 0, title: 'Opening' },
  { id: '77', kind: 'ad-out', start: 5.2 },
  { id: '77', kind: 'ad-in', start: 8.04 },
  { id: 'second', kind: 'chapter', start: 8.04, title: 'The "second" act & more', language: 'eng' },
];

/** Values of a tag in a playlist. */
const tags = (text: string, tag: string): string[] =>
  text.split('\n').flatMap((line) => (line.startsWith(`#${tag}:`) ? [line.slice(tag.length + 2)] : []));

const durations = (text: string): number[] => tags(text, 'EXTINF').map((value) => Number.parseFloat(value));

/** What is in the sections that are made for these breaks, by ANSI/SCTE 35, 9.7.3. */
const OUT = '/DAlAAAAAAAAAP/wFAUAAABNf+/+AAckIP4AA+ZwAAEAAAAA7Mq/cg==';

async function written(facts: Partial<TitleOptions> = {}) {
  const inputs = [await markerMedia(180), await markerMedia(90)];
  const report = await packageWith([cmaf({ layout: 'segments' }), dashCenc(), hlsAes(identity)], {
    inputs,
    segmentDuration: 4,
    markers: MARKERS,
    ...facts,
  });
  const [shared, dash, ts] = ['CMAF', 'DASH', 'HLS'].map((name) =>
    join(report.output, outputFolder(name, inputs[0]!)),
  );
  return { shared: shared!, dash: dash!, ts: ts!, warnings: report.warnings };
}

test('segments are cut at each marker with a key frame, and where they are cut anyway', async () => {
  const { shared, ts, warnings } = await written();
  for (const path of [join(shared, 'video-1/stream.m3u8'), join(ts, 'media-2/stream.m3u8')]) {
    const text = await readFile(path, 'utf8');
    assert.equal(durations(text), [4, 1.2, 2.84, 3.96], path);
  }
  assert.equal(warnings, []);
});

test('playlists have a date for the start and a range for each break, in all alike', async () => {
  const { shared, ts } = await written();
  const all = ['video-1', 'video-2', 'audio-und'].map((unit) => join(shared, unit));
  for (const folder of [...all, join(ts, 'media-1')]) {
    const text = await readFile(join(folder, 'stream.m3u8'), 'utf8');
    // Sound begins with its priming, in front of the start of the title.
    const start = folder.includes('audio') ? '1999-12-31T23:59:59.977Z' : '2000-01-01T00:00:00.000Z';
    assert.equal(tags(text, 'EXT-X-PROGRAM-DATE-TIME'), [start], folder);
    const [range = '', ...others] = tags(text, 'EXT-X-DATERANGE');
    assert.equal(others, []);
    assert.match(range, /^ID="77",START-DATE="2000-01-01T00:00:05\.200Z",DURATION=2\.84,SCTE35-OUT=0xFC/);
    assert.match(range, /,SCTE35-IN=0xFC[0-9A-F]+$/);
    const out = Buffer.from(OUT, 'base64').toString('hex').toUpperCase();
    assert.ok(range.includes(`SCTE35-OUT=0x${out},`), range);
  }
  const frames = await readFile(join(shared, 'video-1/iframe.m3u8'), 'utf8');
  assert.is(tags(frames, 'EXT-X-PROGRAM-DATE-TIME').length, 1);
  assert.is(tags(frames, 'EXT-X-DATERANGE').length, 0);
});

test('MPDs have events of SCTE 35, and chapters as events with their titles', async () => {
  const { dash } = await written();
  const text = await readFile(join(dash, 'stream.mpd'), 'utf8');
  const events = text.match(/<EventStream[\s\S]*<\/EventStream>/)![0].replace(/\s*\n\s*/g, '');
  const [breaks = '', chapters = ''] = events.split('</EventStream>');
  assert.match(breaks, /^<EventStream schemeIdUri="urn:scte:scte35:2014:xml\+bin" timescale="90000">/);
  assert.ok(
    breaks.includes(
      '<Event presentationTime="468000" duration="255600" id="1">' +
        `<Signal xmlns="http://www.scte.org/schemas/35/2016"><Binary>${OUT}</Binary></Signal></Event>` +
        '<Event presentationTime="723600" id="2">',
    ),
    breaks,
  );
  assert.match(
    chapters,
    /<Event presentationTime="0" duration="8040" id="1">Opening<\/Event><Event presentationTime="8040" duration="\d+" id="2">The &quot;second&quot; act &amp; more/,
  );
});

test('HLS has chapters as data of the session', async () => {
  const { ts } = await written();
  const master = await readFile(join(ts, 'master.m3u8'), 'utf8');
  assert.equal(tags(master, 'EXT-X-SESSION-DATA'), ['DATA-ID="com.apple.hls.chapters",URI="chapters.json"']);
  const [first, second] = JSON.parse(await readFile(join(ts, 'chapters.json'), 'utf8'));
  assert.equal(first, {
    chapter: 1,
    'start-time': 0,
    duration: 8.04,
    titles: [{ language: 'und', title: 'Opening' }],
  });
  assert.equal(second.titles, [{ language: 'en', title: 'The "second" act & more' }]);
});

test('a marker without a key frame is told, with those near it, and nothing is cut there', async () => {
  const markers: Marker[] = [{ id: 'a', kind: 'ad-out', start: 7, duration: 1.04 }];
  const { ts, warnings } = await written({ markers });
  assert.is(warnings.length, 1);
  assert.match(warnings[0]!, 'no key frame of all renditions: 7.000 s (near it: 6.000 s, 8.000 s)');
  // The end of the break has one.
  assert.equal(durations(await readFile(join(ts, 'media-1/stream.m3u8'), 'utf8')), [4, 4.04, 3.96]);
});

test('where one of the renditions has no key frame, those near it are its own', async () => {
  const plain = await madeOnce('markers-plain.mp4', async (path) => {
    await ffmpeg([
      ...['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=25:duration=12', '-pix_fmt', 'yuv420p'],
      ...['-c:v', 'libx264', '-x264-params', 'keyint=50:min-keyint=50:scenecut=0', path],
    ]);
  });
  const inputs = [await markerMedia(180), plain];
  const { warnings } = await written({ inputs });
  assert.match(
    warnings.join('\n'),
    '5.200 s (near it: 4.000 s, 6.000 s); 8.040 s (near it: 8.000 s, 10.000 s)',
  );
});

test('breaks that share a title with numbers and names have an event of their own each', async () => {
  const { dash } = await written({
    markers: ['first', '1', 'second'].map((id, n) => ({ id, kind: 'ad-out', start: n * 2, duration: 1 })),
  });
  const sections = (await readFile(join(dash, 'stream.mpd'), 'utf8')).match(/<Binary>[^<]+/g) ?? [];
  assert.equal(
    sections.map((text) => readSplice(Buffer.from(text.slice(8), 'base64')).cues[0]?.eventId),
    [2, 1, 3],
  );
});

test('keys change at the segments that markers begin, and a clear lead ends there', async () => {
  const inputs = [await markerMedia(180), await markerMedia(90)];
  const title = titleOptions({ inputs, segmentDuration: 4, keyRotation: 5, clearLead: 5, markers: MARKERS });
  const plugins = [demuxMp4(), periodKeys(), hlsAes(identity), cmaf({ layout: 'segments' })];
  const { output, warnings } = await packageTitle({ title, plugins });
  assert.equal(warnings, []);
  await assertManifests(output);
  for (const path of ['HLS', 'CMAF'].map((name) => join(output, outputFolder(name, inputs[0]!)))) {
    const unit = path.includes('HLS') ? 'media-1' : 'video-1';
    const text = await readFile(join(path, unit, 'stream.m3u8'), 'utf8');
    const rows = text.split('\n').flatMap((line): string[] => {
      if (line.startsWith('#EXT-X-KEY')) return ['key'];
      return line.startsWith('#EXTINF') ? [String(Number.parseFloat(line.slice(8)))] : [];
    });
    // Segments that begin before 5 s are clear, all others are of crypto period 1: the next begins at 10 s.
    const isAgain = (row: string, index: number): boolean => row === 'key' && rows[index - 1] === 'key';
    assert.equal(
      rows.filter((row, index) => !isAgain(row, index)),
      ['4', '1.2', 'key', '2.84', '3.96'],
      path,
    );
  }
});

test('at the start of a title whose pictures come a moment behind its sound, nothing is missed', async () => {
  const input = await madeOnce('markers-late-picture.mkv', async (path) => {
    await ffmpeg([
      ...['-itsoffset', '0.03', '-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=25:duration=8'],
      ...['-f', 'lavfi', '-i', 'sine=duration=8', '-map', '0', '-map', '1', '-pix_fmt', 'yuv420p'],
      ...['-c:v', 'libx264', '-x264-params', 'keyint=50:min-keyint=50:scenecut=0', '-c:a', 'libopus', path],
    ]);
  });
  const markers: Marker[] = [0, 0.01, 2.03].map((start, n) => ({ id: `${n}`, kind: 'chapter', start }));
  const plugins = [demuxMkvTs(), periodKeys(), dashCenc()];
  const title = titleOptions({ inputs: [input], segmentDuration: 4, markers });
  const { warnings } = await packageTitle({ title, plugins });
  assert.equal(warnings, []);
});

test('sound alone is cut at the marker itself', async () => {
  const input = await oddMedia('audio-only');
  const markers: Marker[] = [{ id: 'a', kind: 'cue', start: 1.5, title: 'The news' }];
  const { output } = await packageWith([hlsAes(identity), dashCenc()], { inputs: [input], markers });
  const text = await readFile(join(output, outputFolder('HLS', input), 'media-1/stream.m3u8'), 'utf8');
  // To a frame, behind the priming.
  assert.ok(Math.abs(durations(text)[0]! - 1.5) < 0.05, text);
  assert.equal(tags(text, 'EXT-X-DATERANGE'), [
    'ID="a",CLASS="cue",START-DATE="2000-01-01T00:00:01.500Z",X-TITLE="The news"',
  ]);
});

test('a file of markers is read and checked as a config is', async () => {
  const folder = temporaryFolder('markers');
  const inFile = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const input = await markerMedia(90);
  const title = (markers: string) => ({ inputs: [input], markers, segmentDuration: 4 });
  const good = await inFile(
    'good.yaml',
    '- { kind: chapter, start: 5.2, title: Two }\n- { kind: cue, start: 99 }\n',
  );
  const report = await packageWith([dashCenc()], title(good));
  assert.match(report.warnings.join('\n'), 'without the marker "cue-1" at 99 s');
  assert.match(
    await readFile(join(report.output, outputFolder('DASH', input), 'stream.mpd'), 'utf8'),
    '>Two</Event>',
  );

  const refusal = async (markers: string) => {
    const error = await failureOf(packageWith([dashCenc()], title(markers)));
    return `${error.code} ${error.message}`;
  };
  const bad = await inFile('bad.json', '[{"kind":"advert","start":-1},{"start":2,"lenght":3}]');
  const told = await refusal(bad);
  assert.match(told, 'INVALID_OPTION');
  for (const word of ['bad.json[0].kind', 'bad.json[0].start', 'bad.json[1].kind: missing', 'lenght'])
    assert.match(told, word);
  assert.match(await refusal(join(folder, 'none.json')), 'INPUT_NOT_FOUND');
  assert.match(await refusal(await inFile('broken.json', '[{')), 'not valid JSON');
  assert.match(await refusal(folder), 'INPUT_NOT_READABLE');
});

test('sealpack plan has the markers, and foresees the files', async () => {
  const plan = await planOf({
    title: titleOptions({ inputs: [await markerMedia(90)], markers: MARKERS }),
    plugins: [...testPlugins(), hlsAes(identity)],
  });
  assert.equal(
    plan.markers?.map(({ kind, start }) => [kind, start]),
    [
      ['chapter', 0],
      ['ad-out', 5.2],
      ['ad-in', 8.04],
      ['chapter', 8.04],
    ],
  );
  assert.ok(plan.modes[0]?.manifests.some(({ path }) => path === 'chapters.json'));
});

test('SCTE 35 of MPEG-TS: each cue once, on the timeline of the title, with its own section', async () => {
  const path = join(temporaryFolder('cues'), 'cues.ts');
  let sent: string[] = [];
  await cueMedia(path, (first) => {
    const cue = (isOut: boolean, time: number) => {
      const section = spliceInsertSection({
        eventId: 77,
        isOut,
        time: first + time,
        duration: isOut ? 2.84 : undefined,
      });
      return Buffer.from(section).toString('base64');
    };
    sent = [cue(true, 5.2), cue(false, 8.04)];
    // The check sum of the last one is wrong.
    return [...sent, cue(true, 3).replace('AAAAAA', 'AAAAAB')];
  });
  const plan = await planOf({
    title: titleOptions({ inputs: [path], segmentDuration: 4 }),
    plugins: [...testPlugins(), hlsAes(identity)],
  });
  const shift = plan.markers![0]!.start - 5.2;
  // The sound of MPEG-TS begins with its priming, in front of the first picture.
  assert.ok(Math.abs(shift) < 0.1, String(shift));
  assert.equal(
    plan.markers?.map(({ kind, id, start, scte35 }) => [kind, id, (start - shift).toFixed(2), scte35]),
    [
      ['ad-out', '77', '5.20', sent[0]],
      ['ad-in', '77', '8.04', sent[1]],
    ],
  );
  assert.equal(
    plan.warnings.filter((one) => one.includes('key frame of all')),
    [],
  );
  const { output } = await packageWith([hlsAes(identity)], { inputs: [path], segmentDuration: 4 });
  const text = await readFile(join(output, outputFolder('HLS', path), 'media-1/stream.m3u8'), 'utf8');
  assert.ok(durations(text).includes(2.84), text);
  assert.match(text, 'SCTE35-OUT=0xFC3025');
  const none = await planOf({
    title: titleOptions({ inputs: [path], markers: [] }),
    plugins: [...testPlugins(), hlsAes(identity)],
  });
  assert.is(none.markers, undefined);
});

/** The plan of a transport stream. */
const plannedStream = (path: string, segmentDuration = 4) =>
  planOf({
    title: titleOptions({ inputs: [path], segmentDuration }),
    plugins: [...testPlugins(), hlsAes(identity)],
  });

test('what is called off is no marker; what nobody can place is told', async () => {
  const path = join(temporaryFolder('cues'), 'cues.ts');
  const insert = (time: number, eventId = 77) =>
    Buffer.from(spliceInsertSection({ eventId, isOut: true, time }));
  const withCrc = (section: Uint8Array): Buffer => {
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(crc32Mpeg(section.subarray(0, section.length - 4)));
    return Buffer.concat([section.subarray(0, section.length - 4), crc]);
  };
  /** ANSI/SCTE 35, 9.7.3: with no time, or not to be after all. */
  const cut = (section: Buffer, at: number, bits: number, from: number): Buffer => {
    section.writeUInt8(section[at]! | bits, at);
    const left = Buffer.concat([section.subarray(0, from), section.subarray(section.length - 6)]);
    left.writeUInt8(left.length - 3, 2);
    left.writeUInt8(left.length - 20, 12);
    return withCrc(left);
  };
  await cueMedia(path, (first) => {
    const adjusted = insert(first - 10 + 2 ** 33 / 90_000, 80);
    adjusted.writeUInt32BE(18 * 90_000, 5); // pts_adjustment, over the wrap
    const encrypted = insert(first + 2, 81);
    encrypted.writeUInt8(0x80, 4);
    const sections = [
      insert(first + 5.2),
      insert(first + 8.04, 78),
      cut(insert(first + 5.2), 18, 0x80, 19),
      cut(insert(first, 79), 19, 0x10, 20),
      withCrc(adjusted),
      withCrc(encrypted),
    ];
    return sections.map((section) => section.toString('base64'));
  });
  const plan = await plannedStream(path);
  assert.equal(
    plan.markers?.map(({ id }) => id),
    ['80', '78'],
  );
  const [adjusted, kept] = plan.markers!.map(({ start }) => start);
  assert.ok(Math.abs(kept! - adjusted! - 0.04) < 0.001, `${adjusted}, ${kept}`);
  const told = plan.warnings.join('\n');
  assert.match(
    told,
    'sections of SCTE 35 that are encrypted, so nobody can tell what they say, are left out (1)',
  );
  assert.match(told, 'sections of SCTE 35 that are for at once, without a time, are left out (1)');
});

test('a clock that wraps after 26.5 hours has each of its times once in a title of 15', async () => {
  const path = join(temporaryFolder('cues'), 'long.ts');
  await ffmpeg([
    ...['-f', 'lavfi', '-i', 'color=size=32x32:rate=1/5:duration=54000', '-pix_fmt', 'yuv420p'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '12', path],
  ]);
  await addCues(path, (first, packets) =>
    [1, 14].map((hour) => {
      const time = first + hour * 3600;
      return {
        place: Math.floor((packets * hour) / 15.05),
        sections: [spliceInsertSection({ eventId: hour, isOut: true, time, duration: 60 })],
      };
    }),
  );
  const { markers } = await plannedStream(path, 600);
  assert.equal(
    markers?.map(({ id, start }) => [id, start]),
    [
      ['1', 3600],
      ['14', 50_400],
    ],
  );
});

test.run();
