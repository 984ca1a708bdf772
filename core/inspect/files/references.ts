import { percentDecoded } from '../../base/percent-decoded.ts';
import { shownReference } from '../../io/reference.ts';
import { isName } from './names.ts';
import type { FilesToRead } from './read-manifest.ts';

/** A reference to something that is not in the package. The message is a sentence, without what may be secret of the reference. */
export class ForeignReference extends RangeError {
  override readonly name = 'ForeignReference';
  /** Where it leads, fit to be shown: in the place of a path, no package has a file there. */
  readonly shown: string;

  /** @param reason goes on behind the reference, without a final stop */
  constructor(reference: string, reason: string, address = reference) {
    super(`"${withoutQuery(reference)}" ${reason}.`);
    this.shown = withoutQuery(address).replace(HOST_ON_DISK, '');
  }
}

/** Of a relative reference, too, a query may be a token. */
const withoutQuery = (reference: string): string => shownReference(reference).replace(/\?(?!…).*$/s, '?…');

/** Stands for the folder of a package on a disk. What leads out of the folder leads to another path of this host. */
const HOST_ON_DISK = 'http://package.invalid';
const ON_DISK = `${HOST_ON_DISK}/here/`;

/** Files that are looked for of one address elsewhere: in a long playlist all others are not there either. */
const MOST_TRIES = 3;

/** Names that mean the same in a URL and on a disk, without any way up: most references of most packages. */
const PLAIN = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/;

/** What the references of a manifest, and of the playlists it names, mean (RFC 3986, 5): paths of files of the package. */
export class References {
  readonly #files: FilesToRead;
  readonly #root: string;
  /** Folder of the manifest, with a slash at its end where it is any. */
  readonly #home: string;
  /** Addresses elsewhere, each with the folder of the package that has the files of it. */
  readonly #places = new Map<string, string>();
  readonly #tries = new Map<string, number>();

  constructor(files: FilesToRead, manifest: string) {
    this.#files = files;
    this.#home = manifest.slice(0, manifest.lastIndexOf('/') + 1);
    this.#root = files.address ?? ON_DISK;
  }

  /** Addresses elsewhere whose files were found in the package: what it says it is published at. */
  get elsewhere(): readonly string[] {
    return [...this.#places.keys()].map(shownReference);
  }

  /** The address of a file of the package: what its references begin at. */
  addressOf(path: string): string {
    return this.#root + path.split('/').map(encodeURIComponent).join('/');
  }

  /**
   * Join an address and a reference, for a chain of BaseURL elements.
   * @throws ForeignReference for what is none
   */
  join(base: string, reference: string): string {
    if (!URL.canParse(reference, base)) throw new ForeignReference(reference, 'is no URI');
    return new URL(reference, base).href;
  }

  /**
   * The path in the package that a reference means.
   * @param base address of what refers to it
   * @throws ForeignReference for what leads out of the package
   */
  pathOf(reference: string, base: string): string {
    if (PLAIN.test(reference) && base.startsWith(this.#root)) {
      const folder = base.slice(this.#root.length, base.lastIndexOf('/') + 1);
      if (folder === '' || PLAIN.test(folder.slice(0, -1))) return folder + reference;
    }
    const url = new URL(this.join(base, reference));
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      throw new ForeignReference(
        reference,
        `is a ${url.protocol} URI, which is no file of the package`,
        url.href,
      );
    }
    const { search } = url;
    url.search = '';
    url.hash = '';
    const path = url.href.startsWith(this.#root)
      ? this.#decoded(url.href.slice(this.#root.length), reference)
      : this.#beside(url, reference);
    if (search !== '') this.#files.keepQuery?.(path, search);
    return path;
  }

  #decoded(path: string, reference: string): string {
    const names = path.split('/').map(percentDecoded);
    if (!names.every(isName)) {
      throw new ForeignReference(reference, 'has a name that no file of a package can have');
    }
    const plain = names.join('/');
    // Some packagers write names as they are, percent signs and all.
    const isRaw = plain !== path && this.#files.has?.(plain) === false && this.#files.has(path);
    return isRaw ? path : plain;
  }

  /** An address elsewhere: the file at the end of it, where it is in the package, as in one that was made for a CDN. */
  #beside(url: URL, reference: string): string {
    const { href } = url;
    for (const [address, folder] of this.#places) {
      if (href.startsWith(address)) return folder + this.#decoded(href.slice(address.length), reference);
    }
    const isOfRoot = href.startsWith(new URL('/', this.#root).href);
    if (isOfRoot && !reference.startsWith('/') && !/^https?:/i.test(reference)) {
      throw new ForeignReference(reference, 'leads out of the package', href);
    }
    const found = this.#find(url);
    if (found !== undefined) return found;
    const where = isOfRoot ? 'leads out of the package' : `is at ${url.host}, and is not in the package`;
    throw new ForeignReference(reference, where, href);
  }

  /** The file that has the last names of an address, as many as possible, in the folder of the manifest or of the package. */
  #find({ href, pathname }: URL): string | undefined {
    const { has } = this.#files;
    const above = href.slice(0, href.lastIndexOf('/') + 1);
    const tries = this.#tries.get(above) ?? 0;
    if (!has || tries >= MOST_TRIES) return undefined;
    this.#tries.set(above, tries + 1);
    const names = pathname.split('/').slice(1);
    for (let first = 0; first < names.length; first++) {
      const rest = names.slice(first);
      if (rest.some((name) => !isName(percentDecoded(name)))) continue;
      const path = rest.map(percentDecoded).join('/');
      const folder = [this.#home, ''].find((one) => has.call(this.#files, one + path));
      if (folder === undefined) continue;
      this.#places.set(href.slice(0, href.length - rest.join('/').length), folder);
      return folder + path;
    }
    return undefined;
  }
}
