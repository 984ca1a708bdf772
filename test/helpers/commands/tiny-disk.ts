import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './folders.ts';

export interface TinyDisk {
  /** Where it is mounted, for the command only: in a mount namespace that ends with it. */
  readonly folder: string;
  /** For `PackagerOptions.through`. */
  readonly through: readonly string[];
}

/** When the command has ended: a line of standard error for each file that it left on the disk. */
export const LEFT = 'left on the disk: ';

const MOUNT_AND_RUN = `
mount -t tmpfs -o "$2" tmpfs "$1" || exit 99
folder=$1; shift 2
"$@"
status=$?
ls -A "$folder" | sed 's/^/${LEFT}/' >&2
exit $status`;

/** A file system in memory with these mount options of tmpfs, such as `size=500k`. Needs root, or user namespaces. */
export function tinyDisk(options: string): TinyDisk {
  const folder = join(temporaryFolder('disk'), 'mount');
  mkdirSync(folder);
  const user = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  return {
    folder,
    through: ['unshare', '--mount', ...user, 'sh', '-c', MOUNT_AND_RUN, 'sh', folder, options],
  };
}
