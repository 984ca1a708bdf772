import type { RbspReader } from '../../base/bit-reader.ts';

/** Read scaling_list_data() (ITU-T H.265, 7.3.4). */
export function skipScalingLists(reader: RbspReader): void {
  for (let size = 0; size < 4; size += 1) {
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      if (!reader.flag()) {
        reader.ue(); // scaling_list_pred_matrix_id_delta
        continue;
      }
      if (size > 1) reader.se(); // scaling_list_dc_coef_minus8
      const coefficients = Math.min(64, 16 << (2 * size));
      for (let index = 0; index < coefficients; index += 1) reader.se();
    }
  }
}
