import { FormError } from '../bits.ts';
import { CabacEngine } from '../cabac/engine.ts';
import type { Rbsp } from '../nal/emulation.ts';
import { CodingTree } from './coding-tree.ts';
import { CONTEXT, CONTEXTS, startIntra } from './contexts.ts';
import type { Picture } from './picture.ts';
import type { SliceHeader } from './slice-header.ts';

/** Walks through slice_segment_data() of I slices (ITU-T H.265, 7.3.8), in wavefronts too; tiles and dependent segments are not followed. */
export class IntraSlice {
  readonly #engine = new CabacEngine(CONTEXTS);
  readonly #picture: Picture;
  readonly #tree: CodingTree;
  /** States as they were behind the second CTB of a row. */
  readonly #aboveStates = new Uint8Array(CONTEXTS);

  constructor(picture: Picture) {
    this.#picture = picture;
    this.#tree = new CodingTree(this.#engine, picture);
  }

  /** The byte of the RBSP that is reached. */
  get at(): number {
    return this.#engine.position >> 3;
  }

  /**
   * @param start the byte behind the header
   * @param stopBit place of rbsp_stop_one_bit: the segment ends there
   * @throws FormError
   */
  walk(header: SliceHeader, rbsp: Rbsp, start: number, stopBit: number): void {
    const engine = this.#engine;
    const picture = this.#picture;
    const { states } = engine;
    const { pps, qp } = header;
    engine.open(rbsp.data, start, rbsp.length);
    this.#tree.open(header);
    startIntra(states, qp);
    for (let address = header.address; ; ) {
      picture.slice[address] = header.address + 1;
      const column = address % picture.columns;
      if (pps.wavefront && column === 0) this.#startRow(address, header);
      this.#walkSao(address, header);
      this.#tree.walk(address);
      if (pps.wavefront && column === 1) this.#aboveStates.set(states);
      address += 1;
      if (engine.terminate()) break; // end_of_slice_segment_flag
      if (address >= picture.count) throw new FormError('has a slice of more blocks than there are');
      if (pps.wavefront && address % picture.columns === 0) this.#endRow(rbsp);
    }
    if (engine.position - 1 !== stopBit) throw new FormError('has a slice that ends before its bytes do');
  }

  /** States at the first CTB of a row of wavefronts: those of the row above, if what is above on the right is of the slice (9.3.1). */
  #startRow(address: number, header: SliceHeader): void {
    const { columns, slice } = this.#picture;
    const isThere = columns > 1 && address >= columns && slice[address - columns + 1] === header.address + 1;
    if (isThere) this.#engine.states.set(this.#aboveStates);
    else startIntra(this.#engine.states, header.qp);
  }

  /** end_of_subset_one_bit and byte_alignment(). */
  #endRow({ data, length }: Rbsp): void {
    const engine = this.#engine;
    if (!engine.terminate()) throw new FormError('has an end_of_subset_one_bit that is not one');
    const place = engine.position - 1;
    if (((data[place >> 3]! << (place & 7)) & 255) !== 128)
      throw new FormError('has a part of a slice that does not end as the standard says');
    engine.open(data, (place >> 3) + 1, length);
  }

  /** sao(). */
  #walkSao(address: number, { saoLuma, saoChroma, sps, address: first }: SliceHeader): void {
    if (!saoLuma && !saoChroma) return;
    const engine = this.#engine;
    const { columns } = this.#picture;
    if (address % columns > 0 && address > first && engine.decision(CONTEXT.saoMerge) === 1) return;
    if (address - columns >= first && engine.decision(CONTEXT.saoMerge) === 1) return;
    let type = 0;
    for (let plane = 0; plane < (sps.chromaFormat === 0 ? 1 : 3); plane += 1) {
      if (!(plane === 0 ? saoLuma : saoChroma)) continue;
      if (plane < 2) type = engine.decision(CONTEXT.saoType) === 0 ? 0 : 1 + engine.bypass();
      if (type === 0) continue;
      const most = (1 << (Math.min(10, plane === 0 ? sps.lumaBits : sps.chromaBits) - 5)) - 1;
      let others = 0;
      for (let offset = 0; offset < 4; offset += 1) {
        let value = 0;
        while (value < most && engine.bypass() === 1) value += 1;
        if (value > 0) others += 1;
      }
      const isBand = type === 1;
      let left = isBand ? others + 5 : plane < 2 ? 2 : 0; // signs and band_position, or the class of edges
      for (; left > 0; left -= 1) engine.bypass();
    }
  }
}
