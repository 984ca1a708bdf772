/** Decryption of samples by the letter of ISO/IEC 23001-7: block by block, with a cipher for each. */
import { createCipheriv, randomFillSync } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { box, fullBox, u16, u32 } from '../../core/base/box.ts';
import { concat } from '../../core/base/bytes.ts';
import { ContentKey } from '../../core/index.ts';
import { DamageError } from '../../core/inspect/model/damage-error.ts';
import type { SampleProtection } from '../../core/inspect/model/media-track.ts';
import { SampleDecryptor } from '../../core/inspect/mp4/decrypt.ts';
import { openMp4 } from '../../core/inspect/mp4/index.ts';
import { ProtectionColumns } from '../../core/inspect/mp4/protection-columns.ts';
import { SampleRows } from '../../core/inspect/mp4/sample-rows.ts';
import type { ByteSource } from '../../core/kit.ts';
import { moof, tfhd, traf, trun } from '../helpers/media/fragments.ts';
import { Dice } from '../helpers/random/dice.ts';

const test = suite('inspect: decryption');

const KEY = Buffer.from('101112131415161718191a1b1c1d1e1f', 'hex');
const KID = '000102030405060708090a0b0c0d0e0f';

const encryptBlock = (block: Uint8Array): Buffer =>
  createCipheriv('aes-128-ecb', KEY, null).setAutoPadding(false).update(block);

/** A sample: bytes in the clear, its IV, clear and protected lengths in turn. */
interface MadeSample {
  readonly clear: Buffer;
  readonly iv: Buffer;
  readonly subsamples: readonly number[];
}

/** As the standard has it: 10.1 to 10.4, block by block. */
function encrypt({ clear, iv, subsamples }: MadeSample, protection: SampleProtection): Buffer {
  const out = Buffer.from(clear);
  const { scheme, cryptBlocks, skipBlocks } = protection;
  const start = concat([iv, new Uint8Array(16 - iv.length)]);
  let counter = Buffer.from(start).readBigUInt64BE(8);
  let chain: Uint8Array = start;
  let stream: Uint8Array = new Uint8Array(0);
  const ranges = subsamples.length > 0 ? subsamples : [0, clear.length];
  for (let row = 0, at = 0; row < ranges.length; row += 2) {
    at += ranges[row]!;
    const end = at + ranges[row + 1]!;
    if (scheme === 'cbcs') chain = start;
    for (let block = 0; at < end; block++) {
      const length = Math.min(16, end - at);
      const isSkipped = cryptBlocks + skipBlocks > 0 && block % (cryptBlocks + skipBlocks) >= cryptBlocks;
      const isPart = length < 16 && scheme !== 'cenc';
      if (!isSkipped && !isPart && scheme.startsWith('cb')) {
        chain = encryptBlock(clear.subarray(at, at + 16).map((byte, n) => byte ^ chain[n]!));
        out.set(chain, at);
      } else if (!isSkipped && !isPart) {
        for (let n = 0; n < length; n++) {
          if (stream.length === 0) {
            const blockOfCounter = Buffer.from(start);
            blockOfCounter.writeBigUInt64BE(counter, 8);
            counter = BigInt.asUintN(64, counter + 1n);
            stream = encryptBlock(blockOfCounter);
          }
          out[at + n] = clear[at + n]! ^ stream[0]!;
          stream = stream.subarray(1);
        }
      }
      at += length;
    }
  }
  return out;
}

/** What the reader makes of them. */
function decrypt(samples: readonly MadeSample[], protection: SampleProtection): Buffer {
  const rows = new SampleRows();
  rows.reserve(samples.length);
  rows.count = samples.length;
  const starts = new Uint32Array(samples.length + 1);
  let at = 0;
  for (const [row, { clear, iv, subsamples }] of samples.entries()) {
    rows.protectedBy[row] = rows.numberOf(protection);
    rows.sizes[row] = clear.length;
    starts[row + 1] = starts[row]! + clear.length;
    const table = subsamples.map((bytes, n) => (n % 2 === 0 ? u16(bytes) : u32(bytes)));
    const information = concat([
      protection.perSampleIvSize > 0 ? iv : new Uint8Array(0),
      ...(subsamples.length > 0 ? [u16(subsamples.length / 2), ...table] : []),
    ]);
    rows.reserveInformation(information.length);
    rows.information.set(information, at);
    rows.informationStarts[row] = at;
    at += information.length;
    rows.informationEnds[row] = at;
  }
  const columns = new ProtectionColumns();
  columns.fill(rows, 0, rows.count, 'made.mp4');
  const bytes = Buffer.concat(samples.map((sample) => encrypt(sample, protection)));
  const key = new ContentKey({ id: Buffer.from(KID, 'hex'), key: KEY });
  const { count, protectedBy, protections } = rows;
  const missing = new SampleDecryptor(() => key).decrypt(bytes, {
    count,
    starts,
    protectedBy,
    protections,
    ...columns,
  });
  assert.equal(missing, []);
  return bytes;
}

