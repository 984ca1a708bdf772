import { createHash } from 'node:crypto';
import { oneLine } from '../base/printable.ts';
import { safeName } from '../base/safe-name.ts';
import type { FileChecksum } from './checksum.ts';

/** Raised when a reader of older receipts would misunderstand newer ones. */
export const RECEIPT_FORMAT = 1;

/**
 * What one output of a title was made of, with which keys, and which files of it became visible: published behind all of them. Plain
 * data without secrets.
 */
export interface TitleReceipt {
  readonly format: typeof RECEIPT_FORMAT;
  /** Version of Sealpack. */
  readonly version: string;
  readonly contentId: string;
  /** ISO 8601, from the run's clock. */
  readonly date: string;
  /** What was to be done: the form of this word, and a SHA-256 of its mode, tracks, keys by their ids, files with the sizes to expect, options that change bytes. */
  readonly plan: string;
  /** Media first, then images of thumbnails. */
  readonly inputs: readonly ReceiptInput[];
  readonly keys: readonly ReceiptKey[];
  /** In the order in which they became visible. */
  readonly files: readonly ReceiptFile[];
}

/** An input as it was. */
export interface ReceiptInput {
  /** As everybody may see it. */
  readonly path: string;
  readonly bytes: number;
  /** `InputFacts.identity`. */
  readonly identity: string;
}

/** A key by its id. */
export interface ReceiptKey {
  readonly mode: string;
  readonly label: string;
  /** Crypto period, from 0. */
  readonly period: number;
  /** A UUID. */
  readonly keyId: string;
}

/** A file that was published. */
export interface ReceiptFile {
  /** Relative to the output location, with `/`. */
  readonly path: string;
  readonly bytes: number;
  /** Absent: its store cannot tell. */
  readonly checksum?: FileChecksum;
}

const LONGEST_NAME = 100;
const LONGEST_VERSION = 40;
const NAME = /^\.sealpack\..+\.[0-9a-f]{16}\.json$/;

/**
 * The file in the output location that holds the receipt of an output: hidden from players and file managers. Whoever replaces the
 * output knows it, with whatever other modes, and replaces it too; it is known before anybody is asked for a content id.
 * @param output the name of a folder or file, relative to the location, with `/`
 */
export function receiptName(output: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([output]))
    .digest('hex')
    .slice(0, 16);
  return `.sealpack.${safeName(output, LONGEST_NAME)}.${hash}.json`;
}

/** Whether a file belongs to an output: it is that one, or lies in it. Both relative to the location, with `/`. */
export const isOfOutput = (output: string, path: string): boolean =>
  path === output || path.startsWith(`${output}/`);

/** Whether a name is that of a receipt. */
export const isReceiptName = (name: string): boolean => NAME.test(name);

export const receiptText = (receipt: TitleReceipt): string => `${JSON.stringify(receipt, undefined, 2)}\n`;

/** What a file holds; `undefined`: it is no receipt, or one of a format that nobody here knows. */
export function parseReceipt(text: string): TitleReceipt | undefined {
  const found = parsed(text);
  return isReceipt(found) ? found : undefined;
}

/** Which version wrote a receipt of a later format than this one knows; `undefined`: it is none. */
export function newerReceipt(text: string): string | undefined {
  const found = parsed(text);
  const isNewer = isFields(found) && Number(found['format']) > RECEIPT_FORMAT;
  return isNewer ? oneLine(String(found['version']), LONGEST_VERSION) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const areTexts = (fields: Fields, names: readonly string[]): boolean =>
  names.every((name) => typeof fields[name] === 'string');
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const areAll = (value: unknown, is: (one: Fields) => boolean): boolean =>
  Array.isArray(value) && value.every((one) => isFields(one) && is(one));

function isReceipt(value: unknown): value is TitleReceipt {
  if (!isFields(value) || value['format'] !== RECEIPT_FORMAT) return false;
  const { inputs, keys, files } = value;
  return (
    areTexts(value, ['version', 'contentId', 'date', 'plan']) &&
    areAll(inputs, (input) => areTexts(input, ['path', 'identity']) && isCount(input['bytes'])) &&
    areAll(keys, (key) => areTexts(key, ['mode', 'label', 'keyId']) && isCount(key['period'])) &&
    areAll(
      files,
      (file) => areTexts(file, ['path']) && isCount(file['bytes']) && isChecksumOrNothing(file['checksum']),
    )
  );
}

function isChecksumOrNothing(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isFields(value) || !areTexts(value, ['value'])) return false;
  const { algorithm, partBytes } = value;
  return algorithm === 'sha256' || (algorithm === 'sha256-parts' && isCount(partBytes) && partBytes !== 0);
}
