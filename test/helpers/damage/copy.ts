import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../commands/folders.ts';

/** A copy of a package whose files are links until they are damaged: the package itself stays as it is. */
export class PackageCopy {
  readonly folder: string;

  constructor(from: string) {
    this.folder = join(temporaryFolder('damaged'), 'copy');
    for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name).slice(from.length + 1);
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      linkSync(join(from, path), join(this.folder, path));
    }
  }

  /** Paths of files, sorted. */
  files(pattern = /./): string[] {
    return readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.folder.length + 1))
      .filter((path) => pattern.test(path))
      .sort();
  }

  /** The one file, or the first, that a pattern meets. */
  file(pattern: RegExp): string {
    const [path] = this.files(pattern);
    if (path === undefined) throw new Error(`${pattern} meets none of ${this.files().join(', ')}`);
    return path;
  }

  bytes(path: string): Buffer {
    return readFileSync(join(this.folder, path));
  }

  write(path: string, bytes: Uint8Array | string): void {
    const target = join(this.folder, path);
    mkdirSync(dirname(target), { recursive: true });
    rmSync(target, { force: true }); // the file that it is linked to stays whole
    writeFileSync(target, bytes);
  }

  remove(path: string): void {
    rmSync(join(this.folder, path));
  }

  /** Put a link in place of a file, to the same one outside of the package. */
  linkOut(path: string): void {
    const outside = join(dirname(this.folder), 'outside');
    renameSync(join(this.folder, path), outside);
    symlinkSync(outside, join(this.folder, path));
  }

  swap(one: string, other: string): void {
    const bytes = this.bytes(one);
    this.write(one, this.bytes(other));
    this.write(other, bytes);
  }

  rename(from: string, to: string): void {
    renameSync(join(this.folder, from), join(this.folder, to));
  }

  /** Change bytes of a file. */
  edit(path: string, change: (bytes: Buffer) => Buffer | undefined): void {
    const bytes = Buffer.from(this.bytes(path));
    this.write(path, change(bytes) ?? bytes);
  }

  /** Change a text; it must have what is replaced. */
  replace(path: string, pattern: RegExp | string, text: string | ((...found: string[]) => string)): void {
    const before = this.bytes(path).toString();
    const after = before.replace(pattern, text as string);
    if (after === before) throw new Error(`${path} has no ${pattern}:\n${before}`);
    this.write(path, after);
  }
}
