import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PackagerError } from '../../core/base/errors.ts';
import { markersOf } from '../../core/config/marker-schema.ts';
import { SectionReader } from '../../core/containers/mpegts/read/section-reader.ts';
import { spliceInsertSection } from '../../core/containers/mpegts/splice-info.ts';
import { transportCues } from '../../core/containers/packets/transport-cues.ts';
import { configuredMarkers, markersOfInputs, withinTitle } from '../../core/engine/title-markers.ts';
import { adBreaks, breakDuration, type InputMarker, type Marker } from '../../core/media/markers.ts';
import type { CodedTrack } from '../../core/media/track.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { memorySource } from '../helpers/oracles/read-mp4.ts';

const test = suite('markers of a title');

/** All that is asked of a track. */
const trackWith = (markers: readonly InputMarker[]) => ({ markers }) as unknown as CodedTrack;
const NONE = {} as CodedTrack;

test('what is at the start is there, whatever sums of fractions say; what is before it is not', () => {
  const cue = (id: string, seconds: number): InputMarker => ({ id, kind: 'cue', seconds });
  const markers = markersOfInputs(
    [NONE, trackWith([cue('late', 1), cue('at', 0.3), cue('tick', 0.2996), cue('early', 0.29)])],
    0.1 + 0.2,
  );
  assert.equal(
    markers.map(({ id, start }) => [id, start]),
    [
      ['tick', 0],
      ['at', 0],
      ['late', 0.7],
    ],
  );
});

test('the first track with any says which: others repeat them', () => {
  const all = ['a', 'b'].map((id) => trackWith([{ id, kind: 'ad-out', seconds: 1 }]));
  assert.equal(
    markersOfInputs(all, 0).map(({ id }) => id),
    ['a'],
  );
});

test('an id that comes again: a way back ends the break before it, not one of hours ago that had none', () => {
  const markers = markersOfInputs(
    [
      trackWith([
        { id: '5', kind: 'ad-out', seconds: 10, duration: 30 },
        { id: '5', kind: 'ad-out', seconds: 600 },
        { id: '5', kind: 'ad-in', seconds: 630 },
        { id: '5', kind: 'ad-out', seconds: 900 },
        { id: '5', kind: 'ad-in', seconds: 960 },
      ]),
    ],
    0,
  );
  assert.equal(
    markers.map(({ id, kind }) => `${kind} ${id}`),
    ['ad-out 5', 'ad-out 5-2', 'ad-in 5-2', 'ad-out 5-3', 'ad-in 5-3'],
  );
  assert.equal(adBreaks(markers).map(breakDuration), [30, 30, 60]);
});

test('a break that ends with the title, or behind it, keeps its length', () => {
  const told: string[] = [];
  const markers: readonly Marker[] = [
    { id: 'a', kind: 'ad-out', start: 1 },
    { id: 'a', kind: 'ad-in', start: 2 },
    { id: 'b', kind: 'ad-out', start: 9 },
    { id: 'b', kind: 'ad-in', start: 12 },
  ];
  const grid = { duration: 10 } as Parameters<typeof withinTitle>[1]['grid'];
  assert.equal(
    withinTitle(markers, { grid }, (message) => told.push(message)).map(({ id, kind, duration }) => [
      id,
      kind,
      duration,
    ]),
    [
      ['a', 'ad-out', undefined],
      ['a', 'ad-in', undefined],
      ['b', 'ad-out', 3],
    ],
  );
  assert.equal(told, ['The title ends at 10.000 s: without the marker "b" at 12 s.']);
});

test('whoever looks through a long stream for cues can be stopped on the way', async () => {
  const source = memorySource(Buffer.alloc(188 * 20_000, 0x47));
  const windows = Math.ceil(source.size / 2 ** 20);
  let asked = 0;
  const look = (most: number) =>
    transportCues(
      source,
      { stride: 188, first: 0 },
      new Set([0x1f0]),
      () => {
        if (++asked > most) throw new Error('stopped');
      },
      () => undefined,
    );
  assert.equal(await look(Number.POSITIVE_INFINITY), []);
  assert.is(asked, windows);
  asked = 0;
  const error = await look(2).catch((cause: Error) => cause.message);
  assert.is(error, 'stopped');
  assert.is(asked, 3);
});

