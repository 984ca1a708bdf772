import { DamageError } from '../../inspect/model/damage-error.ts';
import type { PackageFiles, PlaceOfBytes } from '../../inspect/model/places.ts';

/** The bytes of a place, which manifests may list wherever they like. @throws DamageError where the file ends before; as opening it does */
export async function readPlace(
  files: Pick<PackageFiles, 'open'>,
  { path, offset, length }: PlaceOfBytes,
): Promise<Uint8Array> {
  const file = await files.open(path);
  try {
    const size = length ?? file.size - offset;
    if (size < 0 || offset + size > file.size)
      throw new DamageError(path, file.size, 'ends before what is listed of it');
    const bytes = new Uint8Array(size);
    await file.read(offset, [bytes]);
    return bytes;
  } finally {
    await file.close();
  }
}
