import type { ByteSource } from './byte-source.ts';
import { inputEnded } from './ended.ts';
import { fillerOf } from './filler.ts';

/** Bytes of one range: a segment is read with few questions, and no answer is longer than memory allows. */
const LONGEST = 8 * 2 ** 20;

/** An input that is read in ranges. */
export interface RangeSourceOptions extends Pick<ByteSource, 'name' | 'size'> {
  /**
   * Ask for `length` bytes from `position` on, all of which the input has. Several questions may be open at once. An answer that
   * is shorter is refused for it.
   */
  fetch(position: number, length: number): Promise<Uint8Array>;
  /** @default nothing is to be done */
  close?(): Promise<void>;
}

/** What readers see of an input whose bytes come in ranges: for `InputSource.open`. */
export function rangeSource(options: RangeSourceOptions): ByteSource {
  const { name, size, close = async () => {} } = options;
  return {
    name,
    size,
    close,
    async read(position, targets) {
      const end = position + targets.reduce((sum, { length }) => sum + length, 0);
      if (end > size) throw inputEnded(name, size);
      const into = fillerOf(targets);
      for (let at = position; at < end; ) {
        const length = Math.min(LONGEST, end - at);
        const bytes = await options.fetch(at, length);
        if (bytes.length !== length) throw inputEnded(name, at + bytes.length);
        into(bytes);
        at += length;
      }
    },
  };
}
