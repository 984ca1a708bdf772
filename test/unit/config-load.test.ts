import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PackagerError } from '../../core/base/errors.ts';
import { defineConfig } from '../../core/config/define.ts';
import { type LoadedConfig, type LoadOptions, loadConfig } from '../../core/config/load.ts';
import { command } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { failureOf, filesBelow } from '../helpers/titles/package.ts';

const test = suite('load a config');

const running = { contentIdOfTheRunningCopy: 'running' };
const modules = {
  sealpack: { defineConfig },
  'sealpack/plugins': running,
  'sealpack/presets': running,
};

/** A folder with the given files, which is where the search starts. */
function project(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder('config');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const load = (cwd: string, options: Partial<LoadOptions> = {}): Promise<LoadedConfig> =>
  loadConfig({ cwd, modules, env: {}, ...options });

const failure = (cwd: string, options: Partial<LoadOptions> = {}): Promise<PackagerError> =>
  failureOf(load(cwd, options));

const FORMS: Readonly<Record<string, string>> = {
  'packager.config.ts': `import { defineConfig } from 'sealpack';
    const contentId: string = await Promise.resolve('it');
    export default defineConfig({ contentId });`,
  'packager.config.mts': `export default { contentId: 'it' } satisfies object;`,
  'packager.config.js': `import { defineConfig } from 'sealpack'; export default defineConfig({ contentId: 'it' });`,
  'packager.config.mjs': `import { defineConfig } from 'sealpack'; export default defineConfig({ contentId: 'it' });`,
  'packager.config.cjs': `const { defineConfig } = require('sealpack'); module.exports = defineConfig({ contentId: 'it' });`,
  'packager.config.json': `{ "contentId": "it" }`,
  'packager.config.yaml': `contentId: it`,
  'packager.config.yml': `contentId: it`,
  'package.json': `{ "name": "a", "sealpack": { "contentId": "it" } }`,
};

for (const [name, text] of Object.entries(FORMS)) {
  test(`loads ${name}`, async () => {
    const folder = project({ [name]: text });
    const { path, value } = await load(folder);
    assert.is(path, join(folder, name));
    assert.equal(value, [{ contentId: 'it' }]);
  });
}

test('a byte order mark in front of a config is no part of it', async () => {
  for (const [name, text] of Object.entries(FORMS)) {
    const { value } = await load(project({ [name]: `\uFEFF${text}` }));
    assert.equal(value, [{ contentId: 'it' }], name);
  }
});

for (const way of ['found', 'named']) {
  test(`a named pipe that is ${way} is refused at once`, async () => {
    const folder = project({});
    const pipe = join(folder, 'packager.config.json');
    await command('mkfifo', [pipe]);
    const { message } = await failure(folder, way === 'named' ? { file: pipe } : {});
    assert.is(message, `${pipe} could not be loaded: it is no regular file.`);
  });
}

test('a config of megabytes is no config', async () => {
  for (const way of ['found', 'named']) {
    const folder = project({ 'packager.config.json': '{}' });
    const file = join(folder, 'packager.config.json');
    truncateSync(file, 4 * 2 ** 20 + 1);
    const { message } = await failure(folder, way === 'named' ? { file } : {});
    assert.match(message, 'it has 4194305 bytes, and a config has at most 4194304.');
  }
});

test('follows imports of other TypeScript files, which get the running copy of the package too', async () => {
  const folder = project({
    'packager.config.ts': `import { contentId } from './shared/ids.ts'; export default { contentId };`,
    'shared/ids.ts': `import { suffix } from './suffix';
      import { contentIdOfTheRunningCopy } from 'sealpack/plugins';
      export const contentId: string = contentIdOfTheRunningCopy + suffix;`,
    'shared/suffix.ts': `export const suffix = '-1' as const;`,
  });
  assert.equal((await load(folder)).value, [{ contentId: 'running-1' }]);
});

test('prefers the running copy to an installed one', async () => {
  const config = `import { contentIdOfTheRunningCopy as contentId } from 'sealpack/presets'; export default { contentId };`;
  for (const name of ['packager.config.mjs', 'packager.config.ts']) {
    const folder = project({
      [name]: config,
      'node_modules/sealpack/package.json': `{ "type": "module", "exports": { "./presets": "./presets.js" } }`,
      'node_modules/sealpack/presets.js': `export const contentIdOfTheRunningCopy = 'installed';`,
    });
    assert.equal((await load(folder)).value, [{ contentId: 'running' }], name);
  }
});

test('gives a function the environment, waits for it, and takes a list of titles', async () => {
  const folder = project({
    'packager.config.ts': `export default async ({ required, optional }) =>
      [{ contentId: required('A') }, { contentId: optional('B', 'b'), output: optional('C') }];`,
  });
  const { value } = await load(folder, { env: { A: 'a', B: '' } });
  assert.equal(value, [{ contentId: 'a' }, { contentId: 'b', output: undefined }]);
});

test('names an environment variable that is missing or empty', async () => {
  const folder = project({
    'packager.config.ts': `export default ({ required }) => ({ contentId: required('KEY_TOKEN') });`,
  });
  for (const env of [{}, { KEY_TOKEN: '' }]) {
    const error = await failure(folder, { env });
    assert.is(error.code, 'MISSING_ENVIRONMENT');
    assert.is(error.message, 'The environment variable KEY_TOKEN is not set.');
  }
});

test('searches upwards, past a package.json without a config, and takes the nearest', async () => {
  const folder = project({
    'packager.config.yaml': 'contentId: far',
    'near/packager.config.yaml': 'contentId: near',
    'near/package.json': '{}',
    'near/deep/package.json': '{}',
  });
  assert.is((await load(join(folder, 'near/deep'))).path, join(folder, 'near/packager.config.yaml'));
  assert.is((await load(folder)).path, join(folder, 'packager.config.yaml'));
});

test('says where it searched when there is none', async () => {
  const folder = project({});
  const error = await failure(folder);
  assert.is(error.code, 'NO_CONFIG');
  assert.ok(error.message.includes(folder));
});

const UNREADABLE: readonly (readonly [what: string, make: (path: string) => void, reason: string])[] = [
  ['a folder', (path) => mkdirSync(path), 'it is a folder.'],
  ['a link to nothing', (path) => symlinkSync('nowhere', path), 'it is a symbolic link to nothing.'],
  ['a link to itself', (path) => symlinkSync(path, path), 'it is a symbolic link that leads back to itself.'],
];
for (const [what, make, reason] of UNREADABLE) {
  test(`does not pass over ${what}, to another config above`, async () => {
    const folder = project({ 'packager.config.json': '{}', 'sub/package.json': '{}' });
    const path = join(folder, 'sub/packager.config.yaml');
    make(path);
    const error = await failure(join(folder, 'sub'));
    assert.equal(
      [error.code, error.message],
      ['CONFIG_NOT_LOADED', `${path} could not be loaded: ${reason}`],
    );
  });
}

test('a field that throws when it is read is a mistake of the config', async () => {
  const folder = project({
    'packager.config.mjs': 'export default [{}, { get inputs() { throw new Error("boom"); } }];',
  });
  const error = await failure(folder);
  assert.is(error.code, 'CONFIG_NOT_LOADED');
  assert.match(error.message, /packager\.config\.mjs could not be loaded: boom/);
});

test('a folder of the name of package.json is nothing to us', async () => {
  const folder = project({ 'packager.config.json': '{"contentId":"it"}', 'package.json/x': '' });
  assert.equal((await load(folder)).value, [{ contentId: 'it' }]);
});

test('loads the file that is named, wherever it is', async () => {
  const folder = project({ 'titles/night.ts': `export default { contentId: 'night' };` });
  const { path, value } = await load(folder, { file: 'titles/night.ts' });
  assert.is(path, join(folder, 'titles/night.ts'));
  assert.equal(value, [{ contentId: 'night' }]);
});

const BROKEN: readonly (readonly [what: string, file: string, text: string, reason: RegExp])[] = [
  [
    'a syntax error',
    'a.ts',
    'export default {\n  contentId: ,\n};',
    /: Unexpected token \(line 2, column 13\)$/,
  ],
  ['null in JSON', 'packager.config.json', 'null', /: there is nothing in it but null\.$/],
  ['null in YAML', 'packager.config.yaml', '~', /: there is nothing in it but null\.$/],
  [
    'a name that the package does not have',
    'a.ts',
    `import { nope } from 'sealpack/plugins';\nexport default nope();`,
    /: nope is not a function \(line 2\)$/,
  ],
  ['an exception, with its line', 'a.ts', '\n\nthrow new Error("out of luck");', /: out of luck \(line 3\)$/],
  [
    'a file that it reads and that is missing',
    'a.ts',
    `import fs from 'node:fs'; fs.readFileSync('/no/such');`,
    /ENOENT/,
  ],
  [
    'an import that is missing',
    'a.ts',
    `import './b.ts'; export default {};`,
    /Cannot find module '\.\/b\.ts'/,
  ],
  ['a rejected promise', 'a.mjs', 'export default async () => { throw new Error("no luck"); };', /: no luck/],
  ['no default export', 'a.ts', 'export const config = {};', /: it has no default export$/],
  ['an empty file', 'a.yaml', '', /: the file is empty\.$/],
  ['bad JSON', 'a.json', '{ "contentId": "secret", "a": ] }', /: it is not valid JSON: [^"]*$/],
  ['JSON that stops', 'a.json', '{ "contentId": "secret"', /: it is not valid JSON: /],
  ['bad YAML', 'a.yaml', 'a: 1\nkey: "secret', /: it is not valid YAML: .*\(line \d+, column \d+\)$/],
  ['an unknown extension', 'a.toml', 'a = 1', /: the name of a config ends in \.ts, .*\.yml\.$/],
  ['a package.json without a config', 'package.json', '{}', /: it has no `sealpack` property\.$/],
];

for (const [what, file, text, expected] of BROKEN) {
  test(`says in a sentence that the config could not be loaded: ${what}`, async () => {
    const folder = project({ [file]: text });
    const error = await failure(folder, { file });
    assert.is(error.code, 'CONFIG_NOT_LOADED');
    assert.ok(error.message.startsWith(`${join(folder, file)} could not be loaded: `), error.message);
    assert.match(error.message, expected);
    assert.not.match(inspect(error), /secret/);
  });
}

test('says so when the named file is missing or a folder', async () => {
  const folder = project({ 'sub/a.txt': '' });
  assert.match(
    (await failure(folder, { file: 'no.ts' })).message,
    /no\.ts could not be loaded: there is no such file\.$/,
  );
  assert.match(
    (await failure(folder, { file: 'sub' })).message,
    /sub could not be loaded: it is a folder\.$/,
  );
});

test('does not pass over an empty config in the search', async () => {
  const folder = project({ 'packager.config.yaml': 'contentId: above', 'sub/packager.config.ts': '' });
  assert.match((await failure(join(folder, 'sub'))).message, /the file is empty\.$/);
});

test('does not pass over a config that fails in the search: the one above it would be wrong', async () => {
  const folder = project({
    'packager.config.yaml': 'contentId: above',
    'sub/packager.config.ts': `import fs from 'node:fs'; fs.readFileSync('/no/such'); export default {};`,
  });
  assert.is((await failure(join(folder, 'sub'))).code, 'CONFIG_NOT_LOADED');
});

test('lets foreseen errors of a config through as they are', async () => {
  const folder = project({
    'packager.config.ts': `const error = Object.assign(new Error('mine'), { [Symbol.for('sealpack.PackagerError')]: true });
      export default () => { throw error; };`,
  });
  assert.is((await failure(folder)).message, 'mine');
});

test('leaves nothing on disk and reads a changed file anew', async () => {
  const folder = project({
    'packager.config.ts': `import { contentId } from './id.ts'; export default { contentId };`,
    'id.ts': `export const contentId = 'one';`,
    'node_modules/a/index.js': '',
  });
  chmodSync(join(folder, 'node_modules'), 0o555);
  assert.equal((await load(folder)).value, [{ contentId: 'one' }]);
  writeFileSync(join(folder, 'id.ts'), `export const contentId = 'two';`);
  assert.equal((await load(folder)).value, [{ contentId: 'two' }]);
  chmodSync(join(folder, 'node_modules'), 0o755);
  assert.is((await filesBelow(folder)).length, 3);
});

test('runs the scripts of an earlier load as they were, for threads of the same run', async () => {
  const folder = project({
    'packager.config.ts': `import { contentId } from './id.ts'; export default { contentId };`,
    'id.ts': `export const contentId = 'one';`,
  });
  const { scripts } = await load(folder);
  assert.is(structuredClone(scripts).size, 2);
  writeFileSync(join(folder, 'id.ts'), `export const contentId = 'two';`);
  assert.equal((await load(folder, { scripts })).value, [{ contentId: 'one' }]);
});

test.run();
