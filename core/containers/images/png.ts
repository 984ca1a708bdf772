import { view } from '../../base/bytes.ts';
import { loadNow } from '../../base/load-now.ts';
import { BadImage, type ImageSize } from './bad-image.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Length and type in front of a chunk's data, and a check sum behind them. */
const [BEFORE, BEHIND] = [8, 4];
const HEADER_LENGTH = 13;
/** More is allowed to PNG (2^31 - 1), and decoded by nobody. */
const LARGEST = 65_535;

/**
 * The size that the IHDR chunk of a PNG image says (ISO/IEC 15948, 11.2.2).
 * @returns `undefined` for what does not begin as one
 * @throws BadImage where it is damaged
 */
export function readPng(bytes: Uint8Array): ImageSize | undefined {
  if (SIGNATURE.some((byte, index) => bytes[index] !== byte)) return undefined;
  const data = view(bytes);
  let size: ImageSize | undefined;
  let hasPicture = false;
  for (let at = SIGNATURE.length; ; ) {
    if (at + BEFORE + BEHIND > bytes.length)
      throw new BadImage('ends in the middle: the copy was not complete');
    const length = data.readUInt32BE(at);
    const type = data.toString('latin1', at + 4, at + BEFORE);
    const end = at + BEFORE + length;
    if (end + BEHIND > bytes.length) throw new BadImage('ends in the middle: the copy was not complete');
    if ((type === 'IHDR') !== (size === undefined)) throw new BadImage('is a damaged PNG image');
    if (type === 'IHDR') size = headerSize(bytes, data, at, length);
    if (type === 'IDAT') hasPicture = true;
    if (type === 'IEND') break;
    at = end + BEHIND;
  }
  if (!size || !hasPicture) throw new BadImage('is a damaged PNG image: there is no picture in it');
  return size;
}

function headerSize(bytes: Uint8Array, data: Buffer, at: number, length: number): ImageSize {
  const { crc32 } = loadNow<typeof import('node:zlib')>('node:zlib');
  const sum = crc32(bytes.subarray(at + 4, at + BEFORE + length));
  if (length !== HEADER_LENGTH || sum !== data.readUInt32BE(at + BEFORE + length))
    throw new BadImage('is a damaged PNG image');
  const [width, height] = [data.readUInt32BE(at + BEFORE), data.readUInt32BE(at + BEFORE + 4)];
  if (width === 0 || height === 0) throw new BadImage('is a damaged PNG image: it has no size');
  if (width > LARGEST || height > LARGEST)
    throw new BadImage(`is ${width}x${height} pixels, more than players decode`);
  return { width, height };
}
