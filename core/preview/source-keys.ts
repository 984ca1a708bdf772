import { PackagerError } from '../base/errors.ts';
import type { PackageOptions } from '../engine/api.ts';
import { findPackageKeys } from '../engine/package-keys.ts';
import type { KeyLookup, WantedKey } from '../inspect/model/track-reader.ts';
import type { FindKeys } from './known-keys.ts';

/** Finds keys of packaged titles: asks the key sources of each, by key ids and as for packaging. None is made. */
export function sourceKeys(titles: readonly PackageOptions[], signal: AbortSignal): FindKeys {
  return async (wanted, onFault) => {
    const lookups: KeyLookup[] = [];
    for (const title of titles) lookups.push(...(await lookupsOf({ ...title, signal }, wanted, onFault)));
    return (each) => lookups.map((lookup) => lookup(each)).find((key) => key !== undefined);
  };
}

/** All at once, as one answer may have them all; where one is missing each alone, for the sake of the others. */
async function lookupsOf(
  title: PackageOptions,
  wanted: readonly WantedKey[],
  onFault: (fault: PackagerError) => void,
): Promise<KeyLookup[]> {
  try {
    return [(await findPackageKeys(title, wanted)).lookup];
  } catch (cause) {
    if (!PackagerError.is(cause)) throw cause;
    if (cause.code !== 'NO_KEY' || wanted.length < 2) {
      onFault(cause);
      return [];
    }
  }
  const found: KeyLookup[] = [];
  for (const each of wanted) found.push(...(await lookupsOf(title, [each], onFault)));
  return found;
}
