/// <reference types="node" />

export {};

declare global {
  /**
   * `slice` of a `Uint8Array` is a copy, `slice` of a `Buffer` a view of the same memory, and the types do not tell which of
   * the two some bytes are. So nobody calls it: what it answers here fits nowhere. `copyBytes` copies, `subarray` is a view.
   */
  interface SliceOfBytes {
    readonly 'use copyBytes() of core/base/bytes.ts for a copy, or subarray() for a view': never;
  }

  interface Uint8Array<TArrayBuffer extends ArrayBufferLike> {
    slice(start?: number, end?: number): SliceOfBytes;
  }

  interface Buffer<TArrayBuffer extends ArrayBufferLike> {
    slice(start?: number, end?: number): SliceOfBytes;
  }
}
