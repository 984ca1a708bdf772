/** A column of unsigned 32-bit numbers that grows as values are added and is used again after `cut`. */
export class GrowingColumn {
  /** Holds `length` values; what lies behind them means nothing. Another array after each growth. */
  values = new Uint32Array(64);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Uint32Array(this.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length] = value;
    this.length += 1;
  }

  /** Forget all but the first `length` values. */
  cut(length: number): void {
    this.length = length;
  }
}
