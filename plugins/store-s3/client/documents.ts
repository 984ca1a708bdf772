import { childrenOf, readXml, writeXml, xml } from '../../../core/kit.ts';
import { LIST_BYTES, valueIn } from './lists.ts';
import type { S3Part } from './types.ts';

const XMLNS = { xmlns: 'http://s3.amazonaws.com/doc/2006-03-01/' };

/** The body of DeleteObjects: what is deleted is not told one by one. @param keys which XML can hold */
export function deleteDocument(keys: readonly string[]): Uint8Array {
  const objects = keys.map((key) => xml('Object', {}, xml('Key', {}, key)));
  return encoded(xml('Delete', XMLNS, xml('Quiet', {}, 'true'), objects));
}

/** Keys that DeleteObjects did not delete. @throws RangeError for what is no such answer */
export function readNotDeleted(body: Uint8Array): string[] {
  const root = readXml(Buffer.from(body).toString().trim(), { longest: LIST_BYTES });
  return childrenOf(root, 'Error').map((node) => {
    const key = valueIn(node, 'Key');
    if (key === undefined) throw new RangeError('it does not say which key was not deleted');
    return key;
  });
}

/** The body of CompleteMultipartUpload. */
export function completionDocument(parts: readonly S3Part[]): Uint8Array {
  const named = parts.map(({ number, etag }) =>
    xml('Part', {}, xml('PartNumber', {}, String(number)), xml('ETag', {}, etag)),
  );
  return encoded(xml('CompleteMultipartUpload', XMLNS, named));
}

const encoded = (root: Parameters<typeof writeXml>[0]): Uint8Array =>
  Buffer.from(writeXml(root, { indent: false }));
