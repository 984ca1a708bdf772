import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { TEST_KEY } from '../helpers/titles/package.ts';
import type { Setting } from '../s3/setting.ts';
import { objectsBelow } from '../s3/setting.ts';
import { holdsKey, printOfFiles } from './look.ts';
import { OUTPUT, type Place } from './place.ts';

const RECEIPT = /^\.sealpack\..*\.json$/;

/** What a receipt says, as far as is looked at. */
interface Receipt {
  readonly contentId: string;
  readonly inputs: readonly { readonly path: string; readonly bytes: number }[];
  readonly keys: readonly { readonly keyId: string }[];
  readonly files: readonly {
    readonly path: string;
    readonly bytes: number;
    readonly checksum?: { readonly algorithm: string; readonly value: string };
  }[];
}

/** Below a prefix of a bucket, film and titles. */
export async function bucketPlace(setting: Setting, prefix: string, film: string): Promise<Place> {
  const { client, bucket, rgw } = setting;
  const bytes = await readFile(film);
  await client.put(`${prefix}/film.mp4`, bytes);
  const keyOf = (title: string) => `${prefix}/out/${title}`;
  let read: Promise<ReadonlyMap<string, Uint8Array>> | undefined;
  const objectsAtEnd = () => {
    read ??= objectsBelow(setting, prefix);
    return read;
  };
  const filmFacts = { path: `s3://${bucket}/${prefix}/film.mp4`, bytes: bytes.length };
  return {
    film: filmFacts.path,
    env: {
      AWS_ENDPOINT_URL: rgw.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: rgw.accessKeyId,
      AWS_SECRET_ACCESS_KEY: rgw.secretAccessKey,
    },
    outputOf: (title) => `s3://${bucket}/${keyOf(title)}`,
    async mark(title) {
      const marks: string[] = [];
      for await (const { key, modified, etag } of client.list(`${keyOf(title)}/`))
        if (RECEIPT.test(key.slice(keyOf(title).length + 1))) marks.push(`${modified} ${etag}`);
      if (marks.length !== 1) throw new Error(`${marks.length} receipts`);
      return marks.join();
    },
    async print(title) {
      const below = `out/${title}/${OUTPUT}/`;
      const files = [...(await objectsAtEnd())].filter(([key]) => key.startsWith(below));
      if (files.length === 0) throw new Error('nothing');
      return printOfFiles(new Map(files.map(([key, object]) => [key.slice(below.length), object])));
    },
    async faultsOf(titles) {
      const faults: string[] = [];
      const objects = await objectsAtEnd();
      const expected = new Set(['film.mp4']);
      for (const title of titles)
        faults.push(
          ...receiptFaults(title, objects, expected, filmFacts).map((fault) => `${title}: ${fault}`),
        );
      for (const [key, object] of objects) {
        if (!expected.has(key)) faults.push(`the object ${key} is left`);
        if (holdsKey(Buffer.from(object))) faults.push(`a key is in the object ${key}`);
      }
      for await (const { key } of client.listUploads(`${prefix}/`))
        faults.push(`an upload of ${key} is left`);
      return faults;
    },
  };
}

/** Whether the receipt of a title says what is there. @param expected is told every key that belongs to the title */
function receiptFaults(
  title: string,
  objects: ReadonlyMap<string, Uint8Array>,
  expected: Set<string>,
  film: Receipt['inputs'][number],
): string[] {
  const below = `out/${title}/`;
  const names = [...objects.keys()]
    .filter((key) => key.startsWith(below))
    .map((key) => key.slice(below.length));
  const receipts = names.filter((name) => RECEIPT.test(name));
  if (receipts.length !== 1) return [`${receipts.length} receipts`];
  const faults: string[] = [];
  const text = Buffer.from(objects.get(below + receipts[0])!).toString();
  const { contentId, inputs, keys, files } = JSON.parse(text) as Receipt;
  if (contentId !== title) faults.push(`its receipt is of ${contentId}`);
  if (inputs.length !== 1 || inputs[0]!.path !== film.path || inputs[0]!.bytes !== film.bytes)
    faults.push(`its receipt has the inputs ${JSON.stringify(inputs)}`);
  if (keys.length === 0 || keys.some(({ keyId }) => keyId.replaceAll('-', '') !== TEST_KEY.keyId))
    faults.push(`its receipt has the keys ${JSON.stringify(keys)}`);
  expected.add(below + receipts[0]);
  for (const { path, bytes, checksum } of files) {
    expected.add(below + path);
    const object = objects.get(below + path);
    if (object?.length !== bytes) faults.push(`${path} has ${object?.length}, and ${bytes} by its receipt`);
    // The film is small: none of its files has two parts.
    const hash = createHash('sha256')
      .update(object ?? '')
      .digest('hex');
    if (checksum?.algorithm !== 'sha256' || checksum.value !== hash)
      faults.push(`${path} has not the checksum of its receipt`);
  }
  if (files.length !== names.length - 1)
    faults.push(`${names.length - 1} files, ${files.length} by its receipt`);
  return faults;
}
