import { childrenOf, readXml, textOf, type XmlNode } from '../../../core/kit.ts';
import type { S3Entry, S3Upload } from './types.ts';

/** A page of a list, and the query of the next. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Absent: this was the last. */
  readonly next?: Readonly<Record<string, string>>;
}

/** A thousand keys of a thousand bytes, each of which takes three characters. */
export const LIST_BYTES = 16 * 2 ** 20;

/** @throws RangeError for what is no such document */
export function readObjects(body: Uint8Array): Page<S3Entry> {
  const root = rootOf(body, 'ListBucketResult');
  const items = childrenOf(root, 'Contents').map((node) => ({
    key: keyIn(root, node),
    bytes: Number(valueIn(node, 'Size')),
    etag: valueIn(node, 'ETag') ?? '',
    modified: timeIn(node, 'LastModified'),
  }));
  if (!isTruncated(root)) return { items };
  const token = valueIn(root, 'NextContinuationToken');
  if (token === undefined) throw new RangeError(NO_NEXT);
  return { items, next: { 'continuation-token': token } };
}

/** @throws RangeError for what is no such document */
export function readUploads(body: Uint8Array): Page<S3Upload> {
  const root = rootOf(body, 'ListMultipartUploadsResult');
  const items = childrenOf(root, 'Upload').map((node) => ({
    key: keyIn(root, node),
    uploadId: valueIn(node, 'UploadId') ?? '',
    begun: timeIn(node, 'Initiated'),
  }));
  if (!isTruncated(root)) return { items };
  const [marker, upload] = [valueIn(root, 'NextKeyMarker'), valueIn(root, 'NextUploadIdMarker')];
  if (marker === undefined) throw new RangeError(NO_NEXT);
  const next = {
    'key-marker': unescaped(root, marker),
    ...(upload !== undefined && { 'upload-id-marker': upload }),
  };
  return { items, next };
}

/** A list that only looks whole would hide what must be seen. */
const NO_NEXT = 'it goes on, and does not say where';

function rootOf(body: Uint8Array, name: string): XmlNode {
  const root = readXml(Buffer.from(body).toString(), { longest: LIST_BYTES });
  if (root.name !== name) throw new RangeError(`it is no ${name}`);
  return root;
}

export const valueIn = (node: XmlNode | undefined, name: string): string | undefined =>
  textOf(childrenOf(node, name)[0]);

const isTruncated = (root: XmlNode): boolean => valueIn(root, 'IsTruncated') === 'true';

function timeIn(node: XmlNode, name: string): number {
  const time = Date.parse(valueIn(node, name) ?? '');
  if (Number.isNaN(time)) throw new RangeError(`it has a ${name} that is no time`);
  return time;
}

const keyIn = (root: XmlNode, node: XmlNode): string => unescaped(root, valueIn(node, 'Key') ?? '');

/** Keys are asked for as in URLs, since XML cannot hold all of them: services that do not know that give them plain. */
function unescaped(root: XmlNode, key: string): string {
  if (valueIn(root, 'EncodingType') !== 'url') return key;
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    throw new RangeError('it has a key that is not encoded as it says');
  }
}
