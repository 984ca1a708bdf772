import { GrowingColumn, GrowingDoubles } from '../../base/growing-column.ts';
import { findFrames, MOST_FRAMES } from '../matroska/block.ts';
import { MatroskaBlocks, type MatroskaFile } from './matroska-blocks.ts';

/** The blocks of a track of subtitles, a row each, in the order of the file: plain data that threads share. */
export interface TextBlocks {
  /** Ticks of the file. */
  readonly starts: Float64Array;
  /** Ticks; NaN where a block does not say. */
  readonly durations: Float64Array;
  /** Bytes of the text of each, and of what is beside it; they lie one behind the other in `data`. */
  readonly sizes: Uint32Array;
  readonly additions: Uint32Array;
  /** As the file has them. */
  readonly data: Uint8Array;
}

/** Bytes of all that a track of subtitles says: more is none. */
export const MOST_TEXT = 64 * 2 ** 20;
/** The same of all tracks of a file, of which there may be a hundred. */
const MOST_OF_FILE = 4 * MOST_TEXT;
/** What a block is worth beside its text, as a cue in memory: empty ones must not fill that either. */
const BLOCK_BYTES = 256;
/** Bytes that a track has room for at first. */
const ROOM = 4096;
/** Subtitles are a small part of a file: what lies between is stepped over where it is large. */
const WINDOW = 2 ** 16;

/**
 * Go through a file once for all its subtitles.
 * @returns their blocks, or why they are left out, by the numbers of their tracks
 * @throws EbmlError where the file breaks the syntax of Matroska
 */
export async function collectTextBlocks(
  { source, clock, checkNext }: MatroskaFile,
  ids: readonly number[],
  checkCancelled: () => void,
): Promise<ReadonlyMap<number, TextBlocks | string>> {
  let isJoined = false;
  const file: MatroskaFile = {
    clock,
    source: {
      name: source.name,
      size: source.size,
      close: async () => {},
      read: (position, targets) => {
        checkCancelled();
        return source.read(position, targets);
      },
    },
    async checkNext(at) {
      await checkNext(at);
      isJoined = true;
    },
  };
  const found = new Map(ids.map((id) => [id, new Collected()]));
  const blocks = new MatroskaBlocks(file, ids, WINDOW);
  const bounds = new Uint32Array(MOST_FRAMES + 1);
  let held = 0;
  blocks.goTo(0);
  while ((await blocks.next()) && !isJoined) {
    const { track, data, lacing, ticks, duration, additional } = blocks;
    const collected = found.get(track)!;
    if (collected.isTooLarge) continue;
    const count = findFrames(data, lacing, bounds);
    const step = duration === undefined ? Number.NaN : duration / count;
    for (let frame = 0; frame < count; frame++) {
      const start = frame === 0 ? ticks : ticks + frame * step;
      held += collected.add(start, step, data.subarray(bounds[frame]!, bounds[frame + 1]!), additional);
    }
    if (collected.held > MOST_TEXT || held > MOST_OF_FILE) {
      held -= collected.held;
      collected.giveUp();
    }
  }
  return new Map([...found].map(([id, collected]) => [id, isJoined ? JOINED : collected.finish()]));
}

const JOINED =
  'it goes on in another recording behind the first, where its times would begin anew: join them with mkvmerge';

/** What has been found of a track. */
class Collected {
  #starts = new GrowingDoubles();
  #durations = new GrowingDoubles();
  #sizes = new GrowingColumn();
  #additions = new GrowingColumn();
  /** Of the blocks one behind the other; the window that they lie in is large, and so not kept. */
  #data = new Uint8Array(ROOM);
  #length = 0;
  /** It says more than subtitles do, and nothing of it is kept. */
  isTooLarge = false;

  /** Bytes that it takes. */
  get held(): number {
    return this.#length + this.#sizes.length * BLOCK_BYTES;
  }

  /** @returns bytes that it takes more than before */
  add(start: number, duration: number, text: Uint8Array, additional: Uint8Array = new Uint8Array(0)): number {
    this.#starts.push(start);
    this.#durations.push(duration);
    this.#sizes.push(text.length);
    this.#additions.push(additional.length);
    this.#append(text);
    this.#append(additional);
    return text.length + additional.length + BLOCK_BYTES;
  }

  giveUp(): void {
    this.isTooLarge = true;
    this.#starts = new GrowingDoubles();
    this.#durations = new GrowingDoubles();
    this.#sizes = new GrowingColumn();
    this.#additions = new GrowingColumn();
    this.#data = new Uint8Array(0);
    this.#length = 0;
  }

  finish(): TextBlocks | string {
    if (this.isTooLarge) return `subtitles of more than ${MOST_TEXT / 2 ** 20} MiB are not read`;
    const count = this.#sizes.length;
    if (count === 0) return 'it has no samples';
    const data = new Uint8Array(new SharedArrayBuffer(this.#length));
    data.set(this.#data.subarray(0, this.#length));
    return {
      starts: this.#starts.values.slice(0, count),
      durations: this.#durations.values.slice(0, count),
      sizes: this.#sizes.values.slice(0, count),
      additions: this.#additions.values.slice(0, count),
      data,
    };
  }

  #append(bytes: Uint8Array): void {
    const end = this.#length + bytes.length;
    if (end > this.#data.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#data.length));
      larger.set(this.#data.subarray(0, this.#length));
      this.#data = larger;
    }
    this.#data.set(bytes, this.#length);
    this.#length = end;
  }
}
