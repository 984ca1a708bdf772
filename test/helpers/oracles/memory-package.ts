import { fail } from '../../../core/base/errors.ts';
import type { PackageFiles } from '../../../core/inspect/model/places.ts';
import { rangeSource } from '../../../core/io/range-source.ts';

/** A package of texts and bytes, for readers of manifests. The first file is its root. */
export function memoryPackage(files: Readonly<Record<string, string | Uint8Array>>): PackageFiles {
  return {
    name: 'a package in memory',
    roots: Object.keys(files).slice(0, 1),
    async open(path) {
      const content = files[path];
      if (content === undefined) throw fail.inputNotFound(path);
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      return rangeSource({
        name: path,
        size: bytes.length,
        fetch: async (position, length) => bytes.subarray(position, position + length),
      });
    },
    has: (path) => Object.hasOwn(files, path),
    async close() {},
  };
}
