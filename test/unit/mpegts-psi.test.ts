import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex, toHex } from '../../core/bytes.ts';
import { parseAudioSpecificConfig } from '../../core/codecs/aac.ts';
import type { PackagerError } from '../../core/errors.ts';
import { crc32Mpeg } from '../../core/mpegts/crc32.ts';
import { descriptor, patSection, pmtSection } from '../../core/mpegts/psi.ts';
import { aacSignalling, avcSignalling } from '../../core/mpegts/stream-type.ts';
import { aacTrack } from '../helpers/ts-media.ts';

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
