import { RbspReader } from '../../base/bit-reader.ts';
import type { NalRules } from '../nal/rules.ts';
import { SEI, seiPayloads } from '../nal/sei.ts';
import { nalPieces } from '../nal/start-codes.ts';
import { nalUnitsOfHead } from '../nal/units.ts';

/** itu_t_t35_country_code of the USA, itu_t_t35_provider_code of ATSC, user_identifier `GA94` (ANSI/SCTE 128-1, 8.1 and 8.2). */
const ATSC = [0xb5, 0x00, 0x31, 0x47, 0x41, 0x39, 0x34];
/** user_data_type_code of cc_data(). */
const CC_DATA = 3;
const PROCESS_CC_DATA = 0x40;
const CC_COUNT = 0x1f;

/** Bytes of a construct of cc_data(): flags and type, then a pair. */
export const CONSTRUCT = 3;

/** The constructs of cc_data() (CEA-708, 4.4) of a message; `undefined` where it is another message, or cut short. */
export function ccData(payload: Uint8Array): Uint8Array | undefined {
  const at = ATSC.length;
  if (payload.length < at + 3 || ATSC.some((byte, n) => payload[n] !== byte)) return undefined;
  const flags = payload[at + 1]!;
  if (payload[at] !== CC_DATA || (flags & PROCESS_CC_DATA) === 0) return undefined;
  const end = at + 3 + CONSTRUCT * (flags & CC_COUNT); // em_data stands between
  return end <= payload.length ? payload.subarray(at + 3, end) : undefined;
}

/**
 * The constructs of cc_data() of an access unit, of all its SEI messages together.
 * @param head the sample or its first bytes
 * @param size bytes of the sample
 * @returns empty: it has none; `undefined` where `head` ends in front of the picture
 */
export function captionsOfSample(
  head: Uint8Array,
  size: number,
  rules: NalRules,
  lengthSize: number,
): Uint8Array | undefined {
  const { headerBytes, seiType, typeOf, isPicture } = rules;
  const found: Uint8Array[] = [];
  const reader = new RbspReader();
  for (const unit of nalUnitsOfHead(head, lengthSize)) {
    // Some muxers put a delimiter and what follows it under one length, with start codes between.
    for (const nal of nalPieces(unit)) {
      const type = typeOf(nal[0]!);
      if (isPicture(type)) return Buffer.concat(found);
      if (type !== seiType) continue;
      for (const payload of seiPayloads(reader.open(nal, headerBytes, nal.length), SEI.registeredUserData)) {
        const data = ccData(payload);
        if (data) found.push(data);
      }
    }
  }
  return head.length < size ? undefined : Buffer.concat(found);
}
