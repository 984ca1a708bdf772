import type { ByteSource } from '../../io/byte-source.ts';
import { fourCC } from './box.ts';

/** What files of MP4, and segments, begin with. */
const FIRST: ReadonlySet<string> = new Set([
  ...['ftyp', 'styp', 'moov', 'moof', 'sidx', 'emsg', 'prft', 'mdat', 'free', 'skip', 'wide', 'pssh', 'uuid'],
]);

/** Whether a file is one of boxes, by the first of them. */
export async function isMp4(file: ByteSource): Promise<boolean> {
  if (file.size < 8) return false;
  const head = new Uint8Array(8);
  await file.read(0, [head]);
  return FIRST.has(fourCC(head, 4));
}
