import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../helpers/commands/folders.ts';

const test = suite('whether the build is younger than its sources');

const SCRIPT = join(import.meta.dirname, '../ready-build/is-current.mjs');
const SOURCES = [
  'core/cli/bin.ts',
  'plugins/index.ts',
  'presets/index.ts',
  'test/ready-checks/make.ts',
  'test/ready-help/make.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
];
const BUILT = 'dist/page/LICENSES.txt';

const isCurrent = (root: string): boolean => spawnSync(process.execPath, [SCRIPT, root]).status === 0;

/** A project whose sources are of the second 1000, with their folders, and whose build is of the second 2000. */
function builtProject(): string {
  const root = temporaryFolder();
  for (const name of [...SOURCES, BUILT]) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), '');
  }
  for (const name of SOURCES)
    for (let path = join(root, name); path !== root; path = dirname(path)) utimesSync(path, 1000, 1000);
  utimesSync(join(root, BUILT), 2000, 2000);
  return root;
}

test('a build that is whole and younger than all sources stays', () => {
  assert.ok(isCurrent(builtProject()));
});

for (const name of SOURCES) {
  test(`a change of ${name} asks for a new one`, () => {
    const root = builtProject();
    utimesSync(join(root, name), 3000, 3000);
    assert.not.ok(isCurrent(root));
  });
}

test('so does a source that is gone, and a build that is not there or was broken off', () => {
  const gone = builtProject();
  rmSync(join(gone, 'core/cli/bin.ts'));
  assert.not.ok(isCurrent(gone));
  const broken = builtProject();
  rmSync(join(broken, BUILT));
  assert.not.ok(isCurrent(broken));
});

test.run();
