import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../../inspect/findings/finding.ts';
import { finding } from '../../inspect/findings/make.ts';
import { checksumOf } from '../../io/checksum.ts';
import {
  isOfOutput,
  parseReceipt,
  type ReceiptFile,
  receiptName,
  type TitleReceipt,
} from '../../io/title-receipt.ts';
import type { SizedFiles } from './sized-files.ts';

/**
 * Files in a folder of this machine against the receipts of the outputs that they belong to: each is there, with its size and its
 * checksum. A receipt that cannot be read says nothing.
 */
export async function checkReceipts(files: SizedFiles): Promise<Finding[]> {
  const { folder, all } = files;
  if (folder === undefined || !all) return [];
  const told: Finding[] = [];
  for (const output of new Set(all.flatMap(({ path }) => mayBeOutputs(path)))) {
    const receipt = await readReceipt(join(folder, receiptName(output)));
    for (const file of receipt?.files.filter(({ path }) => isOfOutput(output, path)) ?? []) {
      const what = await whatIsWrong(file, files);
      if (what === undefined) continue;
      const since = `the receipt of ${receipt!.contentId} of ${receipt!.date}`;
      told.push(finding('RECEIPT_MISMATCH', { file: file.path }, `${file.path} ${what} by ${since}.`));
    }
  }
  return told;
}

/** What an output may be that a file belongs to: a file at the top, or a folder that it is in. */
function mayBeOutputs(path: string): string[] {
  const names = path.split('/');
  return names.length === 1 ? [path] : names.slice(1).map((_, depth) => names.slice(0, depth + 1).join('/'));
}

const readReceipt = async (path: string): Promise<TitleReceipt | undefined> =>
  readFile(path, 'utf8').then(parseReceipt, () => undefined);

async function whatIsWrong(
  { path, bytes, checksum }: ReceiptFile,
  files: SizedFiles,
): Promise<string | undefined> {
  const size = files.sizes.get(path);
  if (size === undefined) return 'is not there, and should be';
  if (size !== bytes) return `has ${size} bytes, and should have ${bytes}`;
  if (!checksum) return undefined;
  const source = await files.open(path);
  try {
    const found = await checksumOf(source, { like: checksum });
    return found.value === checksum.value ? undefined : 'has other bytes than it should';
  } finally {
    await source.close();
  }
}
