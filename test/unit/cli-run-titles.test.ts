/** Titles one after the other. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fail } from '../../core/base/errors.ts';
import { runTitles } from '../../core/cli/run-titles.ts';
import type { PackageOptions } from '../../core/engine/api.ts';
import { report } from '../helpers/commands/cli-runs.ts';

const test = suite('run titles');

const title = (input: string): PackageOptions => ({
  plugins: [],
  title: {
    contentId: undefined,
    inputs: [`/videos/${input}`],
    output: '/videos/out',
    modes: undefined,
    segmentDuration: 6,
    clear: [],
    overwrite: false,
    workers: 0,
    reproducible: undefined,
  },
});

/** Run titles through an engine that fails for inputs named `bad`. */
async function runAll(inputs: readonly string[], signal: AbortSignal, onTitle?: () => void) {
  const done: string[] = [];
  const errors: string[] = [];
  const results = await runTitles({
    titles: inputs.map(title),
    packageTitle: async (options) => {
      onTitle?.();
      if (options.signal?.aborted) throw fail.cancelled();
      const [path = ''] = options.title.inputs;
      if (path.includes('bad')) throw fail.inputNotFound(path);
      return report;
    },
    display: {
      open: ({ number, of, inputs }) => ({
        event: () => undefined,
        close: async (outcome) => {
          done.push(`${number}/${of} ${inputs.join()} ${'error' in outcome ? 'failed' : 'written'}`);
        },
      }),
      end: (all) => done.push(`${all.length} in all`),
    },
    signal,
    onError: (error, name) => errors.push(`${(error as Error).message}${name ? ` (${name})` : ''}`),
  });
  return { done, errors, results };
}

test('a failed title does not stop those behind it', async () => {
  const { done, errors } = await runAll(['a.mp4', 'bad.mp4', 'c.mp4'], new AbortController().signal);
  assert.equal(done, ['1/3 a.mp4 written', '2/3 bad.mp4 failed', '3/3 c.mp4 written', '3 in all']);
  assert.equal(errors, ['Input file not found: /videos/bad.mp4 (2 of 3: bad.mp4)']);
});

test('a cancelled title stops those behind it', async () => {
  const controller = new AbortController();
  const { results, errors } = await runAll(['a.mp4', 'b.mp4'], controller.signal, () => controller.abort());
  assert.is(results.length, 1);
  assert.equal(errors, ['Cancelled; nothing was left behind.']);
});

test('of a list that is cancelled, the sentence says that titles stay that were written before', async () => {
  const stays = async (names: readonly string[]) => {
    const controller = new AbortController();
    let opened = 0;
    const abortAtLast = () => {
      opened += 1;
      if (opened === names.length) controller.abort();
    };
    return (await runAll(names, controller.signal, abortAtLast)).errors;
  };
  assert.equal(await stays(['a.mp4', 'b.mp4']), [
    'Cancelled; the title that was written before stays, nothing else was left behind.',
  ]);
  assert.equal(await stays(['a.mp4', 'b.mp4', 'c.mp4']), [
    'Cancelled; the 2 titles that were written before stay, nothing else was left behind.',
  ]);
  assert.equal(await stays(['bad.mp4', 'b.mp4']), [
    'Input file not found: /videos/bad.mp4 (1 of 2: bad.mp4)',
    'Cancelled; nothing was left behind.',
  ]);
});

test.run();
