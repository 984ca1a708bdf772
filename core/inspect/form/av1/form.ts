import { NotFollowed } from '../bits.ts';
import { type CodecForm, protectedWithin, type SampleBytes, type SampleForm } from '../codec-form.ts';

/** OBUs that end with a tile (AV1 Bitstream & Decoding Process Specification, 6.2.2). */
const [TILE_GROUP, FRAME] = [4, 6];

/**
 * AV1: its tiles are not decoded. What the coder leaves at their ends is looked at, of the last one of each OBU; headers are clear, and
 * say where that is. One byte proves nothing: the judge looks at all of them together.
 */
export class Av1Form implements CodecForm {
  at = 0;

  check(sample: SampleBytes): SampleForm {
    const tileEnds: number[] = [];
    for (const end of this.#tileEnds(sample))
      if (protectedWithin(sample, end - 1, end) === 1) tileEnds.push(sample.data[end - 1]!);
    if (tileEnds.length === 0) throw new NotFollowed('has no end of a tile that is encrypted');
    return { isWalked: false, exactBits: 0, tileEnds };
  }

  /** Behind the last byte of each. */
  *#tileEnds({ data, start, end }: SampleBytes): Generator<number, void> {
    for (let at = start; at < end; ) {
      this.at = at;
      const header = data[at]!;
      const type = (header >> 3) & 15;
      at += header & 4 ? 2 : 1;
      let size = end - at;
      if (header & 2) {
        size = 0;
        for (let shift = 0, byte = 128; byte >= 128; shift += 7) {
          if (at >= end || shift > 28) throw new NotFollowed('has an OBU whose size cannot be read');
          byte = data[at]!;
          at += 1;
          size += (byte & 127) * 2 ** shift;
        }
      }
      at += size;
      if (at > end) throw new NotFollowed('has an OBU that is longer than it');
      if ((type === TILE_GROUP || type === FRAME) && size > 0) yield at;
    }
  }
}
