import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { filesBelow } from './package.ts';

/** A secret, and how it may be written down: raw, hexadecimal, Base64, percent-encoded. */
export function spellings(secret: string | Uint8Array): Buffer[] {
  const bytes = Buffer.from(secret);
  const texts = [
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    // Without what depends on the bytes that follow: it would be missed inside a longer secret.
    bytes.toString('base64', 0, bytes.length - (bytes.length % 3)),
    bytes.toString('base64url', 0, bytes.length - (bytes.length % 3)),
    ...(typeof secret === 'string' ? [encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)] : []),
  ];
  return [bytes, ...texts.map((text) => Buffer.from(text))];
}

/** Everything that one run has written: files, events, errors, terminal output. */
export class Writings {
  readonly #parts: { readonly name: string; readonly bytes: Buffer }[] = [];

  add(name: string, value: unknown): void {
    const shown =
      typeof value === 'string' ? value : `${inspect(value, { depth: 9 })}\n${JSON.stringify(value)}`;
    const stack = value instanceof Error ? value.stack : '';
    this.#parts.push({ name, bytes: Buffer.from(`${shown}\n${stack}`) });
  }

  /** @returns the relative paths of the files */
  async addFiles(folder: string): Promise<string[]> {
    const files = await filesBelow(folder);
    for (const file of files) {
      this.#parts.push({ name: file, bytes: await readFile(join(folder, file)) });
    }
    return files;
  }

  /** Names of the parts in which one of the secrets is, however it is spelled. */
  holding(secrets: readonly (string | Uint8Array)[]): string[] {
    const needles = secrets.flatMap(spellings);
    return this.#parts
      .filter(({ bytes }) => needles.some((needle) => bytes.includes(needle)))
      .map(({ name }) => name);
  }
}
