import { toHex, view as viewOf } from '../../base/bytes.ts';

/** What a Marlin `pssh` says: a `marl` box with an `mkid` (Marlin Adaptive Streaming, Simple Profile). */
export interface MarlinData {
  readonly kids: readonly string[];
  /** Content ids of these keys, such as `urn:marlin:kid:…`; none: the MPD says them. */
  readonly contentIds: readonly string[];
}

/** Header, version and flags, count. */
const MKID = 8;
const FIRST_ENTRY = MKID + 16;

/** @throws RangeError where the bytes are no such box, as the end of a sentence */
export function readMarlin(data: Uint8Array): MarlinData {
  const view = viewOf(data);
  const isMarlin =
    view.length >= FIRST_ENTRY &&
    view.toString('latin1', 4, 8) === 'marl' &&
    view.toString('latin1', MKID + 4, MKID + 8) === 'mkid';
  if (!isMarlin) throw new RangeError('has no marl box with an mkid');
  const kids: string[] = [];
  const contentIds: string[] = [];
  const count = view.readUInt32BE(FIRST_ENTRY - 4);
  let at = FIRST_ENTRY;
  for (let index = 0; index < count; index++) {
    const size = at + 20 <= view.length ? view.readUInt32BE(at + 16) : view.length;
    if (at + 20 + size > view.length) throw new RangeError('ends in the middle of a key id');
    kids.push(toHex(view.subarray(at, at + 16)));
    contentIds.push(view.toString('utf8', at + 20, at + 20 + size));
    at += 20 + size;
  }
  return { kids, contentIds };
}
