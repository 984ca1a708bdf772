import type { Dice } from '../helpers/random/dice.ts';
import { type Mutator, writeNasty } from './byte-mutators.ts';
import { type Element, type Syntax, treeMutators } from './element-tree.ts';

/** Ids (RFC 9559) of elements that hold elements. */
const MASTERS: ReadonlySet<string> = new Set([
  ...['1a45dfa3', '18538067', '114d9b74', '4dbb', '1549a966', '1654ae6b', 'ae', 'e0', 'e1', '55b0'],
  ...['1f43b675', 'a0', '1c53bb6b', 'bb', 'b7', '1254c367', '7373', '6d80', '6240', '5034', '75a1', 'a6'],
]);
const [SIMPLE_BLOCK, BLOCK] = ['a3', 'a1'];
const CODEC_PRIVATE = '63a2';

const MOST_ELEMENTS = 4000;

/** Bytes of a variable-length number: one more than its leading zeros; 9 where there is no marker. */
const widthOf = (first: number): number => Math.clz32(first) - 23;

function elements(bytes: Buffer): readonly Element[] {
  const found: Element[] = [];
  const walk = (from: number, to: number, parents: readonly Element[]): void => {
    for (let at = from; at < to && found.length < MOST_ELEMENTS; ) {
      const idBytes = widthOf(bytes[at]!);
      const sizeAt = at + idBytes;
      const sizeBytes = widthOf(bytes[sizeAt] ?? 0);
      const payload = sizeAt + sizeBytes;
      if (idBytes > 4 || sizeBytes > 8 || payload > to) return;
      const size = readSize(bytes, sizeAt, sizeBytes);
      const end = size === undefined ? to : payload + size;
      if (end > to) return;
      const type = bytes.toString('hex', at, sizeAt);
      const isContainer = MASTERS.has(type);
      const element = { type, start: at, sizeAt, sizeBytes, payload, end, parents, isContainer };
      found.push(element);
      if (isContainer && parents.length < 12) walk(payload, end, [...parents, element]);
      at = end;
    }
  };
  walk(0, bytes.length, []);
  return found;
}

/** `undefined`: all bits are set, the size is not known. */
function readSize(bytes: Buffer, at: number, width: number): number | undefined {
  let size = bytes[at]! & (0xff >> width);
  let isUnknown = size === 0xff >> width;
  for (let i = 1; i < width; i++) {
    size = size * 256 + bytes[at + i]!;
    isUnknown &&= bytes[at + i] === 0xff;
  }
  return isUnknown ? undefined : size;
}

function writeVarint(bytes: Buffer, at: number, width: number, value: number): void {
  for (let i = width - 1, rest = value; i >= 0; i--, rest = Math.floor(rest / 256))
    bytes[at + i] = rest % 256;
  bytes[at] = (bytes[at]! & (0xff >> width)) | (0x100 >> width);
}

const SYNTAX: Syntax = {
  elements,
  writeSize: (bytes, { sizeAt, sizeBytes, payload }, end) => {
    if (readSize(bytes, sizeAt, sizeBytes) !== undefined)
      writeVarint(bytes, sizeAt, sizeBytes, Math.max(0, end - payload));
  },
  configs: new Set([CODEC_PRIVATE]),
};

function one(
  change: (bytes: Buffer, element: Element, dice: Dice) => void,
  isWanted: (element: Element) => boolean = () => true,
): Mutator {
  return (bytes, dice) => {
    const wanted = elements(bytes).filter(isWanted);
    if (wanted.length > 0) change(bytes, dice.of(wanted), dice);
    return bytes;
  };
}

const isBlock = ({ type }: Element): boolean => type === SIMPLE_BLOCK || type === BLOCK;

/** What breaks Matroska in particular. */
export const EBML_MUTATORS: Readonly<Record<string, Mutator>> = {
  ...treeMutators(SYNTAX),
  'size of an element': one((bytes, { sizeAt, sizeBytes, payload, end }, dice) => {
    const size = end - payload;
    const most = 2 ** (7 * sizeBytes) - 2;
    writeVarint(
      bytes,
      sizeAt,
      sizeBytes,
      dice.of([0, 1, size + 1, Math.max(0, size - 1), size * 2, most / 2, most]),
    );
  }),
  'unknown size': one((bytes, { sizeAt, sizeBytes }) => {
    writeVarint(bytes, sizeAt, sizeBytes, 2 ** (7 * sizeBytes) - 1);
  }),
  'width of a size': one((bytes, { sizeAt }, dice) => {
    bytes[sizeAt] = dice.of([0, 1, 2, 4, 8, 0x10, 0x20, 0x40, 0x80, 0xff]);
  }),
  'id of an element': one((bytes, { start, sizeAt, type }, dice) => {
    const others = elements(bytes).filter((other) => other.type.length === type.length);
    const from = dice.of(others);
    bytes.copyWithin(start, from.start, from.start + sizeAt - start);
  }),
  'value of an element': one(
    (bytes, { payload, end }, dice) => {
      if (dice.percent(40)) bytes.fill(dice.of([0, 0xff, 0x7f, 0x80, 1]), payload, end);
      else writeNasty(bytes, payload + dice.below(end - payload), dice);
    },
    ({ isContainer, payload, end }) => !isContainer && end > payload && end - payload <= 16,
  ),
  lacing: one((bytes, { payload }, dice) => {
    bytes[payload + 3] = (bytes[payload + 3]! & 0xf9) | dice.of([2, 4, 6]);
    bytes[payload + 4] = dice.of([0, 1, 2, 7, 0xff]);
    if (dice.percent(50))
      for (let i = 5; i < 12; i++) bytes[payload + i] = dice.of([0, 1, 5, 0x40, 0x81, 0xff]);
  }, isBlock),
  'head of a block': one((bytes, { payload, end }, dice) => {
    bytes[payload + dice.below(Math.min(4, end - payload))] = dice.below(256);
  }, isBlock),
  'head of a sample': one((bytes, { payload, end }, dice) => {
    const from = payload + 4 + dice.below(12);
    for (let at = from; at < Math.min(end, from + 1 + dice.below(6)); at++) bytes[at] = dice.below(256);
  }, isBlock),
};
