import { join } from 'node:path';
import { inTurns } from '../../base/in-turns.ts';
import { version } from '../../base/version.ts';
import type { ModeDefinition } from '../../contract/packager.ts';
import { checksumOf, type FileChecksum } from '../../io/checksum.ts';
import { openFile } from '../../io/file-source.ts';
import { shownReference } from '../../io/reference.ts';
import type { StagedFile } from '../../io/store.ts';
import {
  isOfOutput,
  RECEIPT_FORMAT,
  type ReceiptFile,
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
import { planHashes } from './plan-hash.ts';

/**
 * What the modes of a title are held to by its receipts, where it gets them: because its config says so, or its store, or because an
 * earlier receipt of one of its outputs would be wrong from now on.
 * @returns by mode
 */
export async function receiptPlans(opened: OpenTitle): Promise<ReadonlyMap<string, string> | undefined> {
  const { store, title } = opened.title.run;
  const isWanted = title.receipt ?? store?.wantsReceipt ?? false;
  return isWanted || (await hasReceipt(opened)) ? planHashes(opened) : undefined;
}

async function hasReceipt(opened: OpenTitle): Promise<boolean> {
  const names = receiptOutputs(opened).map(({ output }) => receiptName(output));
  const sizes = await opened.title.run.store?.sizesOf(names);
  return sizes?.some((size) => size !== undefined) ?? false;
}

/**
 * Write the receipts of a title beside its outputs, where nobody sees them yet: one for each output, which is replaced with it.
 * @param plans what `receiptPlans` has answered
 * @param files all others
 * @returns how they are published: last of all
 */
export async function writeReceipts(
  opened: OpenTitle,
  plans: ReadonlyMap<string, string>,
  files: readonly StagedFile[],
): Promise<StagedFile[]> {
  const { title } = opened;
  const { run, packager, staging } = title;
  if (!staging) throw new RangeError('a title that is only looked at gets no receipt');
  const written = await inTurns(files, async (file): Promise<ReceiptFile> => {
    const checksum = await checksumIn(staging.folder, file, () => run.throwIfCancelled());
    return { path: file.path, bytes: file.bytes, ...(checksum && { checksum }) };
  });
  const inputs = receiptInputs(title);
  const tree = packager.stores.of(run.title.output, run.signal).tree(staging.place, undefined);
  try {
    for (const { mode, output } of receiptOutputs(opened)) {
      const receipt: TitleReceipt = {
        format: RECEIPT_FORMAT,
        version: version(),
        contentId: run.contentId,
        date: run.time.toISOString(),
        plan: plans.get(mode.name)!,
        inputs,
        keys: receiptKeys(opened, mode),
        files: written.filter(({ path }) => isOfOutput(output, path)),
      };
      await tree.write(receiptName(output), receiptText(receipt));
    }
    // Long ones go away behind their writer, as media do.
    await tree.settled?.();
    return tree.files.map(({ path, position: bytes, receipt }) => ({
      ...{ path, bytes, isManifest: false, isReceipt: true },
      ...(receipt !== undefined && { receipt }),
    }));
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

/** The ids of all keys of a mode. */
export const receiptKeys = (opened: OpenTitle, mode: ModeDefinition): ReceiptKey[] =>
  plannedKeys(opened, mode).map(({ label, period, keyId }) => ({ mode: mode.name, label, period, keyId }));

/** What has a receipt of its own. */
export interface ReceiptOutput {
  readonly mode: ModeDefinition;
  /** A name that the mode writes directly in the output location. */
  readonly output: string;
}

export const receiptOutputs = ({ modes, title }: OpenTitle): ReceiptOutput[] =>
  modes.flatMap((mode) => outputNames(mode, title.run.inputs).map((output) => ({ mode, output })));
