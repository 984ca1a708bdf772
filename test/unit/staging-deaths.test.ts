/** A run that dies between any two calls of its life, and what the next ones make of it. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fileTree } from '../../core/io/file-tree.ts';
import type { ProcessState } from '../../core/io/processes.ts';
import { Staging } from '../../core/io/staging/staging.ts';
import { IS_LONG, oneIn } from '../helpers/commands/extent.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { Killed, StagingProcess } from '../helpers/commands/staging-world.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('deaths of staging runs');

/** What a title is made of: folders of modes, and a mode's single file. */
const TITLES = { 'one mode': ['DASH'], 'several modes': ['DASH', 'HLS', 'film.ncg'] } as const;

const isFile = (name: string): boolean => name.includes('.');
const pathsOf = (name: string): string[] =>
  isFile(name) ? [name] : [`${name}/a.mpd`, `${name}/video/1.m4s`, `${name}/video/2.m4s`];

/** As a former version left it, which also had a file that the new one does not have. */
async function putOld(output: string, names: readonly string[]): Promise<void> {
  await mkdir(output, { recursive: true });
  for (const name of names) {
    for (const path of isFile(name) ? [name] : [...pathsOf(name), `${name}/video/3.m4s`]) {
      await mkdir(dirname(join(output, path)), { recursive: true });
      await writeFile(join(output, path), 'old');
    }
  }
}

interface Plan {
  readonly output: string;
  readonly names: readonly string[];
  readonly overwrite: boolean;
  readonly text: string;
}

/** A whole run, which may die on the way. */
async function run(process: StagingProcess, { output, names, overwrite, text }: Plan): Promise<string[]> {
  const warnings: string[] = [];
  const options = { overwrite, inputs: [], warn: (message: string) => void warnings.push(message) };
  const staging = await Staging.open(output, names, options, process.surroundings);
  try {
    const paths = names.flatMap(pathsOf);
    for (const path of paths) {
      if (process.isDead) throw new Killed();
      await fileTree(staging.folder).write(path, text);
    }
    await staging.commit(paths.map((path) => ({ path, bytes: text.length })));
  } catch (cause) {
    await staging.discard();
    throw cause;
  }
  return warnings;
}

/** Run and die; a dead process may throw what it likes. */
async function runAndDie(process: StagingProcess, plan: Plan): Promise<void> {
  await run(process, plan).catch((cause) => {
    if (!process.isDead) throw cause;
  });
}

/** What is to be seen of a title: the text of all its files, which must be the same and the right number. */
async function seen(output: string, names: readonly string[]): Promise<string> {
  const versions = new Set<string>();
  for (const name of names) {
    const found = await stat(join(output, name)).catch(() => undefined);
    const listed = found?.isDirectory() ? await readdir(join(output, name), { recursive: true }) : [''];
    const texts = new Set<string>();
    let files = 0;
    for (const path of found ? listed : []) {
      if ((await stat(join(output, name, path))).isDirectory()) continue;
      texts.add(await readFile(join(output, name, path), 'utf8'));
      files++;
    }
    const version = found ? [...texts].join('+') : 'nothing';
    if (found) assert.is(files, pathsOf(name).length + Number(!isFile(name) && version === 'old'), name);
    versions.add(version);
  }
  return [...versions].join(' and ');
}

const hidden = async (output: string): Promise<string[]> =>
  (await readdir(output).catch(() => [])).filter((name) => name.startsWith('.'));

const GONE = (): ProcessState => 'gone';
const ELSEWHERE = (): ProcessState => 'elsewhere';

/** Steps of a run that nobody kills. */
async function stepsOf(plan: Plan, process: StagingProcess): Promise<number> {
  await run(process, plan);
  return process.steps;
}

let number = 1;

/** Where two runs have to do with each other, steps from one that is tried to the next. */
const EVERY = IS_LONG ? 1 : 3;

const living = (): StagingProcess => new StagingProcess(number++, GONE);
const dyingAt = (last: number): StagingProcess => {
  const process: StagingProcess = new StagingProcess(number++, GONE, (step) => {
    if (step === last) process.die();
  });
  return process;
};

