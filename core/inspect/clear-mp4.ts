import type { ByteSource } from '../io/byte-source.ts';
import type { ClearMp4Options } from './clear-mp4-view.ts';

export type { ClearMp4Options } from './clear-mp4-view.ts';

/**
 * A file of MP4 under Common Encryption as the clear one that it was, of the same length: decrypted as it is read. What reads it is
 * loaded when it is first asked for: a config that names no such input loads none of it.
 * @param source is not closed by it
 * @returns `undefined` for what is no MP4, or clear
 * @throws PackagerError NO_KEY where a key is missing, or is not the one that it was encrypted with
 */
export async function clearMp4(
  source: ByteSource,
  options: ClearMp4Options,
): Promise<ByteSource | undefined> {
  return (await import('./clear-mp4-view.ts')).clearMp4View(source, options);
}
