import { version } from '../../base/version.ts';
import { Packager } from '../../contract/packager.ts';
import { shownReference } from '../../io/reference.ts';
import type { StoreOf } from '../../io/stores.ts';
import {
  newerReceipt,
  parseReceipt,
  type ReceiptFile,
  type ReceiptKey,
  receiptName,
  type TitleReceipt,
} from '../../io/title-receipt.ts';
import type { PackageOptions } from '../api.ts';
import type { Finished } from '../finished.ts';
import { openTitle } from '../open-title.ts';
import type { PlannedOutput } from '../planned-outputs.ts';
import { listImages } from '../thumbnails/list-images.ts';
import { isComparable, planHashes } from './plan-hash.ts';
import { receiptKeys, receiptOutputs } from './write-receipt.ts';

/**
 * What the receipts of a title say of it: that it was packaged, of these inputs and as its config has it now, and that its files are
 * still there; or what is another. To know that, its plan is made again: its inputs are looked into and its keys asked for.
 * @param own what `ownOutputs` answers
 * @returns `undefined` where an output has no receipt, and nothing is another in those of the others; or where none of their files is there
 * @throws PackagerError as opening and planning the title do
 */
export async function resumedTitle(
  options: PackageOptions,
  own: readonly PlannedOutput[],
): Promise<Finished | undefined> {
  const { title, plugins, signal = new AbortController().signal } = options;
  if (own.length === 0) return undefined;
  const packager = new Packager(plugins);
  const store = packager.stores.of(title.output, signal);
  const there = (differs?: string): Finished => ({
    outputs: own.map(({ path }) => path),
    isCurrent: differs === undefined,
    hasReceipt: true,
    ...(differs !== undefined && { differs }),
  });
  const receipts: Receipts = new Map();
  // One after the other: the first look brings to its end what a killed run had begun, and what comes then is read.
  for (const { name } of own) {
    const text = await store.read(receiptName(name));
    if (text === undefined) continue;
    const receipt = parseReceipt(text);
    if (!receipt || receipt.files.length === 0) return there(unreadable(text));
    receipts.set(name, receipt);
  }
  const files = [...receipts.values()].flatMap((receipt) => receipt.files);
  const sizes = await store.sizesOf(files.map(({ path }) => path));
  if (sizes.every((size) => size === undefined)) return undefined;
  const differs =
    fileDifference(files, sizes) ??
    (await inputDifference(receipts, options, packager, signal)) ??
    (await planDifference(receipts, options));
  return differs === undefined && receipts.size < own.length ? undefined : there(differs);
}

/** By the name of the output that each is of. */
type Receipts = Map<string, TitleReceipt>;

/** Why nothing can be taken from a receipt, as the end of a sentence. */
function unreadable(text: string): string {
  const by = newerReceipt(text);
  return by === undefined ? 'its receipt cannot be read' : `its receipt is of a newer Sealpack (${by})`;
}

/** What became of its files, as the end of a sentence. */
function fileDifference(
  files: readonly ReceiptFile[],
  sizes: Awaited<ReturnType<StoreOf['sizesOf']>>,
): string | undefined {
  const index = files.findIndex(({ bytes }, at) => sizes[at] !== bytes);
  if (index < 0) return undefined;
  const { path, bytes } = files[index]!;
  const size = sizes[index];
  if (Number.isNaN(size)) return `nobody says how long ${path} is`;
  return size === undefined
    ? `${path} is not there any more`
    : `${path} was written with ${bytes} bytes, and has ${size}`;
}

/** Which input is another. */
async function inputDifference(
  receipts: Receipts,
  { title }: PackageOptions,
  { sources }: Packager,
  signal: AbortSignal,
): Promise<string | undefined> {
  const images = (title.thumbnails ?? []).map((source, index) => listImages(source, `thumbnails[${index}]`));
  const references = [...title.inputs, ...(await Promise.all(images)).flat()];
  // Those of one run name the same inputs, which are looked at once.
  const all = new Map([...receipts.values()].map(({ inputs }) => [JSON.stringify(inputs), inputs]));
  for (const before of all.values()) {
    if (references.length !== before.length)
      return `it was made of ${before.length} inputs, and has ${references.length}`;
    for (const [index, reference] of references.entries()) {
      const { path, identity } = before[index]!;
      const shown = shownReference(reference);
      if (path !== shown) return `it was made of ${path}, and has ${shown} in its place`;
      const how = await sources.of(reference).changeSince(identity, { signal });
      if (how !== undefined) return `${shown} has changed: ${how}`;
    }
  }
  return undefined;
}

/** What its config, or its key source, has come to say. */
async function planDifference(receipts: Receipts, options: PackageOptions): Promise<string | undefined> {
  const opened = await openTitle(options, { writes: false });
  try {
    const { contentId } = opened.title.run;
    const found = receiptOutputs(opened).flatMap(({ mode, output }) => {
      const receipt = receipts.get(output);
      return receipt ? [{ mode, receipt }] : [];
    });
    if (found.some(({ receipt }) => receipt.contentId !== contentId)) return 'its content id is another';
    if (found.some(({ mode, receipt }) => keysOf(receipt.keys) !== keysOf(receiptKeys(opened, mode))))
      return 'its keys are others';
    if (!found.every(({ receipt }) => isComparable(receipt.plan)))
      return 'it is of an earlier Sealpack, which took less of the options into its receipts';
    const plans = await planHashes(opened);
    const other = found.find(({ mode, receipt }) => receipt.plan !== plans.get(mode.name))?.receipt;
    if (!other) return undefined;
    return other.version === version()
      ? 'the options or the keys that it was packaged with were others'
      : `its options are others, or what Sealpack ${other.version} made of them`;
  } finally {
    await opened.title.close();
  }
}

const keysOf = (keys: readonly ReceiptKey[]): string =>
  JSON.stringify(keys.map(({ mode, label, period, keyId }) => [mode, label, period, keyId]));
