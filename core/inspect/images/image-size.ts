/** Size of an image, in pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
/** Frame headers of JPEG (ITU-T T.81, table B.1): all of 0xC0 to 0xCF but tables of codes, extensions and arithmetic conditioning. */
const NO_FRAMES = [0xc4, 0xc8, 0xcc];
const START_OF_SCAN = 0xda;

/**
 * The size that the header of a JPEG or PNG image says, by the bytes that it begins with.
 * @returns `undefined` for other formats, and where it is not in these bytes
 */
export function imageSize(head: Buffer): ImageSize | undefined {
  if (head.subarray(0, PNG.length).equals(PNG))
    // The first chunk is IHDR (ISO/IEC 15948, 5.6 and 11.2.2).
    return head.length < 24 ? undefined : { width: head.readUInt32BE(16), height: head.readUInt32BE(20) };
  return head.length > 2 && head.readUInt16BE(0) === 0xffd8 ? jpegSize(head) : undefined;
}

/** From marker to marker, up to the frame header (ITU-T T.81, B.2.2). */
function jpegSize(head: Buffer): ImageSize | undefined {
  for (let at = 2; at + 9 <= head.length && head[at] === 0xff; ) {
    const marker = head[at + 1]!;
    if (marker === 0xff) {
      at += 1; // fills (B.1.1.2)
      continue;
    }
    if (marker === START_OF_SCAN) return undefined;
    if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.includes(marker))
      return { width: head.readUInt16BE(at + 7), height: head.readUInt16BE(at + 5) };
    at += 2 + head.readUInt16BE(at + 2);
  }
  return undefined;
}
