import { CP, contenders, FFMPEG } from './contenders.ts';
import { measureInTurn, median, medianSeconds, peakBytes } from './rounds.ts';
import type { Setting } from './setting.ts';
import { makeSource } from './source.ts';
import { markdownTable, mebibytes, speed, verdict } from './table.ts';

/** What is compared. */
interface Comparison {
  /** Only what has this in its name. */
  readonly only: string;
  /** Another checkout, built, whose modes are measured as well. */
  readonly against: string | undefined;
}

/** Each mode on one title of H.264, beside `cp`, ffmpeg and Shaka Packager. */
export async function compareModes(
  { folder, megabytes, rounds, options }: Setting,
  { only, against }: Comparison,
): Promise<void> {
  const source = await makeSource(folder, 'H.264', megabytes);
  console.log(`${(source.bytes / 1e6).toFixed(0)} MB, ${source.seconds} s of 1080p H.264 and AAC\n`);
  const chosen = contenders(source, folder, { extra: options, against }).filter(
    ({ name }) => name === CP || name === FFMPEG || name.includes(only),
  );
  const measured = await measureInTurn(chosen, rounds, folder);
  const seconds = measured.map(medianSeconds);
  const secondsOf = (wanted: string) => seconds[chosen.findIndex(({ name }) => name === wanted)]!;

  /** Speed ÷ speed before, the median of all rounds. */
  const ofBefore = (index: number, before: string): string => {
    const old = measured[chosen.findIndex(({ name }) => name === before)]!;
    const ratios = measured[index]!.map((now, round) => old[round]!.seconds / now.seconds);
    return median(ratios).toFixed(3);
  };
  const rows = chosen.map(({ name, goal, before }, index) => {
    const time = seconds[index]!;
    const figures = {
      ofCp: secondsOf(CP) / time,
      ofFfmpeg: secondsOf(FFMPEG) / time,
      peakBytes: peakBytes(measured[index]!),
    };
    return [
      name,
      time.toFixed(2),
      speed(source.bytes, time),
      figures.ofCp.toFixed(2),
      figures.ofFfmpeg.toFixed(2),
      mebibytes(figures.peakBytes),
      ...(against === undefined ? [] : [before === undefined ? '' : ofBefore(index, before)]),
      goal ? verdict(goal.text, goal.met(figures)) : '',
    ];
  });
  const columns = [
    'seconds',
    'MB/s',
    '× cp',
    '× ffmpeg',
    'peak MiB',
    ...(against === undefined ? [] : ['× before']),
  ];
  console.log(markdownTable(['', ...columns, 'goal'], rows));
}
