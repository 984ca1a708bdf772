import type { KeyLookup, WantedKey } from '../../inspect/model/track-reader.ts';
import { openMp4Rendition } from '../../inspect/mp4/index.ts';
import { type Listing, listedAlone } from './list-packages.ts';
import { mediaKind } from './media-kind.ts';
import type { SizedFiles } from './sized-files.ts';
import type { PackageVerification } from './verification.ts';
import { type PackageSource, verifyPackage } from './verify-package.ts';
import { WantedKeys } from './wanted-keys.ts';

/** Files of media that no manifest names. */
export class FilesToVerify {
  readonly #paths: readonly string[];
  readonly #files: SizedFiles;

  constructor({ alone }: Listing, files: SizedFiles) {
    this.#paths = alone;
    this.#files = files;
  }

  async wanted(): Promise<readonly WantedKey[]> {
    const wanted = new WantedKeys();
    for (const path of this.#paths) {
      const listed = listedAlone(path);
      if ((await mediaKind(this.#files, listed)) === 'mp4')
        await wanted.addMp4(await openMp4Rendition(this.#files, listed));
    }
    return wanted.all;
  }

  async verify(
    lookup: KeyLookup,
    source: PackageSource | undefined,
    onRendition: () => void,
  ): Promise<PackageVerification[]> {
    const done: PackageVerification[] = [];
    for (const path of this.#paths) {
      const rendition = listedAlone(path);
      const listed = {
        manifest: path,
        kind: 'file' as const,
        duration: undefined,
        renditions: [rendition],
        variants: [],
        sessionKeys: [],
      };
      const { found: _, ...verified } = await verifyPackage({
        files: this.#files,
        listed,
        lookup,
        sizes: this.#files.sizes,
        source,
        onRendition,
      });
      done.push({ ...verified, path, kind: 'file' });
    }
    return done;
  }
}
