import type { RbspReader } from '../../base/bit-reader.ts';

/** aspect_ratio_idc that is followed by a width and a height. */
const EXTENDED_SAR = 255;

/** Read vui_parameters() (ITU-T H.265, E.2.1). */
export function skipVui(reader: RbspReader, subLayers: number): void {
  if (reader.flag() && reader.bits(8) === EXTENDED_SAR) reader.bits(32);
  if (reader.flag()) reader.flag(); // overscan_appropriate_flag
  if (reader.flag()) {
    reader.bits(4); // video_format, video_full_range_flag
    if (reader.flag()) reader.bits(24); // colour primaries, transfer characteristics, matrix coefficients
  }
  if (reader.flag()) skipUnsigned(reader, 2); // chroma_sample_loc_type of both fields
  reader.bits(3); // neutral_chroma_indication_flag, field_seq_flag, frame_field_info_present_flag
  if (reader.flag()) skipUnsigned(reader, 4); // default display window
  if (reader.flag()) {
    reader.skip(64); // vui_num_units_in_tick, vui_time_scale
    if (reader.flag()) reader.ue(); // vui_num_ticks_poc_diff_one_minus1
    if (reader.flag()) skipHrd(reader, subLayers);
  }
  if (reader.flag()) {
    reader.bits(3); // bitstream restrictions
    skipUnsigned(reader, 5);
  }
}

/** Read hrd_parameters() with its common part (E.2.2). */
function skipHrd(reader: RbspReader, subLayers: number): void {
  const nal = reader.flag();
  const vcl = reader.flag();
  let subPictures = false;
  if (nal || vcl) {
    subPictures = reader.flag();
    if (subPictures) reader.bits(19); // tick divisor, lengths of sub-picture delays
    reader.bits(8); // bit_rate_scale, cpb_size_scale
    if (subPictures) reader.bits(4); // cpb_size_du_scale
    reader.bits(15); // lengths of the delays
  }
  for (let layer = 0; layer < subLayers; layer += 1) {
    const fixedRate = reader.flag() || reader.flag(); // _general_flag, else _within_cvs_flag
    let lowDelay = false;
    if (fixedRate)
      reader.ue(); // elemental_duration_in_tc_minus1
    else lowDelay = reader.flag();
    const buffers = lowDelay ? 1 : reader.ueUpTo(31, 'cpb_cnt_minus1') + 1;
    for (let kinds = Number(nal) + Number(vcl); kinds > 0; kinds -= 1)
      skipSubLayer(reader, buffers, subPictures);
  }
}

/** Read sub_layer_hrd_parameters() (E.2.3). */
function skipSubLayer(reader: RbspReader, buffers: number, subPictures: boolean): void {
  for (let buffer = 0; buffer < buffers; buffer += 1) {
    skipUnsigned(reader, subPictures ? 4 : 2); // bit rates and buffer sizes
    reader.flag(); // cbr_flag
  }
}

function skipUnsigned(reader: RbspReader, count: number): void {
  for (let index = 0; index < count; index += 1) reader.ue();
}
