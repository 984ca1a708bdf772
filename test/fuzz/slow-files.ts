import { box, fullBox, u32 } from '../../core/base/box.ts';
import { IS_LONG } from '../helpers/commands/extent.ts';

/** A file that tries to take long, or much memory, in a few megabytes. */
export interface SlowFile {
  readonly name: string;
  /** The sound file that it is made of. */
  readonly media: string;
  make(sound: Buffer): Buffer;
}

/** More than fit among the arguments of a call; what takes the square of it takes minutes. */
const MANY = IS_LONG ? 500_000 : 200_000;

/** Rows of 32-bit numbers. */
function rows(count: number, row: (index: number) => readonly number[]): Buffer {
  const width = row(0).length;
  const bytes = Buffer.alloc(count * width * 4);
  for (let index = 0; index < count; index++) {
    for (const [column, value] of row(index).entries()) {
      bytes.writeUInt32BE(value >>> 0, (index * width + column) * 4);
    }
  }
  return bytes;
}

const repeated = (bytes: Uint8Array, count: number): Buffer => Buffer.alloc(count * bytes.length, bytes);

/** The file with another box in the place of the first one at `path`; sizes around it follow. */
function withBox(file: Buffer, path: readonly string[], made: Uint8Array): Buffer {
  const [type = '', ...deeper] = path;
  const at = file.indexOf(type, 0, 'latin1') - 4;
  const end = at + file.readUInt32BE(at);
  const middle = deeper.length === 0 ? Buffer.from(made) : withBox(file.subarray(at, end), deeper, made);
  if (deeper.length > 0) middle.writeUInt32BE(middle.length);
  return Buffer.concat([file.subarray(0, at), middle, file.subarray(end)]);
}

const STBL = ['moov', 'trak', 'mdia', 'minf', 'stbl'];
const mp4 = (name: string, path: readonly string[], made: () => Uint8Array): SlowFile => ({
  ...{ name, media: 'avc-aac.mp4' },
  make: (sound) => withBox(sound, path, made()),
});

/** The file, and something behind it. */
const tail = (name: string, media: string, made: (sound: Buffer) => Uint8Array): SlowFile => ({
  ...{ name, media },
  make: (sound) => Buffer.concat([sound, made(sound)]),
});

const fragment = (tfhd: Uint8Array, ...truns: readonly Uint8Array[]): Uint8Array =>
  box('moof', fullBox('mfhd', 0, 0, u32(9)), box('traf', tfhd, ...truns));
/** default-base-is-moof, and samples of one tick without bytes. */
const NO_BYTES = fullBox('tfhd', 0, 0x2_0018, u32(1), u32(1), u32(0));

/** Boxes in boxes. */
function nested(type: string, depth: number): Buffer {
  const bytes = Buffer.alloc(8 * depth);
  for (let level = 0; level < depth; level++) {
    bytes.writeUInt32BE(8 * (depth - level), 8 * level);
    bytes.write(type, 8 * level + 4, 'latin1');
  }
  return bytes;
}

/** Many tracks with numbers of their own. */
function manyTracks(sound: Buffer): Buffer {
  const at = sound.indexOf('trak', 0, 'latin1') - 4;
  const track = sound.subarray(at, at + sound.readUInt32BE(at));
  const number = track.indexOf('tkhd', 0, 'latin1') + 16;
  const copies = Array.from({ length: 2000 }, (_, index) => {
    const copy = Buffer.from(track);
    copy.writeUInt32BE(100 + index, number);
    return copy;
  });
  return withBox(sound, ['moov', 'trak'], Buffer.concat(copies));
}

/** A block of Matroska with 256 frames. @param sizes what is in front of them: their number, and how large they are */
function lacedBlock(flags: number, sizes: Uint8Array, frames: number): Buffer {
  const head = Buffer.of(0x82, 0, 0, flags);
  const data = Buffer.concat([head, sizes, Buffer.alloc(frames, 0x55)]);
  return Buffer.concat([Buffer.of(0xa3, 0x40 | (data.length >> 8), data.length & 0xff), data]);
}
const [XIPH, FIXED, EBML] = [0x82, 0x84, 0x86];

