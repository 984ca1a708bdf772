/** Which lists a part is predicted from. */
export const LIST = { none: 0, first: 1, second: 2, both: 3 } as const;
const { first, second, both } = LIST;

/** A way to divide a macroblock, or one of its quarters: the lists of its parts. */
export type Parts = readonly number[];

/** mb_type of P slices (ITU-T H.264, table 7-13); 3 and 4 are of four quarters. */
export const P_PARTS: readonly Parts[] = [[first], [first, first], [first, first]];
export const P_QUARTERS = 3;
export const P_QUARTERS_REF_0 = 4;
export const P_INTRA = 5;

/** mb_type of B slices (table 7-14): 0 is direct, 22 of four quarters. */
export const B_PARTS: readonly Parts[] = [
  [],
  [first],
  [second],
  [both],
  [first, first],
  [first, first],
  [second, second],
  [second, second],
  [first, second],
  [first, second],
  [second, first],
  [second, first],
  [first, both],
  [first, both],
  [second, both],
  [second, both],
  [both, first],
  [both, first],
  [both, second],
  [both, second],
  [both, both],
  [both, both],
];
export const B_QUARTERS = 22;
export const B_INTRA = 23;

/** A sub_mb_type: its list, and how many motion vectors of each there are. */
export interface Quarter {
  readonly lists: number;
  readonly vectors: number;
  /** Parts below 8 × 8. */
  readonly isSmall: boolean;
  readonly isDirect: boolean;
}

const quarter = (lists: number, vectors: number): Quarter => ({
  lists,
  vectors,
  isSmall: vectors > 1,
  isDirect: lists === LIST.none,
});

/** Tables 7-17 and 7-18. */
export const P_SUB_TYPES: readonly Quarter[] = [1, 2, 2, 4].map((vectors) => quarter(first, vectors));
export const B_SUB_TYPES: readonly Quarter[] = [
  quarter(LIST.none, 0),
  quarter(first, 1),
  quarter(second, 1),
  quarter(both, 1),
  quarter(first, 2),
  quarter(first, 2),
  quarter(second, 2),
  quarter(second, 2),
  quarter(both, 2),
  quarter(both, 2),
  quarter(first, 4),
  quarter(second, 4),
  quarter(both, 4),
];
