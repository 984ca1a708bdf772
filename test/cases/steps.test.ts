/** The four steps in odd orders, twice, at once, closed and cancelled: what was written is published whole and once, or is gone. */
import { readdir, readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type OpenTitle,
  openTitle,
  type PackageOptions,
  type Plugin,
  packageTitle,
  planTitle,
  publishTitle,
  type TitleOptions,
  writeTitle,
} from '../../core/index.ts';
import { periodRuns } from '../../core/title/periods.ts';
import { cmaf, dashCenc } from '../../plugins/index.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { memorySource } from '../helpers/oracles/read-mp4.ts';
import { failureOf, filesBelow, testPlugins, titleOptions } from '../helpers/titles/package.ts';

const test = suite('steps');

const titleOf = async (facts: Partial<TitleOptions> = {}): Promise<TitleOptions> =>
  titleOptions({ inputs: [await oddMedia('ctts-v0')], modes: ['dash-cenc'], ...facts });

const optionsOf = (title: TitleOptions, scheme: 'cbcs' | 'cenc' = 'cbcs'): PackageOptions => ({
  title,
  plugins: [...testPlugins(), dashCenc(), cmaf({ scheme, systems: ['widevine'] })],
});

/** Everything below a folder, hidden names too. */
const everything = (folder: string): Promise<string[]> =>
  readdir(folder, { recursive: true }).catch(() => []);

const wordsOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: Error) => error.message,
  );

/** Close a title after some of its steps: nothing of it is left, and nobody is kept from its names. */
async function closedAfter(steps: (opened: OpenTitle) => Promise<unknown>): Promise<void> {
  const title = await titleOf();
  const opened = await openTitle(optionsOf(title));
  await steps(opened);
  await opened.title.close();
  assert.equal(await everything(title.output), []);
  await opened.title.close();
  assert.match(await wordsOf(writeTitle(opened)), /over|written already/);
  await packageTitle(optionsOf(title));
}

test('a title that goes no further is closed: opened, planned, or written and not published', async () => {
  await closedAfter(async () => {});
  await closedAfter(planTitle);
  await closedAfter((opened) => writeTitle(opened));
});

test('one that is closed while it is written is gone when it is closed', async () => {
  const title = await titleOf();
  const opened = await openTitle(optionsOf(title));
  const written = writeTitle(opened);
  const told = wordsOf(written.then(publishTitle));
  await opened.title.close();
  assert.equal(await everything(title.output), []);
  assert.is.not(await told, 'done');
});

test('it is written once, and planning it afterwards changes nothing', async () => {
  const title = await titleOf();
  const opened = await openTitle(optionsOf(title));
  const writing = writeTitle(opened);
  assert.match(await wordsOf(writeTitle(opened)), /written already/);
  assert.match(await wordsOf(planTitle(opened)), /at another step/);
  const written = await writing;
  assert.match(await wordsOf(writeTitle(opened)), /written already/);
  const { modes } = await planTitle(opened);
  const report = await publishTitle(written);
  const files = [...modes[0]!.units.flatMap((unit) => unit.files), ...modes[0]!.manifests];
  assert.equal(files.map(({ path }) => path).sort(), report.modes[0]!.files.map(({ path }) => path).sort());
});

test('published twice at once, it is published once', async () => {
  const title = await titleOf();
  const written = await writeTitle(await openTitle(optionsOf(title)));
  const words = await Promise.all([wordsOf(publishTitle(written)), wordsOf(publishTitle(written))]);
  assert.is(words[0], 'done');
  assert.match(words[1]!, /at another step/);
  assert.match(await wordsOf(publishTitle(written)), /over/);
  const names = await everything(title.output);
  assert.ok(names.includes('DASH_ctts-v0_mp4/stream.mpd'));
  assert.not(names.some((name) => name.startsWith('.sealpack')));
});

test('a plan is plain data: later warnings are none of its', async () => {
  const opened = await openTitle(optionsOf(await titleOf()), { writes: false });
  const plan = await planTitle(opened);
  opened.title.run.warn('later');
  assert.equal(plan.warnings, []);
  assert.equal(plan.periods, [{ period: 0, segments: plan.segments, start: 0 }]);
  await opened.title.close();
});

test('a plan says which segments are in which period, however many there are', () => {
  const boundaries = Float64Array.of(0, 6, 12, 18, 24, 30, 36, 40);
  assert.equal(periodRuns({ periods: Int32Array.of(-1, -1, 0, 0, 1, -1, 1), boundaries }), [
    { period: 'clear', segments: 2, start: 0 },
    { period: 0, segments: 2, start: 12 },
    { period: 1, segments: 1, start: 24 },
    { period: 'clear', segments: 1, start: 30 },
    { period: 1, segments: 1, start: 36 },
  ]);
});