/** Blocks whose times go forth and back: each sets the clock. */
function alternating(count: number): Buffer {
  const blocks = repeated(Buffer.from('a386820000805555a386827530805555', 'hex'), count / 2);
  return Buffer.concat([Buffer.from('1f43b675ff', 'hex'), blocks]);
}

/** A PES packet in each transport packet. */
const tinyPes = (data: Uint8Array): Buffer =>
  packets(0x100, (packet) => {
    const pes = Buffer.concat([Buffer.from('000001e0000080800521000100ff', 'hex'), data]);
    packet.set([0x41, 0x00, 0x30, 183 - pes.length, 0], 1);
    packet.set(pes, 188 - pes.length);
  });

/** One transport packet of a PID, over and over. */
const packets = (pid: number, payload: (packet: Buffer) => void): Buffer => {
  const packet = Buffer.alloc(188, 0xff);
  packet.set([0x47, pid >> 8, pid & 0xff, 0x10]);
  payload(packet);
  return repeated(packet, 40_000);
};

/** The segment says that it was recorded live: what comes behind belongs to it. */
const live = (name: string, made: () => Uint8Array): SlowFile => ({
  ...{ name, media: 'avc-aac.mkv' },
  make: (sound) => {
    const size = sound.indexOf('18538067', 0, 'hex') + 4;
    sound.set([0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], size);
    return Buffer.concat([sound, made()]);
  },
});

