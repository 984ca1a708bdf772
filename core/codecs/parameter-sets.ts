import { BitstreamError, type RbspReader } from './bit-reader.ts';

interface ParameterSet {
  readonly id: number;
}

/** The parameter sets of a stream that are in force: a later one replaces an earlier one of the same id. */
export class ParameterSets<Sps extends ParameterSet, Pps extends ParameterSet> {
  readonly #parseSps: (reader: RbspReader) => Sps;
  readonly #parsePps: (reader: RbspReader) => Pps;
  readonly #sps = new Map<number, Sps>();
  readonly #pps = new Map<number, Pps>();

  constructor(parseSps: (reader: RbspReader) => Sps, parsePps: (reader: RbspReader) => Pps) {
    this.#parseSps = parseSps;
    this.#parsePps = parsePps;
  }

  /** Take over the SPS that `reader` was opened on, after its NAL unit header. */
  addSps(reader: RbspReader): void {
    const sps = this.#parseSps(reader);
    this.#sps.set(sps.id, sps);
  }

  /** Take over the PPS that `reader` was opened on, after its NAL unit header. */
  addPps(reader: RbspReader): void {
    const pps = this.#parsePps(reader);
    this.#pps.set(pps.id, pps);
  }

  /** @throws BitstreamError when no such set was seen. */
  pps(id: number): Pps {
    const pps = this.#pps.get(id);
    if (pps === undefined)
      throw new BitstreamError(`refers to picture parameter set ${id}, which is missing`);
    return pps;
  }

  /** @throws BitstreamError when no such set was seen. */
  sps(id: number): Sps {
    const sps = this.#sps.get(id);
    if (sps === undefined)
      throw new BitstreamError(`refers to sequence parameter set ${id}, which is missing`);
    return sps;
  }
}
