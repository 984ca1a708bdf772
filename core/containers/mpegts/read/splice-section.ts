import type { MarkerKind } from '../../../media/markers.ts';
import { CLOCK, WRAP } from '../clock.ts';

/** What a splice_info_section() says happens (ANSI/SCTE 35, 9.6). */
export interface SpliceCue {
  readonly kind: MarkerKind;
  /** splice_event_id, or segmentation_event_id. */
  readonly eventId: number;
  /** Ticks of 90 kHz, 33 bits; absent: at once, whenever that is. */
  readonly ticks?: number;
  /** Seconds. */
  readonly duration?: number;
}

/** All of a section. */
export interface SpliceSection {
  /** splice_command_type; of an encrypted section nobody knows it. */
  readonly command: number | undefined;
  readonly cues: readonly SpliceCue[];
  /** Ids of events that are not to be after all. */
  readonly cancelled: readonly number[];
}

const TABLE_ID = 0xfc;
export const [SPLICE_NULL, SPLICE_INSERT, TIME_SIGNAL, BANDWIDTH_RESERVATION] = [0, 5, 6, 7] as const;
const SEGMENTATION = 2;
const CUEI = 'CUEI';
const CRC = 4;

/** segmentation_type_id (table 23): breaks and placement opportunities; their ends are one more. */
const OUT: ReadonlySet<number> = new Set([0x22, 0x30, 0x32, 0x34, 0x36, 0x38, 0x3a, 0x44, 0x46]);
const CHAPTER_START = 0x20;
const CHAPTER_END = 0x21;

const NOTHING: SpliceSection = { command: undefined, cues: [], cancelled: [] };

/**
 * What a section says. An encrypted one says nothing.
 * @throws RangeError where it is cut short, or no splice_info_section()
 */
export function readSplice(section: Uint8Array): SpliceSection {
  const bytes = Buffer.from(section.buffer, section.byteOffset, section.length);
  if (bytes.readUInt8(0) !== TABLE_ID) throw new RangeError('it is no splice_info_section');
  const isEncrypted = (bytes.readUInt8(4) & 0x80) !== 0;
  if (isEncrypted) return NOTHING;
  const adjustment = read33(bytes, 4);
  const length = bytes.readUInt16BE(11) & 0xfff;
  const command = bytes.readUInt8(13);
  const body = bytes.subarray(14, bytes.length - CRC);
  const timed = (ticks: number): number => (ticks + adjustment) % WRAP;
  if (command === SPLICE_INSERT) return { ...NOTHING, command, ...spliceInsert(body, timed) };
  if (command !== TIME_SIGNAL) return { ...NOTHING, command };
  const time = spliceTime(body, 0, timed);
  // 0xFFF stands for a length that is not told; that of a time is known.
  const descriptors = body.subarray(length === 0xfff ? time.end : length);
  return { command, ...segmentations(descriptors, time.ticks) };
}

type Said = Pick<SpliceSection, 'cues' | 'cancelled'>;

function spliceInsert(command: Buffer, timed: (ticks: number) => number): Said {
  const eventId = command.readUInt32BE(0);
  if ((command.readUInt8(4) & 0x80) !== 0) return { cues: [], cancelled: [eventId] };
  const flags = command.readUInt8(5);
  const [isOut, isProgram, hasDuration, isImmediate] = [0x80, 0x40, 0x20, 0x10].map(
    (bit) => (flags & bit) !== 0,
  );
  let at = 6;
  let ticks: number | undefined;
  const time = (): void => {
    const read = spliceTime(command, at, timed);
    ticks ??= read.ticks;
    at = read.end;
  };
  if (isProgram && !isImmediate) time();
  // Components of a programme are spliced together, or within a picture: the first says when.
  const components = isProgram ? 0 : command.readUInt8(at++);
  for (let component = 0; component < components; component++) {
    at += 1; // component_tag
    if (!isImmediate) time();
  }
  const duration = hasDuration ? read33(command, at) / CLOCK : undefined;
  const cue: SpliceCue = {
    kind: isOut ? 'ad-out' : 'ad-in',
    eventId,
    ...(ticks !== undefined && { ticks }),
    ...(isOut && duration !== undefined && { duration }),
  };
  return { cues: [cue], cancelled: [] };
}

/** splice_time() (9.8.1), and where it ends. */
function spliceTime(
  bytes: Buffer,
  at: number,
  timed: (ticks: number) => number,
): { readonly ticks: number | undefined; readonly end: number } {
  const isSpecified = (bytes.readUInt8(at) & 0x80) !== 0;
  return isSpecified ? { ticks: timed(read33(bytes, at)), end: at + 5 } : { ticks: undefined, end: at + 1 };
}

/** The segmentation_descriptor()s of a time_signal() (10.3.3). @param loop from descriptor_loop_length on */
function segmentations(loop: Buffer, ticks: number | undefined): Said {
  const cues: SpliceCue[] = [];
  const cancelled: number[] = [];
  const end = Math.min(loop.length, 2 + loop.readUInt16BE(0));
  for (let at = 2; at + 2 <= end; at += 2 + loop[at + 1]!) {
    const descriptor = loop.subarray(at + 2, at + 2 + loop[at + 1]!);
    const isOurs = loop[at] === SEGMENTATION && descriptor.toString('latin1', 0, 4) === CUEI;
    if (!isOurs) continue;
    const eventId = descriptor.readUInt32BE(4);
    if ((descriptor.readUInt8(8) & 0x80) !== 0) {
      cancelled.push(eventId);
      continue;
    }
    const flags = descriptor.readUInt8(9);
    let next = 10;
    if ((flags & 0x80) === 0) next += 1 + 6 * descriptor.readUInt8(next); // components
    const hasDuration = (flags & 0x40) !== 0;
    const duration = hasDuration ? descriptor.readUIntBE(next, 5) / CLOCK : 0;
    if (hasDuration) next += 5;
    const type = descriptor.readUInt8(next + 2 + descriptor.readUInt8(next + 1));
    if (type === CHAPTER_END) continue;
    const kind = kindOf(type);
    cues.push({
      kind,
      eventId,
      ...(ticks !== undefined && { ticks }),
      ...(kind !== 'ad-in' && duration > 0 && { duration }),
    });
  }
  return { cues, cancelled };
}

function kindOf(type: number): MarkerKind {
  if (type === CHAPTER_START) return 'chapter';
  if (OUT.has(type)) return 'ad-out';
  return OUT.has(type - 1) ? 'ad-in' : 'cue';
}

/** 33 bits, of which the highest is the last of the byte at `at`. */
const read33 = (bytes: Buffer, at: number): number =>
  (bytes.readUInt8(at) & 1) * 2 ** 32 + bytes.readUInt32BE(at + 1);
