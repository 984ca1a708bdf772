import { type Ending, Formats, type FrameSplitter, type Frames } from './frames.ts';

/** Takes what each PES packet has as one sample: of codecs that are not looked into. */
export class OpaqueSplitter implements FrameSplitter {
  readonly formats = new Formats();
  readonly #format: string;

  /** @param format four letters */
  constructor(format: string) {
    this.#format = format;
  }

  split(bytes: Buffer, end: number, ending: Ending, starts: Uint32Array, frames: Frames): number {
    void bytes;
    const format = this.formats.index('', () => ({
      format: this.#format,
      codecs: undefined,
      config: new Uint8Array(0),
    }));
    for (const [row, start] of starts.entries()) {
      const next = starts[row + 1];
      if (next === undefined && ending === 'more') return start;
      if ((next ?? end) > start) frames.push(start, start, next ?? end, Number.NaN, true, format);
    }
    return end;
  }
}
