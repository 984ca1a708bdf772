import { boxAt, type Damage, flip, payloadAt } from './damage.ts';

const VIDEO = 'video-1/media.mp4';

/** What is wrong in boxes of fragmented MP4. */
export const MP4_DAMAGES: readonly Damage[] = [
  {
    what: 'a wrong key id in one "tenc"',
    of: 'cmaf',
    codes: ['KID_IN_FILE'],
    damage: (copy) => copy.edit(VIDEO, (bytes) => void flip(bytes, payloadAt(bytes, 'tenc') + 8)),
  },
  {
    what: 'a key id of zeros in "tenc"',
    of: 'cmaf',
    codes: ['KID_ZERO'],
    damage: (copy) =>
      copy.edit(
        VIDEO,
        (bytes) => void bytes.fill(0, payloadAt(bytes, 'tenc') + 8, payloadAt(bytes, 'tenc') + 24),
      ),
  },
  {
    what: 'a wrong key id in a "seig" group',
    of: 'hls-rotated',
    codes: ['KID_IN_FILE'],
    damage: (copy) =>
      copy.edit(VIDEO, (bytes) => {
        const at = payloadAt(bytes, 'sgpd');
        flip(bytes, bytes.indexOf('7071727374', at, 'hex'));
        return undefined;
      }),
  },
  {
    what: 'another constant IV in "tenc"',
    of: 'hls-fmp4',
    codes: ['CONSTANT_IV'],
    damage: (copy) => copy.edit(VIDEO, (bytes) => void flip(bytes, payloadAt(bytes, 'tenc') + 30)),
  },
  {
    what: 'another pattern in "tenc"',
    of: 'hls-fmp4',
    codes: ['PATTERN_UNUSUAL'],
    damage: (copy) => copy.edit(VIDEO, (bytes) => void bytes.writeUInt8(0x28, payloadAt(bytes, 'tenc') + 5)),
  },
  {
    what: 'another scheme in "schm"',
    of: 'hls-fmp4',
    codes: ['SCHEME_MISMATCH'],
    damage: (copy) =>
      copy.edit(VIDEO, (bytes) => void bytes.write('cenc', payloadAt(bytes, 'schm') + 4, 'latin1')),
  },
  {
    what: 'a wrong key id in the Widevine data of "moov"',
    of: 'cmaf',
    codes: ['KID_IN_PSSH'],
    damage: (copy) =>
      copy.edit(VIDEO, (bytes) => {
        const system = bytes.indexOf('edef8ba979d64ace', 0, 'hex');
        flip(bytes, bytes.indexOf('1011121314', system, 'hex'));
        return undefined;
      }),
  },
  {
    what: 'Widevine data that says another scheme',
    of: 'cmaf',
    codes: ['WIDEVINE_DATA'],
    damage: (copy) =>
      copy.edit(VIDEO, (bytes) => {
        const system = bytes.indexOf('edef8ba979d64ace', 0, 'hex');
        const scheme = bytes.indexOf('48f3c6899b06', system, 'hex');
        Buffer.from('48e3dc959b06', 'hex').copy(bytes, scheme);
        return undefined;
      }),
  },
  {
    what: 'one bit of the sequence parameter set in "avcC"',
    of: 'cmaf',
    beside: true,
    codes: ['CONFIG_DIFFERS'],
    damage: (copy) =>
      copy.edit(VIDEO, (bytes) => {
        // Behind six bytes and the size of the set: it is ten bytes into that.
        const at = payloadAt(bytes, 'avcC') + 8 + 10;
        bytes[at] = bytes[at]! ^ 0x10;
        return undefined;
      }),
  },
  {
    what: 'another id of the picture parameter set in "avcC"',
    of: 'hls-fmp4',
    beside: true,
    codes: ['CONFIG_DIFFERS'],
    damage: (copy) =>
      copy.edit(VIDEO, (bytes) => {
        const sequence = payloadAt(bytes, 'avcC') + 6;
        const picture = sequence + 2 + bytes.readUInt16BE(sequence) + 3;
        bytes[picture + 1] = bytes[picture + 1]! ^ 0xc0; // ue(v) of 0 is the first bit: 1, and then 01x
        return undefined;
      }),
  },
  {
    what: 'parameter sets in "avcC" that are longer than it',
    of: 'dash-segments',
    beside: true,
    codes: ['CONFIG_DIFFERS'],
    damage: (copy) =>
      copy.edit(
        'video/1/init.mp4',
        (bytes) => void bytes.writeUInt16BE(0x4000, payloadAt(bytes, 'avcC') + 6),
      ),
  },
  {
    what: 'another width in the sample entry',
    of: 'dash',
    beside: true,
    codes: ['CONFIG_DIFFERS'],
    damage: (copy) =>
      copy.edit('media-video-1.mp4', (bytes) => void add(bytes, payloadAt(bytes, 'encv') + 25, 4)),
  },
  {
    what: 'another sampling frequency in AudioSpecificConfig',
    of: 'hls-fmp4',
    beside: true,
    codes: ['CONFIG_DIFFERS'],
    damage: (copy) =>
      copy.edit('audio-de/media.mp4', (bytes) => {
        // DecSpecificInfoTag, its size, and the first byte of what is in it; streamType and buffer size stand before it.
        const at = bytes.indexOf(5, payloadAt(bytes, 'esds') + 26);
        const first = at + 1 + bytes.subarray(at + 1).findIndex((byte) => byte < 0x80) + 1;
        bytes[first] = bytes[first]! ^ 0x01;
        return undefined;
      }),
  },
  {
    what: 'a "saio" that leads elsewhere',
    of: 'cmaf',
    codes: ['SAIO'],
    damage: (copy) => copy.edit(VIDEO, (bytes) => void add(bytes, payloadAt(bytes, 'saio', 2) + 11, 4)),
  },
  {
    what: 'a "saiz" with another size',
    of: 'cmaf',
    codes: ['SAIZ'],
    damage: (copy) => copy.edit(VIDEO, (bytes) => void add(bytes, payloadAt(bytes, 'saiz', 2) + 4, 6)),
  },
  {
    what: 'fewer entries in "senc" than samples',
    of: 'cmaf',
    codes: ['SENC'],
    damage: (copy) => copy.edit(VIDEO, (bytes) => void add(bytes, payloadAt(bytes, 'senc', 2) + 7, -1)),
  },
  {
    what: 'a slice in the clear',
    of: 'hls-fmp4',
    codes: ['CLEAR_SLICE'],
    damage: (copy) =>
      copy.edit(VIDEO, (bytes) => {
        // The first sample is a key frame: its last part is the slice, all of which is now said to be clear.
        const at = payloadAt(bytes, 'senc') + 8;
        const parts = bytes.readUInt16BE(at);
        const last = at + 2 + 6 * (parts - 1);
        const length = bytes.readUInt16BE(last) + bytes.readUInt32BE(last + 2);
        bytes.writeUInt16BE(length, last);
        bytes.writeUInt32BE(0, last + 2);
        return undefined;
      }),
  },
  {
    what: 'the length of a NAL unit that is encrypted',
    of: 'hls-fmp4',
    codes: ['ENCRYPTED_HEADER'],
    damage: (copy) =>
      copy.edit(VIDEO, (bytes) => {
        const at = payloadAt(bytes, 'senc') + 10;
        const clear = bytes.readUInt16BE(at);
        bytes.writeUInt16BE(0, at);
        bytes.writeUInt32BE(bytes.readUInt32BE(at + 2) + clear, at + 2);
        return undefined;
      }),
  },
  {
    what: 'a decode time that is a second off',
    of: 'hls-fmp4',
    codes: ['SEGMENT_TIME'],
    damage: (copy) =>
      copy.edit(VIDEO, (bytes) => {
        const at = payloadAt(bytes, 'tfdt', 3) + 4;
        bytes.writeBigUInt64BE(bytes.readBigUInt64BE(at) + 12800n, at);
        return undefined;
      }),
  },
  {
    what: 'a first sample that is no key frame',
    of: 'hls-fmp4',
    codes: ['ACCESS_POINT'],
    damage: (copy) => copy.edit(VIDEO, (bytes) => void clearSync(bytes, 2)),
  },
  {
    what: 'a file whose end is missing',
    of: 'hls-fmp4',
    codes: ['FILE_TRUNCATED'],
    damage: (copy) => copy.edit(VIDEO, (bytes) => bytes.subarray(0, bytes.length - 3000)),
  },
  {
    what: 'a fragment whose box is longer than its file',
    of: 'hls-fmp4',
    codes: ['DAMAGED'],
    damage: (copy) =>
      copy.edit(
        'audio-de/media.mp4',
        (bytes) => void bytes.writeUInt32BE(0x7000_0000, boxAt(bytes, 'moof') + 74),
      ),
  },
];

const add = (bytes: Buffer, at: number, more: number): void => {
  bytes[at] = bytes[at]! + more;
};

/** Say that the first sample of the n-th fragment is none that decoding may begin at. */
function clearSync(bytes: Buffer, fragment: number): void {
  const at = payloadAt(bytes, 'trun', fragment);
  const flags = bytes.readUInt32BE(at) & 0xffffff;
  // first_sample_flags follow data_offset; else flags are in each row.
  const first = at + 8 + (flags & 1 ? 4 : 0);
  const row = first + (flags & 4 ? 4 : 0);
  const place = flags & 4 ? first : row + (flags & 0x100 ? 4 : 0) + (flags & 0x200 ? 4 : 0);
  bytes.writeUInt32BE(0x01010000, place);
}
