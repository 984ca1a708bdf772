import type { Dice } from '../helpers/random/dice.ts';
import { type Mutator, splice } from './byte-mutators.ts';

const PACKET = 188;

/** The transport packets, by their sync bytes; M2TS has four bytes in front of each. */
const strideOf = (bytes: Buffer): { readonly stride: number; readonly first: number } =>
  bytes[0] === 0x47 ? { stride: PACKET, first: 0 } : { stride: 192, first: 4 };

/** Change one packet, as often as not one of the first (tables and the beginning of each stream). */
function packet(change: (bytes: Buffer, at: number, dice: Dice) => void, isWanted = isAny): Mutator {
  return (bytes, dice) => {
    const packets = packetsOf(bytes).filter((at) => isWanted(bytes, at));
    if (packets.length > 0) change(bytes, dice.of(dice.percent(50) ? packets.slice(0, 12) : packets), dice);
    return bytes;
  };
}

function packetsOf(bytes: Buffer): number[] {
  const { stride, first } = strideOf(bytes);
  const packets: number[] = [];
  for (let at = first; at + PACKET <= bytes.length; at += stride) packets.push(at);
  return packets;
}

const isAny = (_bytes: Buffer, _at: number): boolean => true;
const isStart = (bytes: Buffer, at: number): boolean => (bytes[at + 1]! & 0x40) !== 0;
const isTable = (bytes: Buffer, at: number): boolean => isStart(bytes, at) && bytes[at + 4] === 0;

const pidOf = (bytes: Buffer, at: number): number => bytes.readUInt16BE(at + 1) & 0x1fff;

function setPid(bytes: Buffer, at: number, pid: number): void {
  bytes.writeUInt16BE((bytes.readUInt16BE(at + 1) & 0xe000) | pid, at + 1);
}

/** Where the payload begins, behind the adaptation field. */
const payloadOf = (bytes: Buffer, at: number): number =>
  Math.min(at + PACKET - 1, at + 4 + ((bytes[at + 3]! & 0x20) !== 0 ? 1 + bytes[at + 4]! : 0));

/** Whole packets are moved: `rows` of them, from a place that the dice choose. */
const moved =
  (move: (bytes: Buffer, from: number, to: number, dice: Dice) => Buffer): Mutator =>
  (bytes, dice) => {
    const { stride, first } = strideOf(bytes);
    const rows = Math.floor((bytes.length - first) / stride);
    if (rows < 2) return bytes;
    const row = dice.below(rows);
    const count = Math.min(rows - row, 1 + dice.below(dice.of([1, 4, 40])));
    const start = first - (stride - PACKET);
    return move(bytes, start + row * stride, start + (row + count) * stride, dice);
  };

/** What breaks transport streams in particular. */
export const TS_MUTATORS: Readonly<Record<string, Mutator>> = {
  'lose packets': moved((bytes, from, to) => splice(bytes, from, to, Buffer.alloc(0))),
  'repeat packets': moved((bytes, from, to) => splice(bytes, to, to, bytes.subarray(from, to))),
  'move packets': moved((bytes, from, to, dice) => {
    const piece = Buffer.from(bytes.subarray(from, to));
    const rest = splice(bytes, from, to, Buffer.alloc(0));
    const { stride } = strideOf(bytes);
    const place = stride * dice.below(Math.floor(rest.length / stride) + 1);
    return splice(rest, place, place, piece);
  }),
  'bytes between packets': moved((bytes, from, _to, dice) =>
    splice(bytes, from, from, Buffer.alloc(1 + dice.below(300), dice.of([0, 0x47, 0xff]))),
  ),
  'another PID': packet((bytes, at, dice) => {
    const all = packetsOf(bytes);
    setPid(bytes, at, dice.percent(70) ? pidOf(bytes, dice.of(all)) : dice.of([0, 1, 0x10, 0x1ffe, 0x1fff]));
  }),
  'all packets of a PID': packet((bytes, at, dice) => {
    const [from, to] = [pidOf(bytes, at), pidOf(bytes, dice.of(packetsOf(bytes)))];
    for (const other of packetsOf(bytes)) if (pidOf(bytes, other) === from) setPid(bytes, other, to);
  }),
  'head of a packet': packet((bytes, at, dice) => {
    const byte = at + dice.below(6);
    bytes[byte] = dice.percent(50) ? dice.below(256) : bytes[byte]! ^ (1 << dice.below(8));
  }),
  'adaptation field': packet((bytes, at, dice) => {
    bytes[at + 3] = (bytes[at + 3]! & 0xcf) | dice.of([0, 0x10, 0x20, 0x30]);
    bytes[at + 4] = dice.of([0, 1, 182, 183, 184, 255]);
  }),
  'head of a PES packet': packet((bytes, at, dice) => {
    const byte = payloadOf(bytes, at) + dice.below(20);
    if (byte < at + PACKET) bytes[byte] = dice.of([0, 1, 0xff, 0x80, dice.below(256)]);
  }, isStart),
  'times of a PES packet': packet((bytes, at, dice) => {
    const from = payloadOf(bytes, at) + 9;
    for (let byte = from; byte < Math.min(from + 10, at + PACKET); byte++) bytes[byte] = dice.below(256);
  }, isStart),
  'a table': packet((bytes, at, dice) => {
    for (let times = 1 + dice.below(3); times > 0; times--) {
      bytes[at + 4 + dice.below(40)] = dice.of([0, 1, 0x0f, 0xf0, 0xff, dice.below(256)]);
    }
  }, isTable),
  'head of an access unit': packet((bytes, at, dice) => {
    const from = payloadOf(bytes, at) + 14 + dice.below(60);
    for (let byte = from; byte < Math.min(at + PACKET, from + 1 + dice.below(6)); byte++)
      bytes[byte] = dice.below(256);
  }, isStart),
};
