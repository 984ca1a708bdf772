import { viewOf } from '../../base/bytes.ts';
import { DamageError } from '../model/damage-error.ts';
import { encryptedBytes } from './encrypted-ranges.ts';
import { CLEAR, type SampleRows } from './sample-rows.ts';

/** Bytes of a counter block, and of an IV in the column of them. */
const IV = 16;

/** Bytes of clear and protected length. */
const SUBSAMPLE = 6;

/** What decrypts samples, a row each; the columns are used again. */
export class ProtectionColumns {
  ivs = new Uint8Array(0);
  protectedBytes = new Uint32Array(0);
  /** Clear and protected lengths, two a row. */
  subsamples = new Uint32Array(0);
  /** Where the rows of each sample begin; one more, for the end. */
  subsampleStarts = new Uint32Array(0);

  /**
   * Read the auxiliary information of the rows from `from` to `to`.
   * @throws DamageError for a sample that cannot be decrypted by what is said of it
   */
  fill(rows: SampleRows, from: number, to: number, file: string): void {
    this.#reserve(to - from);
    const { information } = rows;
    const view = viewOf(information);
    const damage = (row: number, reason: string) => new DamageError(file, rows.positions[row]!, reason);
    let next = 0;
    for (let row = from; row < to; row++) {
      const index = row - from;
      this.subsampleStarts[index] = next;
      this.protectedBytes[index] = 0;
      const number = rows.protectedBy[row]!;
      if (number === CLEAR) continue;
      const protection = rows.protections[number]!;
      let at = rows.informationStarts[row]!;
      const end = rows.informationEnds[row]!;
      const { perSampleIvSize: ivSize, constantIv } = protection;
      const iv = ivSize === 0 ? constantIv : information.subarray(at, at + ivSize);
      if (!iv || end - at < ivSize)
        throw damage(row, 'has a protected sample without an initialisation vector');
      this.ivs.set(iv, IV * index);
      at += ivSize;
      const count = end - at >= 2 ? view.getUint16(at) : 0;
      const size = rows.sizes[row]!;
      if (count === 0) {
        this.protectedBytes[index] = encryptedBytes(size, protection);
        continue;
      }
      at += 2;
      if (at + count * SUBSAMPLE > end)
        throw damage(row, 'has a sample whose auxiliary information is cut short');
      this.#reserveSubsamples(next + count);
      let covered = 0;
      let encrypted = 0;
      for (let left = count; left > 0; left--, next++, at += SUBSAMPLE) {
        const [clear, coded] = [view.getUint16(at), view.getUint32(at + 2)];
        this.subsamples[2 * next] = clear;
        this.subsamples[2 * next + 1] = coded;
        covered += clear + coded;
        encrypted += encryptedBytes(coded, protection);
      }
      if (covered !== size)
        throw damage(row, `has a sample of ${size} bytes whose subsamples have ${covered}`);
      this.protectedBytes[index] = encrypted;
    }
    this.subsampleStarts[to - from] = next;
  }

  #reserve(count: number): void {
    if (this.protectedBytes.length < count) {
      this.protectedBytes = new Uint32Array(2 * count);
      this.ivs = new Uint8Array(2 * IV * count);
      this.subsampleStarts = new Uint32Array(2 * count + 1);
    }
    this.ivs.fill(0, 0, IV * count);
  }

  #reserveSubsamples(count: number): void {
    if (this.subsamples.length >= 2 * count) return;
    const larger = new Uint32Array(4 * count);
    larger.set(this.subsamples);
    this.subsamples = larger;
  }
}
