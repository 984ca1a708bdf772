/** What an elementary stream of MPEG-TS is: sound and pictures are never taken for data, nor data for sound. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Descriptor, ProgramStream } from '../../core/containers/mpegts/read/program.ts';
import { streamKind, transportCodec, unreadable } from '../../core/containers/packets/transport-format.ts';

const test = suite('stream-names');

const stream = (streamType: number, facts: Partial<ProgramStream> = {}): ProgramStream => ({
  pid: 257,
  streamType,
  descriptors: [],
  language: 'und',
  audioType: 0,
  streamId: 0xbd,
  isScrambled: false,
  ...facts,
});

const registered = (name: string): Descriptor => ({ tag: 5, data: Buffer.from(name, 'latin1') });
const described = (tag: number, ...data: readonly number[]): Descriptor => ({
  tag,
  data: Uint8Array.from(data),
});

/** Streams that are read, and as what. */
const READ: readonly (readonly [what: string, stream: ProgramStream, codecs: string])[] = [
  ['AC-3 by its descriptor', stream(6, { descriptors: [described(0x6a, 0)] }), 'Dolby'],
  ['E-AC-3 by its descriptor', stream(6, { descriptors: [described(0x7a, 0)] }), 'Dolby'],
  ['AC-3 by its registration', stream(6, { descriptors: [registered('AC-3')] }), 'Dolby'],
  ['E-AC-3 by its registration', stream(6, { descriptors: [registered('EAC3')] }), 'Dolby'],
  ['E-AC-3 of Blu-ray', stream(0x84), 'Dolby'],
  ['HEVC by its registration', stream(6, { descriptors: [registered('HEVC')] }), 'ByteStreamVideo'],
  ['LATM', stream(0x11), 'LatmAac'],
  [
    'Opus in stereo',
    stream(6, { descriptors: [registered('Opus'), described(0x7f, 0x80, 2)] }),
    'TransportOpus',
  ],
];

for (const [what, found, format] of READ) {
  test(`${what} is read`, () => {
    const codec = transportCodec(found);
    assert.is(codec?.format().constructor.name, format);
    assert.is(streamKind(found), codec?.kind);
  });
}

const NAMED: readonly (readonly [name: string, kind: string, stream: ProgramStream])[] = [
  ['MPEG-H 3D Audio', 'audio', stream(0x2d)],
  ['MPEG-H 3D Audio', 'audio', stream(0x2e)],
  ['AAC without headers', 'audio', stream(0x1c)],
  ['DTS', 'audio', stream(0x82)],
  ['DTS', 'audio', stream(0x8a)],
  ['DTS-HD', 'audio', stream(0x85)],
  ['DTS-HD', 'audio', stream(0x86)],
  ['Dolby TrueHD', 'audio', stream(0x83)],
  ['PCM of Blu-ray', 'audio', stream(0x80)],
  ['VC-1', 'video', stream(0xea)],
  ['VVC', 'video', stream(0x33)],
  ['MPEG-2 video', 'video', stream(0x02)],
  ['DTS', 'audio', stream(6, { descriptors: [described(0x7b, 0)] })],
  ['DTS', 'audio', stream(6, { descriptors: [registered('DTS1')] })],
  ['PCM of SMPTE 302M', 'audio', stream(6, { descriptors: [registered('BSSD')] })],
  ['AC-4', 'audio', stream(6, { descriptors: [described(0x7f, 0x15)] })],
  ['DTS-HD', 'audio', stream(6, { descriptors: [described(0x7f, 0x0e)] })],
  ['AV1', 'video', stream(6, { descriptors: [registered('AV01')] })],
  [
    'Opus with a channel configuration that is not known',
    'audio',
    stream(6, { descriptors: [registered('Opus'), described(0x7f, 0x80, 0x81)] }),
  ],
  ['private data', 'audio', stream(6, { streamId: 0xc0 })],
  ['private data', 'video', stream(6, { streamId: 0xe0 })],
  ['stream type 0x9a', 'audio', stream(0x9a, { streamId: 0xc0 })],
  ['stream type 0x9a', 'unknown', stream(0x9a)],
  ['private data registered as "ABCD"', 'unknown', stream(6, { descriptors: [registered('ABCD')] })],
  ['teletext', 'other', stream(6, { descriptors: [described(0x56)] })],
  ['subtitles', 'other', stream(6, { descriptors: [described(0x59)] })],
  ['KLV metadata', 'other', stream(6, { descriptors: [registered('KLVA')] })],
  ['ID3 metadata', 'other', stream(6, { descriptors: [registered('ID3 ')] })],
  ['private data', 'other', stream(6)],
  ['metadata', 'other', stream(0x15)],
  ['subtitles (PGS)', 'other', stream(0x90)],
  ['cue messages (SCTE 35)', 'other', stream(0x86, { streamId: undefined })],
  ['subtitles (SCTE 27)', 'other', stream(0x82, { streamId: undefined })],
  ['DSM-CC', 'other', stream(0x0b, { streamId: undefined })],
  ['stream type 0xc5', 'other', stream(0xc5, { streamId: undefined })],
];

for (const [name, kind, found] of NAMED) {
  const { streamType, streamId, descriptors } = found;
  const tags = descriptors.map(({ tag, data }) => `${tag.toString(16)}:${Buffer.from(data).toString('hex')}`);
  const told = [`0x${streamType.toString(16)}`, ...tags, `in ${streamId?.toString(16) ?? 'sections'}`];
  test(`${told.join(' ')} is ${name}: ${kind}`, () => {
    assert.is(transportCodec(found), undefined);
    assert.is(streamKind(found), kind);
    assert.is(unreadable(found), `its codec (${name}) is not known`);
  });
}

test.run();
