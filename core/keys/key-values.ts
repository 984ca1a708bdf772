import { fail } from '../base/errors.ts';

/** The parts of a key that are there; 16 bytes each. */
export interface KeyValues {
  readonly id?: Uint8Array | undefined;
  readonly key?: Uint8Array | undefined;
}

/** What messages call the parts. */
export type KeyValueNames = Readonly<Record<keyof KeyValues, string>>;

const NAMES: KeyValueNames = { id: 'The key id', key: 'The content key' };

/**
 * Refuse a key that is no secret: zeros, which a server or a script sends that has found none; and one that is its own
 * id, which stands in the output in clear.
 * @throws PackagerError INVALID_KEY, with nothing of the values
 */
export function checkKeyValues({ id, key }: KeyValues, names: KeyValueNames = NAMES): void {
  if (id && isZero(id)) throw fail.invalidKey(`${names.id} is all zeros.`, 'Give the key an id of its own.');
  if (!key) return;
  if (isZero(key)) throw fail.invalidKey(`${names.key} is all zeros: it would protect nothing.`, ANOTHER_KEY);
  if (id && isEqual(key, id)) {
    throw fail.invalidKey(`${names.key} is its own key id, which is no secret.`, ANOTHER_KEY);
  }
}

const ANOTHER_KEY = 'Use 16 bytes from a random source, known to the licence server alone.';

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

const isEqual = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;
