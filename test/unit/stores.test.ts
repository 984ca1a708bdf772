/** What the engine makes of stores and sources of plugins: their words without secrets, their methods on their objects. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PackagerError } from '../../core/base/errors.ts';
import type { ModeDefinition } from '../../core/contract/packager.ts';
import type { Run } from '../../core/contract/run.ts';
import { stagedFiles } from '../../core/engine/staged-files.ts';
import type { ByteSource } from '../../core/io/byte-source.ts';
import type { InputSource } from '../../core/io/input-source.ts';
import type { OutputFile } from '../../core/io/output-tree.ts';
import { Parts } from '../../core/io/shared-blocks.ts';
import { Sources } from '../../core/io/sources.ts';
import type { StagedTree, Store, StoreOptions } from '../../core/io/store.ts';
import { Stores } from '../../core/io/stores.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('stores and sources');

const { signal } = new AbortController();
const LOCATION = 'acme://me:pass-word@host/films?sig=0123456789abcdef';

test('what a store warns of is told without what nobody may see of its location', async () => {
  const store = {
    name: 'Acme',
    accepts: (location) => location.startsWith('acme:'),
    begin: async (location: string, _: readonly string[], { warn }: StoreOptions) => {
      warn(`Left in place: ${location}`);
      warn('Left in place: acme://me:pass-word@host/films/a.mp4');
      return { place: undefined } as unknown as Awaited<ReturnType<Store['begin']>>;
    },
  } as Partial<Store> as Store;
  const stores = new Stores();
  stores.add(store);
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  await stores.of(LOCATION, signal).begin([], { overwrite: false, inputs: [], signal, warn });
  assert.equal(warnings, [
    'Left in place: acme://…@host/films?…',
    'Left in place: acme://…@host/films/a.mp4',
  ]);
});

const SECRETS = ['pass-word', '0123456789abcdef'];

/** What a plugin says that fails, with all that it was given. */
const quoting = (): never => {
  throw new Error(`cannot do that: ${LOCATION}`);
};

const failing = (work: () => unknown): Promise<PackagerError> => failureOf((async () => work())());

const requireClean = (error: PackagerError): void => {
  for (const secret of SECRETS) assert.not.match(`${error.stack} ${error.cause}`, secret);
  assert.match(error.message, 'Acme: cannot do that: acme://…@host/films?…');
};

/** A store whose trees keep nothing. */
const careless = (hooks: Partial<Store> = {}, file: Partial<OutputFile> = {}): Store => ({
  name: 'Acme',
  accepts: (location) => location.startsWith('acme:'),
  begin: async () => {
    const nothing = async () => {};
    return { place: 1, requireRoom: nothing, commit: nothing, discard: nothing };
  },
  tree: () => ({
    files: [],
    create: async (path) => ({
      ...{ path, position: 0, reserve() {} },
      ...{ append: async () => {}, writeAt: async () => {}, close: async () => {} },
      ...Object.defineProperties({}, Object.getOwnPropertyDescriptors(file)),
    }),
    write: async () => {},
    abandon: async () => {},
  }),
  ...hooks,
});

function storesOf(store: Store): Stores {
  const stores = new Stores();
  stores.add(store);
  return stores;
}

test('what a store says at once is told without what nobody may see of its location, too', async () => {
  const of = (store: Store) => storesOf(store).of(LOCATION, signal);
  requireClean(await failing(() => of(careless({ accepts: quoting }))));
  requireClean(await failing(() => of(careless({ tree: quoting })).tree(1, undefined)));
  const reserving = await of(careless({}, { reserve: quoting }))
    .tree(1, undefined)
    .create('a');
  requireClean(await failing(() => reserving.reserve(1)));
  const tree: StagedTree = {
    ...careless().tree(1, undefined, signal),
    get files() {
      return quoting();
    },
  };
  requireClean(await failing(() => of(careless({ tree: () => tree })).tree(1, undefined).files));
});

