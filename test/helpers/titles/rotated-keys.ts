import type { Plugin } from '../../../core/index.ts';
import { keyManual } from '../../../plugins/index.ts';

/** Keys of five crypto periods. */
export const rotatedKeys = (): Plugin =>
  keyManual({
    keys: {
      ALL: [1, 2, 3, 4, 5].map((period) => ({
        key: `${period}7`.repeat(16),
        keyId: `${period}a`.repeat(16),
        iv: `${period}b`.repeat(16),
      })),
    },
  });
