import { createCipheriv, createDecipheriv } from 'node:crypto';
import { viewOf } from '../../base/bytes.ts';
import { updateInPlace } from '../../base/update-in-place.ts';
import {
  BLOCK,
  type Decryption,
  type EncryptedRows,
  eachRange,
  encryptedBytes,
  hasPattern,
} from './encrypted-ranges.ts';

/** Bytes of a call to a cipher: larger answers need memory that is new each time. */
const CALL = 16 * 1024;

/** Samples of fewer bytes share calls: a cipher of its own would take longer than its bytes. */
const LARGE = 4096;

/** Bytes of key stream that is made at once. */
const STREAM = 64 * 1024;

/** Values of 32 bits. */
const WORD = 2 ** 32;

/** AES in counter mode: `cenc`, `cens` (ISO/IEC 23001-7, 10.1 and 10.2). Bytes 8 to 15 of the counter block count blocks, and wrap. */
export class CounterDecryptor {
  #counters = Buffer.alloc(STREAM);
  #blocks = 0;
  /** Rows whose counter blocks are there. */
  #waiting: number[] = [];

  /** Decrypt in place the samples under one protection. */
  decrypt(samples: Uint8Array, rows: EncryptedRows, decryption: Decryption): void {
    const { number, protection } = decryption;
    const isPatterned = hasPattern(protection);
    for (let row = 0; row < rows.count; row++) {
      const bytes = rows.protectedBytes[row]!;
      if (rows.protectedBy[row] !== number || bytes === 0) continue;
      const blocks = Math.ceil(bytes / BLOCK);
      if (bytes >= LARGE && !isPatterned && !wraps(rows.ivs, row, blocks))
        decryptLarge(samples, rows, row, decryption);
      else this.#wait(samples, rows, row, blocks, decryption);
    }
    this.#flush(samples, rows, decryption);
  }

  /** Counter blocks of a sample. */
  #wait(samples: Uint8Array, rows: EncryptedRows, row: number, blocks: number, decryption: Decryption): void {
    if ((this.#blocks + blocks) * BLOCK > this.#counters.length) this.#flush(samples, rows, decryption);
    if (blocks * BLOCK > this.#counters.length) this.#counters = Buffer.alloc(blocks * BLOCK);
    const counters = this.#counters;
    const { ivs } = rows;
    const view = new DataView(ivs.buffer, ivs.byteOffset + BLOCK * row, BLOCK);
    const [high1, high2] = [view.getUint32(0), view.getUint32(4)];
    let middle = view.getUint32(8);
    let low = view.getUint32(12);
    const out = viewOf(counters);
    let at = this.#blocks * BLOCK;
    for (let left = blocks; left > 0; left--, at += BLOCK) {
      out.setUint32(at, high1);
      out.setUint32(at + 4, high2);
      out.setUint32(at + 8, middle);
      out.setUint32(at + 12, low);
      low += 1;
      if (low < WORD) continue;
      low = 0;
      middle = (middle + 1) % WORD;
    }
    this.#blocks += blocks;
    this.#waiting.push(row);
  }

  #flush(samples: Uint8Array, rows: EncryptedRows, { protection, key }: Decryption): void {
    if (this.#blocks === 0) return;
    const length = this.#blocks * BLOCK;
    const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    const stream = this.#counters;
    for (let at = 0; at < length; at += CALL)
      updateInPlace(cipher, stream.subarray(at, Math.min(at + CALL, length)));
    let from = 0;
    for (const row of this.#waiting) {
      xorSample(samples, rows, row, { protection, stream, from });
      from += Math.ceil(rows.protectedBytes[row]! / BLOCK) * BLOCK;
    }
    this.#blocks = 0;
    this.#waiting = [];
  }
}

/** Whether the low half of the counter, which alone counts, passes its end within a sample: general counter modes carry then. */
function wraps(ivs: Uint8Array, row: number, blocks: number): boolean {
  const view = new DataView(ivs.buffer, ivs.byteOffset + BLOCK * row, BLOCK);
  return view.getUint32(8) === WORD - 1 && view.getUint32(12) + blocks > WORD;
}

/** A sample with a cipher of its own. */
function decryptLarge(
  samples: Uint8Array,
  rows: EncryptedRows,
  row: number,
  { protection, key }: Decryption,
): void {
  const iv = rows.ivs.subarray(BLOCK * row, BLOCK * (row + 1));
  const decipher = createDecipheriv('aes-128-ctr', key, iv);
  eachRange(rows, row, (from, end) => {
    const to = from + encryptedBytes(end - from, protection);
    for (let at = from; at < to; at += CALL)
      updateInPlace(decipher, samples.subarray(at, Math.min(at + CALL, to)));
  });
}

interface KeyStream extends Pick<Decryption, 'protection'> {
  readonly stream: Uint8Array;
  /** Where that of the sample begins. */
  readonly from: number;
}

function xorSample(
  samples: Uint8Array,
  rows: EncryptedRows,
  row: number,
  { protection, stream, from }: KeyStream,
): void {
  let next = from;
  const xor = (start: number, end: number): void => {
    for (let at = start; at < end; at++) samples[at]! ^= stream[next++]!;
  };
  const run = protection.cryptBlocks * BLOCK;
  const period = run + protection.skipBlocks * BLOCK;
  eachRange(rows, row, (start, end) => {
    const bytes = encryptedBytes(end - start, protection);
    const stop = next + bytes;
    if (period === 0) xor(start, start + bytes);
    else for (let at = start; next < stop; at += period) xor(at, at + Math.min(run, stop - next));
  });
}
