import { BitstreamError, type RbspReader } from '../../base/bit-reader.ts';
import { type PictureFormat, readVuiHead } from '../picture-format.ts';
import { type HevcPicture, parseSps } from './sps.ts';

/**
 * Read seq_parameter_set_rbsp() (ITU-T H.265, 7.3.2.2) up to the colours of its VUI.
 * @param reader opened behind the NAL unit header
 * @throws BitstreamError when it breaks the syntax, or crops all of the picture
 */
export function parseHevcPicture(reader: RbspReader): PictureFormat & HevcPicture {
  const { picture } = parseSps(reader);
  if (picture.width <= 0 || picture.height <= 0) throw new BitstreamError('crops all of the picture');
  const hasVui = !picture.isPastVui && reader.flag();
  const vui = hasVui ? readVuiHead(reader) : { sar: undefined, colours: undefined };
  return { ...picture, ...vui };
}
