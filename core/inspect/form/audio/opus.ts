import { FormError } from '../bits.ts';
import { type CodecForm, protectedWithin, type SampleBytes, type SampleForm } from '../codec-form.ts';

/** Longest frame, in bytes, and longest packet, in samples at 48 kHz (RFC 6716, 3.4). */
const MOST_BYTES = 1275;
const MOST_SAMPLES = 5760;
/** Samples at 48 kHz of a frame, by the two low bits of the configuration (RFC 6716, table 2). */
const SILK = [480, 960, 1920, 2880];
const HYBRID = [480, 960];
const CELT = [120, 240, 480, 960];

/** Opus (RFC 6716, 3): the byte that says what is in a packet, and how its frames are packed. What is in the frames is not followed. */
export class OpusForm implements CodecForm {
  at = 0;

  check(sample: SampleBytes): SampleForm {
    const { data, start, end } = sample;
    this.at = start;
    if (end === start) throw new FormError('is empty, which no packet of Opus is');
    const toc = data[start]!;
    const bytes = end - start - 1;
    const code = toc & 3;
    if (code === 0) {
      if (bytes > MOST_BYTES) throw new FormError('has a frame of Opus that is too long');
    } else if (code === 1) {
      if (bytes % 2 !== 0 || bytes / 2 > MOST_BYTES)
        throw new FormError('has two frames of Opus that do not fit');
    } else if (code === 2) {
      this.#checkTwo(data, start + 1, end);
    } else {
      this.#checkMany(data, start + 1, end, frameSamples(toc >> 3));
    }
    // An encoder seldom changes its mode: of the 256 that a byte can say a stream has few.
    const isTocProtected = protectedWithin(sample, start, start + 1) === 1;
    return { isWalked: true, exactBits: 0, ...(isTocProtected && { mark: toc }) };
  }

  /** Two frames of different lengths. */
  #checkTwo(data: Uint8Array, start: number, end: number): void {
    const first = frameLength(data, start, end);
    const rest = end - start - first.bytes - first.length;
    if (rest < 0 || rest > MOST_BYTES || first.length > MOST_BYTES)
      throw new FormError('has two frames of Opus that do not fit');
  }

  /** Any number of frames. */
  #checkMany(data: Uint8Array, start: number, end: number, samples: number): void {
    if (start >= end) throw new FormError('ends before its frames of Opus');
    const head = data[start]!;
    const count = head & 63;
    if (count === 0 || count * samples > MOST_SAMPLES)
      throw new FormError('has a number of Opus frames that cannot be');
    let at = start + 1;
    let padding = 0;
    if ((head & 0x40) !== 0) {
      let part = 255;
      while (part === 255) {
        this.at = at;
        if (at >= end) throw new FormError('ends in the padding of Opus');
        part = data[at++]!;
        padding += part === 255 ? 254 : part;
      }
    }
    let left = end - padding - at;
    if ((head & 0x80) === 0) {
      if (left < 0 || left % count !== 0 || left / count > MOST_BYTES)
        throw new FormError('has frames of Opus that do not fit');
      return;
    }
    for (let frame = 1; frame < count; frame += 1) {
      this.at = at;
      const { bytes, length } = frameLength(data, at, end);
      at += bytes;
      left -= bytes + length;
    }
    if (left < 0 || left > MOST_BYTES) throw new FormError('has frames of Opus that do not fit');
  }
}

/** How long a frame is, and how many bytes say so (RFC 6716, 3.2.1). */
function frameLength(data: Uint8Array, at: number, end: number): { bytes: number; length: number } {
  if (at >= end) throw new FormError('ends in the length of a frame of Opus');
  const first = data[at]!;
  if (first < 252) return { bytes: 1, length: first };
  if (at + 1 >= end) throw new FormError('ends in the length of a frame of Opus');
  return { bytes: 2, length: first + 4 * data[at + 1]! };
}

function frameSamples(config: number): number {
  if (config < 12) return SILK[config & 3]!;
  return config < 16 ? HYBRID[config & 1]! : CELT[config & 3]!;
}
