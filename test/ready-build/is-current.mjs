/*
 * Part of `npm run prepare`, which npm runs whenever it links this folder, too: the first `npx sealpack` in a clone does.
 * Exit status 0 where `dist` is whole and younger than all that it is made of. Not in TypeScript: it runs before all else.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What `npm run build` writes last. */
const LAST = 'dist/page/LICENSES.txt';

const SOURCES = ['core', 'plugins', 'presets', 'test/ready-checks', 'test/ready-help'];
const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

/** @param {string} root of the project */
function isCurrent(root) {
  const changed = (path) => statSync(join(root, path)).mtimeMs;
  const built = statSync(join(root, LAST), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const below = (folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name));
  return [...SETTINGS, ...SOURCES, ...SOURCES.flatMap(below)].every((path) => changed(path) <= built);
}

process.exitCode = isCurrent(process.argv[2] ?? join(import.meta.dirname, '../..')) ? 0 : 1;
