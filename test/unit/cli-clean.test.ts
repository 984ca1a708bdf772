import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { main } from '../../core/cli/main.ts';
import type { Plugin } from '../../core/index.ts';
import { Staging } from '../../core/io/staging/staging.ts';
import { localSurroundings } from '../../core/io/staging/surroundings.ts';
import type { CleanOptions, FoundRun, Store } from '../../core/kit.ts';
import { plugins } from '../../plugins/index.ts';
import { presets } from '../../presets/index.ts';
import { Sink } from '../helpers/commands/cli-runs.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';

const test = suite('cli clean');

/** A store that nobody has heard of. */
const vaults = (found?: readonly FoundRun[]): Plugin => {
  const store = {
    name: 'Acme vaults',
    accepts: (location: string) => location.startsWith('vault:'),
    ...(found && {
      clean: async (_: string, { tell }: CleanOptions) => {
        for (const run of found) tell(run);
      },
    }),
  } as unknown as Store;
  return { name: 'store-acme', apply: (packager) => packager.store(store) };
};

async function sealpack(cwd: string, argv: readonly string[], store = vaults()) {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const { signal } = new AbortController();
  const shell = { stdin: Readable.from([]), stdout, stderr, env: {}, cwd, signal, now: () => 0 };
  const builtins = { plugins: { ...plugins, 'store-acme': () => store }, presets };
  const parts = { builtins, modules: {}, entry: 'file:///bin.ts' };
  const status = await main(argv, shell, async () => parts);
  return { status, out: stdout.text, err: stderr.text };
}

/** A run that has written a file, and was killed: its process is gone. It settles no others. */
async function killedRun(output: string, name: string, isPublishing: boolean): Promise<void> {
  const surroundings = localSurroundings();
  const { own } = surroundings.processes;
  const gone = own.replace(/-\d+-\d+$/, `-49999${name.charCodeAt(5)}-1`);
  const dead = {
    ...surroundings,
    processes: { own: gone, stateOf: () => 'running' as const },
    running: new Set<string>(),
  };
  const options = { overwrite: false, inputs: [], warn: () => {} };
  const staging = await Staging.open(output, [name], options, dead);
  mkdirSync(join(staging.folder, name));
  writeFileSync(join(staging.folder, name, 'a.mpd'), 'text');
  if (!isPublishing) return;
  const hidden = join(staging.folder, '..');
  mkdirSync(join(hidden, 'old'));
  writeFileSync(join(hidden, 'journal'), JSON.stringify({ names: [name], overwrite: false }));
}

test('brings dead runs of a folder to their end, says which, and leaves the living alone', async () => {
  const cwd = temporaryFolder('clean');
  const output = join(cwd, 'out');
  assert.equal(await sealpack(cwd, ['clean', 'out']), {
    status: 0,
    out: `${output}: no run has left anything.\n`,
    err: '',
  });
  const live = await Staging.open(output, ['DASH_c'], { overwrite: false, inputs: [], warn: () => {} });
  mkdirSync(join(live.folder, 'DASH_c'));
  await killedRun(output, 'DASH_a', false);
  await killedRun(output, 'DASH_b', true);
  const { status, out, err } = await sealpack(cwd, ['clean', output, '--json']);
  assert.is(status, 0, err);
  const { version, locations } = JSON.parse(out);
  assert.is(version, 1);
  assert.is(locations[0].location, output);
  const found = locations[0].runs.map(({ state, names }: FoundRun) => `${state} ${names.join()}`).sort();
  assert.equal(found, ['live DASH_c', 'published DASH_b', 'removed DASH_a']);
  assert.is(readFileSync(join(output, 'DASH_b', 'a.mpd'), 'utf8'), 'text');
  await live.discard();
  await killedRun(output, 'DASH_e', false);
  assert.match((await sealpack(cwd, ['clean', 'out'])).out, 'removed    what a run had written of DASH_e');
  assert.equal(readdirSync(output).sort(), ['DASH_b']);
});

test('locations are those of the config where none is given', async () => {
  const cwd = temporaryFolder('clean');
  const config = { preset: 'local', output: 'there', inputs: ['a.mp4'] };
  writeFileSync(join(cwd, 'packager.config.json'), JSON.stringify([config, config]));
  const { status, out, err } = await sealpack(cwd, ['clean']);
  assert.is(status, 0, err);
  assert.is(out, `${join(cwd, 'there')}: no run has left anything.\n`);
  const none = await sealpack(temporaryFolder('clean'), ['clean']);
  assert.is(none.status, 2);
});

test('stores of plugins tell what they find; what is stuck is status 4, and secrets of a location are not shown', async () => {
  const cwd = temporaryFolder('clean');
  const location = 'vault://key-of-vault@films?token=very-secret-token';
  const found: readonly FoundRun[] = [
    { state: 'live', names: ['film'], host: 'night-7', silentSeconds: 4 },
    { state: 'stuck', names: [], reason: 'It is \u001b[31mfrozen.' },
  ];
  const told = await sealpack(cwd, ['clean', location], vaults(found));
  assert.is(told.status, 4, told.err);
  assert.is(
    told.out,
    'vault://…@films?…\n' +
      '  at work    film: written by a run on night-7, last heard of 4 s ago; left\n    alone\n' +
      '  stuck      what had no name yet: It is \uFFFD[31mfrozen.\n',
  );
  const json = await sealpack(cwd, ['clean', location, '--json'], vaults(found));
  assert.equal(JSON.parse(json.out).locations, [{ location: 'vault://…@films?…', runs: found }]);
  const unable = await sealpack(cwd, ['clean', location]);
  assert.is(unable.status, 2);
  assert.match(unable.err, /cannot be found out: Acme vaults/);
  for (const { out, err } of [told, json, unable]) assert.not.match(out + err, /secret-token|key-of/);
});

test.run();
