/**
 * The house: which room of `core/` may import which, and that nothing goes in a circle, of types neither. Part of
 * `npm run check`; core/README.md says what is in the rooms.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';

/** From the ground up: a room imports itself and those before it. */
export const ROOMS = [
  ...[
    'base',
    'crypto',
    'http',
    'keys',
    'io',
    'text',
    'inspect',
    'media',
    'codecs',
    'protection',
    'edits',
    'title',
    'contract',
  ],
  ...['containers', 'drm', 'cpix', 'manifest', 'config', 'engine', 'preview'],
] as const;

/** What a room stands above, and may not import all the same: who checks the work of writers shares no code with them. */
const APART: Readonly<Record<string, readonly string[]>> = { inspect: ['crypto'] };

/** What stands on the rooms and is imported by none of them. */
const ABOVE = ['cli', 'index.ts', 'kit.ts'] as const;

/** What plugins and presets may import of `core/`; the third is for executables and commands. */
const DOORS = ['core/index.ts', 'core/kit.ts', 'core/cli/executable.ts'];

/** What lists plugins, and the commands that they bring. */
const LISTS = [join('plugins', 'index.ts'), join('plugins', 'commands.ts')];

/** A file, and what it imports: paths relative to the root of the project. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** `import … from './x.ts'`, `export … from`, `import('./x.ts')`; types too. Everything that is ours is imported so. */
const SPECIFIER = /(?:\bfrom|\bimport|\bimport\()\s*'(\.{1,2}\/[^']+)'/g;

/** Read the imports of all TypeScript files below folders of the project. */
export function readImports(root: string, folders: readonly string[]): Imports {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => join(folder, name)),
  );
  return new Map(
    files.sort().map((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      const paths = [...text.matchAll(SPECIFIER)].map(([, path = '']) =>
        normalize(join(dirname(file), path)),
      );
      return [file, paths] as const;
    }),
  );
}

/** `core/mp4/read/box.ts` is in the room `mp4`; a file directly in `core/` is a room of its own. */
const roomOf = (file: string): string => {
  const [top = '', room = ''] = file.split(sep);
  return top === 'core' ? room : top;
};

/** Imports that go up the list of rooms, a line each. */
export function wrongDirections(imports: Imports): string[] {
  const order: readonly string[] = [...ROOMS, ...ABOVE];
  const faults: string[] = [];
  for (const [file, targets] of imports) {
    const room = roomOf(file);
    if (!file.startsWith(`core${sep}`) || room.endsWith('.ts') || isRoot(file)) continue;
    if (!order.includes(room)) faults.push(`${file} is in no room: they are listed in test/lint/rooms.ts.`);
    for (const target of targets) {
      const other = roomOf(target);
      if (other === room) continue;
      const isApart = APART[room]?.includes(other) ?? false;
      if (!isApart && order.includes(other) && order.indexOf(other) < order.indexOf(room)) continue;
      faults.push(`${file} imports ${target}: ${room} does not stand on ${other}.`);
    }
  }
  return faults;
}

/** The composition roots know everything. */
const isRoot = (file: string): boolean => file.endsWith(`${sep}bin.ts`);

/** Imports of plugins and presets that are neither a door nor their own: a plugin's own are the files of its folder. */
export function wrongDoors(imports: Imports): string[] {
  const faults: string[] = [];
  for (const [file, targets] of imports) {
    const [top, folder = ''] = file.split(sep);
    if (!(top === 'plugins' || top === 'presets') || isRoot(file)) continue;
    for (const target of targets) {
      if (DOORS.includes(target.replaceAll(sep, '/'))) continue;
      const isOwn = target.startsWith(join(top, folder, sep)) && !folder.endsWith('.ts');
      const isListed = LISTS.includes(file) && target.startsWith(`plugins${sep}`);
      const isPreset =
        top === 'presets' && (target.startsWith(`plugins${sep}`) || target.startsWith(`presets${sep}`));
      if (isOwn || isListed || isPreset) continue;
      faults.push(
        `${file} imports ${target}: a plugin imports ${DOORS.join(', ')} and the files of its own folder.`,
      );
    }
  }
  return faults;
}

/** Circles of imports: of each, the files on it. */
export function circles(imports: Imports): string[] {
  const faults: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const at = path.indexOf(file);
    if (at >= 0) faults.push(`${[...path.slice(at), file].join(' → ')} is a circle.`);
    if (at >= 0 || done.has(file)) return;
    path.push(file);
    for (const target of imports.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of imports.keys()) visit(file);
  return faults;
}

if (process.argv[1] === import.meta.filename) {
  const root = join(import.meta.dirname, '../..');
  const imports = readImports(root, ['core', 'plugins', 'presets']);
  const faults = [...wrongDirections(imports), ...wrongDoors(imports), ...circles(imports)];
  for (const fault of faults) console.error(fault);
  console.log(`${imports.size} files in ${ROOMS.length} rooms, ${faults.length} imports that may not be.`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
