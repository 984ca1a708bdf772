import type { ByteSource } from '../../io/byte-source.ts';
import { CLOCK } from '../mpegts/clock.ts';
import { crc32Mpeg } from '../mpegts/crc32.ts';
import { type PacketLayout, pidAt } from '../mpegts/read/packet-layout.ts';
import { SectionReader } from '../mpegts/read/section-reader.ts';
import { readSplice, type SpliceSection } from '../mpegts/read/splice-section.ts';
import { PACKET } from '../mpegts/write/packet-writer.ts';
import type { FoundMarker } from './packet-file.ts';

/** stream_type of SCTE 35. */
export const SPLICE_STREAM = 0x86;

/** Bytes of the file at a time. */
const WINDOW = 2 ** 20;
/** A stream of nothing but cues must not fill the memory. */
const MOST = 10_000;

/**
 * What the sections of SCTE 35 of a stream say, each once however often it is sent, with times of the stream's clock; without what is
 * called off again. Damaged ones are passed over, as receivers do; a notice tells of those that nobody can place.
 * @param checkpoint called once a window; may throw, to give up
 * @param warn told what is left out
 */
export async function transportCues(
  source: ByteSource,
  { stride, first }: PacketLayout,
  pids: ReadonlySet<number>,
  checkpoint: () => void,
  warn: (message: string) => void,
): Promise<FoundMarker[]> {
  const sections = new SectionReader();
  const cues = new FoundCues();
  const step = Math.floor(WINDOW / stride) * stride;
  for (let at = first; at + PACKET <= source.size; at += step) {
    checkpoint();
    const bytes = new Uint8Array(Math.min(step, source.size - at));
    await source.read(at, [bytes]);
    for (let packet = 0; packet + PACKET <= bytes.length; packet += stride) {
      const pid = pidAt(bytes, packet + 1);
      const ended = pids.has(pid) ? sections.add(pid, bytes.subarray(packet, packet + PACKET)) : [];
      for (const section of ended) cues.add(section, (at + packet) / source.size);
    }
  }
  for (const reason of cues.untold()) warn(`${source.name}: ${reason}`);
  return cues.markers;
}

class FoundCues {
  readonly #found = new Map<string, FoundMarker>();
  /** The key of what was said last of an event. */
  readonly #last = new Map<number, string>();
  /** Sections, Base64: each is told once, too. */
  readonly #encrypted = new Set<string>();
  readonly #immediate = new Set<string>();
  #isFull = false;

  get markers(): FoundMarker[] {
    return [...this.#found.values()];
  }

  /** @param place see `FoundMarker` */
  add(section: Uint8Array, place: number): void {
    const said = crc32Mpeg(section) === 0 ? splice(section) : undefined;
    if (!said) return;
    const scte35 = Buffer.from(section).toString('base64');
    if (said.command === undefined) note(this.#encrypted, scte35);
    for (const { kind, eventId, ticks, duration } of said.cues) {
      if (ticks === undefined) {
        note(this.#immediate, scte35);
        continue;
      }
      const seconds = ticks / CLOCK;
      const key = `${kind} ${eventId} ${seconds}`;
      const before = this.#found.get(key);
      this.#isFull ||= !before && this.#found.size === MOST;
      if (this.#isFull) return;
      this.#last.set(eventId, key);
      this.#found.set(key, {
        id: String(eventId),
        kind,
        seconds,
        ...(duration !== undefined && { duration }),
        scte35,
        place: before?.place ?? place,
      });
    }
    for (const eventId of said.cancelled) {
      this.#found.delete(this.#last.get(eventId) ?? '');
      this.#last.delete(eventId);
    }
  }

  /** What is not among the markers, in sentences. */
  untold(): string[] {
    const told = [
      [this.#encrypted.size, 'encrypted, so nobody can tell what they say'],
      [this.#immediate.size, 'for at once, without a time'],
    ] as const;
    const reasons = told.flatMap(([count, what]) =>
      count > 0 ? [`sections of SCTE 35 that are ${what}, are left out (${count}).`] : [],
    );
    return this.#isFull ? [...reasons, `cues of SCTE 35 behind the first ${MOST} are left out.`] : reasons;
  }
}

const note = (seen: Set<string>, section: string): void => {
  if (seen.size < MOST) seen.add(section);
};

function splice(section: Uint8Array): SpliceSection | undefined {
  try {
    return readSplice(section);
  } catch (cause) {
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
}
