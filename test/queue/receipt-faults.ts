import { createHash } from 'node:crypto';
import { TEST_KEY } from '../helpers/titles/package.ts';

export const RECEIPT = /^\.sealpack\..*\.json$/;

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

/**
 * Whether the receipt of a title says what is there, and nothing else is.
 * @param files all that is in the output location, by names in it
 * @param film as the receipt should have it
 * @returns what is not as it should be, a sentence each
 */
export function receiptFaults(
  title: string,
  files: ReadonlyMap<string, Uint8Array>,
  film: Receipt['inputs'][number],
): string[] {
  const receipts = [...files.keys()].filter((name) => RECEIPT.test(name));
  if (receipts.length !== 1) return [`${receipts.length} receipts`];
  const faults: string[] = [];
  const text = Buffer.from(files.get(receipts[0]!)!).toString();
  const { contentId, inputs, keys, files: listed } = JSON.parse(text) as Receipt;
  if (contentId !== title) faults.push(`its receipt is of ${contentId}`);
  if (inputs.length !== 1 || inputs[0]!.path !== film.path || inputs[0]!.bytes !== film.bytes)
    faults.push(`its receipt has the inputs ${JSON.stringify(inputs)}`);
  if (keys.length === 0 || keys.some(({ keyId }) => keyId.replaceAll('-', '') !== TEST_KEY.keyId))
    faults.push(`its receipt has the keys ${JSON.stringify(keys)}`);
  for (const { path, bytes, checksum } of listed) {
    const file = files.get(path);
    if (file?.length !== bytes) faults.push(`${path} has ${file?.length}, and ${bytes} by its receipt`);
    // The film is small: none of its files has two parts.
    const hash = createHash('sha256')
      .update(file ?? '')
      .digest('hex');
    if (checksum?.algorithm !== 'sha256' || checksum.value !== hash)
      faults.push(`${path} has not the checksum of its receipt`);
  }
  const known = new Set([receipts[0], ...listed.map(({ path }) => path)]);
  for (const name of files.keys()) if (!known.has(name)) faults.push(`${name} is left`);
  return faults;
}
