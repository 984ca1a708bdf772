import type { MarkerKind } from '../../../media/markers.ts';
import { CLOCK, WRAP } from '../clock.ts';

/** What a splice_info_section() says happens (ANSI/SCTE 35, 9.6). */
export interface SpliceCue {
  readonly kind: MarkerKind;
  /** splice_event_id, or segmentation_event_id. */
  readonly eventId: number;
  /** Ticks of 90 kHz, 33 bits. */
  readonly ticks: number;
  /** Seconds. */
  readonly duration?: number;
}

const TABLE_ID = 0xfc;
const [SPLICE_INSERT, TIME_SIGNAL] = [5, 6];
const SEGMENTATION = 2;
const CUEI = 'CUEI';
const CRC = 4;

/** segmentation_type_id (table 23): breaks and placement opportunities; their ends are one more. */
const OUT: ReadonlySet<number> = new Set([0x22, 0x30, 0x32, 0x34, 0x36, 0x38, 0x3a, 0x44, 0x46]);
const CHAPTER_START = 0x20;
const CHAPTER_END = 0x21;

/**
 * What a section says, when that has a time: immediate splices, cancellations and encrypted sections have none.
 * @throws RangeError where it is cut short
 */
export function spliceCues(section: Uint8Array): SpliceCue[] {
  const bytes = Buffer.from(section.buffer, section.byteOffset, section.length);
  const isEncrypted = (bytes[4]! & 0x80) !== 0;
  if (bytes[0] !== TABLE_ID || isEncrypted) return [];
  const adjustment = read33(bytes, 4);
  const length = bytes.readUInt16BE(11) & 0xfff;
  const type = bytes[13];
  const command = bytes.subarray(14);
  const timed = (ticks: number): number => (ticks + adjustment) % WRAP;
  if (type === SPLICE_INSERT) return spliceInsert(command, timed);
  if (type !== TIME_SIGNAL || (command[0]! & 0x80) === 0) return [];
  // 0xFFF stands for a length that is not told; that of a time is known.
  const descriptors = 14 + (length === 0xfff ? 5 : length);
  return segmentations(bytes.subarray(descriptors, bytes.length - CRC), timed(read33(command, 0)));
}

function spliceInsert(command: Buffer, timed: (ticks: number) => number): SpliceCue[] {
  const [isCancelled, flags] = [(command[4]! & 0x80) !== 0, command[5]!];
  const [isOut, isProgram, hasDuration, isImmediate] = [0x80, 0x40, 0x20, 0x10].map(
    (bit) => (flags & bit) !== 0,
  );
  if (isCancelled || !isProgram || isImmediate || (command[6]! & 0x80) === 0) return [];
  const duration = hasDuration ? read33(command, 11) / CLOCK : undefined;
  return [
    {
      kind: isOut ? 'ad-out' : 'ad-in',
      eventId: command.readUInt32BE(0),
      ticks: timed(read33(command, 6)),
      ...(isOut && duration !== undefined && { duration }),
    },
  ];
}

/** The segmentation_descriptor()s of a time_signal() (10.3.3). @param loop from descriptor_loop_length on */
function segmentations(loop: Buffer, ticks: number): SpliceCue[] {
  const cues: SpliceCue[] = [];
  const end = Math.min(loop.length, 2 + loop.readUInt16BE(0));
  for (let at = 2; at + 2 <= end; at += 2 + loop[at + 1]!) {
    const descriptor = loop.subarray(at + 2, at + 2 + loop[at + 1]!);
    const isOurs = loop[at] === SEGMENTATION && descriptor.toString('latin1', 0, 4) === CUEI;
    const isCancelled = (descriptor[8]! & 0x80) !== 0;
    if (!isOurs || isCancelled) continue;
    const flags = descriptor[9]!;
    let next = 10;
    if ((flags & 0x80) === 0) next += 1 + 6 * descriptor[next]!; // components
    const hasDuration = (flags & 0x40) !== 0;
    const duration = hasDuration ? descriptor.readUIntBE(next, 5) / CLOCK : 0;
    if (hasDuration) next += 5;
    const type = descriptor[next + 2 + descriptor[next + 1]!];
    if (type === undefined) throw new RangeError('a segmentation_descriptor is cut short');
    if (type === CHAPTER_END) continue;
    const kind = kindOf(type);
    cues.push({
      kind,
      eventId: descriptor.readUInt32BE(4),
      ticks,
      ...(kind !== 'ad-in' && duration > 0 && { duration }),
    });
  }
  return cues;
}

function kindOf(type: number): MarkerKind {
  if (type === CHAPTER_START) return 'chapter';
  if (OUT.has(type)) return 'ad-out';
  return OUT.has(type - 1) ? 'ad-in' : 'cue';
}

/** 33 bits, of which the highest is the last of the byte at `at`. */
const read33 = (bytes: Buffer, at: number): number => (bytes[at]! & 1) * 2 ** 32 + bytes.readUInt32BE(at + 1);