test('a plan that encrypts more, in another way or elsewhere is not written', async () => {
  const title = await titleOf({ modes: ['cmaf'] });
  const looked = await openTitle(optionsOf(title), { writes: false });
  const plan = await planTitle(looked).finally(() => looked.title.close());
  const [mode] = plan.modes;
  const clear: TitleOptions = { ...title, clear: ['audio'] };
  const shorter = { ...plan, periods: [{ period: 0, segments: plan.segments - 1, start: 0 }] };
  const elsewhere = { ...plan, modes: [{ ...mode!, outputs: ['Another_folder'] }] };
  for (const [options, planned, why] of [
    [optionsOf(clear), plan, /mode cmaf encrypts other tracks/],
    [optionsOf(title, 'cenc'), plan, /mode cmaf has another scheme/],
    [optionsOf(title), elsewhere, /mode cmaf writes elsewhere/],
    [optionsOf(title), shorter, /other crypto periods or clear segments/],
  ] as const) {
    const error = await failureOf(writeTitle(await openTitle(options), planned));
    assert.is(error.code, 'PLAN_OUTDATED', error.message);
    assert.match(error.message, why);
    assert.equal(await everything(title.output), []);
  }
});

test('a plan refuses what no store would take: a file outside of its folder, one that is written twice', async () => {
  for (const [paths, why] of [
    [['../beside.txt'], /leaves its folder/],
    [['twice.txt', 'twice.txt'], /twice\.txt is written twice/],
    [['media-video-1.mp4'], /media-video-1\.mp4 is written twice/],
  ] as const) {
    const careless: Plugin = {
      name: 'careless',
      apply: ({ hooks }) =>
        hooks.emitManifest.for('dash-cenc').tapPromise('careless', async ({ output }) => {
          for (const path of paths) await output.write(path, 'text');
        }),
    };
    const options = { title: await titleOf(), plugins: [...testPlugins(), dashCenc(), careless] };
    assert.match(await wordsOf(planTitle(await openTitle(options, { writes: false }))), why);
    assert.is.not(await wordsOf(packageTitle(options)), 'done');
  }
});

test('cancelled at any event before the last look, it leaves nothing and keeps nobody out', async () => {
  const count = await eventsUntil(await titleOf(), Number.POSITIVE_INFINITY);
  for (let last = 1; last <= count; last += 1) {
    const title = await titleOf();
    await eventsUntil(title, last);
    const names = await everything(title.output);
    assert.not(
      names.some((name) => name.includes('.sealpack')),
      `${last} of ${count}: ${names.join(' ')}`,
    );
    const files = await filesBelow(title.output).catch(() => []);
    assert.ok(files.length === 0 || files.length === 3, `${last} of ${count}: ${files.join(' ')}`);
  }
});

/** Package a title, cancelled with its `last` event. @returns how many there were */
async function eventsUntil(title: TitleOptions, last: number): Promise<number> {
  const cancelled = new AbortController();
  let seen = 0;
  const onEvent = () => {
    seen += 1;
    if (seen === last) cancelled.abort();
  };
  await packageTitle({ ...optionsOf(title), onEvent, signal: cancelled.signal }).catch(() => {});
  return seen;
}

/** Inputs `brittle:<path>`, each of which can be read, and never closed. */
const brittleSource = (): Plugin => ({
  name: 'source-brittle',
  apply(packager) {
    const contentOf = (reference: string) => readFile(reference.slice('brittle:'.length));
    packager.source({
      name: 'brittle things',
      accepts: (reference) => reference.startsWith('brittle:'),
      look: async (reference) => ({ bytes: (await contentOf(reference)).length, identity: '1' }),
      async open(reference) {
        const close = () => Promise.reject(new Error('it sticks'));
        return { ...memorySource(await contentOf(reference)), name: reference, close };
      },
    });
  },
});

test('an input that cannot be closed is a warning: the outputs are in place, and a failure is told as what it is', async () => {
  const input = `brittle:${await oddMedia('ctts-v0')}`;
  const title = titleOptions({ inputs: [input], modes: ['dash-cenc'] });
  const plugins = [...testPlugins(), dashCenc(), brittleSource()];
  const report = await packageTitle({ title, plugins });
  assert.is((await filesBelow(title.output)).length, 3);
  assert.match(report.warnings.join(), /An input could not be closed: .*it sticks/);

  const broken: Plugin = {
    name: 'broken',
    apply: ({ hooks }) =>
      hooks.emitManifest.for('dash-cenc').tap('broken', () => {
        throw new Error('it is broken');
      }),
  };
  const failing = titleOptions({ inputs: [input], modes: ['dash-cenc'] });
  const error = await failureOf(packageTitle({ title: failing, plugins: [...plugins, broken] }));
  assert.match(error.message, /it is broken/);
  assert.equal(await everything(failing.output), []);
});

test.run();
