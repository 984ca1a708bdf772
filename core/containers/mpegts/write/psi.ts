import { concat } from '../../../base/bytes.ts';
import { crc32Mpeg } from '../crc32.ts';

/** One elementary stream as the Program Map Table lists it. */
export interface PmtStream {
  readonly pid: number;
  /** ISO/IEC 13818-1, table 2-34. */
  readonly streamType: number;
  /** Descriptors, complete with tags and lengths. */
  readonly descriptors: Uint8Array;
}

const PROGRAM_NUMBER = 1;
const TRANSPORT_STREAM_ID = 1;
const PAT_TABLE = 0x00;
const PMT_TABLE = 0x02;

/** Program Association Table with one program (2.4.4.3), CRC included. */
export const patSection = (pmtPid: number): Uint8Array =>
  section(PAT_TABLE, TRANSPORT_STREAM_ID, 0, [...u16(PROGRAM_NUMBER), ...u16(0xe000 | pmtPid)]);

/** Program Map Table (2.4.4.8), CRC included. `version` changes when a stream's type does: 0 to 31. */
export function pmtSection(pcrPid: number, streams: readonly PmtStream[], version = 0): Uint8Array {
  const entries = streams.flatMap(({ pid, streamType, descriptors }) => [
    streamType,
    ...u16(0xe000 | pid),
    ...u16(0xf000 | descriptors.length),
    ...descriptors,
  ]);
  return section(PMT_TABLE, PROGRAM_NUMBER, version, [...u16(0xe000 | pcrPid), ...u16(0xf000), ...entries]);
}

/** A descriptor: tag, length, content (2.6). @throws RangeError when the content has more than 255 bytes. */
export function descriptor(tag: number, content: Uint8Array): Uint8Array {
  if (content.length > 255)
    throw new RangeError(`descriptor ${tag} has ${content.length} bytes; 255 is the most`);
  return concat([Uint8Array.of(tag, content.length), content]);
}

/** The long section form, current and alone in its table; section_length counts the 5 header bytes after it and the CRC. */
function section(table: number, extension: number, version: number, body: readonly number[]): Uint8Array {
  const header = [
    table,
    ...u16(0xb000 | (5 + body.length + 4)),
    ...u16(extension),
    0xc1 | (version << 1),
    0,
    0,
  ];
  const bytes = Uint8Array.from([...header, ...body, 0, 0, 0, 0]);
  new DataView(bytes.buffer).setUint32(bytes.length - 4, crc32Mpeg(bytes.subarray(0, -4)));
  return bytes;
}

const u16 = (value: number): [number, number] => [(value >> 8) & 0xff, value & 0xff];
