/** What becomes of outputs when runs meet, are killed or interrupted: with the built command, and through the engine. */

import { type ChildProcess, spawnSync } from 'node:child_process';
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fail } from '../../core/base/errors.ts';
import { type Plugin, packageTitle, type Report, type RunEvent } from '../../core/index.ts';
import { dashCenc, hlsAes } from '../../plugins/index.ts';
import type { CommandOutcome } from '../helpers/commands/built-command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { sealpack, sealpackProject } from '../helpers/commands/sealpack-command.ts';
import { failureOf, filesBelow, testPlugins, titleOptions } from '../helpers/titles/package.ts';

const test = suite('publishing');

const FILM = join(import.meta.dirname, '../media/sample-180p.mp4');

/** A plugin for `extra.ts`: before the key is asked for, a run with HOLD waits until the folder `go` is there. */
const HOLD = `import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
const wait = async () => {
  while (process.argv.includes('hold') && !existsSync('go')) await setTimeout(20);
};
export const extra = [
  { name: 'hold', apply: ({ hooks }) => hooks.acquireKey.tapPromise({ name: 'hold', stage: -1000 }, wait) },
];
`;

/** Starts a run that holds its output folder; the answer's `end` lets it go on. */
async function held(folder: string): Promise<{ child: ChildProcess; end(): Promise<CommandOutcome> }> {
  await writeFile(join(folder, 'extra.ts'), HOLD);
  let outcome: Promise<CommandOutcome> | undefined;
  const child = await new Promise<ChildProcess>((resolve, reject) => {
    const onText = (text: string, process: ChildProcess) =>
      text.includes('"acquire-key"') && resolve(process);
    // The content id tells the two runs apart.
    outcome = sealpack(['--json', '--overwrite', '--mode', 'dash-cenc', '--content-id', 'hold'], folder, {
      onText,
    });
    outcome.then(({ stderr }) => reject(new Error(stderr)));
  });
  return {
    child,
    async end() {
      await mkdir(join(folder, 'go'));
      return outcome!;
    },
  };
}

const SECOND = ['--quiet', '--overwrite', '--workers', '0'];
const user = process.getuid?.() === 0 ? [] : ['--map-root-user'];
/** As in another container: its process ids begin with 1, and it sees none of ours. */
const CONTAINER = ['unshare', ...user, '--pid', '--fork', '--mount-proc'];

for (const [where, through] of [
  ['here', []],
  ['in another container', CONTAINER],
] as const) {
  test(`a second run ${where} beside a live one: another name is written, the same is refused, the first is whole`, async () => {
    const folder = await sealpackProject();
    const first = await held(folder);
    const other = await sealpack([...SECOND, '--mode', 'hls-aes'], folder, { through });
    assert.is(other.status, 0, other.stderr);
    const same = await sealpack([...SECOND, '--mode', 'dash-cenc'], folder, { through });
    assert.is(same.status, 4);
    assert.match(same.stderr, `Another run is writing ${join(folder, 'out/DASH_sample-360p_mp4')}.`);
    const { status, stderr } = await first.end();
    assert.is(status, 0, stderr);
    assert.equal(await readdir(join(folder, 'out')), ['DASH_sample-360p_mp4', 'HLS_sample-360p_mp4']);
    assert.is((await filesBelow(join(folder, 'out/DASH_sample-360p_mp4'))).length, 5);
  });
}

test('after a run that was killed the next one takes its name and leaves nothing of it', async () => {
  const folder = await sealpackProject();
  const first = await held(folder);
  const over = first.end();
  first.child.kill('SIGKILL');
  await over;
  const next = await sealpack([...SECOND, '--mode', 'dash-cenc'], folder);
  assert.is(next.status, 0, next.stderr);
  assert.equal(await readdir(join(folder, 'out')), ['DASH_sample-360p_mp4']);
});

test('a run whose folder somebody removes fails, and publishes nothing', async () => {
  const folder = await sealpackProject();
  const first = await held(folder);
  spawnSync('sh', ['-c', 'rm -rf out/.sealpack-*'], { cwd: folder });
  const { status, stderr } = await first.end();
  assert.is(status, 4, stderr);
  assert.equal(await filesBelow(join(folder, 'out')), []);
});

/** Package the film, with a plugin that is told of the report. */
function reporting(report: (report: Report) => unknown, signal?: AbortSignal): Promise<Report> {
  const teller: Plugin = {
    name: 'teller',
    apply: ({ hooks }) => hooks.report.tapPromise('teller', async (told) => void (await report(told))),
  };
  const plugins = [...testPlugins(), dashCenc(), hlsAes(), teller];
  return packageTitle({ title: titleOptions({ inputs: [FILM] }), plugins, ...(signal && { signal }) });
}

test('cancelled once the outputs are in place, a run says that it was finished', async () => {
  const controller = new AbortController();
  const report = await reporting(() => controller.abort(), controller.signal);
  assert.is((await readdir(report.output)).length, 2);
});

test('a report that fails or is cancelled says that the outputs are in place, and is told of them again', async () => {
  const down = fail.requestFailed('mail.example', 'the connection was refused.');
  for (const problem of [new Error('no mail today.'), down, fail.cancelled()]) {
    const told: Report[] = [];
    const error = await failureOf(
      reporting((report) => {
        told.push(report);
        if (!report.error) throw problem;
      }),
    );
    const [first, second] = told;
    assert.is((await readdir(first!.output)).length, 2);
    assert.is(first!.modes.length, 2);
    assert.equal(second!.modes, first!.modes);
    assert.match(error.message, `the outputs are complete and in place in ${first!.output}`);
    assert.not.match(error.message, /nothing was left/);
    assert.is(error.transient, false, 'the next try would find the title there, and nobody would be told');
  }
});

test('a listener that fails once the outputs are in place spoils no report, and what is thrown says where they are', async () => {
  for (const isLast of [
    (event: RunEvent) => event.type === 'finished',
    (event: RunEvent) => isReport(event, 'end'),
  ]) {
    const told: Report[] = [];
    const teller: Plugin = {
      name: 'teller',
      apply: ({ hooks }) => hooks.report.tap('teller', (report) => void told.push(report)),
    };
    const onEvent = (event: RunEvent) => {
      if (isLast(event)) throw new Error('the window is gone');
    };
    const title = titleOptions({ inputs: [FILM] });
    const plugins = [...testPlugins(), dashCenc(), teller];
    const error = await failureOf(packageTitle({ title, plugins, onEvent }));
    assert.match(error.message, `the outputs are complete and in place in ${title.output}`);
    assert.match(error.message, 'the window is gone');
    assert.equal(
      told.map((report) => [report.error, report.modes.length]),
      [[undefined, 1]],
    );
  }
});

const isReport = (event: RunEvent, state: string): boolean =>
  event.type === 'stage' && event.stage === 'report' && event.state === state;

test('--overwrite never takes its own input away', async () => {
  const output = temporaryFolder('own');
  const input = join(output, 'DASH_film_mp4/film.mp4');
  await mkdir(join(input, '..'));
  await cp(FILM, input);
  const title = titleOptions({ inputs: [input], output, overwrite: true });
  const error = await failureOf(packageTitle({ title, plugins: [...testPlugins(), dashCenc()] }));
  assert.is(error.code, 'OUTPUTS_CLASH'); // by planning; what it cannot know, staging finds
  assert.equal(await filesBelow(output), ['DASH_film_mp4/film.mp4']);
});

test.run();
