import { readFile } from 'node:fs/promises';
import type { Setting } from '../s3/setting.ts';
import { objectsBelow } from '../s3/setting.ts';
import { holdsKey, printOfFiles } from './look.ts';
import { OUTPUT, type Place } from './place.ts';
import { RECEIPT, receiptFaults } from './receipt-faults.ts';

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
      const ofTitles = new Set<string>();
      for (const title of titles) {
        const below = `out/${title}/`;
        const own = [...objects].filter(([key]) => key.startsWith(below));
        for (const [key] of own) ofTitles.add(key);
        const files = new Map(own.map(([key, object]) => [key.slice(below.length), object]));
        faults.push(...receiptFaults(title, files, filmFacts).map((fault) => `${title}: ${fault}`));
      }
      for (const [key, object] of objects) {
        if (key !== 'film.mp4' && !ofTitles.has(key)) faults.push(`the object ${key} is left`);
        if (holdsKey(Buffer.from(object))) faults.push(`a key is in the object ${key}`);
      }
      for await (const { key } of client.listUploads(`${prefix}/`))
        faults.push(`an upload of ${key} is left`);
      return faults;
    },
  };
}
