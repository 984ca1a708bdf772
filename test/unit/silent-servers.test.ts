/** Who cancels a run whose output server answers nothing any more, or names a time that is far away. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Packager } from '../../core/index.ts';
import type { Store } from '../../core/kit.ts';
import { storeHttp } from '../../plugins/index.ts';
import { serveS3 } from '../helpers/servers/s3-server.ts';
import { failure, LOCATION, left, storeOn } from '../helpers/servers/s3-world.ts';
import { serveWeb } from '../helpers/servers/web-server.ts';

const test = suite('silent servers');

/** A store, and what makes its server fall silent. */
interface SilencedStore {
  readonly store: Store;
  readonly location: string;
  /** From now on. @returns when the first request has come */
  silence(isBusy: boolean): Promise<void>;
  /** It answers again. */
  mend(): void;
  close(): Promise<void>;
}

/** For one try, and so for the patience with a server as well. */
const timeoutSeconds = 0.5;
const BUSY = { status: 503, code: 'SlowDown', headers: { 'retry-after': '1800' } };

/** What hears of a request, and what becomes of it. */
interface Turning {
  turn: (() => 'silent' | typeof BUSY) | undefined;
}

const silencing = (server: Turning) => ({
  silence: (isBusy: boolean) =>
    new Promise<void>((heard) => {
      server.turn = () => {
        setImmediate(heard);
        return isBusy ? BUSY : 'silent';
      };
    }),
  mend() {
    server.turn = undefined;
  },
});

async function webStore(writes: 'put' | 'dav'): Promise<SilencedStore> {
  const web = await serveWeb();
  web.writes = writes;
  const added: Store[] = [];
  const packager = { store: (one: Store) => void added.push(one) } as unknown as Packager;
  storeHttp({ timeoutSeconds, retries: 20 }).apply(packager);
  const close = () => web.close();
  return { store: added[0]!, location: `${web.url}/a/`, ...silencing(web as Turning), close };
}

async function bucketStore(): Promise<SilencedStore & { left(): string[] }> {
  const server = await serveS3();
  const bucket = server.addBucket('films');
  const store = storeOn(server, { timeoutSeconds, retries: 20 }) as Store;
  const close = () => server.close();
  return { store, location: LOCATION, ...silencing(server as Turning), left: () => left(bucket), close };
}

async function assertEnds(
  { store, location, silence }: SilencedStore,
  isBusy: boolean,
): Promise<{ readonly message: string; readonly warnings: readonly string[] }> {
  const cancelling = new AbortController();
  const { signal } = cancelling;
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  const staged = await store.begin(location, ['film'], { overwrite: false, inputs: [], signal, warn });
  const asked = silence(isBusy);
  const tree = store.tree(staged.place, 'film', signal);
  const written = failure(tree.write('media.mp4', 'media').then(() => tree.settled?.()));
  await asked;
  cancelling.abort();
  assert.is((await written)?.code, 'CANCELLED');
  await tree.abandon();
  const error = await failure(staged.discard());
  assert.is(error?.code, 'OUTPUT_NOT_WRITABLE', error?.message);
  return { message: error?.message ?? '', warnings };
}

for (const isBusy of [false, true])
  for (const writes of ['put', 'dav'] as const)
    test(`${writes}, ${isBusy ? 'Retry-After' : 'no answer'}: who cancels is told what is left`, async () => {
      const silenced = await webStore(writes);
      try {
        const { message, warnings } = await assertEnds(silenced, isBusy);
        assert.match(message, 'its server does not answer');
        assert.match(
          warnings.join(),
          /has not removed what this run put there; delete it: .*film\/media\.mp4/,
        );
      } finally {
        await silenced.close();
      }
    });

for (const isBusy of [false, true])
  test(`s3, ${isBusy ? 'Retry-After' : 'no answer'}: who cancels is told what is left, and the next run removes it`, async () => {
    const silenced = await bucketStore();
    try {
      const { message } = await assertEnds(silenced, isBusy);
      assert.match(message, /does not answer\. Uploads are left .* `sealpack clean s3:\/\/films\/night`/);
      silenced.mend();
      assert.is.not(silenced.left().length, 0);
      await silenced.store.clean?.(LOCATION, { signal: new AbortController().signal, tell: () => {} });
      assert.equal(silenced.left(), []);
    } finally {
      await silenced.close();
    }
  });

for (const open of [() => webStore('put'), bucketStore])
  test('a run that is cancelled before its server has let it begin ends', async () => {
    const silenced = await open();
    const { store, location } = silenced;
    try {
      const cancelling = new AbortController();
      const asked = silenced.silence(true);
      const options = { overwrite: false, inputs: [], signal: cancelling.signal, warn: () => {} };
      const begun = failure(store.begin(location, ['film'], options));
      await asked;
      cancelling.abort();
      assert.is((await begun)?.code, 'CANCELLED');
    } finally {
      await silenced.close();
    }
  });

test.run();
