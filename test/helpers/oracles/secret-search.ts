import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { filesBelow } from '../titles/package.ts';

/**
 * A secret, and how it may be written down: raw, in hexadecimal, in Base64 (also inside of a longer value, where it begins
 * at any of three places), percent-encoded, as a UUID in either order of bytes.
 */
export function spellings(secret: string | Uint8Array): Buffer[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const inner = [0, 1, 2].flatMap((before) => base64Within(bytes, before));
  const texts = [
    ...[hex, hex.match(/../g)?.join(' ') ?? ''].flatMap((text) => [text, text.toUpperCase()]),
    ...inner,
    ...inner.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    ...inner.map((text) => encodeURIComponent(text)),
    ...(bytes.length >= 16 ? [uuid(hex), uuid(guidOrder(hex)), guidOrder(hex)] : []).flatMap((text) => [
      text,
      text.toUpperCase(),
    ]),
    ...(typeof secret === 'string' ? [encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)] : []),
  ];
  return [bytes, ...[...new Set(texts)].map((text) => Buffer.from(text))];
}

/** The Base64 digits that depend on the bytes alone, when so many others are in front of them. */
function base64Within(bytes: Buffer, before: number): string {
  const all = Buffer.concat([Buffer.alloc(before), bytes]);
  const whole = all.length - (all.length % 3);
  return all.toString('base64', 0, whole).slice(before === 0 ? 0 : before + 1);
}

/** Of the first 16 bytes. */
const uuid = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

/** The order of bytes in a GUID of Microsoft: the first three groups are turned round. */
const guidOrder = (hex: string): string =>
  hex.replace(/^(..)(..)(..)(..)(..)(..)(..)(..)(.{16}).*$/, '$4$3$2$1$6$5$8$7$9');

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
