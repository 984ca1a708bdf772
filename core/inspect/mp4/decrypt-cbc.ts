import { createDecipheriv } from 'node:crypto';
import { viewOf } from '../../base/bytes.ts';
import { GrowingColumn } from '../../base/growing-column.ts';
import { giveBack } from '../../base/reused-memory.ts';
import {
  BLOCK,
  type Decryption,
  type EncryptedRows,
  eachRange,
  encryptedBytes,
  hasPattern,
} from './encrypted-ranges.ts';

/** Bytes of a call to the cipher: larger answers need memory that is new each time. */
const CALL = 16 * 1024;

/** Bytes that are gathered. */
const GATHERED = 256 * 1024;

/** Runs of more bytes are copied as a whole, shorter ones word by word: a call costs more than they do. */
const LONG_RUN = 128;

/**
 * AES in cipher block chaining: `cbc1`, `cbcs` (ISO/IEC 23001-7, 10.3 and 10.4). The encrypted blocks of many ranges are gathered and decrypted
 * as if they were one chain; where a chain begins, what the block before left in the first block is taken out, and its IV put in.
 */
export class ChainDecryptor {
  readonly #gathered = Buffer.alloc(GATHERED);
  readonly #view = viewOf(this.#gathered);
  readonly #plain = Buffer.alloc(GATHERED);
  readonly #plainView = viewOf(this.#plain);
  #length = 0;
  /** Where the gathered runs are in the samples, and how long: two values a run. */
  readonly #runs = new GrowingColumn();
  /** Where chains begin in what is gathered, and the row whose IV they begin with: two values a chain. */
  readonly #chains = new GrowingColumn();
  /** The encrypted block before what is gathered. */
  readonly #before = Buffer.alloc(BLOCK);

  /** Decrypt in place the samples under one protection. */
  decrypt(samples: Uint8Array, rows: EncryptedRows, decryption: Decryption): void {
    const { number, protection } = decryption;
    const gathering: Gathering = { samples, view: viewOf(samples), rows, decryption };
    for (let row = 0; row < rows.count; row++) {
      if (rows.protectedBy[row] !== number || rows.protectedBytes[row] === 0) continue;
      let isFirst = true;
      eachRange(rows, row, (from, to) => {
        const bytes = encryptedBytes(to - from, protection);
        if (bytes === 0) return;
        // In `cbc1` the ranges of a sample are one chain, in `cbcs` each is its own.
        if (isFirst || protection.scheme === 'cbcs') {
          this.#chains.push(this.#length === GATHERED ? this.#flush(gathering) : this.#length);
          this.#chains.push(row);
        }
        isFirst = false;
        this.#gatherRange(gathering, from, bytes);
      });
    }
    this.#flush(gathering);
  }

  /** @param bytes of it that are encrypted */
  #gatherRange(gathering: Gathering, from: number, bytes: number): void {
    const { protection } = gathering.decryption;
    const run = hasPattern(protection) ? protection.cryptBlocks * BLOCK : bytes;
    const period = run + protection.skipBlocks * BLOCK;
    for (let at = from, left = bytes; left > 0; at += period, left -= run)
      this.#gather(gathering, at, Math.min(run, left));
  }

  #gather(gathering: Gathering, from: number, length: number): void {
    const { samples, view } = gathering;
    for (let at = from, end = from + length; at < end; ) {
      if (this.#length === GATHERED) this.#flush(gathering);
      const part = Math.min(end - at, GATHERED - this.#length);
      if (part > LONG_RUN) this.#gathered.set(samples.subarray(at, at + part), this.#length);
      else copyWords(view, at, this.#view, this.#length, part);
      this.#runs.push(at);
      this.#runs.push(part);
      this.#length += part;
      at += part;
    }
  }

  /** Decrypt what is gathered, and put it back. @returns 0, where the next is gathered */
  #flush({ samples, view, rows, decryption }: Gathering): number {
    const length = this.#length;
    if (length === 0) return 0;
    const decipher = createDecipheriv('aes-128-cbc', decryption.key, this.#before).setAutoPadding(false);
    for (let at = 0; at < length; at += CALL) {
      const clear = decipher.update(this.#gathered.subarray(at, Math.min(at + CALL, length)));
      clear.copy(this.#plain, at);
      giveBack(clear);
    }
    this.#beginChains(rows);
    this.#gathered.copy(this.#before, 0, length - BLOCK, length);
    const { values, length: count } = this.#runs;
    for (let run = 0, from = 0; run < count; run += 2) {
      const [at, part] = [values[run]!, values[run + 1]!];
      if (part > LONG_RUN) samples.set(this.#plain.subarray(from, from + part), at);
      else copyWords(this.#plainView, from, view, at, part);
      from += part;
    }
    this.#runs.cut(0);
    this.#chains.cut(0);
    this.#length = 0;
    return 0;
  }

  #beginChains({ ivs }: EncryptedRows): void {
    const { values, length } = this.#chains;
    for (let chain = 0; chain < length; chain += 2) {
      const at = values[chain]!;
      const iv = BLOCK * values[chain + 1]!;
      const [before, from] = at === 0 ? [this.#before, 0] : [this.#gathered, at - BLOCK];
      for (let byte = 0; byte < BLOCK; byte++)
        this.#plain[at + byte]! ^= before[from + byte]! ^ ivs[iv + byte]!;
    }
  }
}

interface Gathering {
  readonly samples: Uint8Array;
  readonly view: DataView;
  readonly rows: EncryptedRows;
  readonly decryption: Decryption;
}

/** @param length bytes, a multiple of 16 */
function copyWords(source: DataView, from: number, target: DataView, to: number, length: number): void {
  for (let at = 0; at < length; at += BLOCK) {
    target.setUint32(to + at, source.getUint32(from + at));
    target.setUint32(to + at + 4, source.getUint32(from + at + 4));
    target.setUint32(to + at + 8, source.getUint32(from + at + 8));
    target.setUint32(to + at + 12, source.getUint32(from + at + 12));
  }
}
