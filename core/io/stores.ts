import { fail } from '../base/errors.ts';
import { listed } from './listed.ts';
import { localStore } from './local-store.ts';
import type { OutputFile } from './output-tree.ts';
import { schemeOf, shownReference, within } from './reference.ts';
import type { CleanOptions, StagedFile, StagedOutput, StagedTree, Store, StoreOptions } from './store.ts';
import { cleanWords, type Guarded, guarded } from './told.ts';

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
    const store = all.find((each) => each.accepts(location));
    if (!store) throw fail.noStore(schemeOf(location) ?? '', listed(all));
    return new StoreOf(location, store, signal);
  }
}

/** An output location with the store that takes it. */
class StoreOf {
  readonly #location: string;
  readonly #store: Store;
  readonly #by: Guarded | undefined;

  constructor(location: string, store: Store, signal: AbortSignal) {
    this.#location = location;
    this.#store = store;
    const unforeseen = (reason: string) =>
      fail.outputNotWritable(shownReference(location), `${store.name}: ${reason}`);
    this.#by = store === localStore ? undefined : { reference: location, signal, unforeseen };
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
    const staged = await guarded(this.#by, () =>
      this.#store.begin(this.#location, names, { ...options, warn }),
    );
    // It goes on whoever has cancelled.
    const always = { ...this.#by, signal: new AbortController().signal };
    return {
      place: staged.place,
      ...(staged.folder !== undefined && { folder: staged.folder }),
      requireRoom: (bytes) => guarded(always, () => staged.requireRoom(bytes)),
      commit: (files) =>
        guarded(always, async () => {
          requireOnce(this.#location, files);
          await staged.commit(files);
        }),
      discard: () => guarded(always, () => staged.discard()),
    };
  }

  /** @param place of what was begun */
  tree(place: unknown, folder: string | undefined): StagedTree {
    const tree = this.#store.tree(place, folder);
    return this.#by ? guardedTree(tree, this.#by) : tree;
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
    return this.#by ? guarded(this.#by, read) : read();
  }

  /** Bytes of published files; `undefined` of one that is not there, or where nobody can say. */
  async sizesOf(paths: readonly string[]): Promise<readonly (number | undefined)[]> {
    const look = async () => this.#store.sizesOf?.(this.#location, paths) ?? paths.map(() => undefined);
    return this.#by ? guarded(this.#by, look) : look();
  }

  async writtenAt(names: readonly string[]): Promise<number | undefined> {
    const look = async () => this.#store.writtenAt?.(this.#location, names);
    return this.#by ? guarded(this.#by, look) : look();
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

/** On a disk the second one finds the file of the first; elsewhere nobody might. */
function requireOnce(location: string, files: readonly StagedFile[]): void {
  const seen = new Set<string>();
  for (const { path } of files) {
    if (seen.has(path))
      throw fail.outputNotWritable(shownReference(within(location, path)), 'it was written twice.');
    seen.add(path);
  }
}

function guardedTree(tree: StagedTree, by: Guarded): StagedTree {
  return {
    get files() {
      return tree.files;
    },
    create: (path) => guarded(by, async () => guardedFile(await tree.create(path), by)),
    write: (path, content) => guarded(by, () => tree.write(path, content)),
    settled: () => guarded(by, async () => tree.settled?.()),
    abandon: () => guarded(by, () => tree.abandon()),
  };
}

const guardedFile = (file: OutputFile, by: Guarded): OutputFile => ({
  path: file.path,
  get position() {
    return file.position;
  },
  reserve: (bytes) => file.reserve(bytes),
  append: (parts) => guarded(by, () => file.append(parts)),
  writeAt: (position, bytes) => guarded(by, () => file.writeAt(position, bytes)),
  close: () => guarded(by, () => file.close()),
});
