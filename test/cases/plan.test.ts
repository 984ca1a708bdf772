/** `sealpack plan`: what packaging would write, without writing it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  openTitle,
  packageTitle,
  planTitle,
  publishTitle,
  type TitlePlan,
  writeTitle,
} from '../../core/index.ts';
import { cmaf, dashCenc, hlsAes, hlsNcg } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { runCommand, sealpack } from '../helpers/commands/run-command.ts';
import { LAYERED_MEDIA } from '../helpers/media/layered-media.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { assertForeseen, planOf } from '../helpers/titles/expected-sizes.ts';
import { failureOf, filesBelow, testPlugins, titleOptions } from '../helpers/titles/package.ts';
import { acmeMode } from '../plugins/mode-acme.ts';

const test = suite('plans');

const plugins = () => [...testPlugins(), dashCenc(), hlsAes({ systems: [['identity', { uri: 'key' }]] })];

test('the four steps, one by one, make what the plan says', async () => {
  const title = titleOptions({ inputs: [await oddMedia('ctts-v0')] });
  const opened = await openTitle({ title, plugins: plugins() });
  const plan = await planTitle(opened);
  const report = await publishTitle(await writeTitle(opened));
  assertForeseen(plan, report);
  assert.is(plan.contentId, report.contentId);
  assert.equal(
    plan.modes.map(({ keys: [key] }) => key?.keyId),
    report.modes.map(({ keyId }) => keyId),
  );
  const names = (await filesBelow(title.output)).sort();
  const planned = plan.modes.flatMap(({ outputs: [folder = ''], units, manifests }) =>
    [...units.flatMap(({ files }) => files), ...manifests].map(({ path }) => join(folder, path)),
  );
  assert.equal(planned.sort(), names);
});

test('a title is written as its plan says, also one that was printed, or not at all', async () => {
  const title = titleOptions({ inputs: [await oddMedia('ctts-v0')] });
  const looked = await openTitle({ title, plugins: plugins() }, { writes: false });
  const plan = await planTitle(looked).finally(() => looked.title.close());
  const printed: TitlePlan = JSON.parse(JSON.stringify(plan));
  const [first, ...others] = printed.modes;
  const changed: Readonly<Record<string, [plan: TitlePlan, why: RegExp]>> = {
    content: [{ ...printed, contentId: 'another' }, /another content id/],
    input: [{ ...printed, inputs: printed.inputs.map((input) => ({ ...input, bytes: 1 })) }, /other inputs/],
    grid: [{ ...printed, segments: printed.segments + 1 }, /other segments/],
    modes: [{ ...printed, modes: others }, /other modes/],
    key: [{ ...printed, modes: [{ ...first!, keys: [] }, ...others] }, /mode dash-cenc has another key/],
    units: [
      { ...printed, modes: [{ ...first!, units: first!.units.slice(1) }, ...others] },
      /mode dash-cenc does other work/,
    ],
    files: [
      { ...printed, modes: [{ ...first!, manifests: [] }, ...others] },
      /mode dash-cenc has written other files/,
    ],
  };
  for (const [what, [other, why]] of Object.entries(changed)) {
    const opened = await openTitle({ title, plugins: plugins() });
    const error = await failureOf(writeTitle(opened, other));
    assert.is(error.code, 'PLAN_OUTDATED', what);
    assert.match(error.message, why);
    assert.equal(await filesBelow(title.output).catch(() => []), [], what);
  }
  const opened = await openTitle({ title, plugins: plugins() });
  assertForeseen(plan, await publishTitle(await writeTitle(opened, printed)));
});

test('a mode of somebody else is planned like any other', async () => {
  const mode = acmeMode({ service: 'https://acme.test/licence' });
  const title = titleOptions({ inputs: [await oddMedia('ctts-v0')] });
  const [acme] = (await planOf({ title, plugins: [...testPlugins(), mode] })).modes;
  assert.equal(
    acme?.manifests.map(({ path }) => path),
    ['acme.mpd'],
  );
  assert.ok(acme?.units.some(({ files }) => files.some(({ path }) => path === 'video-1/seg-2.m4s')));
});

test('it names each track of the inputs, and why the title goes without one', async () => {
  const input = await oddMedia('ctts-v0');
  const title = titleOptions({ inputs: [input, await oddMedia('late-audio')] });
  const { inputs } = await planOf({ title, plugins: plugins() });
  const [first, second] = inputs.map(({ tracks }) => tracks.map(({ leftOut }) => leftOut));
  assert.equal(first, [undefined, undefined]);
  assert.ok(second?.includes('its language and codec come from another track already'));
});

for (const { name, describe, codec, file, isLessened } of LAYERED_MEDIA) {
  if (name === 'avc-late-view') continue; // its first pictures do not show it
  test(`what is left out of ${describe} is not in the plan, which warns of it`, async () => {
    const title = titleOptions({ inputs: [await file()] });
    const modes = [
      dashCenc({ systems: ['common'] }),
      cmaf({ systems: ['widevine'] }),
      ...(codec === 'h264'
        ? [hlsAes({ container: 'ts', systems: [['identity', { uri: 'key' }]] }), hlsNcg()]
        : []),
    ];
    const options = { title, plugins: [...testPlugins(), ...modes] };
    const plan = await planOf(options);
    assert.is(
      plan.warnings.some((warning) => warning.includes('outside the base layer')),
      isLessened,
    );
    assertForeseen(plan, await packageTitle(options));
  });
}

test('a title that is only looked at leaves the output folder alone, and cannot be written', async () => {
  const title = titleOptions({ inputs: [await oddMedia('ctts-v0')] });
  const opened = await openTitle({ title, plugins: plugins() }, { writes: false });
  await planTitle(opened);
  assert.equal(await filesBelow(title.output).catch(() => []), []);
  assert.match((await writeTitle(opened).catch((error) => error)).message, /to be looked at/);
});

test('what packaging would refuse is refused', async () => {
  const title = titleOptions({ inputs: [join(temporaryFolder(), 'none.mp4')] });
  const error = await failureOf(openTitle({ title, plugins: plugins() }, { writes: false }));
  assert.is(error.code, 'INPUT_NOT_FOUND');
});

test('the command prints every file, or JSON that is the same each time, and writes nothing', async () => {
  const cwd = temporaryFolder('plan');
  const key = ['key-manual', { key: '41'.repeat(16) + '43'.repeat(16), keyId: '42'.repeat(16) }];
  const config = { contentId: 'film', plugins: ['demux-mp4', 'mode-dash-cenc', 'mode-ncg', key] };
  await writeFile(join(cwd, 'packager.config.json'), JSON.stringify(config));
  const args = ['plan', await oddMedia('ctts-v0')];
  const text = await runCommand(sealpack, args, cwd);
  assert.is(text.status, 0, text.stderr);
  assert.match(text.stdout, /^dash-cenc \(cenc\) {2}DASH_ctts-v0_mp4 {2}/m);
  assert.match(text.stdout, /^ {2}key 42424242-/m);
  assert.match(text.stdout, /^ {2}media-video-1\.mp4 +\d+ kB$/m);
  assert.match(text.stdout, /in 4 files; nothing was written/);
  const json = await runCommand(sealpack, [...args, '--json'], cwd);
  assert.is((await runCommand(sealpack, [...args, '--json'], cwd)).stdout, json.stdout);
  const { version, titles } = JSON.parse(json.stdout);
  assert.equal([version, titles.length, titles[0].output], [1, 1, 'out']);
  assert.not(`${text.stdout}${json.stdout}`.includes('41'.repeat(8)), 'nothing of the key');
  assert.equal(await filesBelow(cwd), ['packager.config.json']);
});

test.run();
