import { CP, contenders, FFMPEG } from './contenders.ts';
import { measureInTurn, medianSeconds, peakBytes } from './rounds.ts';
import type { Setting } from './setting.ts';
import { makeSource } from './source.ts';
import { markdownTable, mebibytes, speed, verdict } from './table.ts';

/** Each mode on one title of H.264, beside `cp`, ffmpeg and Shaka Packager; `only` those with this in their name. */
export async function compareModes(
  { folder, megabytes, rounds, options }: Setting,
  only: string,
): Promise<void> {
  const source = await makeSource(folder, 'H.264', megabytes);
  console.log(`${(source.bytes / 1e6).toFixed(0)} MB, ${source.seconds} s of 1080p H.264 and AAC\n`);
  const chosen = contenders(source, folder, options).filter(
    ({ name }) => name === CP || name === FFMPEG || name.includes(only),
  );
  const measured = await measureInTurn(chosen, rounds, folder);
  const seconds = measured.map(medianSeconds);
  const secondsOf = (wanted: string) => seconds[chosen.findIndex(({ name }) => name === wanted)]!;

  const rows = chosen.map(({ name, goal }, index) => {
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
      goal ? verdict(goal.text, goal.met(figures)) : '',
    ];
  });
  console.log(markdownTable(['', 'seconds', 'MB/s', '× cp', '× ffmpeg', 'peak MiB', 'goal'], rows));
}
