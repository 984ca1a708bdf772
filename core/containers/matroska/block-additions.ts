import { copyBytes } from '../../base/bytes.ts';
import { childrenOf, elements } from './ebml.ts';

const BLOCK_ADDITION_MAPPING = 0x41e4;
const [BLOCK_ADD_ID_TYPE, BLOCK_ADD_ID_EXTRA_DATA] = [0x41e7, 0x41ed] as const;

/**
 * What a track has beside its codec's own data, by BlockAddIDType: its BlockAddIDExtraData, of several of one type the first (RFC 9559,
 * 5.1.4.1.17). A type may be the four characters of a box that the data is the payload of.
 * @param entry data of a TrackEntry
 */
export function readBlockAdditions(entry: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const additions = new Map<number, Uint8Array>();
  for (const { id, data } of elements(entry)) {
    if (id !== BLOCK_ADDITION_MAPPING) continue;
    const mapping = childrenOf(data);
    const type = mapping.number(BLOCK_ADD_ID_TYPE, 0);
    const extra = mapping.bytes(BLOCK_ADD_ID_EXTRA_DATA) ?? new Uint8Array(0);
    if (!additions.has(type)) additions.set(type, copyBytes(extra));
  }
  return additions;
}
