import type { S3Headers } from '../client/types.ts';

/** What objects of outputs are stored with. */
export interface S3ObjectOptions {
  /** By extension (`{ '.mpd': 'application/dash+xml' }`), in addition to those that are known. */
  readonly contentTypes?: Readonly<Record<string, string>>;
  /** `Cache-Control` by extension; of all others under `*`. @default none */
  readonly cacheControl?: Readonly<Record<string, string>>;
  /** Ten at most. */
  readonly tags?: Readonly<Record<string, string>>;
  /** `STANDARD_IA`, … @default that of the bucket */
  readonly storageClass?: string;
  /** A canned one: `public-read`, `bucket-owner-full-control`, … @default that of the bucket */
  readonly acl?: string;
  /** Encryption by the service: `AES256`, `aws:kms`, `aws:kms:dsse`. @default that of the bucket */
  readonly sse?: string;
  /** Its key, with `aws:kms`. @default that of the account */
  readonly sseKmsKeyId?: string;
  /**
   * Bytes of a part. Memory of a thread is a few of them; a file has 10,000 parts at most.
   * @default 16 MiB, which is for files of up to 156 GiB
   */
  readonly partBytes?: number;
}

/** What players expect; of what is not here nothing is said, and the service takes its own. */
const TYPES: Readonly<Record<string, string>> = {
  '.mpd': 'application/dash+xml',
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.mp4': 'video/mp4',
  '.m4s': 'video/iso.segment',
  '.m4v': 'video/mp4',
  '.m4a': 'audio/mp4',
  '.cmfv': 'video/mp4',
  '.cmfa': 'audio/mp4',
  '.cmft': 'application/mp4',
  '.ts': 'video/mp2t',
  '.aac': 'audio/aac',
  '.ac3': 'audio/ac3',
  '.ec3': 'audio/eac3',
  '.mp3': 'audio/mpeg',
  '.vtt': 'text/vtt',
  '.ttml': 'application/ttml+xml',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.json': 'application/json',
  '.xml': 'application/xml',
  '.html': 'text/html; charset=utf-8',
};

/** The headers with which an object of outputs is written. */
export function objectHeaders(path: string, options: S3ObjectOptions): S3Headers {
  const extension = /\.[^./]+$/.exec(path)?.[0].toLowerCase() ?? '';
  const type = options.contentTypes?.[extension] ?? TYPES[extension] ?? 'application/octet-stream';
  const cache = options.cacheControl?.[extension] ?? options.cacheControl?.['*'];
  const { tags, storageClass, acl } = options;
  return {
    'content-type': type,
    ...(cache !== undefined && { 'cache-control': cache }),
    ...(tags && { 'x-amz-tagging': new URLSearchParams({ ...tags }).toString() }),
    ...(storageClass !== undefined && { 'x-amz-storage-class': storageClass }),
    ...(acl !== undefined && { 'x-amz-acl': acl }),
    ...encryptionHeaders(options),
  };
}

/** Those with which everything is written, what is hidden too: a bucket may refuse all else. */
export const encryptionHeaders = ({ sse, sseKmsKeyId }: S3ObjectOptions): S3Headers => ({
  ...(sse !== undefined && { 'x-amz-server-side-encryption': sse }),
  ...(sseKmsKeyId !== undefined && { 'x-amz-server-side-encryption-aws-kms-key-id': sseKmsKeyId }),
});

const TEXT = { type: 'string', minLength: 1 };
/** Texts by extension, in lower case, as they are looked for; under others nobody would find them. */
const byExtension = (others = '') => ({
  type: 'object',
  additionalProperties: false,
  patternProperties: { [`^(?:\\.[^./A-Z]+${others})$`]: TEXT },
});

/** JSON schema of the options. */
export const OBJECT_OPTIONS = {
  contentTypes: { ...byExtension(), description: "content types by extension, such as '.mpd'" },
  cacheControl: { ...byExtension('|\\*'), description: "Cache-Control by extension, '*' for all others" },
  tags: { type: 'object', additionalProperties: { type: 'string' }, maxProperties: 10 },
  storageClass: TEXT,
  acl: TEXT,
  sse: TEXT,
  sseKmsKeyId: TEXT,
  partBytes: {
    type: 'integer',
    minimum: 5 * 1024 * 1024,
    maximum: 1024 * 1024 * 1024,
    description: 'bytes, 5 MiB to 1 GiB',
  },
};
