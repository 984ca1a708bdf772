import type { Av1BitReader } from './bit-reader.ts';
import { REFS_PER_FRAME } from './references.ts';

/** Bits of a parameter, without its sign (AV1 specification, 3). */
const ALPHA_BITS = 12;
const TRANSLATION_BITS = 12;
const TRANSLATION_ONLY_BITS = 9;

/**
 * global_motion_params() (5.9.24) of an inter frame. Parameters are coded as differences from the reference's, but that
 * changes their values only, not their sizes.
 */
export function skipGlobalMotion(reader: Av1BitReader, highPrecisionMv: boolean): void {
  for (let ref = 0; ref < REFS_PER_FRAME; ref += 1) {
    if (!reader.flag()) continue; // is_global
    const zoom = reader.flag(); // is_rot_zoom
    const translation = !zoom && reader.flag(); // is_translation
    const shape = translation ? 0 : zoom ? 2 : 4;
    for (let index = 0; index < shape; index += 1) skipParameter(reader, ALPHA_BITS);
    const bits = translation ? TRANSLATION_ONLY_BITS - (highPrecisionMv ? 0 : 1) : TRANSLATION_BITS;
    skipParameter(reader, bits);
    skipParameter(reader, bits);
  }
}

/** decode_signed_subexp_with_ref() (5.9.26): longer codes for larger differences. */
function skipParameter(reader: Av1BitReader, bits: number): void {
  const symbols = 2 * 2 ** bits + 1;
  let passed = 0;
  for (let size = 3; ; ) {
    const step = 2 ** size;
    if (symbols <= passed + 3 * step) {
      reader.ns(symbols - passed); // subexp_final_bits
      return;
    }
    if (!reader.flag()) {
      reader.skip(size); // subexp_bits
      return;
    }
    // The second step is as large as the first.
    if (passed > 0) size += 1;
    passed += step;
  }
}
