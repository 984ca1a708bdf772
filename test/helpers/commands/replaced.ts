import { type FileHandle, open } from 'node:fs/promises';

/** Methods in whose place something else stands for a time. */
export class Replaced {
  readonly #undo: (() => void)[] = [];

  /** @param other what stands there, of what stood there @throws Error when nothing does */
  replace<T extends object, Key extends keyof T>(owner: T, name: Key, other: (own: T[Key]) => T[Key]): void {
    const own = owner[name];
    if (typeof own !== 'function') throw new Error(`there is no ${String(name)} any more`);
    owner[name] = other(own);
    this.#undo.push(() => {
      owner[name] = own;
    });
  }

  /** Everything is as it was. */
  undo(): void {
    for (const one of this.#undo.splice(0).reverse()) one();
  }
}

/** What all open files have in common. */
export async function fileHandles(): Promise<FileHandle> {
  const file = await open('/dev/null');
  await file.close();
  return Object.getPrototypeOf(file);
}
