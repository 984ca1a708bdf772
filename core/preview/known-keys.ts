import type { PackagerError } from '../base/errors.ts';
import type { KeyLookup, WantedKey } from '../inspect/model/track-reader.ts';
import type { ContentKey } from '../keys/content-key.ts';

/** Asks for keys by what a package says of them. @param onFault told why one is missing */
export type FindKeys = (
  wanted: readonly WantedKey[],
  onFault: (fault: PackagerError) => void,
) => Promise<KeyLookup>;

/** Nobody is there to be asked. */
export const NO_KEYS: FindKeys = async () => () => undefined;

/** The keys of a package, each asked for once. What was found by a playlist's URI is found by its id from then on. */
export class KnownKeys {
  readonly #find: FindKeys;
  readonly #found = new Map<string, ContentKey>();
  #fault: PackagerError | undefined;

  constructor(find: FindKeys) {
    this.#find = find;
  }

  /** Why a key was missing when one last was; it names no key but by its id. */
  get fault(): PackagerError | undefined {
    return this.#fault;
  }

  /** Keys by what the package says of each, in that order. */
  async find(wanted: readonly WantedKey[]): Promise<(ContentKey | undefined)[]> {
    const missing = wanted.filter((each) => !this.#found.has(nameOf(each)));
    if (missing.length > 0) {
      const lookup = await this.#find(missing, (fault) => {
        this.#fault = fault;
      });
      for (const each of missing) {
        const key = lookup(each);
        if (!key) continue;
        this.#found.set(nameOf(each), key);
        this.#found.set(key.hexId, key);
      }
    }
    return wanted.map((each) => this.#found.get(nameOf(each)));
  }

  /** Those of these ids that there are. */
  async ofIds(ids: readonly string[]): Promise<ContentKey[]> {
    const keys = await this.find(ids.map((kid) => ({ kid, scheme: 'cenc' })));
    return keys.filter((key) => key !== undefined);
  }
}

const nameOf = ({ kid, uri = '', scheme }: WantedKey): string => kid ?? `${scheme} ${uri}`;
