import type { Dice } from '../helpers/random/dice.ts';
import { type Mutator, nasty, splice } from './byte-mutators.ts';

/** A box of MP4 or an element of EBML, with the place of its size. */
export interface Element {
  readonly type: string;
  readonly start: number;
  /** Its field of size. */
  readonly sizeAt: number;
  readonly sizeBytes: number;
  readonly payload: number;
  readonly end: number;
  /** What it lies in, the outermost first. */
  readonly parents: readonly Element[];
  readonly isContainer: boolean;
}

/** What both formats do in their own way. */
export interface Syntax {
  /** All elements, parents before what is in them. */
  elements(bytes: Buffer): readonly Element[];
  /** Write the size of an element, which ends at `end` now; one of unknown size stays as it is. */
  writeSize(bytes: Buffer, element: Element, end: number): void;
  /** Elements worth cutting: configurations of decoders, and the like. */
  readonly configs: ReadonlySet<string>;
}

/** Put something else in the place of some bytes, which lie in `parents`; their sizes follow, or now and then do not. */
export function replace(
  { writeSize }: Syntax,
  bytes: Buffer,
  [from, to]: readonly [from: number, to: number],
  middle: Uint8Array,
  { parents, dice }: { readonly parents: readonly Element[]; readonly dice: Dice },
): Buffer {
  const changed = splice(bytes, from, to, middle);
  const grown = middle.length - (to - from);
  if (dice.percent(85)) for (const parent of parents) writeSize(changed, parent, parent.end + grown);
  return changed;
}

const NESTED = 2000;

/** What breaks any tree of elements: sizes, order, nesting. */
export function treeMutators(syntax: Syntax): Readonly<Record<string, Mutator>> {
  const pick = (bytes: Buffer, dice: Dice, isWanted: (element: Element) => boolean = () => true) => {
    const all = syntax.elements(bytes).filter(isWanted);
    return all.length === 0 ? undefined : dice.of(all);
  };
  const siblings = (bytes: Buffer, { start, parents }: Element) =>
    syntax
      .elements(bytes)
      .filter((other) => other.parents.length === parents.length && other.start !== start)
      .filter((other) => other.parents.at(-1)?.start === parents.at(-1)?.start);

  /** One element changed; nothing happens where there is none. */
  const one =
    (
      change: (bytes: Buffer, element: Element, dice: Dice) => Buffer,
      isWanted?: (element: Element) => boolean,
    ): Mutator =>
    (bytes, dice) => {
      const element = pick(bytes, dice, isWanted);
      return element ? change(bytes, element, dice) : bytes;
    };
  const cut = (bytes: Buffer, element: Element, dice: Dice): Buffer => {
    const keep = element.payload + dice.below(element.end - element.payload + 1);
    const place = [keep, element.end] as const;
    return replace(syntax, bytes, place, Buffer.alloc(0), { parents: [...element.parents, element], dice });
  };
  const isConfig = ({ type }: Element) => syntax.configs.has(type);

  return {
    'drop an element': one((bytes, { start, end, parents }, dice) =>
      replace(syntax, bytes, [start, end], Buffer.alloc(0), { parents, dice }),
    ),
    'repeat an element': one((bytes, { start, end, parents }, dice) => {
      const copies = Array<Buffer>(dice.of([1, 1, 1, 3, 40])).fill(bytes.subarray(start, end));
      return replace(syntax, bytes, [end, end], Buffer.concat(copies), { parents, dice });
    }),
    'put an element elsewhere': one((bytes, element, dice) => {
      const other = dice.of(syntax.elements(bytes));
      const copy = Buffer.from(bytes.subarray(element.start, element.end));
      return replace(syntax, bytes, [other.start, other.start], copy, { parents: other.parents, dice });
    }),
    'swap two elements': one((bytes, element) => {
      const [other] = siblings(bytes, element);
      if (!other) return bytes;
      const [a, b] = element.start < other.start ? [element, other] : [other, element];
      return Buffer.concat([
        ...[bytes.subarray(0, a.start), bytes.subarray(b.start, b.end), bytes.subarray(a.end, b.start)],
        ...[bytes.subarray(a.start, a.end), bytes.subarray(b.end)],
      ]);
    }),
    'nest an element': one(
      (bytes, element, dice) => {
        const depth = dice.of([1, 2, 20, NESTED]);
        const head = bytes.subarray(element.start, element.payload);
        const heads = Array<Buffer>(depth).fill(head);
        const parents = [...element.parents, element];
        return replace(syntax, bytes, [element.payload, element.payload], Buffer.concat(heads), {
          parents,
          dice,
        });
      },
      ({ isContainer }) => isContainer,
    ),
    'empty an element': one((bytes, element, dice) =>
      replace(syntax, bytes, [element.payload, element.end], Buffer.alloc(0), {
        parents: [...element.parents, element],
        dice,
      }),
    ),
    'cut an element': one(cut),
    'cut a configuration': one(cut, isConfig),
    'damage a configuration': one((bytes, { payload, end }, dice) => {
      for (let times = 1 + dice.below(3); times > 0 && end > payload; times--) {
        const at = payload + dice.below(end - payload);
        bytes[at] = dice.percent(50) ? bytes[at]! ^ (1 << dice.below(8)) : nasty(dice, bytes[at]!) & 0xff;
      }
      return bytes;
    }, isConfig),
    'truncate inside an element': one((bytes, { start, end }, dice) =>
      bytes.subarray(0, start + dice.below(end - start + 1)),
    ),
  };
}
