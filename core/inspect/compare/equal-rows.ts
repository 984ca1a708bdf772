import type { Difference } from './difference.ts';
import { NalComparison, type NalFraming, nalRules, type PlacedSample } from './nal-lists.ts';
import type { SampleCursor } from './sample-rows.ts';

/** How samples of the source and of an output are laid out. */
export interface Framings {
  /** The four letters of the clear sample entry. */
  readonly format: string;
  readonly source: NalFraming;
  readonly output: NalFraming;
}

/** Says whether rows of two tracks hold the same sample. */
export class RowComparison {
  readonly #nals: NalComparison | undefined;
  /** The same bytes are the same units, and other bytes may be. */
  readonly isPlain: boolean;

  constructor({ format, source, output }: Framings) {
    const rules = nalRules(format);
    this.#nals = rules && new NalComparison(rules, source, output);
    this.isPlain = rules === undefined || source === output;
  }

  /** Rows so many from where the cursors are. */
  isSame(source: SampleCursor, ahead: number, output: SampleCursor, outputAhead: number): boolean {
    const from = source.start(ahead);
    const to = source.start(ahead + 1);
    const otherFrom = output.start(outputAhead);
    const otherTo = output.start(outputAhead + 1);
    if (
      this.isPlain &&
      to - from === otherTo - otherFrom &&
      source.data.compare(output.data, otherFrom, otherTo, from, to) === 0
    )
      return true;
    return this.#nals?.areEqual(placed(source, ahead), placed(output, outputAhead)) ?? false;
  }

  /** In what the samples that are next differ; `undefined`: they have not even the same units, or sizes. */
  difference(source: SampleCursor, output: SampleCursor): Difference | undefined {
    const [one, other] = [placed(source, 0), placed(output, 0)];
    if (!this.#nals)
      return one.to - one.from === other.to - other.from ? differing(one, other, other.from) : undefined;
    const found = this.#nals.difference(one, other);
    if (!found) return undefined;
    const { from, to, otherFrom, otherTo, number } = found;
    const [wanted, unit] = [
      { ...one, from, to },
      { ...other, from: otherFrom, to: otherTo },
    ];
    return { ...differing(wanted, unit, other.from), unit: { number, header: one.data[from]! } };
  }

  /** How many rows from where the cursors are hold the same samples: at once, where sizes agree. */
  sameRows(source: SampleCursor, output: SampleCursor): number {
    const rows = Math.min(source.left, output.left);
    let same = this.isPlain ? sameAtOnce(source, output, rows) : 0;
    while (same < rows && this.isSame(source, same, output, same)) same += 1;
    return same;
  }
}

const placed = (cursor: SampleCursor, ahead: number): PlacedSample => ({
  data: cursor.data,
  from: cursor.start(ahead),
  to: cursor.start(ahead + 1),
});

/** From the first byte that is another to the last; where one is longer, to its end. @param start where the sample begins */
function differing(one: PlacedSample, other: PlacedSample, start: number): Difference {
  const size = other.to - other.from;
  const expectedSize = one.to - one.from;
  const isOther = (at: number): boolean => one.data[one.from + at] !== other.data[other.from + at];
  let from = 0;
  while (from < Math.min(size, expectedSize) && !isOther(from)) from += 1;
  let to = size;
  while (size === expectedSize && to > from && !isOther(to - 1)) to -= 1;
  return {
    at: other.from + from - start,
    from,
    to,
    size,
    expectedSize,
    wanted: one.data.subarray(one.from + from, one.to),
  };
}

/** All rows up to the first that has another size, if their bytes agree; else none. */
function sameAtOnce(source: SampleCursor, output: SampleCursor, rows: number): number {
  let alike = 0;
  while (alike < rows && source.size(alike) === output.size(alike)) alike += 1;
  const [from, to] = [source.start(0), source.start(alike)];
  const [otherFrom, otherTo] = [output.start(0), output.start(alike)];
  return source.data.compare(output.data, otherFrom, otherTo, from, to) === 0 ? alike : 0;
}
