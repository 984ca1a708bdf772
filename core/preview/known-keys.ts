import type { WantedKey } from '../inspect/model/track-reader.ts';
import type { ContentKey } from '../keys/content-key.ts';

/** Finds the key that a package speaks of; `undefined`: the key source has none. */
export type FindKey = (wanted: WantedKey) => Promise<ContentKey | undefined>;

/** The keys of a package, as its key source has them. What was found by a playlist's URI is found by its id from then on. */
export class KnownKeys {
  readonly #find: FindKey;
  readonly #byId = new Map<string, ContentKey>();

  constructor(find: FindKey) {
    this.#find = find;
  }

  /** A key by what the package says of it. */
  async find(wanted: WantedKey): Promise<ContentKey | undefined> {
    const known = wanted.kid === undefined ? undefined : this.#byId.get(wanted.kid);
    const key = known ?? (await this.#find(wanted));
    if (key) this.#byId.set(key.hexId, key);
    return key;
  }

  /** Those of these ids that there are. */
  async ofIds(ids: readonly string[]): Promise<ContentKey[]> {
    const keys = await Promise.all(ids.map((kid) => this.find({ kid, scheme: 'cenc' })));
    return keys.filter((key) => key !== undefined);
  }
}