const random = (length: number): Buffer => randomFillSync(Buffer.alloc(length));

const PROTECTIONS: readonly (Partial<SampleProtection> & Pick<SampleProtection, 'scheme'>)[] = [
  { scheme: 'cenc', perSampleIvSize: 8 },
  { scheme: 'cenc', perSampleIvSize: 16 },
  { scheme: 'cens', perSampleIvSize: 8, cryptBlocks: 1, skipBlocks: 9 },
  { scheme: 'cens', perSampleIvSize: 16, cryptBlocks: 3, skipBlocks: 2 },
  { scheme: 'cens', perSampleIvSize: 8 },
  { scheme: 'cbc1', perSampleIvSize: 16 },
  { scheme: 'cbcs', constantIv: random(16), cryptBlocks: 1, skipBlocks: 9 },
  { scheme: 'cbcs', constantIv: random(8), cryptBlocks: 1, skipBlocks: 9 },
  { scheme: 'cbcs', perSampleIvSize: 16, cryptBlocks: 5, skipBlocks: 5 },
  { scheme: 'cbcs', perSampleIvSize: 8 },
  { scheme: 'cbcs', constantIv: random(16), cryptBlocks: 10, skipBlocks: 0 },
];

for (const facts of PROTECTIONS) {
  const protection: SampleProtection = {
    ...{ kid: KID, isProtected: true, perSampleIvSize: 0, cryptBlocks: 0, skipBlocks: 0 },
    ...facts,
  };
  const { scheme, perSampleIvSize, cryptBlocks, skipBlocks, constantIv } = protection;
  const iv = constantIv ? `constant of ${constantIv.length}` : `${perSampleIvSize}`;
  test(`${scheme}, IV ${iv}, ${cryptBlocks}:${skipBlocks}: whole samples, subsamples, parts of blocks, counters that wrap`, () => {
    const dice = new Dice(3);
    const samples = Array.from({ length: 40 }, (_, n): MadeSample => {
      // A few are larger than what is decrypted at once.
      const clear = random(n === 7 ? 70_000 : n % 10 === 3 ? 5000 + n : dice.below(700));
      const own = random(perSampleIvSize);
      // The low half of the counter is near its end: it wraps, and nothing is carried.
      if (perSampleIvSize === 16) own.fill(0xff, 8, dice.percent(50) ? 16 : 15);
      const subsamples: number[] = [];
      for (let left = n % 3 === 0 ? 0 : clear.length; left > 0; ) {
        const first = Math.min(left, dice.below(100));
        const coded = Math.min(
          left - first,
          16 * dice.below(400) + (scheme === 'cbcs' || scheme === 'cenc' ? dice.below(16) : 0),
        );
        subsamples.push(first, coded);
        left -= first + coded;
      }
      const ivOf = Buffer.from(constantIv ?? own);
      return { clear, iv: ivOf, subsamples };
    });
    const expected = Buffer.concat(samples.map(({ clear }) => clear));
    assert.ok(decrypt(samples, protection).equals(expected));
  });
}

/** An init segment of one video track under cbcs with a constant IV, and no more than readers need. */
function init(): Uint8Array {
  const zeros = (length: number) => new Uint8Array(length);
  const tenc = fullBox(
    'tenc',
    1,
    0,
    zeros(1),
    Buffer.from([0x19, 1, 0]),
    Buffer.from(KID, 'hex'),
    Buffer.from([16]),
    zeros(16),
  );
  const sinf = box(
    'sinf',
    box('frma', Buffer.from('avc1')),
    fullBox('schm', 0, 0, Buffer.from('cbcs'), u32(0x10000)),
    box('schi', tenc),
  );
  const entry = box('encv', zeros(78), sinf);
  const table = (type: string) => fullBox(type, 0, 0, u32(0));
  const stbl = box(
    'stbl',
    fullBox('stsd', 0, 0, u32(1), entry),
    ...['stts', 'stsc', 'stco'].map(table),
    fullBox('stsz', 0, 0, u32(0), u32(0)),
  );
  const mdia = box(
    'mdia',
    fullBox('mdhd', 0, 0, u32(0), u32(0), u32(1000), u32(0), u32(0)),
    fullBox('hdlr', 0, 0, u32(0), Buffer.from('vide'), zeros(13)),
    box('minf', stbl),
  );
  const trak = box('trak', fullBox('tkhd', 0, 7, u32(0), u32(0), u32(1), zeros(68)), mdia);
  const trex = fullBox('trex', 0, 0, u32(1), u32(1), u32(40), u32(32), u32(0));
  return box(
    'moov',
    fullBox('mvhd', 0, 0, u32(0), u32(0), u32(1000), u32(0), zeros(80)),
    trak,
    box('mvex', trex),
  );
}

