import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex, toHex } from '../../core/base/bytes.ts';
import type { PackagerError } from '../../core/base/errors.ts';
import { parseAudioSpecificConfig } from '../../core/codecs/aac/config.ts';
import { crc32Mpeg } from '../../core/containers/mpegts/crc32.ts';
import { aacSignalling, avcSignalling } from '../../core/containers/mpegts/stream-type.ts';
import { audioFormat } from '../../core/containers/mpegts/write/audio-format.ts';
import { descriptor, patSection, pmtSection } from '../../core/containers/mpegts/write/psi.ts';
import { aacTrack } from '../helpers/media/ts-media.ts';

const test = suite('MPEG-TS program specific information');

const aac = (config: string, encrypted = true) => {
  const track = aacTrack({ config: fromHex(config) });
  return aacSignalling(track, parseAudioSpecificConfig(track.config), encrypted);
};

test('computes CRC-32/MPEG-2: the published check value', () => {
  assert.is(crc32Mpeg(Buffer.from('123456789')), 0x0376e6e7);
});

test('writes a PAT with one program', () => {
  assert.is(toHex(patSection(0x100)), '00b00d0001c100000001e100e8f95e7d');
});

test('writes a PMT that announces H.264 in SAMPLE-AES', () => {
  const section = pmtSection(0x101, [{ pid: 0x101, ...avcSignalling(true) }]);
  assert.is(toHex(section), '02b0180001c10000e101f000dbe101f0060f047a617663e1a0282c');
});

test('a section with its CRC has a CRC of 0', () => {
  const streams = [
    { pid: 0x101, ...avcSignalling(true) },
    { pid: 0x102, ...aac('1190') },
  ];
  assert.is(crc32Mpeg(pmtSection(0x101, streams)), 0);
  assert.is(crc32Mpeg(patSection(0x1ffe)), 0);
});

test('announces AC-3, E-AC-3 and MP3 as they are, clear and in SAMPLE-AES', () => {
  const announced = (entry: string, config: string, encrypted: boolean, codecs = entry): string => {
    const format = audioFormat(aacTrack({ entry, codecs, config: fromHex(config) }));
    const firstBytes = fromHex('0b77123450401234567890ab').subarray(0, format.lookAhead);
    const { streamType, descriptors } = format.signal(encrypted, firstBytes);
    return `${streamType.toString(16)} ${toHex(descriptors)}`;
  };
  const text = (value: string): string => toHex(Buffer.from(value, 'latin1'));
  assert.is(announced('ac-3', '101cc0', false), `81 0504${text('AC-3')}`);
  assert.is(
    announced('ac-3', '101cc0', true),
    `c1 0f04${text('ac3d')}0516${text('apadzac3')}0000010a0b771234504012345678`,
  );
  assert.is(announced('ec-3', '1400200f00', false), `87 0504${text('EAC3')}`);
  assert.is(
    announced('ec-3', '1400200f00', true),
    `c2 0f04${text('ec3d')}0511${text('apadzec3')}000001051400200f00`,
  );
  assert.is(announced('mp4a', '', false, 'mp4a.6B'), '3 ');
  assert.is(announced('mp4a', '', false, 'mp4a.69'), '4 ');
  assert.throws(() => announced('mp4a', '', true, 'mp4a.6B'), /SAMPLE-AES in MPEG-TS cannot protect/);
});

test('states the version', () => {
  assert.is(pmtSection(0x101, [], 1)[5], 0xc3);
});

test('announces clear streams without descriptors', () => {
  assert.equal(avcSignalling(false), { streamType: 0x1b, descriptors: new Uint8Array() });
  assert.equal(aac('1190', false), { streamType: 0x0f, descriptors: new Uint8Array() });
});

test('announces AAC in SAMPLE-AES with its decoder configuration', () => {
  const { streamType, descriptors } = aac('1190');
  assert.is(streamType, 0xcf);
  const indicator = `0f04${toHex(Buffer.from('aacd'))}`;
  const setup = `${toHex(Buffer.from('zaac'))}000001021190`; // no priming, version 1, 2 bytes
  assert.is(toHex(descriptors), `${indicator}050e${toHex(Buffer.from('apad'))}${setup}`);
});

test('tells HE-AAC and HE-AAC v2 apart', () => {
  const type = (config: string) => Buffer.from(aac(config).descriptors).subarray(12, 16).toString();
  assert.is(type('2b8a0800'), 'zach'); // object type 5
  assert.is(type('139056e5a0'), 'zach'); // LC with the extension that old decoders skip
  assert.is(type('eb8a0800'), 'zacp'); // object type 29
});

test('refuses a configuration that would not let the PMT fit in a packet', () => {
  try {
    aac(`1190${'00'.repeat(63)}`);
    assert.unreachable();
  } catch (error) {
    assert.is((error as PackagerError).code, 'UNSUPPORTED_CODEC');
    assert.match((error as PackagerError).message, /65 bytes/);
  }
});

test('refuses a descriptor of more than 255 bytes', () => {
  assert.throws(() => descriptor(5, new Uint8Array(256)), /255/);
});

test.run();
