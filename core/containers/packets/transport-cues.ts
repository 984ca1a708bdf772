import type { ByteSource } from '../../io/byte-source.ts';
import type { InputMarker } from '../../media/markers.ts';
import { CLOCK } from '../mpegts/clock.ts';
import { crc32Mpeg } from '../mpegts/crc32.ts';
import type { PacketLayout } from '../mpegts/read/packet-layout.ts';
import { SectionReader } from '../mpegts/read/program.ts';
import { spliceCues } from '../mpegts/read/splice-section.ts';
import { PACKET } from '../mpegts/write/packet-writer.ts';

/** stream_type of SCTE 35. */
export const SPLICE_STREAM = 0x86;

/** Bytes of the file at a time. */
const WINDOW = 2 ** 20;
/** A stream of nothing but cues must not fill the memory. */
const MOST = 10_000;

/**
 * What the sections of SCTE 35 of a stream say, each once however often it is sent, with times of the stream's clock. Damaged ones
 * are passed over, as receivers do.
 */
export async function transportCues(
  source: ByteSource,
  { stride, first }: PacketLayout,
  pids: ReadonlySet<number>,
): Promise<InputMarker[]> {
  const sections = new SectionReader();
  const found = new Map<string, InputMarker>();
  const step = Math.floor(WINDOW / stride) * stride;
  for (let at = first; at + PACKET <= source.size && found.size < MOST; at += step) {
    const bytes = new Uint8Array(Math.min(step, source.size - at));
    await source.read(at, [bytes]);
    for (let packet = 0; packet + PACKET <= bytes.length; packet += stride) {
      const pid = ((bytes[packet + 1]! & 0x1f) << 8) | bytes[packet + 2]!;
      const section = pids.has(pid) && sections.add(pid, bytes.subarray(packet, packet + PACKET));
      if (section) for (const marker of markersOf(section)) found.set(keyOf(marker), marker);
    }
  }
  return [...found.values()];
}

function markersOf(section: Uint8Array): InputMarker[] {
  if (crc32Mpeg(section) !== 0) return [];
  try {
    return spliceCues(section).map(({ kind, eventId, ticks, duration }) => ({
      id: String(eventId),
      kind,
      seconds: ticks / CLOCK,
      ...(duration !== undefined && { duration }),
      scte35: Buffer.from(section).toString('base64'),
    }));
  } catch (cause) {
    if (cause instanceof RangeError) return [];
    throw cause;
  }
}

const keyOf = ({ id, kind, seconds }: InputMarker): string => `${kind} ${id} ${seconds}`;