export const SLOW_FILES: readonly SlowFile[] = [
  mp4('a million empty edits', ['moov', 'trak', 'edts', 'elst'], () =>
    fullBox(
      'elst',
      0,
      0,
      u32(2 * MANY),
      rows(2 * MANY, () => [0, -1, 0x1_0000]),
    ),
  ),
  mp4('as many empty edits as its headers may have', ['moov', 'trak', 'edts', 'elst'], () =>
    fullBox(
      'elst',
      0,
      0,
      u32(80_000),
      rows(80_000, () => [0, -1, 0x1_0000]),
    ),
  ),
  mp4('stsc with an entry for each chunk', [...STBL, 'stsc'], () =>
    fullBox(
      'stsc',
      0,
      0,
      u32(MANY),
      rows(MANY, (index) => [index + 1, 0, 1]),
    ),
  ),
  mp4('a deep nest of boxes', ['moov', 'trak'], () => nested('trak', MANY)),
  { name: 'two thousand tracks', media: 'avc-aac.mp4', make: manyTracks },
  tail('millions of tiny boxes', 'avc-aac.mp4', () => repeated(box('free'), 4 * MANY)),
  tail('hundreds of thousands of empty fragments', 'avc-aac-dash.mp4', () => repeated(box('moof'), MANY)),
  tail('hundreds of thousands of fragments of a header', 'avc-aac-dash.mp4', () =>
    repeated(box('moof', fullBox('mfhd', 0, 0, u32(9))), MANY),
  ),
  tail('a fragment of empty runs', 'avc-aac-dash.mp4', () =>
    fragment(NO_BYTES, repeated(fullBox('trun', 0, 0, u32(0)), MANY)),
  ),
  tail('a run of samples without bytes', 'avc-aac-dash.mp4', () =>
    Buffer.concat([fragment(NO_BYTES, fullBox('trun', 0, 0, u32(MANY))), Buffer.alloc(MANY)]),
  ),
  tail('a run that claims four billion', 'avc-aac-dash.mp4', () =>
    fragment(NO_BYTES, fullBox('trun', 0, 0, u32(0xffff_ffff))),
  ),
  {
    name: 'nothing but a Program Association Table',
    media: 'avc-aac.ts',
    make: (sound) => {
      const at = sound.indexOf('474000', 0, 'hex');
      return repeated(sound.subarray(at, at + 188), 50_000);
    },
  },
  { name: 'nothing but sync bytes', media: 'avc-aac.ts', make: () => Buffer.alloc(10_000_000, 0x47) },
  tail('a PES packet without an end', 'avc-aac.ts', () => packets(0x100, (packet) => packet.fill(0x55, 4))),
  tail('nothing but start codes', 'avc-aac.ts', () =>
    packets(0x100, (packet) => packet.set(repeated(Buffer.of(0, 0, 1, 9), 46), 4)),
  ),
  tail('millions of NAL units in one picture', 'avc-aac.ts', () =>
    packets(0x100, (packet) => packet.set(repeated(Buffer.of(0, 0, 1, 6), 46), 4)),
  ),
  tail('PES packets of nothing', 'avc-aac.ts', () => tinyPes(Buffer.alloc(0))),
  tail('PES packets of a delimiter', 'avc-aac.ts', () => tinyPes(Buffer.of(0, 0, 1, 9, 0xf0))),
  tail('PES packets of a broken slice', 'avc-aac.ts', () => tinyPes(Buffer.of(0, 0, 1, 1, 0x65))),
  tail('pictures of thousands of SEI messages', 'avc-aac.ts', () => {
    const messages = packets(0x100, (packet) => packet.set(repeated(Buffer.of(0, 0, 1, 6), 46), 4));
    const starts = tinyPes(Buffer.of(0, 0, 1, 9, 0xf0));
    for (let at = 0; at < messages.length; at += 1000 * 188) starts.copy(messages, at, 0, 188);
    return messages;
  }),
  tail('sync words of sound in every byte', 'avc-aac.ts', () =>
    packets(0x101, (packet) => packet.set(repeated(Buffer.of(0xff, 0xf1), 92), 4)),
  ),
  live('empty elements', () => repeated(Buffer.of(0xec, 0x80), MANY)),
  live('clusters in clusters', () => repeated(Buffer.from('1f43b675ff', 'hex'), MANY)),
  live('blocks without frames', () => repeated(Buffer.from('a38481000080', 'hex'), MANY)),
  live('laced blocks of 256 empty frames', () => repeated(Buffer.from('a38581000084ff', 'hex'), MANY)),
  live('millions of blocks without frames', () => repeated(Buffer.from('a38481000080', 'hex'), 10 * MANY)),
  live('millions of pictures of a byte', () => repeated(Buffer.from('a3858100008055', 'hex'), 10 * MANY)),
  live('millions of frames of a byte', () => repeated(Buffer.from('a3858200008055', 'hex'), 10 * MANY)),
  live('millions of blocks of no track', () => repeated(Buffer.from('a38489000080', 'hex'), 10 * MANY)),
  live('groups of a byte', () => repeated(Buffer.from('a087a1858100008055', 'hex'), 4 * MANY)),
  live('clusters of a block', () => repeated(Buffer.from('1f43b6758ae78100a3858100008055', 'hex'), 2 * MANY)),
  live('millions of times', () => repeated(Buffer.from('e780', 'hex'), 10 * MANY)),
  live('a group of millions of references', () =>
    Buffer.concat([
      Buffer.from('a001000000', 'hex'),
      u32(20 * MANY),
      repeated(Buffer.of(0xfb, 0x80), 10 * MANY),
    ]),
  ),
  live('Xiph lacing of frames of a byte', () =>
    repeated(lacedBlock(XIPH, Buffer.of(255, ...Array<number>(255).fill(1)), 256), 40_000),
  ),
  live('Xiph lacing of empty frames', () =>
    repeated(lacedBlock(XIPH, Buffer.of(255, ...Array<number>(255).fill(0)), 0), 40_000),
  ),
  live('EBML lacing of frames of a byte', () =>
    repeated(lacedBlock(EBML, Buffer.of(255, 0x81, ...Array<number>(254).fill(0xbf)), 256), 40_000),
  ),
  live('lacing of frames of a byte', () => repeated(lacedBlock(FIXED, Buffer.of(255), 256), 40_000)),
  live('a clock that is set with each block', () => alternating(2 * MANY)),
  live('garbage at the end', () => Buffer.alloc(10_000_000)),
];
