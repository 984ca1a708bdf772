import { cmafCbcsColumn, cmafCencColumn } from './cmaf-columns.ts';
import type { Column } from './column.ts';
import { dashCbcsColumn, dashCencColumn } from './dash-columns.ts';
import { hlsAesFmp4Column } from './hls-fmp4-column.ts';
import { hlsAesTsColumn, hlsNcgColumn } from './hls-ts-columns.ts';
import { ncgColumn } from './ncg-column.ts';

/** Every mode with its schemes and containers. */
export const COLUMNS: readonly Column[] = [
  dashCencColumn,
  dashCbcsColumn,
  hlsAesTsColumn,
  hlsAesFmp4Column,
  hlsNcgColumn,
  ncgColumn,
  cmafCbcsColumn,
  cmafCencColumn,
];
