import type { ContentKey } from './content-key.ts';

/**
 * A key source that knows keys by their ids: the local store, keys by hand, a CPIX file. A plugin that is one adds it with
 * `packager.keyFinder(finder)`; whoever reads finished packages asks it. Sources that know keys by content id alone have none, and
 * are asked as for packaging (`acquireKey`).
 */
export interface KeyFinder {
  /** How messages name it: `the local key store`. */
  readonly name: string;
  /**
   * The keys of these ids, as far as it has them. It makes none.
   * @param ids 32 hexadecimal digits each, in lower case
   */
  find(ids: readonly string[]): Promise<readonly ContentKey[]>;
}
