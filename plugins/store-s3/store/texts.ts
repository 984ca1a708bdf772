import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { MOST_BYTES, type TextReceipt } from './records.ts';

/**
 * Manifests and receipts wait in journals: those of a long title are tens of megabytes, of which a tenth to a third is left. Off
 * the thread: its claims have to be kept alive.
 */
export const packText = async (bytes: Uint8Array): Promise<string> =>
  (await promisify(gzip)(bytes)).toString('base64');

/** @throws RangeError when it is not what was packed: whoever may write to the bucket can write journals */
export async function unpackText({ text, bytes }: TextReceipt): Promise<Uint8Array> {
  const packed = Buffer.from(text, 'base64');
  const unpacked = await promisify(gunzip)(packed, { maxOutputLength: MOST_BYTES }).catch(() => undefined);
  if (unpacked?.length !== bytes) throw new RangeError('a text in a journal is damaged');
  return unpacked;
}
