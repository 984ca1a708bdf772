/** What grows with what: one thing at a time, everything else as it is, in `cenc` unless modes are what grows. */
import { link, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { measureInTurn, OUTPUT, type Program, peakBytes } from './rounds.ts';
import type { Setting } from './setting.ts';
import { makeLadder, makeLong, makeSource, type Source } from './source.ts';
import { type MeasuredStep, measuredSteps, type Step, tableOfSteps } from './steps.ts';
import { verdict } from './table.ts';
import { KEY_SOURCE, program } from './works.ts';

/** What a table is held to: of its steps, in their order. */
type Judge = (measured: readonly MeasuredStep[]) => string;

const MODES = ['dash-cenc', 'hls-aes', 'hls-ncg', 'ncg'];
const LENGTHS = { '20 min': 1200, '2 h': 7200, '24 h': 86_400 };
const RENDITIONS = [1, 2, 3];
/** Megabytes of each. */
const TITLES = [100, 12];

/** Prints a table for each thing that can grow. @param only those with this in their name */
export async function compareGrowth(setting: Setting, only: string): Promise<void> {
  const { folder, megabytes, rounds, options } = setting;
  const config = async (name: string, content: object): Promise<Program> => {
    const path = join(folder, `${name}.config.json`);
    await writeFile(path, JSON.stringify({ ...KEY_SOURCE, output: outputIn(folder, 'out'), ...content }));
    return program(['run', '--config', path, '--quiet', ...options]);
  };
  const table = async (name: string, steps: () => Promise<readonly Step[]>, judge?: Judge): Promise<void> => {
    if (!name.toLowerCase().includes(only.toLowerCase())) return;
    const all = await steps();
    const results = await measureInTurn(
      all.map(({ run }) => run),
      rounds,
      folder,
    );
    const measured = measuredSteps(all, results);
    console.log(`\n### ${name}\n\n${tableOfSteps(measured)}`);
    if (judge) console.log(`\n${judge(measured)}`);
  };
  const title = () => makeSource(folder, 'H.264', megabytes);

  await table(
    'Length',
    async () => {
      const steps: Step[] = [];
      for (const [name, seconds] of Object.entries(LENGTHS)) {
        const { path, bytes } = await makeLong(folder, seconds);
        const run = await config(name.replace(' ', '-'), { inputs: [path], modes: ['dash-cenc'] });
        steps.push({ name, bytes, run });
      }
      return steps;
    },
    (measured) => {
      const [short, long] = [measured[0]!, measured.at(-1)!].map(({ rounds: own }) => peakBytes(own) ?? 0);
      return verdict('peak memory of 24 h within 1.10 of 20 min', long! <= 1.1 * short!);
    },
  );
  await table('Renditions', async () => {
    const ladder = await makeLadder(folder, megabytes);
    return Promise.all(
      RENDITIONS.map(async (count) => {
        const own = ladder.slice(0, count);
        const inputs = own.map(({ path }) => path);
        const run = await config(`renditions-${count}`, { inputs, modes: ['dash-cenc'] });
        return { name: `${count}`, bytes: sum(own), run };
      }),
    );
  });
  await table(
    'Modes',
    async () => {
      const { path, bytes } = await title();
      const sets = [...MODES.map((mode) => [mode]), MODES];
      return Promise.all(
        sets.map(async (modes) => ({
          name: modes.length === 1 ? modes[0]! : 'all four',
          bytes,
          run: await config(`modes-${modes.join('-')}`, { inputs: [path], modes }),
        })),
      );
    },
    (measured) => {
      const alone = measured.slice(0, -1).reduce((seconds, one) => seconds + one.seconds, 0);
      const share = measured.at(-1)!.seconds / alone;
      return verdict(`all four in ${share.toFixed(2)} of the time of each alone; goal 0.70`, share < 0.7);
    },
  );
  await table(
    'Threads, three renditions',
    async () => {
      const ladder = await makeLadder(folder, megabytes);
      const counts = [0, 1, 2, 4].filter((count) => count <= Math.max(2, availableParallelism()));
      return Promise.all(
        counts.map(async (workers) => ({
          name: `--workers ${workers}`,
          bytes: sum(ladder),
          run: await config(`workers-${workers}`, {
            ...{ inputs: ladder.map(({ path }) => path), modes: ['dash-cenc'], workers },
          }),
        })),
      );
    },
    (measured) => {
      const two = measured.find(({ name }) => name === '--workers 2')!;
      const gain = measured[0]!.seconds / two.seconds;
      return verdict(
        `two threads are ${gain.toFixed(2)} times as fast as none beside the main one; goal 1.80`,
        gain >= 1.8,
      );
    },
  );
  await table(
    'Titles of the same bytes in all',
    async () => {
      const steps: Step[] = [];
      for (const each of [megabytes, ...TITLES]) {
        const one = await makeSource(folder, 'H.264', each);
        const count = Math.max(1, Math.round((megabytes * 1e6) / one.bytes));
        const titles = await list(folder, one, count);
        const path = join(folder, `titles-${count}.config.json`);
        await writeFile(path, JSON.stringify(titles));
        const name = `${count} of ${(one.bytes / 1e6).toFixed(0)} MB`;
        steps.push({
          name,
          bytes: count * one.bytes,
          run: program(['run', '--config', path, '--quiet', ...options]),
        });
      }
      return steps;
    },
    (measured) => {
      const rate = ({ seconds, bytes }: MeasuredStep) => seconds / bytes;
      const [one, ...many] = measured;
      return many
        .map((titles) => {
          const share = rate(titles) / rate(one!);
          return verdict(
            `${titles.name}: a byte takes ${share.toFixed(2)} times as long as in one title; goal 1.10`,
            share <= 1.1,
          );
        })
        .join('\n');
    },
  );
}

/** Emptied after each run. */
const outputIn = (folder: string, name: string): string => join(folder, OUTPUT, name);

/** Titles of one file, which has a name for each. */
async function list(folder: string, { path }: Source, count: number): Promise<object[]> {
  const titles: object[] = [];
  for (let n = 0; n < count; n++) {
    const input = path.replace('.mp4', `-${n}.mp4`);
    await link(path, input);
    titles.push({
      ...KEY_SOURCE,
      modes: ['dash-cenc'],
      contentId: `title-${n}`,
      inputs: [input],
      output: outputIn(folder, `${n}`),
    });
  }
  return titles;
}

const sum = (sources: readonly Source[]): number => sources.reduce((total, { bytes }) => total + bytes, 0);
