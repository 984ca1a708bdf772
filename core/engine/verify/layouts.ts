import type { ListedRendition } from '../../inspect/model/listed-package.ts';
import type { PackageFiles } from '../../inspect/model/places.ts';
import { readMp4Layout } from '../../inspect/mp4/layout.ts';
import type { Mp4Layout } from '../../inspect/mp4/mp4-file.ts';

/** Top-level boxes of files of which pieces are listed. @throws DamageError, PackagerError as reading them does */
export async function layoutsOf(
  files: PackageFiles,
  { init, index, segments }: ListedRendition,
): Promise<ReadonlyMap<string, Mp4Layout>> {
  const pieces = [init, index, ...segments.map(({ place }) => place)].flatMap((place) =>
    place && (place.offset > 0 || place.length !== undefined) ? place.path : [],
  );
  const layouts = new Map<string, Mp4Layout>();
  for (const path of new Set(pieces)) {
    const source = await files.open(path);
    try {
      layouts.set(path, await readMp4Layout(source));
    } finally {
      await source.close();
    }
  }
  return layouts;
}
