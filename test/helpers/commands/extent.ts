/** Set by `npm run test:long`, for it and everything that it starts. */
export const IS_LONG = process.env['SEALPACK_TEST_LONG'] === '1';

/** Of rows that only take long: all with `npm run test:long`, and none with `npm test`. */
export const ifLong = <T>(rows: readonly T[]): readonly T[] => (IS_LONG ? rows : []);

/**
 * One row in so many, where other tests prove what the rest is made of; all of them with `npm run test:long`.
 * @param first another for each list that crosses these rows, so that each row is taken somewhere
 */
export const oneIn = <T>(every: number, rows: readonly T[], first = 0): readonly T[] =>
  IS_LONG ? rows : rows.filter((_, index) => index % every === first % every);