const FRAGMENTS = 40_000;
const SAMPLES = 25;

/** A file of a million samples that is nowhere as a whole. */
function longFile(): ByteSource {
  const head = init();
  // Without `tfdt` a fragment begins where the one before ends.
  const make = (dataOffset: number) => moof(traf(tfhd(1), trun([], { count: SAMPLES, dataOffset })));
  const fragment = concat([make(make(0).length + 8), box('mdat', new Uint8Array(32 * SAMPLES))]);
  const { length } = fragment;
  return {
    name: 'long.mp4',
    size: head.length + FRAGMENTS * length,
    close: async () => {},
    async read(position, targets) {
      let at = position;
      for (const target of targets) {
        for (let filled = 0; filled < target.length; ) {
          const piece = at < head.length ? head.subarray(at) : fragment.subarray((at - head.length) % length);
          const part = piece.subarray(0, target.length - filled);
          target.set(part, filled);
          filled += part.length;
          at += part.length;
        }
      }
    },
  };
}

test('a million samples in 40,000 fragments take no more memory than a few', async () => {
  const media = await openMp4(longFile(), {
    keys: () => new ContentKey({ id: Buffer.from(KID, 'hex'), key: KEY }),
  });
  const [track] = media.tracks;
  let samples = 0;
  let time = 0;
  const buffers = new Set<ArrayBufferLike>();
  for await (const segment of track!.segments()) {
    samples += segment.count;
    time = segment.decodeTimes[segment.count - 1]! + segment.durations[segment.count - 1]!;
    if (segment.index % 100 === 0)
      for (const { buffer } of [segment.clear, segment.stored, segment.starts]) buffers.add(buffer);
  }
  assert.is(samples, FRAGMENTS * SAMPLES);
  assert.is(time, FRAGMENTS * SAMPLES * 40);
  assert.is(buffers.size, 3, 'the same memory all the time');
});

test('what costs nothing to claim is bounded', async () => {
  const claims: readonly (readonly [Uint8Array, RegExp])[] = [
    [
      moof(traf(tfhd(1, {}), trun([], { count: 0xffff_ffff, dataOffset: 8 }))),
      /more than \d+ samples in a fragment/,
    ],
    [
      moof(traf(tfhd(1, {}), trun([{ size: 0xffff_fff0 }], { dataOffset: 8 }))),
      /where the file of \d+ bytes ends/,
    ],
    [
      moof(traf(tfhd(1, {}), ...Array.from({ length: 300 }, () => trun([{ size: 500 }], { dataOffset: 0 })))),
      /on top of each other/,
    ],
    [
      moof(
        traf(tfhd(1, {}), fullBox('senc', 0, 2, u32(0xffff_ffff)), trun([{ size: 8 }], { dataOffset: 0 })),
      ),
      /"senc" that ends before/,
    ],
    [
      moof(
        traf(
          tfhd(1, {}),
          fullBox('saiz', 0, 0, Buffer.from([255]), u32(0xffff_ffff)),
          fullBox('saio', 0, 0, u32(1), u32(0)),
          trun([], { count: 2 ** 20, dataOffset: 8 }),
        ),
      ),
      /more auxiliary information than samples need/,
    ],
  ];
  for (const [fragment, message] of claims) {
    const bytes = concat([init(), fragment, box('mdat', new Uint8Array(16))]);
    const source: ByteSource = {
      name: 'claims.mp4',
      size: bytes.length,
      close: async () => {},
      async read(position, targets) {
        let at = position;
        for (const target of targets) {
          target.set(bytes.subarray(at, at + target.length));
          at += target.length;
        }
      },
    };
    try {
      const media = await openMp4(source);
      for await (const { count } of media.tracks[0]!.segments()) assert.ok(count > 0);
      assert.unreachable(`${message}`);
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      assert.match(error.message, message);
    }
  }
});

test.run();