for (const [index, [what, names]] of Object.entries(TITLES).entries()) {
  // The steps of several modes with something to replace are those of the other three, too.
  for (const overwrite of oneIn(2, [false, true], index)) {
    const before = overwrite ? 'old' : 'nothing';
    const fresh = async (): Promise<Plan> => {
      const output = join(temporaryFolder('deaths'), 'out');
      if (overwrite) await putOld(output, names);
      return { output, names, overwrite, text: 'new' };
    };

    test(`${what}${overwrite ? ', with overwrite' : ''}: dead at any step, it is wholly old or wholly new after the next run`, async () => {
      const steps = await stepsOf(await fresh(), living());
      const versions: string[] = [];
      for (let step = 0; step < steps; step++) {
        const plan = await fresh();
        await runAndDie(dyingAt(step), plan);
        // Of another title, in the same folder.
        const other = { ...plan, names: ['other'], overwrite: false };
        assert.equal(await run(living(), other), []);
        const version = await seen(plan.output, names);
        assert.ok([before, 'new'].includes(version), `dead before step ${step}: ${version}`);
        versions.push(version);
        assert.equal(await hidden(plan.output), [], `dead before step ${step}`);
        if (step % 8 !== 0) continue;
        assert.equal(await run(living(), { ...plan, overwrite: true, text: 'newer' }), []);
        assert.is(await seen(plan.output, names), 'newer');
        assert.equal(await hidden(plan.output), []);
      }
      // There is one moment at which it changes, and no way back.
      assert.equal(
        versions,
        [...versions].sort((a, b) => Number(a === 'new') - Number(b === 'new')),
      );
      assert.ok(versions.includes(before) && versions.includes('new'));
    });
  }
}

test('dead at any step, and the next one dead at any step: the third finds it wholly old or wholly new', async () => {
  const names = TITLES['several modes'];
  const fresh = async (): Promise<Plan> => {
    const output = join(temporaryFolder('deaths'), 'out');
    await putOld(output, names);
    return { output, names, overwrite: true, text: 'new' };
  };
  const steps = await stepsOf(await fresh(), living());
  for (let step = 20; step < steps; step += EVERY) {
    // Each time at other steps, so that every pair of a first and a second death is near one that is tried.
    for (let second = step % 23, over = false; !over; second += 23) {
      const plan = await fresh();
      await runAndDie(dyingAt(step), plan);
      const other = { ...plan, names: ['other'], overwrite: true };
      const process = dyingAt(second);
      await runAndDie(process, other);
      over = !process.isDead;
      assert.equal(await run(living(), other), []);
      const version = await seen(plan.output, names);
      assert.ok(['old', 'new'].includes(version), `dead before ${step}, then before ${second}: ${version}`);
      assert.equal(await hidden(plan.output), [], `dead before ${step}, then before ${second}`);
    }
  }
});

test('asleep at any step, and taken for dead: it publishes wholly or fails, and says so', async () => {
  const names = TITLES['several modes'];
  const fresh = async (): Promise<Plan> => {
    const output = join(temporaryFolder('deaths'), 'out');
    await putOld(output, names);
    return { output, names, overwrite: true, text: 'new' };
  };
  const steps = await stepsOf(await fresh(), living());
  const lost = new Set<string>();
  for (let last = 10; last < steps; last += EVERY) {
    const plan = await fresh();
    const later = { now: () => Date.now() + 3_600_000 };
    let asleep: Promise<unknown> | undefined;
    const sleeper = new StagingProcess(number++, ELSEWHERE, async (step) => {
      const heir = new StagingProcess(number++, ELSEWHERE, undefined, later);
      if (step === last) asleep = run(heir, { ...plan, names: ['other'], overwrite: true });
      await asleep; // all that it does at once
    });
    const failed = await run(sleeper, plan).then(
      () => '',
      (cause: { code: string }) => cause.code,
    );
    const version = await seen(plan.output, names);
    assert.ok(['old', 'new'].includes(version), `asleep before step ${last}: ${version}`);
    if (failed === '') assert.is(version, 'new');
    else lost.add(failed);
    assert.equal(await hidden(plan.output), [], `asleep before step ${last}`);
  }
  assert.equal([...lost], ['OUTPUT_LOST']);
});