test('what a source says at once is told without what nobody may see of its reference, too', async () => {
  const source = (hooks: Partial<InputSource>): Sources => {
    const sources = new Sources();
    const open = async () => ({ name: 'a', size: 1, read: quoting, close: async () => {} });
    sources.add(Object.assign(new Counted('v1'), { open }, hooks));
    return sources;
  };
  requireClean(await failing(() => source({ accepts: quoting }).of(LOCATION)));
  const open = async () => {
    const opened = { name: 'a', read: async () => {}, close: async () => {} };
    return Object.defineProperty(opened, 'size', { get: quoting }) as unknown as ByteSource;
  };
  requireClean(await failing(() => source({ open }).of(LOCATION).open({}, { signal })));
  const changed = source({ changeOf: () => `it is ${LOCATION} now.` }).of(LOCATION);
  const error = await failing(() => changed.requireUnchanged('v0', { signal }));
  assert.match(error.message, 'it is acme://…@host/films?… now.');
});

test('a store that has not taken in what was written, or files of no size, publishes nothing', async () => {
  const store = storesOf(careless()).of(LOCATION, signal);
  const after = async (work: (tree: StagedTree) => Promise<unknown>): Promise<string> => {
    const tree = store.tree(1, 'DASH');
    return (await failing(() => work(tree).then(() => tree.settled!()))).message;
  };
  const isLost = 'acme://…@host/films/DASH/a.mp4?… should have 3 bytes, but the store has taken in none';
  assert.match(await after((tree) => tree.write('a.mp4', 'abc')), isLost);
  const created = async (tree: StagedTree) => {
    const file = await tree.create('a.mp4');
    file.reserve(1);
    await file.append([new Uint8Array(2)]);
    return file;
  };
  assert.match(await after(async (tree) => (await created(tree)).close()), isLost);
  assert.match(await after(created), 'should have 3 bytes, but it was never closed');

  const staged = await store.begin([], { overwrite: false, inputs: [], signal, warn() {} });
  for (const bytes of [Number.NaN, 1.5, -1]) {
    const files = [{ path: 'a.mp4', bytes, isManifest: false }];
    const error = await failing(() => staged.commit(files));
    assert.is(error.code, 'OUTPUT_INCOMPLETE');
  }
});

test('what is said of a file and what was written of it have to be the same', () => {
  const mode = { name: 'acme', folder: () => 'ACME' } as unknown as ModeDefinition;
  const files = (bytes: number) =>
    stagedFiles(mode, { inputs: [] } as unknown as Run, {
      declared: [{ path: 'a.mp4', bytes }],
      written: [{ path: 'a.mp4', position: 7 }],
      isManifest: false,
    });
  assert.equal(files(7), [{ path: 'ACME/a.mp4', bytes: 7, isManifest: false }]);
  for (const bytes of [8, Number.NaN])
    assert.throws(() => files(bytes), /ACME\/a\.mp4 should have .* it has 7/);
});

class Counted implements InputSource {
  readonly name = 'Acme';
  readonly #now: string;

  constructor(now: string) {
    this.#now = now;
  }

  accepts(): boolean {
    return true;
  }

  async look() {
    return { bytes: 1, identity: this.#now };
  }

  async open(): Promise<never> {
    throw new Error('not asked');
  }

  isSame(before: string): boolean {
    return this.#now.startsWith(before);
  }

  changeOf(before: string): string {
    return `it was ${before}, and is ${this.#now}.`;
  }
}

test('a source may be an object of a class: its methods know it', async () => {
  const sources = new Sources();
  sources.add(new Counted('v1.2'));
  const input = sources.of('acme://host/a.mp4');
  assert.is(await input.changeSince('v1', { signal }), undefined);
  assert.is(await input.changeSince('v2', { signal }), 'it was v2, and is v1.2.');
});

test('of an input that fewer read, less is kept, at the next question', async () => {
  let asked = 0;
  const fill = async () => void asked++;
  const parts = new Parts(1000, 10, 8);
  for (let number = 0; number < 8; number++) await parts.take(number, fill);
  parts.most = 2;
  await parts.take(8, fill);
  assert.equal(
    Array.from({ length: 9 }, (_, number) => parts.has(number)),
    [false, false, false, false, false, false, false, true, true],
  );
  assert.is(asked, 9);
});

test.run();
