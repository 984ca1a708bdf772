import { fail } from '../../base/errors.ts';
import type { PackageFiles } from '../model/places.ts';

/** What is known of a package before it is known what is in it. */
export type FilesToRead = Pick<PackageFiles, 'open' | 'has' | 'address' | 'keepQuery'>;

/** Bytes of a manifest: three days in segments of two seconds have a tenth of it. */
const MOST_BYTES = 64 * 2 ** 20;

/**
 * The whole text of a manifest.
 * @throws PackagerError INPUT_NOT_FOUND, INPUT_NOT_READABLE
 */
export async function readManifest(files: FilesToRead, path: string): Promise<string> {
  const source = await files.open(path);
  try {
    if (source.size > MOST_BYTES) {
      throw fail.inputNotReadable(
        source.name,
        `it has ${source.size} bytes, more than any manifest.`,
        'Name a manifest or a folder.',
      );
    }
    const bytes = new Uint8Array(source.size);
    await source.read(0, [bytes]);
    return decodeManifest(bytes);
  } finally {
    await source.close();
  }
}

/** The text of a manifest: UTF-8, or UTF-16 with its mark, as XML may be. What is none of it stands as U+FFFD. */
export function decodeManifest(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isLittle = first === 0xff && second === 0xfe;
  const isBig = first === 0xfe && second === 0xff;
  return new TextDecoder(isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8', { ignoreBOM: true }).decode(
    bytes,
  );
}
