import { type AccessPoint, CLOSED, UNSURE } from '../access-point.ts';

const AVC_IDR = 5;

/** ITU-T H.264, table 7-1. What follows another I picture may refer to anything: a recovery point SEI only promises. */
export function avcPicture(header: number): AccessPoint | undefined {
  const type = header & 31;
  if (type === AVC_IDR) return CLOSED;
  return type >= 1 && type < AVC_IDR ? UNSURE : undefined;
}
