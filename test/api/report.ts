/** What the doors of the package let out, read from the declarations that are built. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** An exported name. */
export interface Exported {
  readonly name: string;
  /** Its declaration, without comments and bodies. */
  readonly declaration: string;
  /** Whether something is said of it. */
  readonly isDocumented: boolean;
}

const DIST = join(import.meta.dirname, '../../dist');

/** The doors, by the names that are imported. */
export const DOORS = {
  sealpack: 'core/index.d.ts',
  'sealpack/kit': 'core/kit.d.ts',
  'sealpack/plugins': 'plugins/index.d.ts',
  'sealpack/presets': 'presets/index.d.ts',
} as const;

/** All that a door lets out, by name. */
export function exportsOf(door: keyof typeof DOORS): readonly Exported[] {
  const found = new Map<string, Exported>();
  for (const exported of exportsIn(join(DIST, DOORS[door]))) found.set(exported.name, exported);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const AGAIN = /^export (?:type )?(?:\{([^}]*)\}|\*) from '([^']+)';$/gm;
const LOCAL = /^export (?:type )?\{([^}]*)\};$/gm;
const DECLARED =
  /^export (?:declare )?(?:abstract )?(?:async )?(interface|type|const|function|class) (\w+)/gm;

function exportsIn(path: string): Exported[] {
  const text = readFileSync(path, 'utf8');
  const own = [...text.matchAll(DECLARED)].map(([, , name = '']) => name);
  const again = [...text.matchAll(AGAIN)].flatMap(([, names, from = '']) => {
    const all = exportsIn(join(dirname(path), from.replace(/\.(ts|js)$/, '.d.ts')));
    if (names === undefined) return all;
    return wordsOf(names).map(([name, as]) => ({ ...pick(all, name, from), name: as }));
  });
  const imported = [...text.matchAll(LOCAL)].flatMap(([, names = '']) =>
    wordsOf(names).map(([name, as]) => ({ ...importedIn(path, text, name), name: as })),
  );
  return [...own.map((name) => declared(text, name)), ...again, ...imported];
}

/** `a, type b as c`. */
const wordsOf = (list: string): [name: string, as: string][] =>
  list
    .split(',')
    .map((word) => word.trim().replace(/^type /, ''))
    .filter((word) => word !== '')
    .map((word) => {
      const [name = '', as = name] = word.split(' as ');
      return [name, as];
    });

function pick(all: readonly Exported[], name: string, from: string): Exported {
  const found = all.find((exported) => exported.name === name);
  if (!found) throw new Error(`${from} does not export ${name}`);
  return found;
}

/** What was imported, and is let out by another statement. */
function importedIn(path: string, text: string, name: string): Exported {
  for (const [, names = '', from = ''] of text.matchAll(/^import (?:type )?\{([^}]*)\} from '([^']+)';$/gm)) {
    const word = wordsOf(names).find(([, as]) => as === name);
    if (word) return pick(exportsIn(join(dirname(path), from.replace(/\.(ts|js)$/, '.d.ts'))), word[0], from);
  }
  return declared(text, name);
}

function declared(text: string, name: string): Exported {
  const head = new RegExp(
    `^(?:export )?(?:declare )?(?:abstract )?(?:interface|type|const|function|class) ${name}\\b`,
    'm',
  );
  const at = text.search(head);
  if (at < 0) throw new Error(`no declaration of ${name}`);
  const isDocumented = /\*\/\n$/.test(text.slice(0, at));
  // It ends where the next thing begins at the margin; comments inside are for people.
  const [own = ''] = text.slice(at).split(/\n(?=\/\*\*|export |import |declare |type |interface |const )/);
  const declaration = own
    .replace(/\/\*\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return { name, declaration, isDocumented };
}

/** The report of a door: a line a name. */
export const reportOf = (door: keyof typeof DOORS): string =>
  `${exportsOf(door)
    .map(({ declaration }) => declaration)
    .join('\n')}\n`;
