import { FormError, NotFollowed } from '../bits.ts';
import type { CodecForm, SampleBytes, SampleForm } from '../codec-form.ts';

const WALKED: SampleForm = { isWalked: true, exactBits: 0 };
const [LESS_THAN, SPACE] = [0x3c, 0x20];
const BOM_8 = [0xef, 0xbb, 0xbf];

/** `stpp`: a document of TTML in UTF-8, whose first letter is `<`. Whether it is well formed is for those to say who read it. */
export class DocumentForm implements CodecForm {
  readonly #text = new TextDecoder('utf-8', { fatal: true });
  at = 0;

  check({ data, start, end }: SampleBytes): SampleForm {
    let at = start;
    if (BOM_8.every((byte, index) => data[start + index] === byte)) at += BOM_8.length;
    const isWide = data[start] === 0xfe || data[start] === 0xff || data[start] === 0 || data[start + 1] === 0;
    while (at < end && (data[at] === SPACE || (data[at]! >= 9 && data[at]! <= 13))) at += 1;
    this.at = at;
    if (data[at] !== LESS_THAN || at >= end) {
      if (isWide) throw new NotFollowed('is in UTF-16');
      throw new FormError('is no document of XML');
    }
    try {
      this.#text.decode(data.subarray(start, end));
    } catch {
      throw new NotFollowed('has more in it than text'); // images behind the document
    }
    return WALKED;
  }
}
