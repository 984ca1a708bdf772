import { CLOCK, WRAP } from './clock.ts';
import { crc32Mpeg } from './crc32.ts';

const TABLE_ID = 0xfc;
const SPLICE_INSERT = 5;

/** What a splice_insert() says. */
export interface SpliceInsert {
  /** Of 32 bits; that of the way back is that of the way out. */
  readonly eventId: number;
  /** Away from the programme, or back to it. */
  readonly isOut: boolean;
  /** Seconds on the clock of the stream. */
  readonly time: number;
  /** Seconds of the break. */
  readonly duration?: number | undefined;
}

/** A splice_info_section() with a splice_insert() of a whole programme (ANSI/SCTE 35, 9.6 and 9.7.3), in the clear. */
export function spliceInsertSection({ eventId, isOut, time, duration }: SpliceInsert): Uint8Array {
  const hasDuration = duration !== undefined;
  const command = Buffer.concat([
    word(eventId),
    // Not cancelled; out_of_network_indicator, program_splice_flag, duration_flag; not immediate.
    Uint8Array.of(0x7f, (isOut ? 0x80 : 0) | 0x40 | (hasDuration ? 0x20 : 0) | 0x0f),
    ticks33(time, 0xfe), // time_specified_flag
    ...(hasDuration ? [ticks33(duration, 0xfe)] : []), // auto_return
    Uint8Array.of(0, 1, 0, 0), // unique_program_id, avail_num, avails_expected
  ]);
  const body = Buffer.concat([
    // protocol_version, encrypted_packet and pts_adjustment, cw_index; tier of all ones.
    Uint8Array.of(
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0xff,
      0xf0 | (command.length >> 8),
      command.length & 0xff,
      SPLICE_INSERT,
    ),
    command,
    Uint8Array.of(0, 0), // no descriptors
  ]);
  const length = body.length + 4;
  const head = Buffer.concat([Uint8Array.of(TABLE_ID, 0x30 | (length >> 8), length & 0xff), body]);
  return Buffer.concat([head, word(crc32Mpeg(head))]);
}

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

/** 33 bits of 90 kHz behind 7 bits of flags. */
function ticks33(seconds: number, flags: number): Buffer {
  const ticks = Math.round(seconds * CLOCK) % WRAP;
  return Buffer.concat([Uint8Array.of(flags | (ticks >= 2 ** 32 ? 1 : 0)), word(ticks % 2 ** 32)]);
}
