import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

interface LockEntry {
  readonly version?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

/** A package that an installation brings along. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** As the package says it; empty when it does not. */
  readonly license: string;
  /** Names of the packages that ask for it; empty for those that the project asks for itself. */
  readonly through: readonly string[];
  /** One of several, each for one kind of machine. */
  readonly isForPlatform: boolean;
}

export type Roots = 'dependencies' | 'devDependencies';

/** All packages that come with the project's dependencies of a kind, from package-lock.json, sorted by name. */
export async function lockedPackages(roots: Roots): Promise<LockedPackage[]> {
  const { packages } = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockEntry>>;
  };
  const through = new Map<string, Set<string>>();
  const direct = Object.keys(packages['']?.[roots] ?? {});
  const waiting = direct.map((name) => ({ path: `node_modules/${name}`, by: '' }));
  for (const { path, by } of waiting) {
    const isKnown = through.has(path);
    const parents = through.get(path) ?? new Set();
    through.set(path, parents.add(by));
    const entry = packages[path];
    if (isKnown || !entry) continue;
    for (const name of namesAsked(entry)) {
      const found = resolve(packages, path, name);
      if (found) waiting.push({ path: found, by: nameOf(path) });
    }
  }
  return [...through]
    .map(([path, parents]) => {
      const { version = '', license = '', os, cpu } = packages[path] ?? {};
      const names = parents.has('') ? [] : [...parents].sort();
      const isForPlatform = (os ?? cpu) !== undefined;
      return { name: nameOf(path), version, license, through: names, isForPlatform };
    })
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1));
}

const nameOf = (path: string): string =>
  path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** Peers that may be missing are not brought along. */
function namesAsked(entry: LockEntry): string[] {
  const {
    dependencies = {},
    optionalDependencies = {},
    peerDependencies = {},
    peerDependenciesMeta = {},
  } = entry;
  const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  return [...Object.keys(dependencies), ...Object.keys(optionalDependencies), ...peers];
}

/** As Node finds a package: beside the one that asks, then further up. */
function resolve(
  packages: Readonly<Record<string, LockEntry>>,
  from: string,
  name: string,
): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (packages[path]) return path;
    if (at === '') return undefined;
  }
}
