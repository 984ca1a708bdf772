/** What the engine makes of stores and sources of plugins: their words without secrets, their methods on their objects. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { InputSource } from '../../core/io/input-source.ts';
import { Parts } from '../../core/io/shared-blocks.ts';
import { Sources } from '../../core/io/sources.ts';
import type { Store, StoreOptions } from '../../core/io/store.ts';
import { Stores } from '../../core/io/stores.ts';

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