test('made ids are none that another marker has', () => {
  const ids = markersOf([
    { kind: 'cue', start: 1, id: 'cue-2' },
    { kind: 'cue', start: 2 },
    { kind: 'cue', start: 3 },
    { kind: 'chapter', start: 4, id: 'cue-3' },
  ]).map(({ id }) => id);
  assert.equal(ids, ['cue-2', 'cue-4', 'cue-5', 'cue-3']);
});

const refusal = async (markers: string | readonly Marker[]): Promise<string> => {
  try {
    await configuredMarkers(markers);
  } catch (cause) {
    if (PackagerError.is(cause)) return cause.message;
    throw cause;
  }
  return 'taken';
};

test('a section that is none is refused, and it is said why', async () => {
  const section = Buffer.from(spliceInsertSection({ eventId: 7, isOut: true, time: 2, duration: 4 }));
  const said = (bytes: Uint8Array) =>
    refusal([{ id: 'a', kind: 'ad-out', start: 2, scte35: Buffer.from(bytes).toString('base64') }]);
  const spoilt = Buffer.from(section);
  spoilt[8]! ^= 1;
  assert.is(await said(section), 'taken');
  const none = 'The `scte35` of the marker "a" is no splice_info_section: ';
  assert.is(await said(Buffer.alloc(3)), `${none}it does not begin with 0xFC.`);
  assert.is(await said(Buffer.from('{"break":1}')), `${none}it does not begin with 0xFC.`);
  assert.is(await said(section.subarray(0, 12)), `${none}it has 12 bytes, and says another length.`);
  assert.is(
    await said(Buffer.concat([section, section])),
    `${none}it has ${2 * section.length} bytes, and says another length.`,
  );
  assert.is(await said(spoilt), `${none}its CRC_32 does not fit its bytes.`);
});

test('a file of markers is UTF-8, with a byte order mark or without; what is not is told', async () => {
  const folder = temporaryFolder();
  const said = async (name: string, text: string, encoding: BufferEncoding) => {
    await writeFile(join(folder, name), text, encoding);
    return await refusal(join(folder, name));
  };
  const json = JSON.stringify([{ kind: 'chapter', start: 1, title: 'Öffnung' }]);
  const yaml = '- kind: chapter\n  start: 1\n  title: Öffnung\n';
  for (const [name, text] of [
    ['a.json', json],
    ['a.yaml', yaml],
  ] as const) {
    assert.is(await said(name, text, 'utf8'), 'taken');
    assert.is(await said(name, `\uFEFF${text}`, 'utf8'), 'taken');
    for (const encoding of ['latin1', 'utf16le'] as const)
      assert.match(await said(name, `\uFEFF${text}`, encoding), 'cannot be read: it is not text in UTF-8.');
  }
});

test('what is in the place of a file of markers is told in words', async () => {
  assert.match(await refusal('/'), 'it is a folder, a pipe, a device or a socket, no file.');
  assert.match(await refusal('a\0b'), 'no path is spelled so.');
});

const PID = 0x1f0;

/** Packets of a section, and what follows it on its PID. */
function packets(section: Uint8Array, behind = 0): Buffer[] {
  const payload = Buffer.concat([Buffer.of(0), section]);
  const count = Math.ceil(payload.length / 184);
  return Array.from({ length: count + behind }, (_, n) => {
    const packet = Buffer.alloc(188, 0xff);
    packet.set([0x47, (n === 0 ? 0x40 : 0) | (PID >> 8), PID & 0xff, 0x10 | (n & 15)]);
    packet.set(payload.subarray(n * 184, (n + 1) * 184), 4);
    return packet;
  });
}

test('a section is whole once, whatever follows it on its PID before the next begins', () => {
  const section = Buffer.from(spliceInsertSection({ eventId: 1, isOut: true, time: 2, duration: 5 }));
  const reader = new SectionReader();
  const read = packets(section, 1000).map((packet) => reader.add(PID, packet));
  assert.equal(read[0]!.map(Buffer.from), [section]);
  assert.ok(read.slice(1).every((one) => one.length === 0));
  assert.equal(reader.add(PID, packets(section)[0]!).map(Buffer.from), [section]);
});

test.run();
