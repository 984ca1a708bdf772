import { createHash } from 'node:crypto';
import type { ByteSource } from './byte-source.ts';

/** What tells that a file has the bytes that it was published with. */
export interface FileChecksum {
  /**
   * `sha256`: of the whole file. `sha256-parts`: of the SHA-256 digests (32 bytes each) of its parts, one after the other, which have
   * `partBytes` but for the last: of files that went away in parts, whose heads came last.
   */
  readonly algorithm: 'sha256' | 'sha256-parts';
  /** Of `sha256-parts`. */
  readonly partBytes?: number;
  /** 64 hexadecimal digits, in lower case. */
  readonly value: string;
}

/** Bytes that are read at a time. */
const PIECE = 2 ** 20;

/** The checksum of a file whose parts are hashed one by one, in any order. */
export class PartsChecksum {
  readonly #partBytes: number;
  readonly #digests: Buffer[] = [];

  constructor(partBytes: number) {
    this.#partBytes = partBytes;
  }

  /** @param index of the part, from 0 */
  add(index: number, bytes: Uint8Array): void {
    this.#digests[index] = createHash('sha256').update(bytes).digest();
  }

  /** Of a file of one part that is `sha256`, which every tool knows. All parts were added. */
  end(): FileChecksum {
    const [only, ...others] = this.#digests;
    if (only && others.length === 0) return { algorithm: 'sha256', value: only.toString('hex') };
    const value = createHash('sha256').update(Buffer.concat(this.#digests)).digest('hex');
    return { algorithm: 'sha256-parts', partBytes: this.#partBytes, value };
  }
}

/**
 * Read a file and make its checksum.
 * @param like in the same way as this one. @default `sha256`
 * @param step called before each piece is read: it may throw to end the reading
 */
export async function checksumOf(
  source: ByteSource,
  { like, step }: { readonly like?: FileChecksum; step?(): void } = {},
): Promise<FileChecksum> {
  const partBytes = like?.algorithm === 'sha256-parts' ? like.partBytes : undefined;
  const whole = createHash('sha256');
  const digests: Buffer[] = [];
  const buffer = Buffer.alloc(Math.min(PIECE, source.size));
  for (let start = 0; start < source.size || start === 0; start += partBytes ?? source.size) {
    const end = Math.min(source.size, start + (partBytes ?? source.size));
    const hash = partBytes === undefined ? whole : createHash('sha256');
    for (let at = start; at < end; at += PIECE) {
      step?.();
      const piece = buffer.subarray(0, Math.min(PIECE, end - at));
      await source.read(at, [piece]);
      hash.update(piece);
    }
    if (partBytes !== undefined) digests.push(hash.digest());
    if (source.size === 0) break;
  }
  if (partBytes === undefined) return { algorithm: 'sha256', value: whole.digest('hex') };
  const value = createHash('sha256').update(Buffer.concat(digests)).digest('hex');
  return { algorithm: 'sha256-parts', partBytes, value };
}
