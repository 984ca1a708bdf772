/** What the doors of the package let out, read from the declarations that are shipped. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** An exported name. */
export interface Exported {
  readonly name: string;
  /** Its declaration, without comments and bodies. */
  readonly declaration: string;
  /** Whether something is said of it. */
  readonly isDocumented: boolean;
  /** Whether whoever reads the declarations takes it for something that is there when the program runs. */
  readonly isValue: boolean;
}

export const DIST = join(import.meta.dirname, '../../dist');

/** The doors, by the names that are imported: where they are in `DIST`. */
export const DOORS = {
  sealpack: 'core/index',
  'sealpack/kit': 'core/kit',
  'sealpack/plugins': 'plugins/index',
  'sealpack/presets': 'presets/index',
} as const;

/** All that a door lets out, by name. */
export function exportsOf(door: keyof typeof DOORS): readonly Exported[] {
  const path = join(DIST, `${DOORS[door]}.d.ts`);
  return [...read(path).exported]
    .map(([name, from]) => follow(path, from, name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A name of this file (`from` is undefined) or of another one. */
interface Reference {
  readonly name: string;
  readonly from: string | undefined;
  readonly isType: boolean;
}

/** A file of declarations as rollup writes it: everything is let out by lists. */
interface Declarations {
  readonly text: string;
  readonly imported: ReadonlyMap<string, Reference>;
  readonly exported: ReadonlyMap<string, Reference>;
}

const LISTS = /^(import|export) (type )?\{([^}]*)\}(?: from '([^']+)')?;$/gm;

function read(path: string): Declarations {
  const text = readFileSync(path, 'utf8');
  const imported = new Map<string, Reference>();
  const exported = new Map<string, Reference>();
  for (const [, way, type, list = '', from] of text.matchAll(LISTS)) {
    for (const word of list.split(',').map((part) => part.trim())) {
      const [name = '', as = name] = word.split(' as ');
      (way === 'import' ? imported : exported).set(as, { name, from, isType: type !== undefined });
    }
  }
  return { text, imported, exported };
}

/** The declaration behind a name, through as many files as there are between. */
function follow(path: string, { name, from, isType }: Reference, as: string): Exported {
  const found = from === undefined ? local(path, name) : elsewhere(path, from, name);
  return { ...found, name: as, isValue: found.isValue && !isType };
}

function local(path: string, name: string): Exported {
  const { text, imported } = read(path);
  const reference = imported.get(name);
  return reference ? follow(path, reference, name) : declared(text, name);
}

function elsewhere(path: string, from: string, name: string): Exported {
  const other = join(dirname(path), from.replace(/\.js$/, '.d.ts'));
  const reference = read(other).exported.get(name);
  if (!reference) throw new Error(`${other} does not export ${name}`);
  return follow(other, reference, name);
}

function declared(text: string, name: string): Exported {
  const head = new RegExp(
    `^(?:declare )?(?:abstract )?(interface|type|const|function|class) ${name.replace('$', '\\$')}(?![\\w$])`,
    'm',
  );
  const found = head.exec(text);
  if (!found) throw new Error(`no declaration of ${name}`);
  const { index: at, 1: kind } = found;
  const isDocumented = /\*\/\n$/.test(text.slice(0, at));
  // It ends where the next thing begins at the margin; comments inside are for people.
  const bare = text.slice(at).replace(/\/\*\*[\s\S]*?\*\//g, '');
  const [own = ''] = bare.split(/\n(?=export |declare |type |interface )/);
  const declaration = `export ${own.replace(/\s+/g, ' ').trim()}`;
  return { name, declaration, isDocumented, isValue: kind !== 'interface' && kind !== 'type' };
}

/** The report of a door: a line a name. */
export const reportOf = (door: keyof typeof DOORS): string =>
  `${exportsOf(door)
    .map(({ declaration }) => declaration)
    .join('\n')}\n`;
