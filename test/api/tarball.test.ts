/**
 * The package as npm would publish it, in a project of its own: what it holds, that it compiles in strict projects with the
 * declarations checked, and that it runs. The packages that it needs are those of this project: nothing is fetched.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { oneIn } from '../helpers/commands/extent.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { filesBelow } from '../helpers/titles/package.ts';

const run = promisify(execFile);
const test = suite('tarball');
const ROOT = join(import.meta.dirname, '../..');
const PLUGINS = join(ROOT, 'test/plugins');
const CONSUMER = join(import.meta.dirname, 'consumer');

/** Strict in all that bears on declarations of others, each of which says something of its own. */
const STRICT = {
  target: 'ES2022',
  lib: ['ES2023'],
  types: ['node'],
  strict: true,
  skipLibCheck: false,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  allowJs: true,
  checkJs: true,
  allowImportingTsExtensions: true,
  declaration: true,
  emitDeclarationOnly: true,
  outDir: 'declarations',
};

const KINDS = {
  node16: { module: 'node16', moduleResolution: 'node16' },
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'preserve', moduleResolution: 'bundler' },
};

/** What the compiler complains of. */
async function compile(config: string): Promise<string> {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const compiling = run(process.execPath, [tsc, '-p', config, '--pretty', 'false'], { cwd: dirname(config) });
  return (await compiling.catch((error: { readonly stdout: string }) => error)).stdout;
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
}

let project = '';
let shipped: readonly string[] = [];
let manifest: Manifest;

test.before(async () => {
  project = temporaryFolder('consumer');
  // Without scripts: they would build anew beneath the tests that run beside this one.
  const packing = ['pack', '--ignore-scripts', '--json', '--pack-destination', project];
  const [packed] = Object.values(JSON.parse((await run('npm', packing, { cwd: ROOT })).stdout)) as [
    { readonly filename: string; readonly files: readonly { readonly path: string }[] },
  ];
  shipped = packed.files.map(({ path }) => path);
  const home = join(project, 'node_modules/sealpack');
  await mkdir(home, { recursive: true });
  await run('tar', ['xf', join(project, packed.filename), '--strip-components=1', '-C', home]);
  manifest = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as Manifest;
  for (const name of [...Object.keys(manifest.dependencies), '@types/node']) {
    const path = join(project, 'node_modules', name);
    await mkdir(dirname(path), { recursive: true });
    await symlink(join(ROOT, 'node_modules', name), path);
  }
  await writeFile(join(project, 'package.json'), '{ "type": "module" }');
  for (const name of await readdir(CONSUMER)) await copyFile(join(CONSUMER, name), join(project, name));
  // The plugins that tests are made with are written as those of others are, but for where they import from.
  for (const name of await readdir(PLUGINS)) {
    const text = await readFile(join(PLUGINS, name), 'utf8');
    const own = text
      .replace('../../core/index.ts', 'sealpack')
      .replace('../../core/kit.ts', 'sealpack/kit')
      .replace('../../plugins/index.ts', 'sealpack/plugins');
    await writeFile(join(project, name), own);
  }
});

test('it holds what is run and read, and declarations rolled up to a few files', () => {
  const declarations = shipped.filter((path) => path.endsWith('.d.ts'));
  assert.ok(declarations.length <= 16, declarations.join(', '));
  const rest = shipped.filter(
    (path) => !path.endsWith('.d.ts') && !/^dist\/(.*\.js|checks\.cjs|core\/cli\/help\.json)$/.test(path),
  );
  const pages =
    /^(README\.md|LICENSE|package\.json|(plugins|presets)\/[\w/-]+\.md|dist\/page\/(index\.html|icon\.svg|style\.css|LICENSES\.txt))$/;
  assert.equal(
    rest.filter((path) => !pages.test(path)),
    [],
  );
  const doors = Object.values(manifest.exports).flatMap((door) =>
    typeof door === 'string' ? [door] : [door.types, door.default],
  );
  for (const path of [...doors, ...Object.values(manifest.bin), 'dist/checks.cjs', 'dist/core/cli/help.json'])
    assert.ok(shipped.includes(path.replace('./', '')), `${path} is not in it`);
});

// The first two look for modules in one way.
for (const [kind, options] of oneIn(2, Object.entries(KINDS))) {
  test(`a strict project compiles against it, declarations checked: ${kind}`, async () => {
    const config = join(project, `tsconfig.${kind}.json`);
    await writeFile(config, JSON.stringify({ compilerOptions: { ...STRICT, ...options }, include: ['*'] }));
    assert.is(await compile(config), '');
  });
}

test('what is wrong in a project shows: no name is of any type', async () => {
  const lines = [
    `import { ContentKey, defineConfig, type Plugin } from 'sealpack';`,
    `import { createCencProtector } from 'sealpack/kit';`,
    `defineConfig({ inptus: [] });`,
    `export const plugin: Plugin = { name: 'x', apply: ({ hooks }) => hooks.nope };`,
    `export const key: ContentKey = { ...new ContentKey({ id: new Uint8Array(16), key: new Uint8Array(16) }) };`,
    `createCencProtector({ key: plugin });`,
  ];
  await mkdir(join(project, 'wrong'));
  await writeFile(join(project, 'wrong/wrong.ts'), lines.join('\n'));
  const config = join(project, 'wrong/tsconfig.json');
  await writeFile(config, JSON.stringify({ compilerOptions: { ...STRICT, ...KINDS.node16 } }));
  const complaints = await compile(config);
  const found = [...complaints.matchAll(/wrong\.ts\((\d+),/g)].map(([, line]) => Number(line));
  assert.equal([...new Set(found)], [3, 4, 5, 6], complaints);
});

test('plain JavaScript imports all doors, which share their classes', async () => {
  const { stdout } = await run(process.execPath, ['plain.js'], { cwd: project });
  assert.is(stdout, 'true,true,true,true\n');
});

test('its command packages a title with a config, a key source and a mode of the project, in threads', async () => {
  const bin = join(project, 'node_modules/sealpack', manifest.bin['sealpack'] ?? '');
  const env = { ...process.env, INPUT: join(ROOT, 'test/media/sample-180p.mp4') };
  await run(process.execPath, [bin, 'run', '--workers', '2', '--output', 'out'], { cwd: project, env });
  const files = await filesBelow(join(project, 'out'));
  for (const name of ['acme/acme.mpd', 'DASH_sample-180p_mp4/stream.mpd', 'report.json'])
    assert.ok(files.includes(name), `${name} is not among ${files.join(', ')}`);
});

test.run();
