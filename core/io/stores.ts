import { fail } from '../base/errors.ts';
import { guardedTree } from './guarded-tree.ts';
import { listed } from './listed.ts';
import { localStore } from './local-store.ts';
import { schemeOf, shownReference, within } from './reference.ts';
import type { CleanOptions, StagedFile, StagedOutput, StagedTree, Store, StoreOptions } from './store.ts';
import {
  type CancelledGuarded,
  cleanWords,
  type Guarded,
  guarded,
  guardedAnswer,
  guardedNow,
} from './told.ts';

/** The places that outputs go to: those of plugins, in their order, and the local disk. */
export class Stores {
  readonly #added: Store[] = [];

  add(store: Store): void {
    this.#added.push(store);
  }

  /**
   * @param signal of the run
   * @throws PackagerError INVALID_OPTION when nobody takes outputs there; nothing is quoted of it but the scheme
   */
  of(location: string, signal: AbortSignal): StoreOf {
    const all = [...this.#added, localStore as Store];
    const store = all.find((each) => guardedNow(guardOf(location, each), () => each.accepts(location)));
    if (!store) throw fail.noStore(schemeOf(location) ?? '', listed(all));
    return new StoreOf(location, store, signal);
  }
}

/** An output location with the store that takes it. */
class StoreOf {
  readonly #location: string;
  readonly #store: Store;
  readonly #signal: AbortSignal;
  readonly #by: CancelledGuarded | undefined;

  constructor(location: string, store: Store, signal: AbortSignal) {
    this.#location = location;
    this.#store = store;
    this.#signal = signal;
    this.#by = store === localStore ? undefined : { ...guardOf(location, store), signal };
  }

  /** Whether what was written can be read before it is published. */
  get readsBack(): boolean {
    return this.#store.readsBack === true;
  }

  /** How messages call the store. */
  get name(): string {
    return this.#store.name;
  }

  async begin(names: readonly string[], options: StoreOptions): Promise<StagedOutput> {
    if (!this.#by) return this.#store.begin(this.#location, names, options);
    const warn = (message: string) => options.warn(cleanWords(this.#location, message));
    const always = guardOf(this.#location, this.#store);
    return guardedAnswer(
      this.#by,
      async () => {
        const staged = await this.#store.begin(this.#location, names, { ...options, warn });
        return {
          place: staged.place,
          ...(staged.folder !== undefined && { folder: staged.folder }),
          requireRoom: (bytes) => guarded(always, () => staged.requireRoom(bytes)),
          commit: (files) =>
            guarded(always, async () => {
              requireFiles(this.#location, files);
              await staged.commit(files);
            }),
          discard: () => guarded(always, () => staged.discard()),
        };
      },
      {
        state: `whether ${this.name} keeps anything of it is not known yet`,
        late: (staged) => staged.discard(),
      },
    );
  }

  /** @param place of what was begun */
  tree(place: unknown, folder: string | undefined): StagedTree {
    const open = () => this.#store.tree(place, folder, this.#signal);
    if (!this.#by) return open();
    const tree = guardedNow(this.#by, open);
    return guardedTree(tree, this.#by, folder);
  }

  /** Whether it takes a file beside the outputs. */
  get takesFiles(): boolean {
    return this.#store.put !== undefined;
  }

  async put(path: string, text: string): Promise<void> {
    const put = async () => this.#store.put?.(this.#location, path, text);
    return this.#by ? guarded(this.#by, put) : put();
  }

  /** Titles get a receipt, as long as their configs do not say otherwise. */
  get wantsReceipt(): boolean {
    return this.#store.wantsReceipt === true;
  }

  /** The text of a published file; `undefined`: it is not there, or nobody can read it. */
  async read(path: string): Promise<string | undefined> {
    const read = async () => this.#store.read?.(this.#location, path);
    return this.#by ? guardedAnswer(this.#by, read) : read();
  }

  /** Bytes of published files; `undefined` of one that is not there, or where nobody can say. */
  async sizesOf(paths: readonly string[]): Promise<readonly (number | undefined)[]> {
    const look = async () => this.#store.sizesOf?.(this.#location, paths) ?? paths.map(() => undefined);
    return this.#by ? guardedAnswer(this.#by, look) : look();
  }

  async writtenAt(names: readonly string[]): Promise<number | undefined> {
    const look = async () => this.#store.writtenAt?.(this.#location, names);
    return this.#by ? guardedAnswer(this.#by, look) : look();
  }

  /** Whether it can find what runs have left. */
  get cleans(): boolean {
    return this.#store.clean !== undefined;
  }

  async clean(options: CleanOptions): Promise<void> {
    const clean = async () => this.#store.clean?.(this.#location, options);
    return this.#by ? guarded(this.#by, clean) : clean();
  }
}

export type { StoreOf };

const guardOf = (location: string, { name }: Store): Guarded => ({
  reference: location,
  unforeseen: (reason) => fail.outputNotWritable(shownReference(location), `${name}: ${reason}`),
});

/** A disk finds these by itself; elsewhere nobody might. */
function requireFiles(location: string, files: readonly StagedFile[]): void {
  const seen = new Set<string>();
  for (const { path, bytes } of files) {
    const shown = shownReference(within(location, path));
    if (seen.has(path)) throw fail.outputNotWritable(shown, 'it was written twice.');
    seen.add(path);
    if (!Number.isSafeInteger(bytes) || bytes < 0)
      throw fail.outputIncomplete(shown, bytes, 'no file has that many');
  }
}
