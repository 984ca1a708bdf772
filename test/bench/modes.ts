import { writeFileSync } from 'node:fs';
import { machine } from './machine.ts';
import type { Measurement } from './measure.ts';
import { measureInTurn, median, medianSeconds, peakBytes } from './rounds.ts';
import type { Setting } from './setting.ts';
import { makeSource } from './source.ts';
import { markdownTable, mebibytes, speed, verdict } from './table.ts';
import { CP, SEALPACK, type Work, works } from './works.ts';

/** What is compared. */
interface Comparison {
  /** Only works with this in their name. */
  readonly only: string;
  /** Another checkout, built, which is measured as well. */
  readonly against: string | undefined;
  /** Other binaries of Node.js, which run it as well. */
  readonly nodes: readonly string[];
  /** It works on a disk, not in memory. */
  readonly isOnDisk: boolean;
  /** A file for all that was measured. */
  readonly json: string | undefined;
}

/** Figures of a program, over all rounds. */
interface Figures {
  readonly name: string;
  readonly seconds: number;
  readonly cpuSeconds: number | undefined;
  readonly peakBytes: number | undefined;
  readonly rounds: readonly Measurement[];
}

/** Each work on one title of H.264, beside `cp` and the peers that there are: a table each. */
export async function compareModes(
  { folder, megabytes, rounds, options }: Setting,
  { only, against, nodes, isOnDisk, json }: Comparison,
): Promise<void> {
  const source = await makeSource(folder, 'H.264', megabytes);
  console.log(`${(source.bytes / 1e6).toFixed(0)} MB, ${source.seconds} s of 1080p H.264 and AAC`);
  const report: object[] = [];
  for (const work of works(source, folder, { extra: options, against, nodes, isOnDisk })) {
    if (!work.name.toLowerCase().includes(only.toLowerCase())) continue;
    const measured = await measureInTurn(work.contenders, rounds, folder);
    const figures = work.contenders.map(({ name }, index) => figuresOf(name, measured[index]!));
    console.log(`\n### ${work.name}\n\n${tableOf(work, figures, source.bytes)}`);
    report.push({ work: work.name, goals: work.goals, figures });
  }
  if (json !== undefined)
    writeFileSync(json, `${JSON.stringify({ machine: machine(), source, works: report }, undefined, 1)}\n`);
}

function figuresOf(name: string, rounds: readonly Measurement[]): Figures {
  const cpu = rounds.flatMap(({ cpuSeconds }) => cpuSeconds ?? []);
  return {
    name,
    seconds: medianSeconds(rounds),
    cpuSeconds: cpu.length === rounds.length ? median(cpu) : undefined,
    peakBytes: peakBytes(rounds),
    rounds,
  };
}

function tableOf({ goals }: Work, figures: readonly Figures[], bytes: number): string {
  const copy = figures.find(({ name }) => name === CP)!;
  const ours = figures.find(({ name }) => name === SEALPACK)!;
  const rows = figures.map(({ name, seconds, cpuSeconds, peakBytes }) => [
    name,
    seconds.toFixed(2),
    cpuSeconds?.toFixed(2) ?? '?',
    speed(bytes, seconds),
    (seconds / copy.seconds).toFixed(1),
    name === CP ? '' : overOthers(ours, { name, seconds }),
    mebibytes(peakBytes),
    name === SEALPACK ? goals.flatMap((goal) => judged(goal, figures)).join('; ') : '',
  ]);
  const columns = ['seconds', 'CPU s', 'MB/s', 'time ÷ cp', `÷ ${SEALPACK}`, 'peak MiB'];
  return markdownTable(['', ...columns, 'goal'], rows);
}

/** Time of another one ÷ ours. */
const overOthers = (ours: Figures, { seconds }: Pick<Figures, 'name' | 'seconds'>): string =>
  (seconds / ours.seconds).toFixed(2);

/** A goal that there is somebody to hold against. */
function judged({ over, least }: Work['goals'][number], figures: readonly Figures[]): string[] {
  const [ours, other] = [SEALPACK, over].map((wanted) => figures.find(({ name }) => name === wanted));
  if (!ours || !other) return [];
  return [verdict(`≥ ${least.toFixed(2)} × ${over}`, other.seconds / ours.seconds >= least)];
}
