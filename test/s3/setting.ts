import type { Plugin } from '../../core/index.ts';
import { openBucket } from '../../plugins/store-s3/client/open-bucket.ts';
import { sha256, sign } from '../../plugins/store-s3/client/sign.ts';
import type { S3Client, S3Options } from '../../plugins/store-s3/client/types.ts';
import { inLanes } from '../../plugins/store-s3/store/lanes.ts';
import { storeS3 } from '../../plugins/store-s3/store-s3.ts';
import type { Rgw } from '../helpers/servers/rgw.ts';

/** What the checks work with. */
export interface Setting {
  readonly rgw: Rgw;
  readonly bucket: string;
  readonly options: S3Options;
  readonly client: S3Client;
  plugin(): Plugin;
}

/** A new bucket. */
export async function makeSetting(rgw: Rgw): Promise<Setting> {
  const bucket = 'films';
  const { endpoint, accessKeyId, secretAccessKey } = rgw;
  const credentials = { accessKeyId, secretAccessKey };
  const options: S3Options = { endpoint, region: 'us-east-1', credentials, timeoutSeconds: 300 };
  const url = new URL(`${endpoint}/${bucket}`);
  const request = { method: 'PUT', url, headers: {}, payload: sha256('') };
  const headers = sign(request, { credentials, region: 'us-east-1', time: new Date() });
  const answer = await fetch(url, { method: 'PUT', headers });
  if (!answer.ok) throw new Error(`No bucket: ${await answer.text()}`);
  return {
    rgw,
    bucket,
    options,
    client: openBucket(bucket, 'output', options),
    plugin: () => storeS3(options),
  };
}

/** All objects below a key, by what stands behind it. */
export async function objectsBelow({ client }: Setting, key: string): Promise<Map<string, Uint8Array>> {
  const keys: string[] = [];
  for await (const entry of client.list(`${key}/`)) keys.push(entry.key);
  const found = new Map<string, Uint8Array>();
  await inLanes(keys, async (each) => {
    const object = await client.get(each, 1024 * 1024 * 1024);
    if (object) found.set(each.slice(key.length + 1), object.body);
  });
  return found;
}

/** What runs have left: hidden objects and uploads. */
export async function leftIn({ client }: Setting): Promise<string[]> {
  const left: string[] = [];
  for await (const { key } of client.list('')) if (key.includes('.sealpack/')) left.push(key);
  for await (const { key } of client.listUploads('')) left.push(`upload of ${key}`);
  return left;
}
