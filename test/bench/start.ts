/** How long it takes to begin: importing the doors, and the commands, of which one packages a title of 0.6 MB. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { measureInTurn, medianSeconds, type Program } from './rounds.ts';
import type { Setting } from './setting.ts';
import { markdownTable } from './table.ts';

const OURS = join(import.meta.dirname, '../..');
const SMALL_TITLE = join(OURS, 'test/media/sample-180p.mp4');

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
}

/** Every way to begin that a checkout has, by name. */
function starts(checkout: string): ReadonlyMap<string, Program> {
  const manifest = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as Manifest;
  const found = new Map<string, Program>();
  const node = (name: string, args: readonly string[], status = 0) =>
    found.set(name, { program: process.execPath, args, status });
  for (const [door, target] of Object.entries(manifest.exports)) {
    if (typeof target === 'string') continue;
    const path = join(checkout, target.default);
    if (!existsSync(path)) throw new Error(`${checkout} is not built. Run "npm run build" there first.`);
    const text = `import ${JSON.stringify(pathToFileURL(path))}`;
    node(`import '${join('sealpack', door)}'`, ['--input-type=module', '-e', text]);
  }
  const [sealpack = '', compatible = ''] = ['sealpack', 'PallyConPackager'].map((name) =>
    join(checkout, manifest.bin[name] ?? ''),
  );
  node('sealpack --version', [sealpack, '--version']);
  node('sealpack --help', [sealpack, '--help']);
  const title = [SMALL_TITLE, '--preset', 'local', '--mode', 'dash-cenc', '--workers', '0', '--overwrite'];
  node('sealpack run, a small title', [sealpack, 'run', ...title]);
  // It asks to be told what to package, as it always has.
  node('PallyConPackager --help', [compatible, '--help'], 2);
  return found;
}

/** Prints the time of each as a multiple of what Node.js takes to do nothing; of another checkout too, in the same rounds. */
export async function compareStarts({ rounds, folder }: Setting, against: string | undefined): Promise<void> {
  const idle: Program = { program: process.execPath, args: ['-e', '0'] };
  const ours = starts(OURS);
  const theirs = against === undefined ? undefined : starts(resolve(against));
  const programs = [...ours].flatMap(([name, program]) => [idle, program, theirs?.get(name) ?? idle]);
  const measured = await measureInTurn(programs, rounds, folder);
  const nothing = medianSeconds(measured.filter((_, index) => programs[index] === idle).flat());
  const times = (index: number): string =>
    programs[index] === idle ? '' : (medianSeconds(measured[index]!) / nothing).toFixed(2);
  const head = ['start', ...(theirs ? ['before, × node -e 0'] : []), '× node -e 0', 'milliseconds'];
  const rows = [...ours.keys()].map((name, index) => [
    name,
    ...(theirs ? [times(3 * index + 2)] : []),
    times(3 * index + 1),
    (1000 * medianSeconds(measured[3 * index + 1]!)).toFixed(0),
  ]);
  console.log(
    markdownTable(head, [
      ['node -e 0', ...(theirs ? ['1.00'] : []), '1.00', (1000 * nothing).toFixed(0)],
      ...rows,
    ]),
  );
}
