import { setMaxListeners } from 'node:events';
import { PackagerError } from '../../../core/index.ts';
import type { FoundRun, StagedFile, StagedOutput, Store } from '../../../core/kit.ts';
import { placeOf } from '../../../plugins/store-s3/client/place.ts';
import { S3Clients } from '../../../plugins/store-s3/clients.ts';
import type { S3ObjectOptions } from '../../../plugins/store-s3/store/object-options.ts';
import { s3Store } from '../../../plugins/store-s3/store/s3-store.ts';
import type { S3RunPlace } from '../../../plugins/store-s3/store/tree.ts';
import { S3_USER, type S3Bucket, type S3Server } from './s3-server.ts';

export const LOCATION = 's3://films/night';

/** Bytes of a part in these tests: the service is told to take so short ones. */
export const PART = 1000;

/** A title of a mode in the folder `film`: a file of three parts whose head is written last, a short one, and manifests. */
export const TITLE: Readonly<Record<string, string>> = {
  'media.mp4': 'm'.repeat(2 * PART + 500),
  '1.m4s': 's'.repeat(10),
  'audio.m3u8': '#EXTM3U of sound',
  'master.m3u8': '#EXTM3U of all',
};

const NEVER = new AbortController().signal;
setMaxListeners(0, NEVER);

export type S3TestStore = Store<S3RunPlace>;

/** A store of a server, which gives up at once. */
export function storeOn(
  { url, region }: Pick<S3Server, 'url' | 'region'>,
  { retries = 0, credentials = S3_USER, timeoutSeconds, ...objects }: StoreChoices = {},
): S3TestStore {
  const limits = { retries, ...(timeoutSeconds !== undefined && { timeoutSeconds }) };
  const clients = new S3Clients('output', { endpoint: url, region, credentials, ...limits });
  const options = { partBytes: PART, ...limits, ...objects };
  return s3Store({ objects: options, open: (bucket, signal = NEVER) => clients.of(bucket, signal), placeOf });
}

interface StoreChoices extends S3ObjectOptions {
  readonly retries?: number;
  readonly timeoutSeconds?: number;
  readonly credentials?: typeof S3_USER;
}

/** Begin to write the title. */
export const beginTitle = (store: S3TestStore, overwrite = false): Promise<StagedOutput<S3RunPlace>> =>
  store.begin(LOCATION, ['film'], { overwrite, inputs: [], signal: NEVER, warn: () => {} });

/** Write all files of a title. @returns what is to be published */
export async function writeTitle(
  store: S3TestStore,
  { place }: StagedOutput<S3RunPlace>,
  title = TITLE,
): Promise<StagedFile[]> {
  const files: StagedFile[] = [];
  const manifests = (name: string) => /\.m3u8$/.test(name);
  for (const isManifest of [false, true]) {
    const tree = store.tree(place, 'film', NEVER);
    try {
      for (const name of Object.keys(title).filter((each) => manifests(each) === isManifest)) {
        const text = Buffer.from(title[name]!);
        const file = await tree.create(name);
        if (isManifest) await file.append([text]);
        else {
          file.reserve(4);
          await file.append([text.subarray(4)]);
          await file.writeAt(0, text.subarray(0, 4));
        }
        await file.close();
      }
      await tree.settled?.();
    } finally {
      await tree.abandon();
    }
    files.push(
      ...tree.files.map(({ path, position, receipt }) => ({
        path: `film/${path}`,
        bytes: position,
        isManifest,
        receipt: structuredClone(receipt),
      })),
    );
  }
  return files;
}

/** All of it, as the engine does it. */
export async function publishTitle(
  store: S3TestStore,
  { overwrite = false, title = TITLE } = {},
): Promise<void> {
  const staged = await beginTitle(store, overwrite);
  try {
    await staged.commit(await writeTitle(store, staged, title));
  } catch (cause) {
    await staged.discard().catch(() => {});
    throw cause;
  }
}

const isHidden = (key: string): boolean => /(?:^|\/)\.sealpack\//.test(key);

/** What everybody sees of the location, as text. */
export const visible = ({ objects }: S3Bucket): Record<string, string> =>
  Object.fromEntries(
    [...objects]
      .filter(([key]) => !isHidden(key))
      .map(([key, { bytes }]) => [key, Buffer.from(bytes).toString()]),
  );

/** As `visible` of a bucket that holds this title alone. */
export const asObjects = (title: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(title).map(([name, text]) => [`night/film/${name}`, text]));

/** What nobody should find: hidden objects and uploads. */
export const left = ({ objects, uploads }: S3Bucket): string[] => [
  ...[...objects.keys()].filter(isHidden),
  ...[...uploads.values()].map(({ key }) => `upload of ${key}`),
];

export async function cleaned(store: S3TestStore, location = LOCATION): Promise<FoundRun[]> {
  const found: FoundRun[] = [];
  await store.clean?.(location, { signal: NEVER, tell: (run) => found.push(run) });
  return found;
}

/** What a promise fails with. */
export const failure = (work: Promise<unknown>): Promise<PackagerError | undefined> =>
  work.then(
    () => undefined,
    (cause: unknown) => PackagerError.from(cause),
  );
