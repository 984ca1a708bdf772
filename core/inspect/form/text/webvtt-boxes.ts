import { FormError } from '../bits.ts';
import type { CodecForm, SampleBytes, SampleForm } from '../codec-form.ts';

const WALKED: SampleForm = { isWalked: true, exactBits: 0 };
/** Boxes of a sample, and of a cue (ISO/IEC 14496-30, 6.5). */
const [CUE, IN_SAMPLE, IN_CUE] = ['vttc', ['vttc', 'vtte', 'vtta'], ['vsid', 'iden', 'ctim', 'sttg', 'payl']];

/** `wvtt`: boxes of cues fill the sample, and what is in them is text. */
export class WebvttForm implements CodecForm {
  readonly #text = new TextDecoder('utf-8', { fatal: true });
  at = 0;

  check({ data, start, end }: SampleBytes): SampleForm {
    this.#boxes(data, start, end, IN_SAMPLE);
    return WALKED;
  }

  #boxes(data: Uint8Array, start: number, end: number, allowed: readonly string[]): void {
    for (let at = start; at < end; ) {
      this.at = at;
      const view = new DataView(data.buffer, data.byteOffset + at, end - at);
      const size = view.byteLength >= 8 ? view.getUint32(0) : 0;
      if (size < 8 || size > view.byteLength) throw new FormError('has a box of WebVTT that does not fit');
      const type = String.fromCharCode(...data.subarray(at + 4, at + 8));
      if (!allowed.includes(type)) throw new FormError('has a box that WebVTT does not know');
      if (type === CUE) this.#boxes(data, at + 8, at + size, IN_CUE);
      else this.#checkText(data.subarray(at + 8, at + size), type);
      at += size;
    }
  }

  #checkText(bytes: Uint8Array, type: string): void {
    if (type === 'vsid' && bytes.length === 4) return; // source_ID is a number
    try {
      this.#text.decode(bytes);
    } catch {
      throw new FormError('has a cue that is no text');
    }
  }
}
