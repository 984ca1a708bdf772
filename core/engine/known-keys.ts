import { parseKeyLine } from '../drm/key-line.ts';
import { keyIdsIn } from '../drm/named-keys.ts';
import type { WantedKey } from '../inspect/model/track-reader.ts';
import { ContentKey, type ContentKeyData } from '../keys/content-key.ts';

/** Ids that a package names a key by: 32 hexadecimal digits each; of one without a key id those in its URI. */
export const keyIdsWanted = ({ kid, uri }: WantedKey): string[] =>
  kid === undefined ? keyIdsIn(uri ?? '') : [kid];

/** The plain form of keys, to cross a thread. It holds the secrets: it is never logged or stored. */
export interface KnownKeysData {
  readonly contentId: string;
  readonly keys: readonly ContentKeyData[];
  readonly ofScheme: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The keys that are known of a package, found by what it says of them. Shows nothing of any key. */
export class KnownKeys {
  /** The content id that keys were asked for by, which may look like a key id and stand where one would. */
  contentId = '';
  readonly #byId = new Map<string, ContentKey>();
  /** By the URI that the key source itself has said. */
  readonly #byUri = new Map<string, ContentKey>();
  /** By the scheme of the mode that they were asked for. */
  readonly #ofScheme = new Map<string, Set<string>>();

  static from({ contentId, keys, ofScheme }: KnownKeysData): KnownKeys {
    const known = new KnownKeys();
    known.contentId = contentId;
    known.add(keys.map((key) => ContentKey.from(key)));
    for (const [scheme, ids] of ofScheme) known.#ofScheme.set(scheme, new Set(ids));
    return known;
  }

  /** For `postMessage` to a worker thread of this process. */
  transfer(): KnownKeysData {
    const keys = [...this.#byId.values()].map((key) => key.transfer());
    return { contentId: this.contentId, keys, ofScheme: this.#ofScheme };
  }

  /** @param scheme of the mode that they are for, where they were asked for by that */
  add(keys: readonly ContentKey[], scheme?: string): void {
    for (const given of keys) {
      // A plugin may come with a copy of the package of its own.
      const key = this.#byId.get(given.hexId) ?? ContentKey.from(given.transfer());
      this.#byId.set(key.hexId, key);
      for (const uri of urisOf(key)) this.#byUri.set(uri, key);
      if (scheme === undefined) continue;
      const ids = this.#ofScheme.get(scheme) ?? new Set();
      this.#ofScheme.set(scheme, ids.add(key.hexId));
    }
  }

  /** The key of samples; `undefined`: there is none, or nobody can say which. */
  readonly lookup = (wanted: WantedKey): ContentKey | undefined => {
    const { kid, uri = '', scheme } = wanted;
    if (kid !== undefined) return this.#byId.get(kid);
    const named = this.#byUri.get(uri) ?? keyIdsIn(uri).flatMap((id) => this.#byId.get(id) ?? [])[0];
    if (named) return named;
    // A URI that says nothing of a key, as `../film.key`, is that of the only one.
    const [only, ...others] = this.#ofScheme.get(scheme) ?? [];
    const foreign = keyIdsIn(uri).filter((id) => !keyIdsIn(this.contentId).includes(id));
    return only !== undefined && others.length === 0 && foreign.length === 0
      ? this.#byId.get(only)
      : undefined;
  };

  missing(wanted: readonly WantedKey[]): WantedKey[] {
    return wanted.filter((each) => this.lookup(each) === undefined);
  }
}

/** What a key source tells players to ask for. */
const urisOf = ({ signalling = {} }: ContentKey): string[] =>
  Object.values(signalling).flatMap(({ uri, hlsMedia, hlsMaster }) => [
    ...(uri === undefined ? [] : [uri]),
    ...[hlsMedia, hlsMaster].flatMap((line) => (line === undefined ? [] : parseKeyLine(line).key.uri)),
  ]);
