import { createDecipheriv } from 'node:crypto';
import { GrowingColumn } from '../../base/growing-column.ts';

const BLOCK = 16;
const WORDS = BLOCK / 4;

/**
 * Decrypts many short CBC chains with one call of the cipher: blocks are gathered and decrypted alone, then each is XORed with the
 * ciphertext before it, or with the IV where its chain begins. A cipher for each chain would cost more than its blocks do.
 */
export class BlockDecryptor {
  readonly #decipher: ReturnType<typeof createDecipheriv>;
  readonly #iv: Uint32Array;
  /** Runs of blocks: where the first is, how many, how far apart, and whether a chain begins. */
  readonly #at = new GrowingColumn();
  readonly #counts = new GrowingColumn();
  readonly #steps = new GrowingColumn();
  readonly #begins = new GrowingColumn();
  #blocks = 0;
  #gathered = new Uint32Array(0);

  constructor(key: Uint8Array, iv: Uint8Array) {
    this.#decipher = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    this.#iv = words(Uint8Array.from(iv), WORDS);
  }

  /** Note `count` blocks from `at` on, each `step` bytes behind the other. @param begins a chain begins with them */
  add(at: number, count: number, step: number, begins: boolean): void {
    if (count === 0) return;
    this.#at.push(at);
    this.#counts.push(count);
    this.#steps.push(step);
    this.#begins.push(begins ? 1 : 0);
    this.#blocks += count;
  }

  /** Decrypt in place all that was noted. */
  run(bytes: Uint8Array): void {
    const total = this.#blocks * WORDS;
    if (total === 0) return;
    if (this.#gathered.length < total) this.#gathered = new Uint32Array(Math.ceil(total * 1.25));
    const gathered = this.#gathered;
    const cipher = new Uint8Array(gathered.buffer, 0, total * 4);
    this.#copy(bytes, cipher, true);
    const answer = this.#decipher.update(cipher);
    const plain = answer.byteOffset % 4 === 0 ? words(answer, total) : words(Uint8Array.from(answer), total);
    for (let word = WORDS; word < total; word++) plain[word] = plain[word]! ^ gathered[word - WORDS]!;
    this.#applyIv(plain, gathered);
    this.#copy(bytes, new Uint8Array(plain.buffer, plain.byteOffset, total * 4), false);
    this.#forget();
  }

  /** Chains begin with the IV: what was XORed there instead is taken back. */
  #applyIv(plain: Uint32Array, gathered: Uint32Array): void {
    let block = 0;
    for (let run = 0; run < this.#at.length; run++) {
      if (this.#begins.values[run] === 1) {
        const from = block * WORDS;
        for (let word = 0; word < WORDS; word++) {
          const before = from === 0 ? 0 : gathered[from + word - WORDS]!;
          plain[from + word] = plain[from + word]! ^ before ^ this.#iv[word]!;
        }
      }
      block += this.#counts.values[run]!;
    }
  }

  /** Between their places and where they are gathered. */
  #copy(bytes: Uint8Array, gathered: Uint8Array, isGathering: boolean): void {
    let to = 0;
    for (let run = 0; run < this.#at.length; run++) {
      const count = this.#counts.values[run]!;
      const step = this.#steps.values[run]!;
      let at = this.#at.values[run]!;
      if (step === BLOCK) {
        const size = count * BLOCK;
        if (isGathering) gathered.set(bytes.subarray(at, at + size), to);
        else bytes.set(gathered.subarray(to, to + size), at);
        to += size;
        continue;
      }
      for (let block = 0; block < count; block++, at += step, to += BLOCK) {
        if (isGathering) for (let byte = 0; byte < BLOCK; byte++) gathered[to + byte] = bytes[at + byte]!;
        else for (let byte = 0; byte < BLOCK; byte++) bytes[at + byte] = gathered[to + byte]!;
      }
    }
  }

  #forget(): void {
    for (const column of [this.#at, this.#counts, this.#steps, this.#begins]) column.cut(0);
    this.#blocks = 0;
  }
}

const words = (bytes: Uint8Array, count: number): Uint32Array =>
  new Uint32Array(bytes.buffer, bytes.byteOffset, count);
