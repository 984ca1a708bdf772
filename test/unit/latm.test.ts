/** AAC in LATM (ISO/IEC 14496-3, 1.7.3): descriptions of both versions, frames at any bit, what is refused, damage. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BitstreamError } from '../../core/base/bit-reader.ts';
import { copyBytes, toHex } from '../../core/base/bytes.ts';
import { LatmError, loasFrames, readMuxElement } from '../../core/codecs/aac/latm.ts';
import { LatmAac } from '../../core/containers/packets/latm-sound.ts';
import type { Packet } from '../../core/containers/packets/packet.ts';
import { BitWriter } from '../helpers/media/bit-writer.ts';

const test = suite('latm');

/** AAC-LC, 44.1 kHz, stereo. */
const LC = '00010 0100 0010 0 0 0';
/** AAC-LC, 48 kHz, 5.1, with a program config element. */
const LC_WITH_PCE =
  '00010 0011 0000 0 0 0' + // AAC-LC, 48 kHz, channels listed
  '0000 01 0011 0010 0000 0001 01 000 0000 0 0 0' + // two elements in front, one behind, one LFE
  '0 0000 1 0000 1 0001 0000' + // a single one, a pair; a pair behind; the LFE
  '000' + // to the end of the byte, from the start of the configuration
  '00000010 01000001 01000010'; // a comment

interface Mux {
  readonly version?: 0 | 1;
  readonly config?: string;
  readonly frames?: number;
  readonly programmes?: number;
  readonly layers?: number;
  readonly isSameTiming?: boolean;
  readonly frameLengthType?: number;
  readonly fixed?: number;
  readonly otherData?: number;
  readonly crc?: boolean;
}

function streamMuxConfig(bits: BitWriter, mux: Mux): void {
  const { version = 0, config = LC, frames = 1, programmes = 1, layers = 1, isSameTiming = true } = mux;
  bits.put(version, 1);
  if (version === 1) bits.bits('0 00').put(0xaa, 8); // audioMuxVersionA, taraBufferFullness
  bits.put(Number(isSameTiming), 1);
  bits.put(frames - 1, 6);
  bits.put(programmes - 1, 4);
  bits.put(layers - 1, 3);
  const { length } = config.replaceAll(' ', '');
  if (version === 1) bits.bits('01').put(length + 3, 16); // three fill bits
  bits.bits(config);
  if (version === 1) bits.bits('000');
  const { frameLengthType = 0, fixed = 0, otherData, crc = false } = mux;
  bits.put(frameLengthType, 3);
  if (frameLengthType === 1) bits.put(fixed - 20, 9);
  else bits.put(0xff, 8);
  bits.put(Number(otherData !== undefined), 1);
  if (otherData !== undefined && version === 1) bits.bits('00').put(otherData, 8);
  if (otherData !== undefined && version === 0) bits.bits('1 00000000 0').put(otherData, 8);
  bits.put(Number(crc), 1);
  if (crc) bits.put(0x5a, 8);
}

/** A LOAS frame; without `mux` it says that nothing has changed. */
function loas(mux: Mux | undefined, frames: readonly Uint8Array[], otherData = 0): Uint8Array {
  const bits = new BitWriter();
  bits.put(mux ? 0 : 1, 1);
  if (mux) streamMuxConfig(bits, mux);
  for (const frame of frames) {
    if (mux?.frameLengthType !== 1) {
      for (let rest = frame.length; rest >= 0; rest -= 255) bits.put(Math.min(255, rest), 8);
    }
    for (const byte of frame) bits.put(byte, 8);
  }
  bits.put(0, otherData);
  const element = bits.bytes();
  const head = [0x56, 0xe0 | (element.length >> 8), element.length & 0xff];
  return Uint8Array.from([...head, ...element]);
}

const raw = (size: number, seed = 1): Uint8Array =>
  Uint8Array.from({ length: size }, (_, n) => (n * 37 + seed * 11) & 0xff);
const packet = (data: Uint8Array, position = 0): Packet => ({
  seconds: position,
  position,
  isKey: true,
  data,
});
const hex = (frames: readonly Uint8Array[]): string[] => frames.map(toHex);

const MUXES: Readonly<Record<string, Mux>> = {
  'version 0': {},
  'version 1': { version: 1 },
  'version 0 with other data of 16 bits of count, and a checksum': { otherData: 40, crc: true },
  'version 1 with other data and a checksum': { version: 1, otherData: 40, crc: true },
  'frames of one size': { frameLengthType: 1, fixed: 300 },
  'a program config element, version 0': { config: LC_WITH_PCE },
  'a program config element, version 1': { version: 1, config: LC_WITH_PCE },
};

for (const [name, mux] of Object.entries(MUXES)) {
  test(`${name}: the frames and the configuration come out as they went in`, () => {
    const frames = [raw(300)];
    const { mux: read, frames: found, isTold } = readMuxElement(loas(mux, frames, mux.otherData), undefined)!;
    assert.equal(hex(found), hex(frames));
    assert.is(isTold, true);
    const config = new BitWriter().bits(mux.config ?? LC);
    if (mux.version === 1) config.bits('000');
    assert.is(toHex(read.config), toHex(config.bytes()));
  });
}

