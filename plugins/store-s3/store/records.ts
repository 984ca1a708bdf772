import { isReceiptName } from '../../../core/kit.ts';
import { hasDots } from '../client/place.ts';
import type { S3Headers } from '../client/types.ts';
import { isUnder } from './layout.ts';

/** Who a run is, in a claim. */
export interface RunWords {
  readonly run: string;
  /** Of its process, for whoever can see it. */
  readonly process: string;
  readonly host: string;
  /** All names that it has claimed, or is about to. */
  readonly names: readonly string[];
}

/** A claim: nobody else writes outputs of this name. Written anew with each beat. */
export interface Claim extends RunWords {
  readonly beat: number;
  /** The dead run that had it before, and that this one is bringing to its end. */
  readonly settles?: Pick<RunWords, 'run' | 'names'>;
}

/** A multipart upload that was taken in whole. */
export interface UploadReceipt {
  readonly bytes: number;
  readonly uploadId: string;
  /** Of its parts, in their order. */
  readonly etags: readonly string[];
}

/** A manifest, or the receipt of the title, which is put whole. */
export interface TextReceipt {
  /** Before it was packed. */
  readonly bytes: number;
  /** Base64 of what gzip has made of it. */
  readonly text: string;
  readonly headers: S3Headers;
}

/** How a file that was taken in becomes visible. */
export type S3Receipt = UploadReceipt | TextReceipt;

interface Placed {
  /** Relative to the location. */
  readonly path: string;
}

export type JournalUpload = UploadReceipt & Placed;

export interface JournalText extends TextReceipt, Placed {
  /** ETag of what it replaces; absent: nothing may be there. */
  readonly was?: string;
}

/** A file in a journal. */
export type JournalFile = JournalUpload | JournalText;

/** All that is needed to bring a publication to its end, by anybody. */
export interface Journal {
  readonly run: string;
  readonly names: readonly string[];
  /** What else is under the names goes. */
  readonly overwrite: boolean;
  /** In any order. */
  readonly media: readonly JournalFile[];
  /** One after the other, behind the media. */
  readonly manifests: readonly JournalFile[];
}

/** In place of a journal: its run may publish nothing any more. */
export interface Fence {
  readonly fencedBy: string;
}

/** Of hidden objects, manifests and receipts; more would be none of ours. */
export const MOST_BYTES = 256 * 1024 * 1024;

export const toBytes = (value: Claim | Journal | Fence): Uint8Array => Buffer.from(JSON.stringify(value));

/** @returns `undefined` for what is no claim */
export function readClaim(body: Uint8Array): Claim | undefined {
  const claim = parse(body) as Partial<Claim> | undefined;
  const isOne = typeof claim?.run === 'string' && typeof claim.process === 'string' && areNames(claim.names);
  return isOne ? (claim as Claim) : undefined;
}

/** @returns `undefined` for what is neither */
export function readJournal(body: Uint8Array): Journal | Fence | undefined {
  const found = parse(body) as (Partial<Journal> & Partial<Fence>) | undefined;
  if (typeof found?.fencedBy === 'string') return { fencedBy: found.fencedBy };
  const { run, names, media, manifests } = found ?? {};
  if (typeof run !== 'string' || !areNames(names)) return undefined;
  const areFiles = [media, manifests].every(
    (files) => Array.isArray(files) && files.every((file) => isFile(file, names)),
  );
  return areFiles ? (found as Journal) : undefined;
}

// Whoever may write to the bucket can write these: they name nothing outside the location, nor outputs of others.
const areNames = (names: unknown): names is readonly string[] =>
  Array.isArray(names) && names.every((name) => typeof name === 'string' && name !== '' && !hasDots(name));

function isFile(file: unknown, names: readonly string[]): boolean {
  const { path, bytes, text, headers, uploadId, etags } = (file ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof path !== 'string' || hasDots(path) || typeof bytes !== 'number') return false;
  if (!isReceiptName(path) && !names.some((name) => isUnder(path, name))) return false;
  const isText = typeof text === 'string' && typeof headers === 'object' && headers !== null;
  const isUpload = typeof uploadId === 'string' && Array.isArray(etags);
  return isText || (isUpload && etags.every((etag) => typeof etag === 'string'));
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch {
    return undefined;
  }
}
