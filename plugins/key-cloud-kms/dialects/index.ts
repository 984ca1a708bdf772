import type { Dialect } from '../../../core/kit.ts';
import { generic } from './generic.ts';
import { doverunnerV2, pallyconV1, pallyconV2 } from './pallycon.ts';
import { spekeV1 } from './speke-v1.ts';
import { spekeV2, spekeV21 } from './speke-v2.ts';

export type { Dialect };

/** The built-in dialects, by the names that options use. */
export const DIALECTS = {
  'pallycon-v1': pallyconV1,
  'pallycon-v2': pallyconV2,
  'doverunner-v2': doverunnerV2,
  'speke-v1': spekeV1,
  'speke-v2': spekeV2,
  'speke-v2.1': spekeV21,
  generic,
} as const satisfies Readonly<Record<string, Dialect>>;

/** A key server that `keyCloudKms` knows by name. */
export type DialectName = keyof typeof DIALECTS;
