/** Opus in MPEG-TS: control headers, trims, channel configurations, frames that lie across pieces, damage. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BitstreamError } from '../../core/base/bit-reader.ts';
import { fromHex, toHex } from '../../core/base/bytes.ts';
import { opusChannels, opusFrame, parseOpusControlHeader } from '../../core/codecs/opus/transport.ts';
import type { Packet } from '../../core/containers/packets/packet.ts';
import { TransportOpus } from '../../core/containers/packets/transport-opus.ts';

const test = suite('opus-transport');

interface Header {
  readonly startTrim?: number;
  readonly endTrim?: number;
  readonly extension?: readonly number[];
}

/** An access unit. @param toc 0xf8: one frame of 20 ms; 0xe0: of 2.5 ms */
function unit(size: number, { startTrim, endTrim, extension }: Header = {}, toc = 0xf8): Uint8Array {
  const flags = (startTrim === undefined ? 0 : 0x10) | (endTrim === undefined ? 0 : 8) | (extension ? 4 : 0);
  const sizes = [...Array<number>(Math.floor(size / 255)).fill(255), size % 255];
  const trims = [startTrim, endTrim].flatMap((trim) => (trim === undefined ? [] : [trim >> 8, trim & 0xff]));
  const more = extension ? [extension.length, ...extension] : [];
  const payload = Array.from({ length: size - 1 }, (_, n) => n & 0xff);
  return Uint8Array.from([0x7f, 0xe0 | flags, ...sizes, ...trims, ...more, toc, ...payload]);
}

const packet = (data: Uint8Array): Packet => ({ seconds: 0, position: 0, isKey: true, data });

test('sizes of any number of bytes, trims and extensions', () => {
  for (const size of [1, 254, 255, 256, 510, 1275]) {
    for (const header of [
      {},
      { startTrim: 312 },
      { endTrim: 7 },
      { startTrim: 8191, endTrim: 1, extension: [1, 2] },
    ]) {
      const data = unit(size, header);
      const { headerBytes, packetBytes, startTrim, endTrim } = parseOpusControlHeader(data)!;
      assert.equal(
        [headerBytes + packetBytes, packetBytes, startTrim, endTrim],
        [data.length, size, header.startTrim ?? 0, header.endTrim ?? 0],
      );
    }
  }
});

test('a header that is cut asks for more; garbage is none', () => {
  const data = unit(600, { startTrim: 312, endTrim: 5, extension: [1, 2, 3] });
  const { headerBytes } = parseOpusControlHeader(data)!;
  for (let size = 3; size < headerBytes; size++) {
    assert.equal(opusFrame(data.subarray(0, size), 0), { bytes: size + 1, seconds: 0 });
  }
  assert.equal(opusFrame(data.subarray(0, headerBytes), 0), { bytes: data.length, seconds: 0 });
  assert.equal(opusFrame(data, 0), { bytes: data.length, seconds: 0.02 });
  assert.is(opusFrame(data, 1), undefined);
  assert.is(opusFrame(fromHex('7fe000f8f8f8'), 0), undefined);
  const endless = new Uint8Array(8192).fill(0xff);
  endless.set([0x7f, 0xe0]);
  assert.is(opusFrame(endless, 0), undefined);
  assert.throws(
    () => parseOpusControlHeader(fromHex('ffe005')),
    (e: Error) => e instanceof BitstreamError,
  );
});

test('what is trimmed at the start is the pre-skip, over as many packets as it takes; at the end the last one is shorter', () => {
  const format = new TransportOpus(opusChannels(2)!);
  const lengths: number[] = [];
  for (const header of [{ startTrim: 120 }, { startTrim: 120 }, { startTrim: 72 }, {}, { startTrim: 30 }]) {
    assert.is(format.isTrimming, lengths.length < 3);
    lengths.push(format.scan(packet(unit(9, header, 0xe0))).length);
  }
  lengths.push(format.scan(packet(unit(9, { endTrim: 100 }, 0xe0))).length);
  assert.equal(lengths, [120, 120, 120, 120, 120, 20]);
  assert.is(format.startTrim, 312 / 48_000);
  const { config, audio } = format.describe();
  assert.is(toHex(config), `00 02 0138 0000bb80 0000 00`.replaceAll(' ', ''));
  assert.equal(audio, { channels: 2, sampleRate: 48_000 });
  assert.is(toHex(format.sample(unit(3))), 'f80001');
});

test('channel configurations: the orders of Vorbis, two languages in one stream; others are not known', () => {
  const tables = Array.from({ length: 9 }, (_, code) => toHex(opusChannels(code)!.config(0).subarray(10)));
  assert.equal(tables, [
    'ff01010001',
    '00',
    '00',
    '010201000201',
    '01020200010203',
    '0103020004010203',
    '010402000401020305',
    '01040300040102030506',
    '0105030006010203040507',
  ]);
  assert.equal(
    Array.from({ length: 9 }, (_, code) => opusChannels(code)!.channels),
    [2, 1, 2, 3, 4, 5, 6, 7, 8],
  );
  for (const code of [undefined, 9, 0x80, 0x81, 0x82, 0xff]) assert.is(opusChannels(code), undefined);
});

test('a start that is trimmed for ever is damage', () => {
  const format = new TransportOpus(opusChannels(1)!);
  assert.throws(() => {
    for (let n = 0; n < 1000; n++) format.scan(packet(unit(9, { startTrim: 960 })));
  }, /drops more at its start/);
});

test.run();
