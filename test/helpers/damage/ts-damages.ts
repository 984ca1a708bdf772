import { createDecipheriv } from 'node:crypto';
import { type Damage, flip } from './damage.ts';
import { damageKey } from './packages.ts';

const PACKET = 188;
const VIDEO = 'media-1/media.ts';
const START_CODE = Buffer.from([0, 0, 1]);
const ESCAPE = Buffer.from([0, 0, 3]);

/** What is wrong in packets of MPEG-TS. */
export const TS_DAMAGES: readonly Damage[] = [
  {
    what: 'a packet that is missing',
    of: 'hls-ts',
    codes: ['TS_CONTINUITY_JUMP'],
    damage: (copy) =>
      copy.edit(VIDEO, (bytes) => {
        // It becomes one of stuffing: ranges stay as they are.
        const at = videoPacket(bytes, 60);
        bytes.writeUInt16BE(0x1fff, at + 1);
        return undefined;
      }),
  },
  {
    what: 'a continuity counter that jumps',
    of: 'hls-ts',
    codes: ['TS_CONTINUITY_JUMP'],
    damage: (copy) =>
      copy.edit(VIDEO, (bytes) => {
        for (let at = videoPacket(bytes, 100); at < bytes.length; at += PACKET)
          if (isVideo(bytes, at)) bytes[at + 3] = (bytes[at + 3]! & 0xf0) | ((bytes[at + 3]! + 5) & 15);
        return undefined;
      }),
  },
  {
    what: 'a packet without its sync byte',
    of: 'hls-ts',
    codes: ['TS_SYNC_LOST'],
    damage: (copy) => copy.edit(VIDEO, (bytes) => void bytes.writeUInt8(0, 50 * PACKET)),
  },
  {
    what: 'a file that ends before its last segment does',
    of: 'hls-ts',
    codes: ['FILE_TRUNCATED'],
    damage: (copy) => copy.edit(VIDEO, (bytes) => bytes.subarray(0, bytes.length - 3 * PACKET)),
  },
  {
    what: 'the same, beside its title',
    of: 'hls-ts',
    beside: true,
    codes: ['FILE_TRUNCATED'],
    damage: (copy) => copy.edit(VIDEO, (bytes) => bytes.subarray(0, bytes.length - 3 * PACKET)),
  },
  {
    what: 'no key line',
    of: 'hls-ts',
    codes: ['TS_STREAM_TYPE_PROTECTED'],
    damage: (copy) => copy.replace('media-1/stream.m3u8', /#EXT-X-KEY[^\n]*\n/, ''),
  },
  {
    what: 'a range that begins within a packet',
    of: 'hls-ts',
    codes: ['RANGE_OF_SEGMENT'],
    damage: (copy) =>
      copy.replace(
        'media-1/stream.m3u8',
        /BYTERANGE:(\d+)@(\d+)(?=\nmedia.ts\n#EXT-X-END)/,
        (_, length, offset) => `BYTERANGE:${Number(length) - 7}@${Number(offset) + 7}`,
      ),
  },
  {
    what: 'a frame of sound that was left clear',
    of: 'hls-ts',
    codes: ['CLEAR_BLOCKS'],
    beside: true,
    damage: (copy) =>
      copy.edit(SOUND, (bytes) => {
        const frame = soundFrame(bytes, 5);
        const sealed = frame.slice(ADTS + LEADER, frame.length - ((frame.length - ADTS - LEADER) % 16));
        const { iv } = AUDIO_KEY;
        const cipher = createDecipheriv('aes-128-cbc', AUDIO_KEY.reveal(), iv!).setAutoPadding(false);
        const clear = cipher.update(Buffer.from(sealed.map((at) => bytes[at]!)));
        sealed.forEach((at, index) => {
          bytes[at] = clear[index]!;
        });
        return undefined;
      }),
  },
  {
    what: 'a frame of sound whose first bytes are encrypted, too',
    of: 'hls-ts',
    codes: ['LEADER_ENCRYPTED'],
    beside: true,
    damage: (copy) =>
      copy.edit(SOUND, (bytes) => {
        for (const at of soundFrame(bytes, 5).slice(ADTS, ADTS + LEADER)) flip(bytes, at);
        return undefined;
      }),
  },
];

/** Each looks right in all that is not the media: the source alone tells. */
export const TS_SAMPLE_DAMAGES: readonly Damage[] = [
  {
    what: 'a slice whose first block was left clear',
    of: 'hls-ts',
    codes: ['CLEAR_BLOCKS'],
    damage: (copy) =>
      copy.edit(VIDEO, (bytes) => {
        const at = sealedBlock(bytes);
        const key = damageKey('VIDEO');
        const decipher = createDecipheriv('aes-128-cbc', key.reveal(), key.iv!).setAutoPadding(false);
        decipher.update(bytes.subarray(at, at + 16)).copy(bytes, at);
        return undefined;
      }),
  },
];

const SOUND = 'audio-de/media.ts';
const AUDIO_KEY = damageKey('AUDIO');
/** Bytes of a frame's header, and those that are clear behind it. */
const [ADTS, LEADER] = [7, 16];

/** Where the bytes of the first frame of the n-th PES packet of sound lie. */
function soundFrame(bytes: Buffer, count: number): number[] {
  const first = bytes.indexOf('000001c0', 0, 'hex');
  const pid = pidAt(bytes, first - (first % PACKET));
  const places: number[] = [];
  for (let at = 0, seen = 0; at < bytes.length; at += PACKET) {
    if (pidAt(bytes, at) !== pid) continue;
    if (bytes[at + 1]! & 0x40) seen += 1;
    if (seen > count) break;
    const from = at + 4 + (bytes[at + 3]! & 0x20 ? 1 + bytes[at + 4]! : 0);
    if (seen === count) for (let place = from; place < at + PACKET; place++) places.push(place);
  }
  const frame = places.slice(9 + bytes[places[8]!]!);
  const [b3, b4, b5] = [3, 4, 5].map((index) => bytes[frame[index]!]!);
  return frame.slice(0, ((b3! & 3) << 11) | (b4! << 3) | (b5! >> 5));
}

const pidAt = (bytes: Buffer, at: number): number => bytes.readUInt16BE(at + 1) & 0x1fff;

/** Of the stream with the first PES packet of video. */
function isVideo(bytes: Buffer, at: number): boolean {
  const first = bytes.indexOf('000001e0', 0, 'hex');
  return pidAt(bytes, at) === pidAt(bytes, first - (first % PACKET));
}

/** The n-th packet of video with payload that begins no picture. */
function videoPacket(bytes: Buffer, count: number): number {
  let seen = 0;
  for (let at = 0; at < bytes.length; at += PACKET)
    if (isVideo(bytes, at) && (bytes[at + 1]! & 0x40) === 0 && ++seen === count) return at;
  throw new Error('fewer packets of video');
}

/** Where the first encrypted block of a slice lies that is in one packet, without emulation prevention before it. */
function sealedBlock(bytes: Buffer): number {
  for (let at = 0; at < bytes.length; at += PACKET) {
    if (!isVideo(bytes, at) || (bytes[at + 1]! & 0x40) === 0) continue;
    const packet = bytes.subarray(at, at + PACKET);
    for (let unit = packet.indexOf(START_CODE) + 3; unit > 2 && unit + 48 < PACKET; ) {
      const next = packet.indexOf(START_CODE, unit);
      if (next < 0 && [1, 5].includes(packet[unit]! & 31) && !packet.includes(ESCAPE, unit))
        return at + unit + 32;
      unit = next + 3;
    }
  }
  throw new Error('no such slice');
}
