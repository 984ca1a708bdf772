import type { JobResult } from './job.ts';

/** What became of the titles that a worker has had. */
export type WorkOutcome =
  | JobResult['outcome']
  | 'failed'
  | 'retried'
  | 'put-back'
  | 'handed-back'
  | 'cancelled'
  | 'lost';

const OUTCOMES: readonly WorkOutcome[] = [
  ...(['published', 'already-published', 'failed', 'retried', 'put-back'] as const),
  ...(['handed-back', 'cancelled', 'lost'] as const),
];

/** The queue, by state. */
export type QueueDepth = Readonly<Record<string, number>>;

/** Counts of one worker since its start, and the text that Prometheus reads. */
export class Metrics {
  readonly #titles = new Map<WorkOutcome, number>(OUTCOMES.map((outcome) => [outcome, 0]));
  #bytesRead = 0;
  #bytesWritten = 0;
  #seconds = 0;
  /** Titles at work now. */
  active = 0;

  /** A title has ended. @param seconds that it took, here */
  count(outcome: WorkOutcome, seconds: number, result: Partial<JobResult> = {}): void {
    this.#titles.set(outcome, this.of(outcome) + 1);
    this.#seconds += seconds;
    this.#bytesRead += result.bytesRead ?? 0;
    this.#bytesWritten += result.bytesWritten ?? 0;
  }

  /** Titles that ended so. */
  of(outcome: WorkOutcome): number {
    return this.#titles.get(outcome) ?? 0;
  }

  /** For the last word of a worker. */
  totals() {
    return {
      titles: Object.fromEntries(this.#titles),
      bytesRead: this.#bytesRead,
      bytesWritten: this.#bytesWritten,
      seconds: this.#seconds,
    };
  }

  /** The exposition format 0.0.4. @param depth absent: the queue cannot be asked now */
  text(depth: QueueDepth | undefined): string {
    const { rss } = process.memoryUsage();
    return [
      ...family(
        'sealpack_titles_total',
        'counter',
        'Titles that this worker has had, by what became of them.',
        [...[...this.#titles].map(([outcome, count]) => [`{outcome="${outcome}"}`, count] as const)],
      ),
      ...family('sealpack_title_seconds_total', 'counter', 'Seconds that titles took, in all.', [
        ['', this.#seconds],
      ]),
      ...family('sealpack_read_bytes_total', 'counter', 'Bytes of media that were read.', [
        ['', this.#bytesRead],
      ]),
      ...family('sealpack_written_bytes_total', 'counter', 'Bytes that were published.', [
        ['', this.#bytesWritten],
      ]),
      ...family('sealpack_titles_active', 'gauge', 'Titles at work in this worker.', [['', this.active]]),
      ...family('sealpack_resident_bytes', 'gauge', 'Memory of this process.', [['', rss]]),
      ...family('sealpack_queue_up', 'gauge', 'Whether the queue answers.', [['', depth ? 1 : 0]]),
      ...(depth
        ? family(
            'sealpack_queue_titles',
            'gauge',
            'Titles in the queue, by state.',
            Object.entries(depth).map(([state, count]) => [`{state="${state}"}`, count]),
          )
        : []),
      '',
    ].join('\n');
  }
}

const family = (
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  rows: readonly (readonly [labels: string, value: number])[],
): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
  ...rows.map(([labels, value]) => `${name}${labels} ${value}`),
];
