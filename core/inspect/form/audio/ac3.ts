import { FormError } from '../bits.ts';
import { type CodecForm, protectedWithin, type SampleBytes, type SampleForm } from '../codec-form.ts';
import type { ProtectedBytes } from '../protected-bytes.ts';
import { CRC_16 } from './crc.ts';
import { addSampleAesFrame } from './sample-aes-frame.ts';

/** kbit/s of every second frmsizecod (ETSI TS 102 366, table 4.13). */
const RATES = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640];
/** Highest bsid of AC-3, and of E-AC-3. */
const [AC3, EAC3] = [10, 16];
const CRC_BITS = 16;
const SYNC_BITS = 16;

/** AC-3 and E-AC-3 (ETSI TS 102 366): syncframes fill the sample, and their CRCs are right. */
export class Ac3Form implements CodecForm {
  at = 0;

  check(sample: SampleBytes): SampleForm {
    const { data, start, end } = sample;
    let exactBits = 0;
    for (let at = start; at < end; ) {
      this.at = at;
      if (end - at < 6 || data[at] !== 0x0b || data[at + 1] !== 0x77)
        throw new FormError('has no sync word of AC-3');
      const bsid = data[at + 5]! >> 3;
      const size = bsid <= AC3 ? ac3Size(data, at) : bsid <= EAC3 ? eac3Size(data, at) : undefined;
      if (size === undefined) throw new FormError('has a reserved value in its AC-3 header');
      const next = at + size;
      if (next > end) throw new FormError('ends in the middle of a frame of AC-3');
      if (protectedWithin(sample, at, at + 2) === 2) exactBits += SYNC_BITS;
      // crc1 makes the first five eighths of a frame of AC-3 come to 0, crc2 the whole.
      const middle = bsid <= AC3 ? at + ((size >> 2) + (size >> 4)) * 2 : undefined;
      if (middle !== undefined) {
        if (CRC_16.of(data, at + 2, middle) !== 0)
          throw new FormError('has a frame of AC-3 whose crc1 is wrong');
        if (protectedWithin(sample, at + 2, middle) >= 2) exactBits += CRC_BITS;
      }
      if (CRC_16.of(data, at + 2, next) !== 0) throw new FormError('has a frame of AC-3 whose crc2 is wrong');
      if (protectedWithin(sample, middle ?? at + 2, next) >= 2) exactBits += CRC_BITS;
      at = next;
    }
    return { isWalked: false, exactBits };
  }

  addSampleAes(data: Uint8Array, start: number, end: number, ranges: ProtectedBytes): void {
    for (let at = start; end - at >= 6; ) {
      const size = data[at + 5]! >> 3 <= AC3 ? ac3Size(data, at) : eac3Size(data, at);
      const next = Math.min(end, at + (size ?? end - at));
      addSampleAesFrame(at, next, ranges);
      at = next;
    }
  }
}

/** Bytes of a syncframe of AC-3; `undefined`: its header is reserved. */
function ac3Size(data: Uint8Array, at: number): number | undefined {
  const [rateCode, sizeCode] = [data[at + 4]! >> 6, data[at + 4]! & 63];
  const rate = RATES[sizeCode >> 1];
  if (rate === undefined || rateCode === 3) return undefined;
  if (rateCode === 0) return rate * 4;
  if (rateCode === 2) return rate * 6;
  return 2 * (Math.floor((rate * 1000 * 1536) / 44100 / 16) + (sizeCode & 1));
}

/** Bytes of a syncframe of E-AC-3; `undefined`: its strmtyp is reserved. */
const eac3Size = (data: Uint8Array, at: number): number | undefined =>
  data[at + 2]! >> 6 === 3 ? undefined : 2 * ((((data[at + 2]! & 7) << 8) | data[at + 3]!) + 1);
