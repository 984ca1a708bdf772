import { fail } from '../../base/errors.ts';
import type { ListedPackage } from '../../inspect/model/listed-package.ts';
import type { PackageFiles } from '../../inspect/model/places.ts';
import type { KeyLookup } from '../../inspect/model/track-reader.ts';
import { clearTransport } from '../../inspect/mpegts/clear/clear-transport.ts';
import type { OutputFile, OutputTree } from '../../io/output-tree.ts';
import type { NewRanges } from './clear-manifest.ts';
import type { ByteRange, ClearPlaces } from './clear-places.ts';
import type { TransportPart } from './transport-parts.ts';

export interface TransportWriting {
  readonly files: PackageFiles;
  readonly keys: KeyLookup;
  readonly tree: OutputTree;
  /** Told where segments are. */
  readonly places: ClearPlaces;
  readonly signal: AbortSignal;
}

/** Write the files of a rendition, segment by segment, in the clear. */
export async function writeTransport(
  { segments }: TransportPart,
  { files, keys, tree, places, signal }: TransportWriting,
): Promise<void> {
  let file: OutputFile | undefined;
  const input = { segments, lookup: keys, open: (path: string) => files.open(path) };
  for await (const clear of clearTransport(input)) {
    if (signal.aborted) throw fail.cancelled();
    const segment = segments[clear.listed]!;
    const { path } = segment.place;
    if (file?.path !== path) {
      await file?.close();
      file = await tree.create(path);
    }
    places.add(segment, clear, file.position);
    await file.append([clear.data]);
  }
  await file?.close();
}

/** What a playlist has to say of ranges that have moved. */
export function rangesOf(path: string, packages: readonly ListedPackage[], places: ClearPlaces): NewRanges {
  const segments = new Map<number, ByteRange>();
  let init: ByteRange | undefined;
  for (const { renditions } of packages) {
    for (const rendition of renditions) {
      if (rendition.manifest !== path) continue;
      init ??= rendition.init && places.of(rendition.init);
      for (const { place, line } of rendition.segments) {
        const range = line === undefined ? undefined : places.of(place);
        if (range) segments.set(line!, range);
      }
    }
  }
  return { segments, init };
}
