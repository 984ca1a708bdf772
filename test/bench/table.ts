import { type Contender, CP, FFMPEG, type Figures } from './contenders.ts';
import type { Measurement } from './measure.ts';

export interface Result {
  readonly contender: Contender;
  readonly rounds: readonly Measurement[];
}

/** The results as a Markdown table: medians of time, greatest peak of memory. */
export function markdownTable(results: readonly Result[], bytes: number): string {
  const seconds = (name: string): number => {
    const result = results.find(({ contender }) => contender.name === name);
    return result === undefined ? Number.NaN : medianSeconds(result);
  };
  const rows = results.map((result) => {
    const time = medianSeconds(result);
    const figures = { ofCp: seconds(CP) / time, ofFfmpeg: seconds(FFMPEG) / time, peakBytes: peak(result) };
    return [
      result.contender.name,
      time.toFixed(2),
      (bytes / 1e6 / time).toFixed(0),
      figures.ofCp.toFixed(2),
      figures.ofFfmpeg.toFixed(2),
      figures.peakBytes === undefined ? '?' : (figures.peakBytes / 2 ** 20).toFixed(0),
      goal(result.contender, figures),
    ];
  });
  const head = ['', 'seconds', 'MB/s', '× cp', '× ffmpeg', 'peak MiB', 'goal'];
  const rule = [':--', ...head.slice(2).map(() => '--:'), ':--'];
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function goal({ goal }: Contender, figures: Figures): string {
  return goal === undefined ? '' : `${goal.text}: ${goal.met(figures) ? 'met' : 'missed'}`;
}

function medianSeconds({ rounds }: Result): number {
  const sorted = rounds.map(({ seconds }) => seconds).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function peak({ rounds }: Result): number | undefined {
  const peaks = rounds.flatMap(({ peakBytes }) => (peakBytes === undefined ? [] : [peakBytes]));
  return peaks.length === 0 ? undefined : Math.max(...peaks);
}
