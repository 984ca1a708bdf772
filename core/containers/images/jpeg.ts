import { view } from '../../base/bytes.ts';
import { BadImage, type ImageSize } from './bad-image.ts';

/** Markers of ITU-T T.81, table B.1: the byte behind 0xFF. */
const [SOI, EOI, SOS, TEM] = [0xd8, 0xd9, 0xda, 0x01];
/** Frames of baseline, extended sequential and progressive coding, with Huffman codes: what players decode. */
const DECODED = [0xc0, 0xc1, 0xc2];

const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** Without a length behind them. */
const isBare = (marker: number): boolean => marker === TEM || (marker >= 0xd0 && marker <= 0xd7);

const CUT = 'ends in the middle: the copy was not complete';

/**
 * The size that the frame header of a JPEG image says (ITU-T T.81, B.2.2).
 * @returns `undefined` for what does not begin as one
 * @throws BadImage where it is damaged, or coded in a way that players do not decode
 */
export function readJpeg(bytes: Uint8Array): ImageSize | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== SOI || bytes[2] !== 0xff) return undefined;
  const data = view(bytes);
  let size: ImageSize | undefined;
  let at = 2;
  for (;;) {
    if (at + 4 > bytes.length) throw new BadImage(CUT);
    if (bytes[at] !== 0xff) throw new BadImage('is a damaged JPEG image');
    const marker = bytes[at + 1]!;
    if (marker === 0xff || isBare(marker)) {
      at += marker === 0xff ? 1 : 2; // bytes that fill are allowed in front of a marker (B.1.1.2)
      continue;
    }
    if (marker === EOI || marker === SOI || marker === 0) throw new BadImage('is a damaged JPEG image');
    const length = data.readUInt16BE(at + 2);
    if (length < 2) throw new BadImage('is a damaged JPEG image');
    if (at + 2 + length > bytes.length) throw new BadImage(CUT);
    if (isFrame(marker)) {
      if (size) throw new BadImage('is a JPEG image of several frames, which players do not show');
      size = frameSize(marker, data, at, length);
    }
    at += 2 + length;
    if (marker === SOS) break;
  }
  if (!size) throw new BadImage('is a damaged JPEG image: it does not say its size');
  requireEnd(bytes, at);
  return size;
}

function frameSize(marker: number, data: Buffer, at: number, length: number): ImageSize {
  if (!DECODED.includes(marker))
    throw new BadImage('is a JPEG image in a coding that players do not show (lossless or arithmetic)');
  if (length < 8) throw new BadImage('is a damaged JPEG image');
  const [height, width] = [data.readUInt16BE(at + 5), data.readUInt16BE(at + 7)];
  if (width === 0 || height === 0) throw new BadImage('is a JPEG image that does not say its size');
  return { width, height };
}

/** Cameras and editors may leave something behind the image. @param from where its coded data begin */
function requireEnd(bytes: Uint8Array, from: number): void {
  for (let at = bytes.lastIndexOf(EOI); at > from; at = bytes.lastIndexOf(EOI, at - 1))
    if (bytes[at - 1] === 0xff) return;
  throw new BadImage(CUT);
}
