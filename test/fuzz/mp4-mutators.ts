import type { Dice } from '../helpers/random/dice.ts';
import { type Mutator, nasty, writeNasty } from './byte-mutators.ts';
import { type Element, type Syntax, treeMutators } from './element-tree.ts';

/** Boxes that hold boxes, and the bytes in front of those. */
const CONTAINERS: Readonly<Record<string, number>> = {
  ...{ moov: 0, trak: 0, mdia: 0, minf: 0, dinf: 0, stbl: 0, edts: 0, mvex: 0, moof: 0, traf: 0, mfra: 0 },
  ...{ udta: 0, sinf: 0, schi: 0, dref: 8, stsd: 8 },
  ...{ avc1: 78, avc3: 78, hvc1: 78, hev1: 78, av01: 78, vp09: 78, encv: 78 },
  ...{ mp4a: 28, 'ac-3': 28, 'ec-3': 28, Opus: 28, fLaC: 28, enca: 28 },
};

/** Where tables say how many rows they have, counted from the payload. */
const COUNTS: Readonly<Record<string, readonly number[]>> = {
  ...{ stts: [4], ctts: [4], stss: [4], stsc: [4], stco: [4], co64: [4], elst: [4], dref: [4], stsd: [4] },
  ...{ stsz: [4, 8], stz2: [4, 8], trun: [4], senc: [4], saiz: [4, 5], saio: [4], sidx: [22, 28] },
  ...{ sbgp: [8], sgpd: [8], subs: [4], pssh: [24, 28], tfra: [12] },
};

const isFull = ({ type }: Element): boolean => type in COUNTS || FULL.has(type);
const FULL = new Set([
  'mvhd',
  'tkhd',
  'mdhd',
  'hdlr',
  'tfhd',
  'tfdt',
  'trex',
  'mehd',
  'esds',
  'vpcC',
  'elng',
]);

const MOST_ELEMENTS = 4000;

function elements(bytes: Buffer): readonly Element[] {
  const found: Element[] = [];
  const walk = (from: number, to: number, parents: readonly Element[]): void => {
    for (let at = from; to - at >= 8 && found.length < MOST_ELEMENTS; ) {
      const end = at + bytes.readUInt32BE(at);
      const type = bytes.toString('latin1', at + 4, at + 8);
      if (end < at + 8 || end > to) return; // broken already: what comes behind it is out of reach
      const head = CONTAINERS[type];
      const payload = at + 8;
      const isContainer = head !== undefined;
      const box = { type, start: at, sizeAt: at, sizeBytes: 4, payload, end, parents, isContainer };
      found.push(box);
      if (head !== undefined && parents.length < 12) walk(payload + head, end, [...parents, box]);
      at = end;
    }
  };
  walk(0, bytes.length, []);
  return found;
}

const SYNTAX: Syntax = {
  elements,
  writeSize: (bytes, { start }, end) => {
    bytes.writeUInt32BE((end - start) >>> 0, start);
  },
  configs: new Set([
    ...['avcC', 'hvcC', 'av1C', 'vpcC', 'esds', 'dOps', 'dfLa', 'dac3', 'dec3', 'colr', 'pasp', 'btrt'],
    ...['avc1', 'hvc1', 'hev1', 'av01', 'vp09', 'mp4a', 'Opus', 'fLaC', 'ac-3', 'ec-3'],
  ]),
};

function one(
  change: (bytes: Buffer, box: Element, dice: Dice) => void,
  wanted: (box: Element) => boolean,
): Mutator {
  return (bytes, dice) => {
    const boxes = elements(bytes).filter(wanted);
    if (boxes.length > 0) change(bytes, dice.of(boxes), dice);
    return bytes;
  };
}

const isLeaf = ({ type, isContainer, payload, end }: Element): boolean =>
  !isContainer && type !== 'mdat' && end - payload >= 4;

/** What breaks MP4 in particular. */
export const MP4_MUTATORS: Readonly<Record<string, Mutator>> = {
  ...treeMutators(SYNTAX),
  'size of a box': one(
    (bytes, { start, end }, dice) => {
      const size = end - start;
      const other = dice.of([
        0,
        1,
        4,
        7,
        8,
        9,
        size - 1,
        size + 1,
        size - 8,
        size + 8,
        size * 2,
        0x7fff_ffff,
        0xffff_ffff,
      ]);
      bytes.writeUInt32BE(other >>> 0, start);
    },
    () => true,
  ),
  'largesize of a box': one(
    (bytes, { start, end }, dice) => {
      bytes.writeUInt32BE(1, start);
      if (start + 16 > bytes.length) return;
      const large = dice.of([0n, 8n, 15n, 16n, BigInt(end - start), 2n ** 32n, 2n ** 53n, 2n ** 64n - 1n]);
      bytes.writeBigUInt64BE(large, start + 8);
    },
    () => true,
  ),
  'type of a box': one(
    (bytes, { start }, dice) => {
      const { type } = dice.of(elements(bytes));
      bytes.write(
        dice.percent(70) ? type : dice.of(['free', '\0\0\0\0', '\x1b[2J', 'uuid']),
        start + 4,
        'latin1',
      );
    },
    () => true,
  ),
  'version or flags': one((bytes, { payload, end }, dice) => {
    const at = payload + dice.below(4);
    if (at < end) bytes[at] = dice.percent(50) ? dice.below(256) : bytes[at]! ^ (1 << dice.below(8));
  }, isFull),
  'count of a table': one(
    (bytes, { type, payload }, dice) => {
      const at = payload + dice.of(COUNTS[type]!);
      if (at + 4 > bytes.length) return;
      const count = bytes.readUInt32BE(at);
      bytes.writeUInt32BE(dice.percent(30) ? 0x0100_0000 : nasty(dice, count), at);
    },
    ({ type }) => type in COUNTS,
  ),
  'field of a box': one((bytes, { payload, end }, dice) => {
    const at = payload + 4 * dice.below(Math.floor((end - payload) / 4));
    writeNasty(bytes, at, dice);
  }, isLeaf),
  'fields of a table': one(
    (bytes, { payload, end }, dice) => {
      for (let times = 2 + dice.below(6); times > 0; times--) {
        const at = payload + 4 * dice.below(Math.floor((end - payload) / 4));
        bytes.writeUInt32BE(nasty(dice, bytes.readUInt32BE(at)), at);
      }
    },
    ({ type, payload, end }) => type in COUNTS && end - payload >= 12,
  ),
  'heads of samples': one(
    (bytes, { payload, end }, dice) => {
      // The first sample's head, and heads of NAL units wherever a small length is found.
      let at = payload + dice.below(Math.min(64, Math.max(1, end - payload)));
      if (dice.percent(70)) {
        at = payload + dice.below(Math.max(1, end - payload));
        while (at + 8 < end && (bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2]! > 8)) at++;
        at += dice.below(10);
      }
      for (const last = Math.min(at + 1 + dice.below(6), bytes.length); at < last; at++)
        bytes[at] = dice.below(256);
    },
    ({ type }) => type === 'mdat',
  ),
};
