/** Bytes without any order, the same in every run: xorshift32 (Marsaglia 2003). They stand for what a wrong key makes. */
export class RandomBytes {
  #state: number;

  constructor(seed = 0x9e3779b9) {
    this.#state = seed;
  }

  fill(target: Uint8Array, start: number, end: number): void {
    let state = this.#state;
    for (let at = start; at < end; at += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      // The low bits of the generator are its weakest.
      target[at] = state >>> 16;
    }
    this.#state = state;
  }
}
