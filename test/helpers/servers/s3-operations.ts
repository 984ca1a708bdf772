import { createHash, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { S3Refusal } from './s3-signature.ts';

/** An object of a bucket. */
export interface S3Object {
  readonly bytes: Uint8Array;
  /** With its quotes. */
  readonly etag: string;
  /** In milliseconds since 1970, whole seconds. */
  modified: number;
  /** As it was written with: content type, cache control, `x-amz-…`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** An upload in parts. */
export interface S3UnfinishedUpload {
  readonly key: string;
  readonly begun: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly parts: Map<number, { readonly bytes: Uint8Array; readonly etag: string }>;
}

export interface S3Bucket {
  readonly objects: Map<string, S3Object>;
  /** By upload id. */
  readonly uploads: Map<string, S3UnfinishedUpload>;
}

/** What is the same for all requests. */
export interface S3Rules {
  /** Milliseconds since 1970. */
  now(): number;
  /** Of lists. */
  readonly pageSize: number;
  /** Bytes of all parts but the last. */
  readonly leastPart: number;
  /** ETags are no hashes of what was sent, as with SSE-KMS. */
  readonly opaque: boolean;
}

/** A request, understood. */
export interface S3Asked {
  /** As the API calls it: `PutObject`. */
  readonly what: string;
  readonly method: string;
  readonly bucket: string;
  /** Decoded; empty: the bucket. */
  readonly key: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

export interface S3Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** The name of what is asked; `undefined`: nothing that is done here. */
export function operationOf(
  method: string,
  key: string,
  query: Readonly<Record<string, string>>,
): string | undefined {
  const has = (name: string) => Object.hasOwn(query, name);
  if (key === '') {
    if (method === 'GET' && query['list-type'] === '2') return 'ListObjectsV2';
    if (method === 'GET' && has('uploads')) return 'ListMultipartUploads';
    if (method === 'POST' && has('delete')) return 'DeleteObjects';
    return method === 'HEAD' ? 'HeadBucket' : undefined;
  }
  if (method === 'POST') {
    if (has('uploads')) return 'CreateMultipartUpload';
    return has('uploadId') ? 'CompleteMultipartUpload' : undefined;
  }
  if (method === 'PUT') return has('uploadId') ? 'UploadPart' : 'PutObject';
  if (method === 'DELETE') return has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject';
  return method === 'HEAD' ? 'HeadObject' : 'GetObject';
}

/** Do it. @throws S3Refusal */
export function perform(asked: S3Asked, bucket: S3Bucket, rules: S3Rules): S3Reply {
  const operation = OPERATIONS[asked.what];
  if (!operation)
    throw refusal(
      501,
      'NotImplemented',
      'A header you provided implies functionality that is not implemented.',
    );
  return operation(asked, bucket, rules);
}

const OPERATIONS: Readonly<Record<string, (asked: S3Asked, bucket: S3Bucket, rules: S3Rules) => S3Reply>> = {
  HeadBucket: () => ({ status: 200 }),
  HeadObject: (asked, bucket) => read(asked, bucket),
  GetObject: (asked, bucket) => read(asked, bucket),

  PutObject({ key, headers, body }, { objects }, rules) {
    const there = objects.get(key);
    if (headers['if-none-match'] === '*' && there) throw precondition();
    if (headers['if-match'] !== undefined && !there) throw missing();
    if (headers['if-match'] !== undefined && headers['if-match'] !== there?.etag) throw precondition();
    checkMd5(headers, body, false);
    const etag = etagOf(body, rules);
    objects.set(key, { bytes: body, etag, modified: seconds(rules), headers: kept(headers) });
    return { status: 200, headers: { etag } };
  },

  DeleteObject({ key }, { objects }) {
    objects.delete(key);
    return { status: 204 };
  },

  DeleteObjects({ headers, body }, { objects }) {
    checkMd5(headers, body, true);
    const keys = elements(Buffer.from(body).toString(), 'Key');
    if (keys.length > 1000) throw refusal(400, 'MalformedXML', 'More than 1000 keys.');
    for (const key of keys) objects.delete(key);
    return { status: 200, body: document('DeleteResult', '') };
  },

  ListObjectsV2({ query }, { objects }, rules) {
    const from = query['continuation-token'] ?? '';
    const keys = sorted(objects.keys()).filter(
      (key) => key.startsWith(query['prefix'] ?? '') && below(from, key),
    );
    const most = Math.min(rules.pageSize, Number(query['max-keys'] ?? 1000));
    const page = keys.slice(0, most);
    const isUrl = query['encoding-type'] === 'url';
    const next = page.at(-1);
    return {
      status: 200,
      body: document(
        'ListBucketResult',
        [
          ...(isUrl ? [element('EncodingType', 'url')] : []),
          element('IsTruncated', String(keys.length > most)),
          ...(keys.length > most && next !== undefined ? [element('NextContinuationToken', next)] : []),
          ...page.map((key) => {
            const { etag, bytes, modified } = objects.get(key)!;
            const time = new Date(modified).toISOString();
            const facts =
              element('LastModified', time) + element('ETag', etag) + element('Size', String(bytes.length));
            return `<Contents>${element('Key', isUrl ? urlEncoded(key) : key)}${facts}</Contents>`;
          }),
        ].join(''),
      ),
    };
  },

  CreateMultipartUpload({ key, headers }, { uploads }, rules) {
    const id = `${randomUUID()}~+/=`;
    uploads.set(id, { key, begun: seconds(rules), headers: kept(headers), parts: new Map() });
    return {
      status: 200,
      body: document('InitiateMultipartUploadResult', element('Key', key) + element('UploadId', id)),
    };
  },

  UploadPart({ key, query, headers, body }, bucket, rules) {
    const { parts } = uploadOf(bucket, key, query);
    const number = Number(query['partNumber']);
    if (!Number.isInteger(number) || number < 1 || number > 10_000)
      throw refusal(400, 'InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
    checkMd5(headers, body, true);
    const etag = etagOf(body, rules);
    parts.set(number, { bytes: body, etag });
    return { status: 200, headers: { etag } };
  },

  CompleteMultipartUpload({ key, query, headers, body }, bucket, rules) {
    const { parts, headers: own } = uploadOf(bucket, key, query);
    if (headers['if-match'] ?? headers['if-none-match'])
      throw refusal(501, 'NotImplemented', 'No condition counts here, as with many services.');
    const text = Buffer.from(body).toString();
    const numbers = elements(text, 'PartNumber').map(Number);
    const etags = elements(text, 'ETag');
    if (numbers.length === 0) throw refusal(400, 'MalformedXML', 'The XML you provided was not well-formed.');
    if (numbers.some((number, at) => at > 0 && number <= numbers[at - 1]!))
      throw refusal(400, 'InvalidPartOrder', 'The list of parts was not in ascending order.');
    const chosen = numbers.map((number, at) => {
      const part = parts.get(number);
      if (!part || part.etag !== etags[at])
        throw refusal(400, 'InvalidPart', 'One or more of the specified parts could not be found.');
      return part;
    });
    if (chosen.slice(0, -1).some(({ bytes }) => bytes.length < rules.leastPart))
      throw refusal(
        400,
        'EntityTooSmall',
        'Your proposed upload is smaller than the minimum allowed object size.',
      );
    const bytes = Buffer.concat(chosen.map((part) => part.bytes));
    const digests = Buffer.concat(chosen.map((part) => md5(part.bytes)));
    const etag = etagOf(digests, rules).replace(/"$/, `-${chosen.length}"`);
    bucket.objects.set(key, { bytes, etag, modified: seconds(rules), headers: own });
    bucket.uploads.delete(query['uploadId']!);
    return {
      status: 200,
      body: document('CompleteMultipartUploadResult', element('Key', key) + element('ETag', etag)),
    };
  },

  AbortMultipartUpload({ key, query }, bucket) {
    uploadOf(bucket, key, query);
    bucket.uploads.delete(query['uploadId']!);
    return { status: 204 };
  },

  ListMultipartUploads({ query }, { uploads }, rules) {
    const { 'key-marker': marker = '', 'upload-id-marker': idMarker = '' } = query;
    const all = [...uploads]
      .filter(([, { key }]) => key.startsWith(query['prefix'] ?? ''))
      .sort(([a, one], [b, other]) => compare(one.key, other.key) || compare(a, b))
      .filter(
        ([id, { key }]) => below(marker, key) || (key === marker && idMarker !== '' && below(idMarker, id)),
      );
    const page = all.slice(0, rules.pageSize);
    const [lastId, last] = page.at(-1) ?? [];
    const isUrl = query['encoding-type'] === 'url';
    const name = (key: string) => (isUrl ? urlEncoded(key) : key);
    return {
      status: 200,
      body: document(
        'ListMultipartUploadsResult',
        [
          ...(isUrl ? [element('EncodingType', 'url')] : []),
          element('IsTruncated', String(all.length > page.length)),
          ...(last && lastId !== undefined
            ? [element('NextKeyMarker', name(last.key)), element('NextUploadIdMarker', lastId)]
            : []),
          ...page.map(
            ([id, { key, begun }]) =>
              `<Upload>${element('Key', name(key))}${element('UploadId', id)}${element('Initiated', new Date(begun).toISOString())}</Upload>`,
          ),
        ].join(''),
      ),
    };
  },
};

function read({ method, key, headers: asked }: S3Asked, { objects }: S3Bucket): S3Reply {
  const object = objects.get(key);
  if (!object) throw missing();
  const { bytes, etag, modified } = object;
  if (asked['if-match'] !== undefined && asked['if-match'] !== etag) throw precondition();
  const headers = {
    ...Object.fromEntries(
      Object.entries(object.headers).filter(([name]) => !/^x-amz-(acl|tagging)$/.test(name)),
    ),
    etag,
    'last-modified': new Date(modified).toUTCString(),
    'accept-ranges': 'bytes',
  };
  const range = /^bytes=(\d+)-(\d+)$/.exec(asked.range ?? '');
  if (!range || method === 'HEAD')
    return { status: 200, headers: { ...headers, 'content-length': String(bytes.length) }, body: bytes };
  const [first, last] = [Number(range[1]), Math.min(Number(range[2]), bytes.length - 1)];
  if (first >= bytes.length) throw refusal(416, 'InvalidRange', 'The requested range is not satisfiable');
  const body = bytes.subarray(first, last + 1);
  const place = {
    'content-range': `bytes ${first}-${last}/${bytes.length}`,
    'content-length': String(body.length),
  };
  return { status: 206, headers: { ...headers, ...place }, body };
}

function uploadOf({ uploads }: S3Bucket, key: string, query: S3Asked['query']): S3UnfinishedUpload {
  const upload = uploads.get(query['uploadId'] ?? '');
  if (upload?.key === key) return upload;
  throw refusal(404, 'NoSuchUpload', 'The specified multipart upload does not exist.');
}

const md5 = (bytes: Uint8Array): Buffer => createHash('md5').update(bytes).digest();

const etagOf = (bytes: Uint8Array, { opaque }: S3Rules): string =>
  `"${opaque ? randomUUID().replaceAll('-', '') : md5(bytes).toString('hex')}"`;

function checkMd5(headers: IncomingHttpHeaders, body: Uint8Array, isNeeded: boolean): void {
  const given = headers['content-md5'];
  if (given === undefined && !isNeeded) return;
  if (given === undefined)
    throw refusal(400, 'InvalidRequest', 'Missing required header for this request: Content-MD5');
  if (given !== md5(body).toString('base64'))
    throw refusal(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.');
}

/** What of a request stays with its object. */
const kept = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) =>
        /^(content-type|cache-control|content-disposition|x-amz-(?!date$|content-sha256$|security-token$).*)$/.test(
          name,
        ),
      )
      .map(([name, value]) => [name, String(value)]),
  );

const seconds = ({ now }: S3Rules): number => Math.floor(now() / 1000) * 1000;
const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
const below = (a: string, b: string): boolean => compare(a, b) < 0;
const sorted = (keys: Iterable<string>): string[] => [...keys].sort(compare);

export const refusal = (status: number, code: string, message: string): S3Refusal => ({
  status,
  code,
  message,
});
const missing = () => refusal(404, 'NoSuchKey', 'The specified key does not exist.');
const precondition = () =>
  refusal(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
export const element = (name: string, text: string): string => `<${name}>${escaped(text)}</${name}>`;
export const document = (name: string, inside: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inside}</${name}>`;

/** As Amazon writes keys in lists: a space is a plus. */
const urlEncoded = (key: string): string =>
  encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');

/** The texts of all elements of a name. */
const elements = (text: string, name: string): string[] =>
  [...text.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, value = '']) =>
    value
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&apos;', "'")
      .replace(/&#x([0-9a-f]+);/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
      .replace(/&#(\d+);/g, (_, decimal: string) => String.fromCodePoint(Number(decimal)))
      .replaceAll('&amp;', '&'),
  );
