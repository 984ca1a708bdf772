/** Who imports a door, or asks a command for help, loads what that needs: no packages for later, little of our own code. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkName, type ReadyChecks } from '../../core/config/ready-checks.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { DIST, DOORS } from './report.ts';

const test = suite('loading');

interface Loaded {
  /** Of every script. */
  readonly paths: readonly string[];
  /** Names, sorted. */
  readonly packages: readonly string[];
  readonly ownBytes: number;
}

/** What a process of Node.js loads. Its coverage lists every script, whoever asked for it. */
async function loadedBy(args: readonly string[], cwd?: string): Promise<Loaded> {
  const folder = temporaryFolder('coverage');
  const env = { ...process.env, NODE_V8_COVERAGE: folder };
  await new Promise<void>((resolve) => execFile(process.execPath, args, { env, cwd }, () => resolve()));
  const [name = ''] = await readdir(folder);
  const { result } = JSON.parse(await readFile(join(folder, name), 'utf8')) as {
    readonly result: readonly { readonly url: string }[];
  };
  const paths = result.filter(({ url }) => url.startsWith('file:')).map(({ url }) => fileURLToPath(url));
  const packages = paths.flatMap((path) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  const own = paths.filter((path) => path.startsWith(DIST));
  const sizes = await Promise.all(own.map(async (path) => (await stat(path)).size));
  const ownBytes = sizes.reduce((sum, size) => sum + size, 0);
  return { paths, packages: [...new Set(packages)].sort(), ownBytes };
}

/** So many bytes of our own at most: somewhat more than there are. What makes it grow by much has to be looked at. */
const LIMITS: Readonly<Record<keyof typeof DOORS, number>> = {
  sealpack: 376_000,
  'sealpack/kit': 1_000_000,
  'sealpack/plugins': 1_110_000,
  'sealpack/presets': 42_000,
};

for (const door of Object.keys(DOORS) as (keyof typeof DOORS)[]) {
  test(`importing ${door} loads no package`, async () => {
    const url = pathToFileURL(join(DIST, `${DOORS[door]}.js`));
    const { packages, ownBytes } = await loadedBy(['--input-type=module', '-e', `import '${url}'`]);
    assert.equal(packages, []);
    assert.ok(ownBytes > 0 && ownBytes < LIMITS[door], `${ownBytes} bytes`);
  });
}

/** And so many bytes of our own at most. */
const COMMANDS: readonly (readonly [string, string, string, readonly string[], number])[] = [
  ['sealpack', 'core/cli/bin.js', '--help', [], 5000],
  ['sealpack', 'core/cli/bin.js', '--version', ['commander'], 80_000],
  ['PallyConPackager', 'plugins/pallycon/bin.js', '--help', [], 84_000],
];

for (const [name, path, argument, expected, most] of COMMANDS) {
  test(`${name} ${argument} loads what reads the arguments`, async () => {
    const { packages, ownBytes } = await loadedBy([join(DIST, path), argument]);
    assert.equal(packages, expected);
    assert.ok(ownBytes > 0 && ownBytes < most, `${ownBytes} bytes`);
  });
}

const MEDIA = join(import.meta.dirname, '../media/sample-180p.mp4');

/** What `sealpack run` loads for a small title, in this thread alone. */
async function loadedByRun(name: string, config: string): Promise<Loaded> {
  const folder = temporaryFolder('loading');
  await writeFile(join(folder, name), config);
  const loaded = await loadedBy([join(DIST, 'core/cli/bin.js'), 'run', MEDIA, '--workers', '0'], folder);
  assert.ok(existsSync(join(folder, 'out')), 'it has packaged the title');
  return loaded;
}

test('packaging a title of a JSON config loads neither compilers nor what verifies', async () => {
  const config = JSON.stringify({ preset: 'local', modes: ['dash-cenc'], segmentDuration: 4 });
  const { paths, packages, ownBytes } = await loadedByRun('packager.config.json', config);
  assert.ok(paths.includes(join(DIST, 'checks.cjs')));
  assert.equal(
    paths.filter((path) => path.includes('/ajv/dist/compile/')),
    [],
  );
  const [ofChecks, ofConfigs] = [
    ['ajv', 'fast-deep-equal'],
    ['cosmiconfig', 'env-paths'],
  ];
  assert.equal(packages, [...ofChecks, 'commander', ...ofConfigs, 'mp4box', 'tapable'].sort());
  assert.ok(ownBytes < 1_700_000, `${ownBytes} bytes`);
});

test('plugins and presets are built with the schemas that checks were made of', async () => {
  const checks = createRequire(import.meta.url)(join(DIST, 'checks.cjs')) as ReadyChecks;
  const url = (door: keyof typeof DOORS) => pathToFileURL(join(DIST, `${DOORS[door]}.js`)).href;
  type Table = Readonly<Record<string, (options: object) => { readonly schema?: object }>>;
  const { plugins } = (await import(url('sealpack/plugins'))) as { readonly plugins: Table };
  const { presets } = (await import(url('sealpack/presets'))) as { readonly presets: Table };
  for (const [name, make] of Object.entries({ ...plugins, ...presets })) {
    const { schema } = make({});
    if (schema !== undefined) assert.ok(checkName(schema) in checks, name);
  }
});

test.run();
