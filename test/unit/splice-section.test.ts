import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { crc32Mpeg } from '../../core/containers/mpegts/crc32.ts';
import { readSplice } from '../../core/containers/mpegts/read/splice-section.ts';
import { spliceInsertSection } from '../../core/containers/mpegts/splice-info.ts';
import { adBreaks, type Marker } from '../../core/media/markers.ts';

const test = suite('SCTE 35');

const spliceCues = (section: Uint8Array) => readSplice(section).cues;

/** Samples of ANSI/SCTE 35, 14.1 to 14.8, with what the standard says of them; and one from the guides of an encoder. */
const SAMPLES = [
  {
    name: 'time_signal, start of a placement opportunity of a provider',
    section: '/DA0AAAAAAAA///wBQb+cr0AUAAeAhxDVUVJSAAAjn/PAAGlmbAICAAAAAAsoKGKNAIAmsnRfg==',
    cues: [{ kind: 'ad-out', eventId: 0x4800008e, ticks: 0x72bd0050, duration: 0x01a599b0 / 90_000 }],
  },
  {
    name: 'splice_insert out of the network, with its duration',
    section: '/DAvAAAAAAAA///wFAVIAACPf+/+c2nALv4AUsz1AAAAAAAKAAhDVUVJAAABNWLbowo=',
    cues: [{ kind: 'ad-out', eventId: 0x4800008f, ticks: 0x7369c02e, duration: 0x0052ccf5 / 90_000 }],
  },
  {
    name: 'time_signal, end of that placement opportunity',
    section: '/DAvAAAAAAAA///wBQb+dGKQoAAZAhdDVUVJSAAAjn+fCAgAAAAALKChijUCAKnMZ1g=',
    cues: [{ kind: 'ad-in', eventId: 0x4800008e, ticks: 0x746290a0 }],
  },
  {
    name: 'time_signal, end of a programme and start of the next',
    section:
      '/DBIAAAAAAAA///wBQb+ek2ItgAyAhdDVUVJSAAAGH+fCAgAAAAALMvDRBEAAAIXQ1VFSUgAABl/nwgIAAAAACyk26AQAACZcuND',
    cues: [
      { kind: 'cue', eventId: 0x48000018, ticks: 0x7a4d88b6 },
      { kind: 'cue', eventId: 0x48000019, ticks: 0x7a4d88b6 },
    ],
  },
  {
    name: 'time_signal, a blackout is over and the programme ends',
    section:
      '/DBIAAAAAAAA///wBQb+ky44CwAyAhdDVUVJSAAACn+fCAgAAAAALKCh4xgAAAIXQ1VFSUgAAAl/nwgIAAAAACygoYoRAAC0IX6w',
    cues: [
      { kind: 'cue', eventId: 0x4800000a, ticks: 0x932e380b },
      { kind: 'cue', eventId: 0x48000009, ticks: 0x932e380b },
    ],
  },
  {
    name: 'time_signal, a placement opportunity and a programme end, and the next begins',
    section:
      '/DBhAAAAAAAA///wBQb+qM1E7QBLAhdDVUVJSAAArX+fCAgAAAAALLLXnTUCAAIXQ1VFSUgAACZ/nwgIAAAAACyy150RAAACF0NVRUlIAAAnf58ICAAAAAAsstezEAAAihiGnw==',
    cues: [
      { kind: 'ad-in', eventId: 0x480000ad, ticks: 0xa8cd44ed },
      { kind: 'cue', eventId: 0x48000026, ticks: 0xa8cd44ed },
      { kind: 'cue', eventId: 0x48000027, ticks: 0xa8cd44ed },
    ],
  },
  {
    name: 'splice_insert of an encoder, 241 s',
    section: '/DAlAAAAAAAAAP/wFAUAAAAEf+/+kybGyP4BSvaQAAEBAQAArky/3g==',
    cues: [{ kind: 'ad-out', eventId: 4, ticks: 0x9326c6c8, duration: 241 }],
  },
] as const;

for (const { name, section, cues } of SAMPLES) {
  test(`a sample of the standard: ${name}`, () => {
    const bytes = Buffer.from(section, 'base64');
    assert.is(crc32Mpeg(bytes), 0);
    assert.equal(spliceCues(bytes), [...cues]);
  });
}

test('pts_adjustment moves the time, and both wrap at 33 bits', () => {
  const section = Buffer.from(spliceInsertSection({ eventId: 1, isOut: false, time: 10 }));
  section.writeUInt8(section[4]! | 1, 4);
  section.writeUInt32BE(0xffff_fffe, 5);
  assert.equal(spliceCues(section), [{ kind: 'ad-in', eventId: 1, ticks: 900_000 - 2 }]);
});

/** What an independent decoder (threefive 2.4) has read from sections that are made here. */
const DECODED = [
  {
    section: '/DAlAAAAAAAAAP/wFAX/////f+/////5yP4TT9kAAAEAAAAAQ7VzmA==',
    made: { eventId: 4_294_967_295, isOut: true, time: 95_443.7, duration: 3600 },
  },
  {
    section: '/DAgAAAAAAAAAP/wDwUAAABNf0//4swxAAABAAAAAP8T4QM=',
    made: { eventId: 77, isOut: false, time: 90_000 },
  },
  {
    section: '/DAlAAAAAAAAAP/wFAUAAABNf+/+AAckIP4AA+ZwAAEAAAAA7Mq/cg==',
    made: { eventId: 77, isOut: true, time: 5.2, duration: 2.84 },
  },
] as const;

test('sections that are made are what another decoder reads as meant', () => {
  for (const { section, made } of DECODED)
    assert.is(Buffer.from(spliceInsertSection(made)).toString('base64'), section);
});

test('sections that are made are read as what they were made of', () => {
  const made = { eventId: 0xfedcba98, isOut: true, time: 90_000, duration: 30.5 };
  const section = spliceInsertSection(made);
  assert.is(crc32Mpeg(section), 0);
  assert.equal(spliceCues(section), [
    { kind: 'ad-out', eventId: made.eventId, ticks: 8_100_000_000, duration: 30.5 },
  ]);
});

test('what is immediate has no time, what is cancelled or encrypted is nothing that happens', () => {
  const changed = (at: number, bits: number): Uint8Array => {
    const section = spliceInsertSection({ eventId: 1, isOut: true, time: 1 });
    section[at]! |= bits;
    return section;
  };
  // An immediate one has no splice_time() either.
  const immediate = Uint8Array.from(changed(19, 0x10));
  assert.equal(spliceCues(Uint8Array.from([...immediate.subarray(0, 20), ...immediate.subarray(25)])), [
    { kind: 'ad-out', eventId: 1 },
  ]);
  assert.equal(readSplice(changed(18, 0x80)), { command: 5, cues: [], cancelled: [1] });
  assert.equal(readSplice(changed(4, 0x80)), { command: undefined, cues: [], cancelled: [] });
});

test('a way back ends the break of its id, else the last that is open', () => {
  const marker = (kind: Marker['kind'], id: string, start: number): Marker => ({ kind, id, start });
  const markers = [
    marker('ad-out', 'break', 10),
    marker('ad-out', 'spot', 10),
    marker('ad-in', 'spot', 40),
    marker('ad-in', 'break', 70),
    marker('ad-in', 'late', 80),
    marker('ad-out', 'second', 90),
    marker('ad-in', 'other', 99),
  ];
  assert.equal(
    adBreaks(markers).map(({ out, back }) => [out.id, back?.start]),
    [
      ['break', 70],
      ['spot', 40],
      ['second', 99],
    ],
  );
});

test.run();
