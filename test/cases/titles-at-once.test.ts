/** Several titles at a time, in the threads of one pool: the built command. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { COMMAND_KEY as KEY, sealpack, sealpackHere } from '../helpers/commands/sealpack-command.ts';
import { filesBelow, TEST_KEY } from '../helpers/titles/package.ts';

const test = suite('titles at once');
const MEDIA = join(import.meta.dirname, '../media');
const TWO = ['--workers', '2'];

/** A list of the sample's renditions, each a title of its own, all in one output folder. @param plugins of the second */
async function project({ plugins = '', broken = '' } = {}): Promise<string> {
  const folder = temporaryFolder('at-once');
  await writeFile(join(folder, 'no-media.mp4'), 'this is no medium');
  const inputs = ['360p', '270p', '180p'].map((size) => join(MEDIA, `sample-${size}.mp4`));
  if (broken !== '') inputs[1] = join(folder, broken);
  await writeFile(
    join(folder, 'packager.config.ts'),
    `import { manual } from 'sealpack/presets';
const second = [${plugins}];
export default ${JSON.stringify(inputs)}.map((input, index) => ({
  preset: manual({ key: '${KEY}', keyId: '${TEST_KEY.keyId}' }),
  contentId: 'title-' + index,
  modes: ['dash-cenc', 'hls-aes'],
  inputs: [input],
  reproducible: { seed: '${'ab'.repeat(32)}', time: '2026-01-02T03:04:05Z' },
  plugins: index === 1 ? second : [],
}));
`,
  );
  return folder;
}

async function digests(folder: string): Promise<readonly string[]> {
  const files = await filesBelow(folder);
  const sum = async (file: string) => createHash('sha256').update(await readFile(join(folder, file)));
  return Promise.all(files.map(async (file) => `${file} ${(await sum(file)).digest('hex')}`));
}

const visible = async (folder: string): Promise<readonly string[]> => {
  const files = await filesBelow(join(folder, 'out'));
  return [...new Set(files.map((file) => file.split('/')[0]!))];
};

interface TitleEvent {
  readonly type: string;
  readonly title: number;
  readonly report?: { readonly error?: object };
}

const eventsOf = (stdout: string): readonly TitleEvent[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TitleEvent);

test('the same bytes as one after the other; two are open at once, and all are told in the order of the list', async () => {
  const folder = await project();
  const outcomes = [
    await sealpackHere(['--workers', '0', '--output', 'one'], folder),
    await sealpack([...TWO, '--titles', '1', '--output', 'threads', '--json'], folder),
    await sealpack([...TWO, '--output', 'two', '--json'], folder),
    await sealpack([...TWO, '--output', 'three', '--titles', '3'], folder),
  ];
  for (const { status, stderr } of outcomes) assert.is(status, 0, stderr);
  const one = await digests(join(folder, 'one'));
  assert.ok(one.length > 9);
  for (const name of ['threads', 'two', 'three']) assert.equal(await digests(join(folder, name)), one);

  const places = ({ stdout }: (typeof outcomes)[number]) => {
    const events = eventsOf(stdout);
    return {
      begins: [1, 2, 3].map((number) => events.findIndex(({ title }) => title === number)),
      ends: [1, 2, 3].map((number) =>
        events.findIndex(({ type, title }) => type === 'finished' && title === number),
      ),
    };
  };
  const [single, both] = [places(outcomes[1]!), places(outcomes[2]!)];
  assert.ok(single.begins[1]! > single.ends[0]!);
  assert.ok(both.begins[1]! < both.ends[0]!);
  // The third waits until one of the others is over.
  assert.ok(both.begins[2]! > Math.min(both.ends[0]!, both.ends[1]!));
  const told = outcomes[3]!.stdout.split('\n').filter((line) => line.startsWith('  written'));
  assert.equal(
    told.map((line) => /title-\d/.exec(line)?.[0]),
    ['title-0', 'title-1', 'title-2'],
  );
});

test('one that fails leaves nothing, and the others are written', async () => {
  const folder = await project({ broken: 'no-media.mp4' });
  const { status, stderr, stdout } = await sealpack(TWO, folder);
  assert.is(status, 3);
  assert.match(stderr, 'no-media.mp4');
  assert.match(stdout, '2 titles written, 1 failed');
  const names = [
    'DASH_sample-180p_mp4',
    'DASH_sample-360p_mp4',
    'HLS_sample-180p_mp4',
    'HLS_sample-360p_mp4',
  ];
  assert.equal(await visible(folder), names);
});

test('a unit that fails in a thread fails its title alone; so does a thread that dies', async () => {
  for (const [deed, words] of [
    ["throw new Error('broken')", /broken/],
    ['process.exit(7)', /died.*status 7/],
  ] as const) {
    const plugins = `{
      name: 'breaker',
      apply: ({ hooks }) =>
        hooks.segment.for('hls-aes').tapPromise({ name: 'breaker', stage: -1 }, async () => { ${deed}; }),
    }`;
    const folder = await project({ plugins });
    const { status, stderr, stdout } = await sealpack([...TWO, '--titles', '3'], folder);
    assert.is.not(status, 0);
    assert.match(stderr, words);
    assert.match(stdout, '2 titles written, 1 failed');
    assert.is((await visible(folder)).length, 4);
    assert.not((await visible(folder)).some((name) => name.includes('270p') || name.startsWith('.')));
  }
});

test('an interruption ends all that are at work, and leaves nothing', async () => {
  const folder = await project();
  let units = '';
  let isSent = false; // a second one would end it at once
  const { status, stderr } = await sealpack(['--json', ...TWO, '--titles', '3'], folder, {
    onText: (text, child) => {
      units += text;
      const began = units.includes('"title":1') && units.includes('"type":"unit"');
      if (began && !isSent) child.kill('SIGINT');
      isSent ||= began;
    },
  });
  assert.is(status, 130);
  assert.is(stderr.match(/error:/g)?.length, 1, stderr);
  const done = eventsOf(units).some(({ report }) => report && !report.error);
  assert.is(existsSync(join(folder, 'out')), done);
  assert.not((await visible(folder)).some((name) => name.startsWith('.')));
});

test('--concurrency, or --titles, is a number from 1 on', async () => {
  for (const [option, titles] of [
    ...(['0', '65', '1.5', 'all'] as const).map((text) => ['--concurrency', text] as const),
    ['--titles', '0'] as const,
  ]) {
    const { status, stderr } = await sealpackHere([option, titles], await project());
    assert.is(status, 2);
    assert.match(stderr, `${option}: expected a whole number from 1 to 64.`);
  }
});

test.run();
