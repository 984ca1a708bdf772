import { isDeepStrictEqual } from 'node:util';
import { BitstreamError, type RbspReader } from '../../base/bit-reader.ts';
import { maxOf } from '../../base/largest.ts';

interface ParameterSet {
  readonly id: number;
}

interface PictureParameterSet extends ParameterSet {
  readonly spsId: number;
}

/**
 * The parameter sets of a stream that are in force: a later one replaces an earlier one of the same id.
 *
 * Where an SPS is replaced behind a PPS that refers to it, decoders differ: by ITU-T H.264 (7.4.1.2.1) and H.265 a picture has
 * the SPS that is there when it begins; ffmpeg's has the one that was there when its PPS came.
 */
export class ParameterSets<Sps extends ParameterSet, Pps extends PictureParameterSet> {
  readonly #parseSps: (reader: RbspReader) => Sps;
  readonly #parsePps: (reader: RbspReader) => Pps;
  readonly #sps = new Map<number, Sps>();
  readonly #pps = new Map<number, Pps>();
  /** By the id of a PPS: the SPS that it came behind. */
  readonly #spsOfPps = new Map<number, Sps | undefined>();
  /** Some PPS came behind another SPS than the one that has the number now. */
  #differs = false;
  /** `spsOf` answers the SPS that the PPS came behind. */
  #goesByPps = false;

  constructor(parseSps: (reader: RbspReader) => Sps, parsePps: (reader: RbspReader) => Pps) {
    this.#parseSps = parseSps;
    this.#parsePps = parsePps;
  }

  /** Take over the SPS that `reader` was opened on, after its NAL unit header. */
  addSps(reader: RbspReader): void {
    const sps = this.#parseSps(reader);
    // A repetition, or another one in nothing that slice headers need.
    if (isDeepStrictEqual(sps, this.#sps.get(sps.id))) return;
    this.#sps.set(sps.id, sps);
    this.#compare();
  }

  /** Take over the PPS that `reader` was opened on, after its NAL unit header. */
  addPps(reader: RbspReader): void {
    const pps = this.#parsePps(reader);
    this.#pps.set(pps.id, pps);
    this.#spsOfPps.set(pps.id, this.#sps.get(pps.spsId));
    this.#compare();
  }

  #compare(): void {
    this.#differs = false;
    for (const { id, spsId } of this.#pps.values()) {
      const own = this.#spsOfPps.get(id);
      if (own !== undefined && own !== this.#sps.get(spsId)) this.#differs = true;
    }
  }

  /**
   * Where the slice header ends that `read` reads anew at each call: where decoders may differ, behind what either of them
   * takes for it, so that none finds a part of it encrypted.
   * @throws BitstreamError when it can be read in no way
   */
  headerEnd(read: () => number): number {
    if (!this.#differs) return read();
    const ends = [this.#attempt(read, false), this.#attempt(read, true)];
    const found = ends.filter((end) => typeof end === 'number');
    if (found.length === 0) throw ends[0];
    return maxOf(found);
  }

  #attempt(read: () => number, goesByPps: boolean): number | BitstreamError {
    this.#goesByPps = goesByPps;
    try {
      return read();
    } catch (cause) {
      if (!(cause instanceof BitstreamError)) throw cause;
      return cause;
    } finally {
      this.#goesByPps = false;
    }
  }

  /** @throws BitstreamError when no such set was seen. */
  pps(id: number): Pps {
    const pps = this.#pps.get(id);
    if (pps === undefined)
      throw new BitstreamError(`refers to picture parameter set ${id}, which is missing`);
    return pps;
  }

  /** The SPS of a picture with this PPS. @throws BitstreamError when no such set was seen. */
  spsOf({ id, spsId }: Pps): Sps {
    const own = this.#goesByPps ? this.#spsOfPps.get(id) : undefined;
    const sps = own ?? this.#sps.get(spsId);
    if (sps === undefined)
      throw new BitstreamError(`refers to sequence parameter set ${spsId}, which is missing`);
    return sps;
  }
}
