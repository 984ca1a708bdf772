import { GrowingColumn, GrowingDoubles } from '../../../base/growing-column.ts';
import type { MediaEntry } from '../../model/media-track.ts';

/** How much of a stream is there: more comes; its segment ends, what is left goes on in the next one; nothing comes any more. */
export type Ending = 'more' | 'segment' | 'end';

/** Frames that were found in the bytes of a stream, a row each. */
export class Frames {
  /** Where a frame begins, and its sample: behind a header of the transport. */
  readonly starts = new GrowingColumn();
  readonly payloads = new GrowingColumn();
  readonly ends = new GrowingColumn();
  /** 90 kHz ticks; `NaN`: the frame does not say. */
  readonly durations = new GrowingDoubles();
  /** The frame is one that decoding may begin at. */
  readonly sync = new GrowingColumn();
  /** Index in `formats`. */
  readonly formats = new GrowingColumn();
  /** NAL units, by their headers and ends, and the first of each frame; of streams without them empty. */
  readonly unitStarts = new GrowingColumn();
  readonly unitEnds = new GrowingColumn();
  readonly firstUnits = new GrowingColumn();

  get count(): number {
    return this.starts.length;
  }

  push(start: number, payload: number, end: number, duration: number, sync: boolean, format: number): void {
    this.starts.push(start);
    this.payloads.push(payload);
    this.ends.push(end);
    this.durations.push(duration);
    this.sync.push(sync ? 1 : 0);
    this.formats.push(format);
  }

  /** NAL units of the first frames: up to one whose samples end at `end`. Behind it there may be some of a frame that is not whole. */
  unitCount(end: number): number {
    let count = this.unitStarts.length;
    while (count > 0 && this.unitStarts.values[count - 1]! >= end) count -= 1;
    return count;
  }

  /** The bytes of a frame go to another place: its NAL units too. */
  moveUnits(frame: number, distance: number): void {
    if (this.firstUnits.length === 0) return;
    const last = frame + 1 < this.count ? this.firstUnits.values[frame + 1]! : this.unitStarts.length;
    for (let unit = this.firstUnits.values[frame]!; unit < last; unit++) {
      this.unitStarts.values[unit] = this.unitStarts.values[unit]! + distance;
      this.unitEnds.values[unit] = this.unitEnds.values[unit]! + distance;
    }
  }

  /** Take the last one back. @returns where it begins */
  pop(): number {
    const last = this.count - 1;
    const start = this.starts.values[last]!;
    for (const column of [this.starts, this.payloads, this.ends, this.durations, this.sync]) column.cut(last);
    this.formats.cut(last);
    return start;
  }

  clear(): void {
    for (const column of [this.starts, this.payloads, this.ends, this.durations, this.sync]) column.cut(0);
    for (const column of [this.formats, this.unitStarts, this.unitEnds, this.firstUnits]) column.cut(0);
  }
}

/** Finds the frames of one codec. */
export interface FrameSplitter {
  /** Formats of the frames so far. */
  readonly formats: Formats;
  /**
   * Find the frames of `bytes` from 0 to `end`.
   * @param starts where PES packets begin among them
   * @param lost told of bytes that are no frame: from, to
   * @returns where the bytes begin that are not looked at yet
   */
  split(
    bytes: Buffer,
    end: number,
    ending: Ending,
    starts: Uint32Array,
    frames: Frames,
    lost: (from: number, to: number) => void,
  ): number;
}

/** What frames say of themselves: formats, each once. */
export class Formats {
  readonly list: MediaEntry[] = [];
  readonly #indexes = new Map<string, number>();

  /** @param identity formats that are the same have the same */
  index(identity: string, make: () => MediaEntry): number {
    const known = this.#indexes.get(identity);
    if (known !== undefined) return known;
    const index = this.list.length;
    this.list.push(make());
    this.#indexes.set(identity, index);
    return index;
  }
}
