/** Checked by tsc, never run: nobody takes the `slice` of bytes, which of a `Buffer` is a view; of arrays, strings and other columns anybody may. */
declare const bytes: Uint8Array;
declare const buffer: Buffer;

// @ts-expect-error
export const one: Uint8Array = bytes.slice();
// @ts-expect-error
export const two: Uint8Array = buffer.slice(1);
// @ts-expect-error
export const three: Buffer = Buffer.from(buffer.slice(1));
// @ts-expect-error
export const four: number = bytes.slice(3).length;

export const others: readonly [string, readonly number[], Uint32Array, Int32Array, ArrayBuffer] = [
  'abc'.slice(1),
  [1, 2].slice(1),
  new Uint32Array(2).slice(1),
  new Int32Array(2).slice(1),
  new ArrayBuffer(2).slice(1),
];
