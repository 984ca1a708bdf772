import { BoxError, quote } from '../../../base/box-walk.ts';
import { PagedBytes } from './paged-bytes.ts';

/** The payload of a table's box, in memory or in the file. */
export type TableBytes = DataView | PagedBytes;

/** Sample tables of a track by box type; each value is the payload from `version` on. */
export type SampleTableBoxes = ReadonlyMap<string, TableBytes>;

/** Of so many rows, samples or chunks the place of one is kept: the next ones are found from there. */
export const KEPT_EVERY = 128;

/** The rows of a table box, as a view of big-endian bytes. */
export interface Rows {
  readonly count: number;
  readonly view: TableBytes;
}

const NO_ROWS: Rows = { count: 0, view: new DataView(new ArrayBuffer(0)) };

/**
 * The rows of a full box that begins with `entry_count`; no rows when the box is not there.
 * The count comes from the file: it is believed only when the box is large enough.
 */
export function rowsOf(boxes: SampleTableBoxes, type: string, rowBytes: number): Rows {
  const payload = boxes.get(type);
  if (!payload) return NO_ROWS;
  return rowsAfter(payload, type, 8, payload.getUint32(4), rowBytes);
}

/** `count` rows that begin `from` bytes into the payload. */
export function rowsAfter(
  payload: TableBytes,
  type: string,
  from: number,
  count: number,
  rowBytes: number,
): Rows {
  if (Math.ceil(count * rowBytes) > payload.byteLength - from) {
    throw new BoxError(`its ${quote(type)} box says ${count} entries but has room for fewer`);
  }
  return { count, view: viewFrom(payload, from) };
}

const viewFrom = (bytes: TableBytes, from: number): TableBytes =>
  bytes instanceof PagedBytes
    ? bytes.from(from)
    : new DataView(bytes.buffer, bytes.byteOffset + from, bytes.byteLength - from);