/** An open run of another machine or container. */
async function elsewhere(output: string, names: readonly string[], heart: 'beats' | 'is silent') {
  const process = new StagingProcess(number++, ELSEWHERE);
  const options = { overwrite: true, inputs: [], warn: assert.unreachable };
  const staging = await Staging.open(output, names, options, process.surroundings);
  if (heart === 'is silent') await touch(staging, -600);
  return staging;
}

/** Its last sign of life, in seconds from now. */
async function touch(staging: Staging, seconds: number): Promise<void> {
  const time = new Date(Date.now() + seconds * 1000);
  await utimes(join(staging.folder, '../alive'), time, time);
}

test('a run elsewhere whose heart beats keeps its folder and its names', async () => {
  const output = join(temporaryFolder('deaths'), 'out');
  const other = await elsewhere(output, ['DASH'], 'beats');
  const here = new StagingProcess(number++, ELSEWHERE);
  const plan = { output, overwrite: true, text: 'new' };
  assert.equal(await run(here, { ...plan, names: ['HLS'] }), []);
  const error = await failureOf(run(here, { ...plan, names: ['HLS', 'DASH'] }));
  assert.is(error.code, 'OUTPUT_BUSY');
  assert.is(error.message, `Another run is writing ${join(output, 'DASH')}.`);
  assert.is(await seen(output, ['HLS']), 'new');
  await fileTree(other.folder, 'DASH').write('a.mpd', 'theirs');
  await other.commit([{ path: 'DASH/a.mpd', bytes: 6 }]);
  assert.is(await readFile(join(output, 'DASH/a.mpd'), 'utf8'), 'theirs');
  assert.equal(await hidden(output), []);
});

test('a run elsewhere that has been silent is watched, and left alone when it wakes up', async () => {
  const output = join(temporaryFolder('deaths'), 'out');
  const other = await elsewhere(output, ['DASH'], 'is silent');
  const sleep = () => touch(other, 0);
  const here = new StagingProcess(number++, ELSEWHERE, undefined, { sleep });
  const plan = { output, overwrite: true, text: 'new' };
  assert.is((await failureOf(run(here, { ...plan, names: ['DASH'] }))).code, 'OUTPUT_BUSY');
  await other.commit([]);
});

test('a run elsewhere that stays silent is dead, even when its process id is taken here', async () => {
  const output = join(temporaryFolder('deaths'), 'out');
  const other = await elsewhere(output, ['DASH'], 'is silent');
  const here = new StagingProcess(number++, ELSEWHERE);
  assert.equal(await run(here, { output, overwrite: true, text: 'new', names: ['DASH'] }), []);
  assert.is(await seen(output, ['DASH']), 'new');
  assert.equal(await hidden(output), []);
  const error = await failureOf(other.commit([]));
  assert.is(error.code, 'OUTPUT_LOST');
  await other.discard();
  assert.is(await seen(output, ['DASH']), 'new');
});

test('what can neither be finished nor undone is kept, told, and in nobody’s way', async () => {
  const output = join(temporaryFolder('deaths'), 'out');
  await putOld(output, ['DASH']);
  const plan = { output, names: ['DASH'], overwrite: true, text: 'new' };
  // It dies when the old output has moved away; then somebody puts a third one there.
  const unlucky: StagingProcess = new StagingProcess(number++, GONE, () => {
    if (!existsSync(join(output, 'DASH'))) unlucky.die();
  });
  await runAndDie(unlucky, plan);
  await mkdir(join(output, 'DASH'));
  await writeFile(join(output, 'DASH/third.mpd'), '');
  for (let times = 0; times < 2; times++) {
    const warnings = await run(living(), { ...plan, names: ['HLS'] });
    assert.is(warnings.length, 1);
    assert.match(
      warnings[0]!,
      /left by a run that was killed, could not be brought to an end: .*DASH exists/,
    );
  }
  const [kept = ''] = await hidden(output);
  assert.is(await readFile(join(output, kept, 'old/DASH/a.mpd'), 'utf8'), 'old');
  assert.is(await readFile(join(output, kept, 'new/DASH/a.mpd'), 'utf8'), 'new');
  assert.equal(await readdir(join(output, 'DASH')), ['third.mpd']);
  assert.is((await run(living(), plan)).length, 1);
  assert.is(await seen(output, ['DASH']), 'new');
});

test.run();
