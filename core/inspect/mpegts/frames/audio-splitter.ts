import type { MediaEntry } from '../../model/media-track.ts';
import { CLOCK } from '../clock.ts';
import { type Ending, Formats, type FrameSplitter, type Frames } from './frames.ts';

/** What the header of an audio frame says. */
export interface AudioFrame {
  /** Bytes, with the header. */
  readonly size: number;
  /** Bytes of a header that is the transport's alone. */
  readonly header: number;
  /** Samples a channel; 0: it belongs to the frame before. */
  readonly samples: number;
  readonly sampleRate: number;
  /** Frames of one format have the same. */
  readonly identity: string;
}

/** A codec whose frames say how long they are. */
export interface AudioSyntax {
  /** Bytes of a header that `read` needs. */
  readonly headerBytes: number;
  /** Samples a channel of an access unit that has several frames; absent: each frame is one. */
  readonly unitSamples?: number;
  /** The frame at `at`; `undefined`: there is none. */
  read(bytes: Buffer, at: number): AudioFrame | undefined;
  describe(bytes: Buffer, at: number, frame: AudioFrame): MediaEntry;
}

/** Cuts a stream of audio frames into access units; a frame without samples of its own belongs to the unit before it. */
export class AudioSplitter implements FrameSplitter {
  readonly formats = new Formats();
  readonly #syntax: AudioSyntax;
  /** Samples of the last unit so far. */
  #gathered = 0;

  constructor(syntax: AudioSyntax) {
    this.#syntax = syntax;
  }

  split(
    bytes: Buffer,
    end: number,
    ending: Ending,
    _starts: Uint32Array,
    frames: Frames,
    lost: (from: number, to: number) => void,
  ): number {
    const syntax = this.#syntax;
    let at = 0;
    let lostFrom = -1;
    while (at < end) {
      const isShort = at + syntax.headerBytes > end;
      const frame = isShort ? undefined : syntax.read(bytes, at);
      if (isShort || (frame && at + frame.size > end)) {
        if (ending !== 'end') break;
        if (lostFrom < 0) lostFrom = at;
        at = end;
        break;
      }
      if (!frame || !this.#isFollowed(bytes, at + frame.size, end)) {
        if (lostFrom < 0) lostFrom = at;
        at += 1;
        continue;
      }
      if (lostFrom >= 0) lost(lostFrom, at);
      lostFrom = -1;
      this.#put(bytes, at, frame, frames);
      at += frame.size;
    }
    if (lostFrom >= 0) lost(lostFrom, at);
    // What comes may belong to the last unit.
    if (ending === 'more' && frames.count > 0 && at === frames.ends.values[frames.count - 1])
      return frames.pop();
    return at;
  }

  #isFollowed(bytes: Buffer, next: number, end: number): boolean {
    return next + this.#syntax.headerBytes > end || this.#syntax.read(bytes, next) !== undefined;
  }

  #put(bytes: Buffer, at: number, frame: AudioFrame, frames: Frames): void {
    const { size, header, samples, sampleRate, identity } = frame;
    const last = frames.count - 1;
    const isNext = last >= 0 && frames.ends.values[last] === at;
    const { unitSamples = 0 } = this.#syntax;
    if (isNext && (samples === 0 || this.#gathered + samples <= unitSamples)) {
      this.#gathered += samples;
      frames.ends.values[last] = at + size;
      frames.durations.values[last] = frames.durations.values[last]! + (samples * CLOCK) / sampleRate;
      return;
    }
    this.#gathered = samples;
    const format = this.formats.index(identity, () => this.#syntax.describe(bytes, at, frame));
    frames.push(at, at + header, at + size, (samples * CLOCK) / sampleRate, true, format);
  }
}
