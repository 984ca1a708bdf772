/** The last position at which ascending `starts` is not above `value`. `starts[0]` must not be. */
export function lastAtOrBelow(starts: Uint32Array | Float64Array, value: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (starts[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The first position of ascending `values` that is at or above `value`; their length if there is none. */
export function firstAtOrAbove(values: Uint32Array | Float64Array, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
