import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * The folder of real files: `SEALPACK_MEDIA`, else `shared/media` beside the project. They are tried where they are
 * there and never copied; nothing depends on them.
 */
export const REAL_FOLDER = resolve(
  process.env['SEALPACK_MEDIA'] ?? join(import.meta.dirname, '../../../../shared/media'),
);

/** Another packager's subsample maps of them. */
export const GOLDEN_FOLDER = join(REAL_FOLDER, '../golden');

/** Whether a real file is there. */
export const hasRealFile = (name: string): boolean => existsSync(realFile(name));

export const realFile = (name: string): string => join(REAL_FOLDER, name);

/** Names of the media files in the folder, or in a folder of it; empty where there is none. */
export const realFiles = (folder = '.'): string[] =>
  filesIn(join(REAL_FOLDER, folder), /\.(mp4|webm|mkv|ts)$/);

/** Names of the golden maps: `<medium>.<scheme>.json`. */
export const goldenMaps = (): string[] => filesIn(GOLDEN_FOLDER, /\.(cenc|cbcs)\.json$/);

const filesIn = (folder: string, pattern: RegExp): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => pattern.test(name))
        .sort()
    : [];
