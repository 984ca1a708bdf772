import { concat, fromHex } from '../../../core/base/bytes.ts';
import type { HevcStream } from './hevc-streams.ts';

export interface HvccFacts {
  /** The first 12 bytes behind the version: profile, compatibility and constraint flags, level. @default Main, level 3.1 */
  readonly general?: string;
  /** lengthSizeMinusOne plus one. @default 4 */
  readonly lengthSize?: number;
  /** @default the stream's SPS and PPS */
  readonly nalUnits?: readonly Uint8Array[];
}

/** The payload of an `hvcC` box (ISO/IEC 14496-15, 8.3.3): an array for each NAL unit. */
export function hvcC(stream: HevcStream, facts: HvccFacts = {}): Uint8Array {
  const { general = '01600000009000000000005d', lengthSize = 4 } = facts;
  const { nalUnits = [fromHex(stream.sps), fromHex(stream.pps)] } = facts;
  return concat([
    Uint8Array.of(1),
    fromHex(general),
    fromHex('f000fcfdf8f80000'),
    Uint8Array.of(0x0c | (lengthSize - 1), nalUnits.length),
    ...nalUnits.flatMap((nal) => [
      Uint8Array.of(0x80 | (nal[0]! >> 1), 0, 1, nal.length >> 8, nal.length & 255),
      nal,
    ]),
  ]);
}
