/** Values that a new column has room for. */
const ROOM = 64;

/** Numbers in one array that grows as values are added and is used again after `cut`. */
abstract class Growing<Values extends Uint32Array | Float64Array> {
  /** Holds `length` values; what lies behind them means nothing. Another array after each growth. */
  values: Values;
  length: number;

  constructor(values: Values, length: number) {
    this.values = values;
    this.length = length;
  }

  protected abstract larger(length: number): Values;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = this.larger(Math.max(ROOM, this.length * 2));
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

/** A column of unsigned 32-bit numbers. */
export class GrowingColumn extends Growing<Uint32Array> {
  /** @param filled values that it has from the start */
  constructor(filled?: Uint32Array) {
    super(filled ?? new Uint32Array(ROOM), filled?.length ?? 0);
  }

  /** A copy of what it holds. */
  filled(): Uint32Array {
    return this.values.slice(0, this.length);
  }

  protected larger(length: number): Uint32Array {
    return new Uint32Array(length);
  }
}

/** A column of any numbers. */
export class GrowingDoubles extends Growing<Float64Array> {
  /** @param filled values that it has from the start */
  constructor(filled?: Float64Array) {
    super(filled ?? new Float64Array(ROOM), filled?.length ?? 0);
  }

  /** A copy of what it holds. */
  filled(): Float64Array {
    return this.values.slice(0, this.length);
  }

  protected larger(length: number): Float64Array {
    return new Float64Array(length);
  }
}
