/** One content key for several labels or crypto periods: it may be meant so, and is told. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ContentKey, ContentKeySet, type Plugin, packageTitle } from '../../core/index.ts';
import { cmaf, dashCenc, demuxMp4, keyCommand } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { planOf } from '../helpers/titles/expected-sizes.ts';
import { TEST_KEY, titleOptions } from '../helpers/titles/package.ts';

const test = suite('one key for several labels or crypto periods');

const inputs = [join(import.meta.dirname, '../media/sample-180p.mp4')];

/** A program that prints one key, whatever it is asked for. */
function deafProgram(): Plugin {
  const path = join(temporaryFolder('deaf'), 'key.json');
  writeFileSync(path, JSON.stringify(TEST_KEY));
  return keyCommand({ command: ['cat', path] });
}

/** A source that answers every label and crypto period with a key id of its own. */
const source = (keyOf: (id: Buffer) => Buffer): Plugin => ({
  name: 'key-of-test',
  apply({ hooks }) {
    hooks.acquireKey.tap('key-of-test', () => {
      return new ContentKeySet(({ label, period }) => {
        const id = Buffer.from(`${label}/${period}`.padEnd(16));
        return new ContentKey({ id, key: keyOf(id), iv: Buffer.from(TEST_KEY.iv, 'hex') });
      });
    });
  },
});

const told = async (keys: Plugin, facts: object, modes = [dashCenc()]): Promise<readonly string[]> => {
  const title = titleOptions({ inputs, ...facts });
  return (await packageTitle({ title, plugins: [demuxMp4(), keys, ...modes] })).warnings;
};

test('a program that does not look at what it is asked for: one sentence, though it is in two modes', async () => {
  const modes = [dashCenc(), cmaf()];
  assert.equal(await told(deafProgram(), { keys: 'audio-video' }, modes), [
    'The key source gives one key for several labels or crypto periods (VIDEO; AUDIO; modes: dash-cenc, cmaf): who may open one of them may open all.',
  ]);
  const plan = await planOf({
    title: titleOptions({ inputs, keys: 'audio-video' }),
    plugins: [demuxMp4(), deafProgram(), dashCenc()],
  });
  assert.match(
    plan.warnings.join('\n'),
    /^The key source gives one key for several labels .* may open all\.$/,
  );
});

test('crypto periods too; many places are counted', async () => {
  const [warning, ...others] = await told(deafProgram(), { keyRotation: 4, keys: 'audio-video' });
  assert.equal(others, []);
  assert.match(
    warning!,
    /\(VIDEO, period 0; VIDEO, period 1; VIDEO, period 2; VIDEO, period 3; and 6 more; modes: dash-cenc\)/,
  );
});

test('under ids of their own the keys may still be one', async () => {
  assert.match(
    (
      await told(
        source(() => Buffer.from(TEST_KEY.key, 'hex')),
        { keys: 'audio-video' },
      )
    ).join(),
    /one key for several/,
  );
});

test('keys of their own, or a title with one, need no word', async () => {
  const own = source((id) => Buffer.from(id).reverse());
  assert.equal(await told(own, { keys: 'audio-video', keyRotation: 4 }), []);
  assert.equal(await told(deafProgram(), {}, [dashCenc(), cmaf()]), []);
});

test('the report has the ids of all keys where there are several, what they are for, and when stages and periods were', async () => {
  const reportOf = (facts: object) => {
    const title = titleOptions({ inputs, ...facts });
    const keys = source((id) => Buffer.from(id).reverse());
    return packageTitle({ title, plugins: [demuxMp4(), keys, dashCenc()] });
  };
  const several = await reportOf({ keys: 'audio-video', keyRotation: 4 });
  const [mode] = several.modes;
  assert.is(new Set(mode?.keyIds).size, 10);
  assert.equal(
    mode?.keys?.map(({ label, period }) => `${label}/${period}`),
    ['VIDEO', 'AUDIO'].flatMap((label) => [0, 1, 2, 3, 4].map((period) => `${label}/${period}`)),
  );
  assert.equal(
    mode?.keys?.map(({ keyId }) => keyId),
    mode?.keyIds,
  );
  assert.equal(
    several.periods?.map(({ period }) => period),
    [0, 1, 2, 3, 4],
  );
  const { stages = [], elapsedSeconds } = several;
  const names = ['resolve-cid', 'acquire-key', 'demux', 'encrypt', 'segment', 'emit-manifest'];
  assert.equal(
    stages.map(({ stage }) => stage),
    names,
  );
  assert.ok(
    stages.every(({ start, seconds }) => start >= 0 && seconds >= 0 && start + seconds <= elapsedSeconds),
  );
  const [encrypt, segment] = [stages[3]!, stages[4]!];
  assert.ok(encrypt.start <= segment.start && segment.seconds <= encrypt.seconds);
  const one = await reportOf({});
  assert.equal([one.modes[0]?.keyIds, one.modes[0]?.keys, one.periods], [undefined, undefined, undefined]);
});

test.run();