test('several frames in one element, of any size, 0 and 255 among them', () => {
  const frames = [raw(254), raw(255), raw(256), raw(0), raw(765, 3)];
  assert.equal(hex(readMuxElement(loas({ frames: 5 }, frames), undefined)!.frames), hex(frames));
});

test('later elements go by the description told last; before the first nothing is known', () => {
  const [first, second] = [loas({}, [raw(30)]), loas(undefined, [raw(40)])];
  assert.is(readMuxElement(second, undefined), undefined);
  const { mux } = readMuxElement(first, undefined)!;
  const { frames, isTold } = readMuxElement(second, mux)!;
  assert.is(isTold, false);
  assert.equal(hex(frames), hex([raw(40)]));
});

test('frames are found with what they last, whatever the description is told in', () => {
  const find = loasFrames();
  const [first, second] = [loas({ frames: 2 }, [raw(30), raw(20)]), loas(undefined, [raw(40), raw(50)])];
  const seconds = (2 * 1024) / 44_100;
  assert.equal(find(second, 0), { bytes: second.length, seconds: 0 });
  assert.equal(find(first, 0), { bytes: first.length, seconds });
  assert.equal(find(Buffer.concat([first, second]), first.length), { bytes: second.length, seconds });
  assert.equal(find(first.subarray(0, 7), 0), { bytes: first.length, seconds });
  assert.is(find(raw(20), 0), undefined);
});

test('samples of MP4: one a frame, with times and places of their own; reading may start where the description is', () => {
  const format = new LatmAac();
  const unknown = format.split(packet(loas(undefined, [raw(9)])));
  assert.is(format.scan(unknown[0]!).isEntry, false);
  const samples = format.split(packet(loas({ frames: 2 }, [raw(30), raw(20)]), 5));
  assert.equal(
    samples.map(({ position, isKey, data }) => [position, isKey, data.length]),
    [
      [5, true, 30],
      [6, false, 20],
    ],
  );
  assert.is(samples[1]!.seconds, 5 + 1024 / 44_100);
  assert.equal(format.scan(samples[0]!).length, 1024);
  assert.is(format.whyNot, undefined);
  const { codecs, audio } = format.describe();
  assert.equal([codecs, audio], ['mp4a.40.2', { channels: 2, sampleRate: 44_100 }]);
});

test('the channels of a program config element', () => {
  const format = new LatmAac();
  format.split(packet(loas({ config: LC_WITH_PCE }, [raw(30)])));
  assert.is(format.describe().audio?.channels, 6);
});

test('what nobody makes for films is no damage but a reason', () => {
  for (const mux of [{ programmes: 2 }, { layers: 2 }, { isSameTiming: false }, { frameLengthType: 4 }]) {
    const frame = loas(mux, [raw(30)]);
    assert.throws(
      () => readMuxElement(frame, undefined),
      (error: Error) => error instanceof LatmError,
    );
    const format = new LatmAac();
    assert.equal(format.split(packet(frame)), []);
    assert.match(format.whyNot ?? '', /^its LATM (has|carries) /);
  }
  assert.match(new LatmAac().whyNot ?? '', /StreamMuxConfig/);
});

test('another configuration on the way is refused', () => {
  const format = new LatmAac();
  format.split(packet(loas({}, [raw(30)])));
  assert.throws(
    () => format.split(packet(loas({ config: LC_WITH_PCE }, [raw(30)]))),
    /changes its AudioSpecificConfig/,
  );
});

test('cut short anywhere, and with any byte changed, it is read or damaged, and no more than what is there is asked for', () => {
  const whole = loas({ version: 1, otherData: 8, crc: true, frames: 3 }, [raw(20), raw(21), raw(22)]);
  const { mux } = readMuxElement(whole, undefined)!;
  const attempt = (frame: Uint8Array): void => {
    for (const known of [mux, undefined]) {
      try {
        const frames = readMuxElement(frame, known)?.frames ?? [];
        assert.ok(frames.reduce((sum, { length }) => sum + length, 0) <= frame.length);
      } catch (cause) {
        assert.ok(cause instanceof BitstreamError || cause instanceof LatmError, String(cause));
      }
    }
  };
  for (let size = 0; size < whole.length; size++) {
    const cut = copyBytes(whole, 0, size);
    attempt(cut);
    if (size >= 3) attempt(Uint8Array.from([0x56, 0xe0, size - 3, ...cut.subarray(3)]));
  }
  for (let at = 3; at < whole.length; at++) {
    for (const byte of [0, 0xff, 0x80, 0x7f, whole[at]! ^ 0x10]) {
      const changed = copyBytes(whole);
      changed[at] = byte;
      attempt(changed);
    }
  }
});

test.run();
