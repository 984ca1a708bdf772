import { inspect } from 'node:util';
import { fail } from '../base/errors.ts';
import { ContentKey } from './content-key.ts';
import type { LabelledTrack } from './label-policy.ts';

/** What a key is for: the tracks of a label, in a crypto period. */
export interface KeyPlace {
  readonly label: string;
  /** From 0. */
  readonly period: number;
}

/** A place, with what is known of it when its key is looked for: nothing more where nobody has looked into the inputs yet. */
export interface WantedPlace extends KeyPlace {
  /** The tracks that the key is for. */
  readonly tracks?: readonly LabelledTrack[] | undefined;
  /** When the segments begin that it is for: seconds from the start of the title. */
  readonly starts?: { readonly first: number; readonly last: number } | undefined;
}

/** Looks for the key of a place; answers `undefined` where there is none. */
export type FindKey = (place: WantedPlace) => ContentKey | undefined | Promise<ContentKey | undefined>;

/**
 * The keys of a title in one mode, found as they are asked for: labels are known before its inputs are read, crypto periods only
 * when it is cut. Printing, inspecting or serialising it shows none of them.
 */
export class ContentKeySet {
  readonly #find: FindKey;
  readonly #asked = new Map<string, Promise<ContentKey | undefined>>();

  /** @param find asked once for each place */
  constructor(find: FindKey) {
    this.#find = find;
  }

  /**
   * What a key source has answered, as a set of ours: a plugin may come with a copy of the package of its own. A single key is for
   * the only label that was asked for, in period 0: it never stands in for another.
   */
  static from(answer: ContentKey | ContentKeySet, labels: readonly string[]): ContentKeySet {
    if (isKeySet(answer)) return new ContentKeySet((place) => answer.keyOf(place));
    const key = ownKey(answer);
    const [only, ...others] = labels;
    return new ContentKeySet(({ label, period }) =>
      others.length === 0 && label === only && period === 0 ? key : undefined,
    );
  }

  /** The key of a place; `undefined`: there is none, and no other may be taken for it. */
  keyOf(place: WantedPlace): Promise<ContentKey | undefined> {
    const name = JSON.stringify([place.label, place.period]);
    const asked = this.#asked.get(name) ?? this.#ask(place);
    this.#asked.set(name, asked);
    return asked;
  }

  async #ask(place: WantedPlace): Promise<ContentKey | undefined> {
    const found = await this.#find(place);
    return found && ownKey(found);
  }

  toJSON(): Record<string, never> {
    return {};
  }

  toString(): string {
    return 'ContentKeySet';
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** True for sets of any copy of this class. */
export const isKeySet = (answer: unknown): answer is ContentKeySet =>
  typeof answer === 'object' && answer !== null && 'keyOf' in answer && typeof answer.keyOf === 'function';

/** The same key as a value of ours, which also checks it. */
function ownKey(key: ContentKey): ContentKey {
  if (typeof key.transfer !== 'function')
    throw fail.unexpected(
      'A key source has answered with something that is no ContentKey and no ContentKeySet.',
    );
  return ContentKey.from(key.transfer());
}
