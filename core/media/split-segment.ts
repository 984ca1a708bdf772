import type { SampleEncryption, Segment } from './segment.ts';

/**
 * The same samples in parts that have one format each and, if asked for, begin with each sync sample; a part without one
 * comes first where the segment does not begin with a sync sample. Columns and payload are views, nothing is copied.
 */
export function splitSegment(segment: Segment, atSync: boolean): Segment[] {
  if (!atSync && !segment.formats) return [segment];
  const { count, sync, data, sizes, durations, compositionOffsets, formats } = segment;
  const parts: Segment[] = [];
  let [byte, decodeTime, entry] = [0, segment.decodeTime, 0];
  for (let first = 0; first < count; ) {
    const end = partEnd(segment, first, atSync);
    const bytes = sum(sizes, first, end);
    const encryption = segment.encryption && rowsOf(segment.encryption, first, end, entry);
    parts.push({
      ...segment,
      count: end - first,
      data: data.subarray(byte, byte + bytes),
      sizes: sizes.subarray(first, end),
      durations: durations.subarray(first, end),
      compositionOffsets: compositionOffsets.subarray(first, end),
      sync: sync.subarray(first, end),
      ...(formats && { formats: formats.subarray(first, end) }),
      decodeTime,
      ...(encryption && { encryption }),
    });
    byte += bytes;
    decodeTime += sum(durations, first, end);
    entry += encryption?.subsamples?.clear.length ?? 0;
    first = end;
  }
  return parts;
}

/** What tells where a segment is split. */
type SplitColumns = Pick<Segment, 'count' | 'sync' | 'formats'>;

/** In how many parts `splitSegment` divides these samples. */
export function countParts(columns: SplitColumns, atSync: boolean): number {
  if (!atSync && !columns.formats) return 1;
  let parts = 0;
  for (let first = 0; first < columns.count; parts++) first = partEnd(columns, first, atSync);
  return parts;
}

/** Where the part ends that begins with sample `first`. */
function partEnd({ count, sync, formats }: SplitColumns, first: number, atSync: boolean): number {
  let end = first + 1;
  while (end < count && !(atSync && sync[end] === 1) && formats?.[end] === formats?.[first]) end++;
  return end;
}

/** @param entry number of the first sample's first subsample */
function rowsOf(
  { ivSize, ivs, subsamples }: SampleEncryption,
  first: number,
  end: number,
  entry: number,
): SampleEncryption {
  const own = { ivSize, ivs: ivs.subarray(first * ivSize, end * ivSize) };
  if (!subsamples) return own;
  const last = entry + sum(subsamples.counts, first, end);
  return {
    ...own,
    subsamples: {
      counts: subsamples.counts.subarray(first, end),
      clear: subsamples.clear.subarray(entry, last),
      protected: subsamples.protected.subarray(entry, last),
    },
  };
}

function sum(column: Uint32Array | Uint16Array, first: number, end: number): number {
  let total = 0;
  for (let row = first; row < end; row++) total += column[row]!;
  return total;
}
