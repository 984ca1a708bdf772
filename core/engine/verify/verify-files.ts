import { fail } from '../../base/errors.ts';
import { Packager } from '../../contract/packager.ts';
import type { Claim } from '../../inspect/findings/finding.ts';
import type { WantedKey } from '../../inspect/model/track-reader.ts';
import { type Wrapper, wrapperOf } from '../../inspect/model/wrapper.ts';
import type { PackageOptions } from '../api.ts';
import type { OpenTitle } from '../open-title.ts';
import { compareWithInputs } from './compare-whole.ts';
import { type Listing, listedAlone } from './list-packages.ts';
import { headOf, isMedia } from './media-kind.ts';
import { openAlone } from './open-rendition.ts';
import { ReadMedia } from './read-media.ts';
import { readRendition } from './read-rendition.ts';
import type { SizedFiles } from './sized-files.ts';
import { summaryOf } from './summary.ts';
import { unlessDamaged } from './unless-damaged.ts';
import type { PackageVerification } from './verification.ts';
import { type PackageLookup, type PackageSource, PackageWork } from './verify-package.ts';
import { verifyWrapped } from './verify-wrapped.ts';
import { WantedKeys } from './wanted-keys.ts';

/** A file that no manifest names, and what reads it; `undefined`: it is media. */
interface FileAlone {
  readonly path: string;
  readonly wrapper: Wrapper | undefined;
}

/** Whether a file ends as a format is called: `film.mp4.acme`. */
export const isCalled = (path: string, format: string): boolean =>
  path.toLowerCase().endsWith(`.${format.toLowerCase()}`);

/** Files that are whole outputs by themselves: containers of vendors, and media without a manifest. */
export class FilesToVerify {
  readonly #alone: readonly FileAlone[];
  readonly #files: SizedFiles;
  readonly #source: OpenTitle | undefined;

  /** Of the title's plugins. */
  readonly wrappers: readonly Wrapper[];

  private constructor(
    alone: readonly FileAlone[],
    wrappers: readonly Wrapper[],
    files: SizedFiles,
    source: OpenTitle | undefined,
  ) {
    this.wrappers = wrappers;
    this.#alone = alone;
    this.#files = files;
    this.#source = source;
  }

  /** @throws PackagerError INPUT_NOT_READABLE where there is nothing at all to verify */
  static async find(
    { alone, packages, unread }: Listing,
    files: SizedFiles,
    { source, title }: { readonly source: OpenTitle | undefined; readonly title: PackageOptions | undefined },
  ): Promise<FilesToVerify> {
    const { wrappers } = source?.title.packager ?? new Packager(title?.plugins ?? []);
    const folders = packages.map(({ manifest }) => manifest.slice(0, manifest.lastIndexOf('/') + 1));
    const outside = (files.all ?? [])
      .map(({ path }) => path)
      .filter((path) => !folders.some((folder) => path.startsWith(folder)));
    const found: FileAlone[] = [];
    for (const path of new Set([...alone, ...outside])) {
      const head = await headOf(files, path);
      // One that is called as a vendor's files are and begins otherwise is damaged.
      const wrapper = wrapperOf(wrappers, head) ?? wrappers.find(({ name }) => isCalled(path, name));
      const isOwn = alone.includes(path) && (isMedia(head) || hasSizeOfInput(path, files, source));
      if (wrapper || isOwn) found.push({ path, wrapper });
    }
    if (found.length === 0 && packages.length === 0 && unread.length === 0) {
      throw fail.inputNotReadable(
        files.name,
        'it holds no manifest and no media.',
        'Name the folder of a package, a manifest or a media file.',
      );
    }
    return new FilesToVerify(found, wrappers, files, source);
  }

  async wanted(): Promise<readonly WantedKey[]> {
    const wanted = new WantedKeys();
    for (const { path, wrapper } of this.#alone) {
      const file = await this.#files.open(path);
      try {
        await unlessDamaged(async () => {
          if (wrapper) {
            const { kid } = await wrapper.open(file, () => undefined);
            wanted.add({ kid, scheme: 'whole-file' });
          } else await wanted.addMp4(await openAlone(file));
        });
      } finally {
        await file.close();
      }
    }
    return wanted.all;
  }

  async verify(
    keys: PackageLookup,
    source: PackageSource | undefined,
    onRendition: () => void,
  ): Promise<PackageVerification[]> {
    const done: PackageVerification[] = [];
    for (const { path, wrapper } of this.#alone) {
      if (wrapper) {
        done.push(await verifyWrapped(path, wrapper, this.#files, keys, this.#source));
        onRendition();
      } else {
        const whole = await this.#wholeInput(path);
        if (whole) onRendition();
        done.push(whole ?? (await this.#verifyMedia(path, keys, source, onRendition)));
      }
    }
    return done;
  }

  /** A file that is an input as it was, such as one of a vendor's container that was decrypted; `undefined`: it is none. */
  async #wholeInput(path: string): Promise<PackageVerification | undefined> {
    if (!this.#source || !hasSizeOfInput(path, this.#files, this.#source)) return undefined;
    const file = await this.#files.open(path);
    try {
      if (await compareWithInputs(path, file, this.#source)) return undefined;
    } finally {
      await file.close();
    }
    const claims: Claim[] = [{ rendition: path, what: 'file', count: file.size, assurance: 'proved' }];
    const summary = summaryOf('proved', [], claims);
    return { path, kind: 'file', verdict: 'proved', summary, findings: [], claims };
  }

  async #verifyMedia(
    path: string,
    keys: PackageLookup,
    source: PackageSource | undefined,
    onRendition: () => void,
  ): Promise<PackageVerification> {
    const listed = {
      manifest: path,
      kind: 'file' as const,
      duration: undefined,
      renditions: [listedAlone(path)],
      variants: [],
      sessionKeys: [],
    };
    const files = this.#files;
    const reading = { files, lookup: keys.lookup, source: source?.title };
    const work = new PackageWork({
      files,
      media: new ReadMedia(),
      listed,
      ...keys,
      sizes: files.sizes,
      source,
      read: (rendition) => readRendition(rendition, reading),
      atOnce: 1,
      onRendition,
    });
    await work.open();
    const { found: _, ...verified } = await work.verify();
    return { ...verified, path, kind: 'file' };
  }
}

const hasSizeOfInput = (path: string, { sizes }: SizedFiles, source: OpenTitle | undefined): boolean =>
  source?.title.run.inputs.some(({ bytes }) => bytes === sizes.get(path)) ?? false;
