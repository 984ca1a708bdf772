import { BitstreamError } from '../../base/bit-reader.ts';
import { type AccessPoint, CLOSED, UNSURE } from '../access-point.ts';
import { OBU, readObu } from './obu.ts';

/** By the first frame (AV1 specification, 5.9.2): one that is hidden, or was before, leaves its references open. */
export function av1TemporalUnit(head: Uint8Array, size: number): AccessPoint | undefined {
  try {
    for (let at = 0; at < head.length; ) {
      const { type, start, end } = readObu(head, at, size);
      const first = head[start];
      if (first === undefined) return undefined;
      // Of a still_picture, 0x10, all frames are key frames, and may have no field that says so.
      if (type === OBU.sequenceHeader && (first & 0x10) !== 0) return CLOSED;
      // show_existing_frame 0, frame_type KEY_FRAME, show_frame 1
      if (type === OBU.frame || type === OBU.frameHeader) return first >> 4 === 1 ? CLOSED : UNSURE;
      at = end;
    }
  } catch (cause) {
    // Cut short here, or damaged: who protects the sample says so.
    if (!(cause instanceof BitstreamError)) throw cause;
  }
  return undefined;
}
