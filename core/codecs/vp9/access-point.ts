import { type AccessPoint, CLOSED, UNSURE } from '../access-point.ts';

/** By the first frame's uncompressed header (VP9 specification, 6.2); profile 3 has a reserved bit in front of the rest. */
export function vp9Frame(head: Uint8Array): AccessPoint | undefined {
  const [first] = head;
  if (first === undefined) return undefined;
  const fields = (first & 0x30) === 0x30 ? first << 1 : first;
  return (fields & 0x0c) === 0 ? CLOSED : UNSURE; // show_existing_frame 0, frame_type KEY_FRAME
}
