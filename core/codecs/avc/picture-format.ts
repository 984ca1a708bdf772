import { BitstreamError, type RbspReader } from '../../base/bit-reader.ts';
import { CHROMA_UNITS, type PictureFormat, type PixelFormat, readVuiHead } from '../picture-format.ts';
import { parseSps } from './parameter-sets.ts';

const MACROBLOCK = 16;

/**
 * Read seq_parameter_set_data() (ITU-T H.264, 7.3.2.1.1) up to the colours of its VUI.
 * @param reader opened behind the NAL unit header
 * @throws BitstreamError when it breaks the syntax, or crops all of the picture
 */
export function parseAvcPicture(reader: RbspReader): PictureFormat & { readonly format: PixelFormat } {
  const { widthInMbs, picSizeInMapUnits, frameMbsOnly, format, chromaArrayType } = parseSps(reader);
  if (!frameMbsOnly) reader.flag(); // mb_adaptive_frame_field_flag
  reader.flag(); // direct_8x8_inference_flag
  const [left, right, top, bottom] = reader.flag()
    ? [reader.ue(), reader.ue(), reader.ue(), reader.ue()] // frame cropping
    : [0, 0, 0, 0];
  // Map units and cropping units are twice as high where pictures may be fields (7.4.2.1.1).
  const fields = frameMbsOnly ? 1 : 2;
  const [unitX, unitY] = CHROMA_UNITS[chromaArrayType]!;
  const width = widthInMbs * MACROBLOCK - unitX * (left + right);
  const height = (picSizeInMapUnits / widthInMbs) * MACROBLOCK * fields - unitY * fields * (top + bottom);
  if (width <= 0 || height <= 0) throw new BitstreamError('crops all of the picture');
  const vui = reader.flag() ? readVuiHead(reader) : { sar: undefined, colours: undefined };
  return { width, height, ...vui, format };
}
