import { inspect } from 'node:util';
import { toHex } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';
import { ContentKey, type ContentKeyData } from './content-key.ts';
import type { KeyPlace } from './content-key-set.ts';

/** A key, and what it is for. */
export interface PlacedKey extends KeyPlace {
  readonly key: ContentKey;
}

/** The plain form of a mode's keys, to cross a thread. It holds the secrets: it is never logged or stored. */
export type ModeKeysData = readonly (KeyPlace & { readonly key: ContentKeyData })[];

/** All keys that a mode needs for a title, by label and crypto period. */
export class ModeKeys {
  /** By label, in the order of the policy, then by period. */
  readonly all: readonly PlacedKey[];
  readonly #byPlace: ReadonlyMap<string, ContentKey>;

  /** @throws PackagerError INVALID_KEY when two keys have one id: players could not tell them apart; and when one is published as the id or IV of another */
  constructor(keys: readonly PlacedKey[]) {
    this.all = keys;
    this.#byPlace = new Map(keys.map((placed) => [nameOf(placed), placed.key]));
    checkIds(keys);
    requireSecret(keys);
  }

  static from(data: ModeKeysData): ModeKeys {
    return new ModeKeys(data.map((placed) => ({ ...placed, key: ContentKey.from(placed.key) })));
  }

  /** @throws PackagerError NO_KEY when there is none: never another one in its place */
  of(label: string, period: number): ContentKey {
    const key = this.#byPlace.get(nameOf({ label, period }));
    if (!key) throw fail.keyMissing(`There is no key for label ${label}, period ${period}.`);
    return key;
  }

  /** The keys of a label, by period. */
  placed(label: string): readonly PlacedKey[] {
    return this.all.filter((placed) => placed.label === label);
  }

  /**
   * The key of a label's first crypto period in which anything is encrypted: what headers and manifests say of its tracks as a whole.
   * @throws PackagerError NO_KEY when the label has none
   */
  first(label: string): ContentKey {
    const [first] = this.placed(label);
    if (!first) throw fail.keyMissing(`There is no key for label ${label}.`);
    return first.key;
  }

  /** Each key once: several labels may share one. */
  get distinct(): readonly ContentKey[] {
    return distinctKeys(this.all);
  }

  /** The key, for what knows only one. @throws PackagerError where there are several: none is picked */
  get only(): ContentKey {
    const [key, ...others] = this.distinct;
    if (key && others.length === 0) return key;
    const places = this.all.map(nameOf).join(', ');
    throw fail.unexpected(`Something that knows a single key was given ${this.all.length} (${places}).`);
  }

  /** For `postMessage` to a worker thread of this process. */
  transfer(): ModeKeysData {
    return this.all.map(({ label, period, key }) => ({ label, period, key: key.transfer() }));
  }

  toJSON(): readonly (KeyPlace & { readonly id: string })[] {
    return this.all.map(({ label, period, key }) => ({ label, period, id: key.hexId }));
  }

  toString(): string {
    return `ModeKeys(${this.all.map((placed) => `${nameOf(placed)}: ${placed.key.uuid}`).join(', ')})`;
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** Each key once, in their order. */
export const distinctKeys = (placed: readonly PlacedKey[]): readonly ContentKey[] => [
  ...new Map(placed.map(({ key }) => [key.hexId, key])).values(),
];

/** The same text for labels that are under the same keys from one period to the next, and for no others. @param keys of a label */
export const identityOf = (keys: readonly PlacedKey[]): string =>
  keys.map(({ period, key }) => `${period}/${key.hexId}`).join(' ');

const nameOf = ({ label, period }: KeyPlace): string => `${label}/${period}`;

function checkIds(keys: readonly PlacedKey[]): void {
  const first = new Map<string, PlacedKey>();
  for (const placed of keys) {
    const known = first.get(placed.key.hexId) ?? placed;
    first.set(placed.key.hexId, known);
    if (Buffer.compare(known.key.reveal(), placed.key.reveal()) === 0) continue;
    const [one, other] = [known, placed].map(({ label, period }) => `label ${label}, period ${period}`);
    throw fail.invalidKey(
      `The keys for ${one} and for ${other} are two, and have one key id: ${placed.key.uuid}.`,
      'Give every key an id of its own.',
    );
  }
}

/**
 * Look at what stands in outputs in clear, the ids and IVs of keys: whoever mixes up the parts of a key publishes it.
 * @throws PackagerError INVALID_KEY, with nothing of the values: an id may be the secret
 */
export function requireSecret(keys: readonly PlacedKey[]): void {
  const secrets = new Map(keys.map((placed) => [toHex(placed.key.reveal()), placed]));
  for (const placed of keys) {
    const { id, iv } = placed.key;
    for (const [part, bytes] of [
      ['key id', id],
      ['IV', iv],
    ] as const) {
      const secret = bytes && secrets.get(toHex(bytes));
      if (!secret) continue;
      throw fail.invalidKey(
        `The content key for label ${secret.label}, period ${secret.period} is the ${part} of that for label ${placed.label}, period ${placed.period}, which is no secret.`,
        'Use 16 bytes from a random source for every key, and look whether its parts are mixed up.',
      );
    }
  }
}
