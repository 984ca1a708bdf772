import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../../inspect/findings/finding.ts';
import { finding } from '../../inspect/findings/make.ts';
import { checksumOf } from '../../io/checksum.ts';
import { isReceiptOf, parseReceipt, type ReceiptFile, type TitleReceipt } from '../../io/title-receipt.ts';
import type { SizedFiles } from './sized-files.ts';

/**
 * Files in a folder of this machine against the receipts of their titles: each is there, with its size and its checksum. Of two receipts
 * that name an output the newer one counts, and one that cannot be read says nothing.
 */
export async function checkReceipts(files: SizedFiles): Promise<Finding[]> {
  const { folder, all } = files;
  if (folder === undefined || !all) return [];
  const tops = new Set(all.map(({ path }) => topOf(path)));
  const names = (await readdir(folder)).filter((name) => isReceiptOf(name, tops));
  const receipts = (await Promise.all(names.map((name) => readReceipt(join(folder, name))))).filter(
    (receipt) => receipt !== undefined,
  );
  receipts.sort((one, other) => (one.date < other.date ? 1 : -1));
  const told: Finding[] = [];
  const known = new Set<string>();
  for (const receipt of receipts) {
    const own = receipt.files.filter(({ path }) => tops.has(topOf(path)) && !known.has(topOf(path)));
    for (const file of own) {
      const what = await whatIsWrong(file, files);
      if (what === undefined) continue;
      const since = `the receipt of ${receipt.contentId} of ${receipt.date}`;
      told.push(finding('RECEIPT_MISMATCH', { file: file.path }, `${file.path} ${what} by ${since}.`));
    }
    for (const { path } of own) known.add(topOf(path));
  }
  return told;
}

const topOf = (path: string): string => path.split('/', 1)[0] ?? '';

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
