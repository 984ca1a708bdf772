import { join } from 'node:path';
import { inTurns } from '../../base/in-turns.ts';
import { version } from '../../base/version.ts';
import { checksumOf, type FileChecksum } from '../../io/checksum.ts';
import { openFile } from '../../io/file-source.ts';
import { shownReference } from '../../io/reference.ts';
import type { StagedFile } from '../../io/store.ts';
import {
  RECEIPT_FORMAT,
  type ReceiptInput,
  type ReceiptKey,
  receiptName,
  receiptText,
  type TitleReceipt,
} from '../../io/title-receipt.ts';
import { outputNames } from '../mode-outputs.ts';
import type { OpenTitle } from '../open-title.ts';
import { plannedKeys } from '../planned-keys.ts';
import type { TitleRun } from '../title-run.ts';
import { planHash } from './plan-hash.ts';

/**
 * What a title is held to by its receipt, where it gets one: because its config says so, or its store, or because an earlier
 * receipt would be wrong from now on.
 */
export async function receiptPlan(opened: OpenTitle): Promise<string | undefined> {
  const { store, title } = opened.title.run;
  const isWanted = title.receipt ?? store?.wantsReceipt ?? false;
  if (!isWanted && !(title.overwrite && (await hasReceipt(opened)))) return undefined;
  return planHash(opened);
}

async function hasReceipt(opened: OpenTitle): Promise<boolean> {
  const [size] = (await opened.title.run.store?.sizesOf([receiptName(titleNames(opened))])) ?? [];
  return size !== undefined;
}

/**
 * Write the receipt of a title beside its outputs, where nobody sees it yet.
 * @param files all others
 * @returns how it is published: last of all
 */
export async function writeReceipt(
  opened: OpenTitle,
  plan: string,
  files: readonly StagedFile[],
): Promise<StagedFile> {
  const { title } = opened;
  const { run, packager, staging } = title;
  if (!staging) throw new RangeError('a title that is only looked at gets no receipt');
  const receipt: TitleReceipt = {
    format: RECEIPT_FORMAT,
    version: version(),
    contentId: run.contentId,
    date: run.time.toISOString(),
    plan,
    inputs: receiptInputs(title),
    keys: receiptKeys(opened),
    files: await inTurns(files, async (file) => {
      const checksum = await checksumIn(staging.folder, file, () => run.throwIfCancelled());
      return { path: file.path, bytes: file.bytes, ...(checksum && { checksum }) };
    }),
  };
  const path = receiptName(titleNames(opened));
  const tree = packager.stores.of(run.title.output, run.signal).tree(staging.place, undefined);
  try {
    await tree.write(path, receiptText(receipt));
    // A long one goes away behind its writer, as media do.
    await tree.settled?.();
    const { position: bytes, receipt: own } = tree.files[0]!;
    return { path, bytes, isManifest: false, isReceipt: true, ...(own !== undefined && { receipt: own }) };
  } finally {
    await tree.abandon();
  }
}

/** What is written last can be read before it appears, or its tree has told its checksum. */
async function checksumIn(
  folder: string | undefined,
  { path, checksum }: StagedFile,
  step: () => void,
): Promise<FileChecksum | undefined> {
  if (folder === undefined) return checksum;
  const source = await openFile(join(folder, path));
  try {
    return await checksumOf(source, { step });
  } finally {
    await source.close();
  }
}

/** What a title was made of, as its run has found it. */
function receiptInputs({ run, thumbnails }: Pick<TitleRun, 'run' | 'thumbnails'>): ReceiptInput[] {
  const images = thumbnails.flatMap((set) => set.images);
  return [
    ...run.inputs.map(({ path, bytes, identity = '' }) => ({ path, bytes, identity })),
    ...images.map(({ reference, bytes, identity }) => ({ path: shownReference(reference), bytes, identity })),
  ];
}

/** The ids of all keys of a title. */
export const receiptKeys = (opened: OpenTitle): ReceiptKey[] =>
  opened.modes.flatMap((mode) =>
    plannedKeys(opened, mode).map(({ label, period, keyId }) => ({ mode: mode.name, label, period, keyId })),
  );

/** What a title writes directly in its output location. */
const titleNames = ({ modes, title }: OpenTitle): string[] =>
  modes.flatMap((mode) => outputNames(mode, title.run.inputs));
