/** Values that a new column has room for. */
const ROOM = 64;

/** Numbers in one array that grows as values are added and is used again after `cut`. */
abstract class Growing<Values extends Uint32Array | Float64Array> {
  /** Holds `length` values; what lies behind them means nothing. Another array after each growth. */
  values: Values;
  length = 0;

  constructor(values: Values) {
    this.values = values;
  }

  protected abstract larger(length: number): Values;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = this.larger(this.length * 2);
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
  constructor() {
    super(new Uint32Array(ROOM));
  }

  protected larger(length: number): Uint32Array {
    return new Uint32Array(length);
  }
}

/** A column of any numbers. */
export class GrowingDoubles extends Growing<Float64Array> {
  constructor() {
    super(new Float64Array(ROOM));
  }

  protected larger(length: number): Float64Array {
    return new Float64Array(length);
  }
}
