import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fail } from '../../core/base/errors.ts';
import { Packager, type Plugin } from '../../core/contract/packager.ts';
import { Run } from '../../core/contract/run.ts';
import { Inputs, lookAtInputs, unseenInputs } from '../../core/engine/inputs.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { failureOf, titleOptions } from '../helpers/titles/package.ts';

const test = suite('inputs');

async function inputsOf(names: readonly string[], demuxer: Plugin) {
  const folder = temporaryFolder('inputs');
  const paths = names.map((name) => join(folder, name));
  for (const path of paths) await writeFile(path, new Uint8Array(10));
  const title = titleOptions({ inputs: paths });
  const packager = new Packager([demuxer]);
  const run = new Run({ title, inputs: unseenInputs(title) }, new AbortController().signal);
  run.inputs = await lookAtInputs(packager, run);
  return { paths, inputs: new Inputs(packager, run) };
}

/** Which of the files this process has open, where the system tells. */
const openOnes = (paths: readonly string[]): readonly string[] =>
  existsSync('/proc/self/fd') ? paths.filter((path) => openPaths().includes(path)) : [];

const openPaths = (): string[] =>
  readdirSync('/proc/self/fd').map((descriptor) => {
    try {
      return readlinkSync(join('/proc/self/fd', descriptor));
    } catch {
      return ''; // closed meanwhile
    }
  });

test('when one input is refused, those that are still looked into are closed, and waited for', async () => {
  let isOver = false;
  const demuxer: Plugin = {
    name: 'demux-slow',
    apply: ({ hooks }) =>
      hooks.demux.tapPromise('demux-slow', async ({ source }) => {
        if (source.name.endsWith('bad')) throw fail.notMedia(source.name, 'it is bad.');
        try {
          for (;;) {
            await turn();
            await source.read(0, [new Uint8Array(4)]);
          }
        } finally {
          isOver = true;
        }
      }),
  };
  const { paths, inputs } = await inputsOf(['good', 'bad'], demuxer);
  const error = await failureOf(Promise.all([inputs.tracks(0), inputs.tracks(1)]));
  assert.is(error.code, 'NOT_MEDIA');
  await inputs.close();
  assert.ok(isOver);
  assert.equal(openOnes(paths), []);
});

test('an input is looked into once, however many ask at the same time', async () => {
  let asked = 0;
  const demuxer: Plugin = {
    name: 'demux-counting',
    apply: ({ hooks }) =>
      hooks.demux.tapPromise('demux-counting', async () => {
        asked++;
        return [];
      }),
  };
  const { inputs } = await inputsOf(['one'], demuxer);
  await Promise.all([inputs.tracks(0), inputs.tracks(0)]);
  assert.is(asked, 1);
  await inputs.close();
});

test.run();
