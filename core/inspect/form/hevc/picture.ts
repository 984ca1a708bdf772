import type { Sps } from './parameter-sets.ts';

/** Side of the units in which prediction modes are kept. */
const UNIT = 4;

/** A picture without tiles, as its slices are read: which of its CTBs are there, and what neighbours say. */
export class Picture {
  ctbSize = 0;
  /** In CTBs. */
  columns = 0;
  count = 0;
  /** SliceAddrRs + 1 of each CTB that is read; 0: it is not. */
  slice = new Uint32Array(0);
  /** By units of 4 × 4: IntraPredModeY, and CtDepth. */
  units = 0;
  modes = new Uint8Array(0);
  depths = new Uint8Array(0);

  /** Begin a picture: nothing of it is read. */
  open({ width, height, ctb }: Sps): void {
    this.ctbSize = 2 ** ctb;
    this.columns = Math.ceil(width / this.ctbSize);
    const rows = Math.ceil(height / this.ctbSize);
    this.count = this.columns * rows;
    this.units = (this.columns * this.ctbSize) / UNIT;
    if (this.slice.length < this.count) this.slice = new Uint32Array(this.count);
    const units = this.units * ((rows * this.ctbSize) / UNIT);
    if (this.modes.length < units) {
      this.modes = new Uint8Array(units);
      this.depths = new Uint8Array(units);
    }
    this.slice.fill(0);
  }

  /** The place in `modes` and `depths` of a luma sample. */
  unitAt(x: number, y: number): number {
    return (y >> 2) * this.units + (x >> 2);
  }

  /** Whether a sample on the left or above is there for one of a CTB: read, and of the same slice. */
  isThere(x: number, y: number, ctb: number): boolean {
    if (x < 0 || y < 0) return false;
    const other = ((y / this.ctbSize) | 0) * this.columns + ((x / this.ctbSize) | 0);
    return this.slice[other] === this.slice[ctb];
  }
}
