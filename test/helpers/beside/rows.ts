import { MARKER_ROW } from './marker-row.ts';
import type { BesideRow } from './row.ts';
import { TEXT_ROWS } from './text-rows.ts';
import { THUMBNAIL_ROW } from './thumbnail-row.ts';

/** Titles with something beside their pictures and sound. */
export const BESIDE_ROWS: readonly BesideRow[] = [...TEXT_ROWS, MARKER_ROW, THUMBNAIL_ROW];
