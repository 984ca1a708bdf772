import { fail } from '../../../core/index.ts';
import { minOf, type Store } from '../../../core/kit.ts';
import type { S3Client, S3Options, S3Place } from '../client/types.ts';
import { Layout } from './layout.ts';
import { encryptionHeaders, objectHeaders, type S3ObjectOptions } from './object-options.ts';
import { PART_BYTES, type S3RunPlace, s3Tree } from './tree.ts';

/** What the store asks of its plugin. */
export interface S3StoreParts {
  readonly objects: S3ObjectOptions & Pick<S3Options, 'timeoutSeconds'>;
  /** The client of a bucket; one for all who ask. @param signal ends its requests */
  open(bucket: string, signal?: AbortSignal): Promise<S3Client>;
  /** @throws PackagerError INVALID_OPTION for what is no `s3://bucket/prefix` */
  placeOf(location: string): S3Place;
}

/** Outputs in buckets. */
export function s3Store({ objects, open, placeOf }: S3StoreParts): Store<S3RunPlace> {
  const headers = encryptionHeaders(objects);
  const { partBytes = PART_BYTES, timeoutSeconds } = objects;
  return {
    name: 'S3 buckets',
    wantsReceipt: true,
    accepts: (location) => /^s3:/i.test(location),
    async begin(location, names, { inputs, ...options }) {
      const place = placeOf(location);
      refuseOwnInput(place, names, inputs, placeOf);
      const [client, { S3Run }] = await Promise.all([open(place.bucket), import('./run.ts')]);
      return S3Run.begin({ ...options, client, location: place, names, headers, partBytes, timeoutSeconds });
    },
    tree: (place, folder, signal) => s3Tree(place, folder, objects, () => open(place.bucket, signal)),
    async put(location, path, text) {
      const place = placeOf(location);
      const client = await open(place.bucket);
      const key = new Layout(place).keyOf(path);
      await client.put(key, Buffer.from(text), { headers: objectHeaders(path, objects) });
    },
    async writtenAt(location, names) {
      const place = placeOf(location);
      const [client, { clean }, { entriesOf }] = await Promise.all([
        open(place.bucket),
        import('./clean.ts'),
        import('./publication.ts'),
      ]);
      const busy = await clean({ client, location: place, names, headers, tell: () => {} });
      if (busy) return undefined;
      const oldest: number[] = [];
      for (const name of names) {
        const times: number[] = [];
        for await (const { modified } of entriesOf(client, new Layout(place), [name])) times.push(modified);
        if (times.length === 0) return undefined;
        oldest.push(minOf(times));
      }
      return minOf(oldest);
    },
    async read(location, path) {
      const place = placeOf(location);
      const [client, { clean }, { MOST_BYTES }] = await Promise.all([
        open(place.bucket),
        import('./clean.ts'),
        import('./records.ts'),
      ]);
      await clean({ client, location: place, headers, tell: () => {} });
      const found = await client.get(new Layout(place).keyOf(path), MOST_BYTES);
      return found && Buffer.from(found.body).toString();
    },
    async sizesOf(location, paths) {
      const place = placeOf(location);
      const [client, { inLanes }] = await Promise.all([open(place.bucket), import('./lanes.ts')]);
      const sizes = new Map<string, number | undefined>();
      await inLanes(paths, async (path) => {
        sizes.set(path, (await client.head(new Layout(place).keyOf(path)))?.bytes);
      });
      return paths.map((path) => sizes.get(path));
    },
    async clean(location, { signal, tell }) {
      const place = placeOf(location);
      const [client, { cleanBelow }] = await Promise.all([open(place.bucket), import('./clean.ts')]);
      await cleanBelow({ client: client.withSignal(signal), location: place, headers, tell });
    },
  };
}

/** @throws PackagerError OUTPUT_IS_INPUT when one of the inputs would go with what is replaced */
function refuseOwnInput(
  place: S3Place,
  names: readonly string[],
  inputs: readonly string[],
  placeOf: S3StoreParts['placeOf'],
): void {
  const layout = new Layout(place);
  for (const input of inputs.filter((reference) => /^s3:/i.test(reference))) {
    const { bucket, key } = placeOf(input);
    const name = names.find((each) => key === layout.keyOf(each) || key.startsWith(`${layout.keyOf(each)}/`));
    if (bucket === place.bucket && name !== undefined)
      throw fail.outputIsInput(layout.shown(name), `s3://${bucket}/${key}`);
  }
}
