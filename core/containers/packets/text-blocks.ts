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
/** What a block is worth beside its text: empty ones must not fill the memory either. */
const BLOCK_BYTES = 32;
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
  blocks.goTo(0);
  while ((await blocks.next()) && !isJoined) {
    const { track, data, lacing, ticks, duration, additional } = blocks;
    const collected = found.get(track)!;
    if (collected.bytes > MOST_TEXT) continue;
    const count = findFrames(data, lacing, bounds);
    const step = duration === undefined ? Number.NaN : duration / count;
    for (let frame = 0; frame < count; frame++) {
      const start = frame === 0 ? ticks : ticks + frame * step;
      collected.add(start, step, data.subarray(bounds[frame]!, bounds[frame + 1]!), additional);
    }
  }
  return new Map([...found].map(([id, collected]) => [id, isJoined ? JOINED : collected.finish()]));
}

const JOINED =
  'it goes on in another recording behind the first, where its times would begin anew: join them with mkvmerge';

/** What has been found of a track. */
class Collected {
  readonly #starts = new GrowingDoubles();
  readonly #durations = new GrowingDoubles();
  readonly #sizes = new GrowingColumn();
  readonly #additions = new GrowingColumn();
  readonly #pieces: Uint8Array[] = [];
  /** What is held for it. */
  bytes = 0;

  add(start: number, duration: number, text: Uint8Array, additional: Uint8Array = new Uint8Array(0)): void {
    this.bytes += text.length + additional.length + BLOCK_BYTES;
    this.#starts.push(start);
    this.#durations.push(duration);
    this.#sizes.push(text.length);
    this.#additions.push(additional.length);
    // The window that they lie in is large.
    this.#pieces.push(Uint8Array.from(text), Uint8Array.from(additional));
  }

  finish(): TextBlocks | string {
    const count = this.#sizes.length;
    if (count === 0) return 'it has no samples';
    if (this.bytes > MOST_TEXT) return `subtitles of more than ${MOST_TEXT / 2 ** 20} MiB are not read`;
    const data = new Uint8Array(new SharedArrayBuffer(this.bytes - count * BLOCK_BYTES));
    let at = 0;
    for (const piece of this.#pieces) {
      data.set(piece, at);
      at += piece.length;
    }
    return {
      starts: this.#starts.values.slice(0, count),
      durations: this.#durations.values.slice(0, count),
      sizes: this.#sizes.values.slice(0, count),
      additions: this.#additions.values.slice(0, count),
      data,
    };
  }
}
