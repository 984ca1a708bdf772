import { setImmediate as turn } from 'node:timers/promises';
import { DefaultRenderer, Listr, type ListrTaskWrapper } from 'listr2';
import { titleLine } from './batch-lines.ts';
import { BatchState } from './batch-state.ts';
import {
  type AlreadyThere,
  headingLine,
  type Outcome,
  type TitleDisplay,
  type TitleHeading,
} from './display.ts';
import { bar, count, type Paint, percent, printable, truncate, wrapLines } from './format.ts';
import { liveLines, type Room } from './live-lines.ts';
import {
  INITIAL,
  PHASES,
  type ProgressState,
  phaseDetail,
  phaseStatus,
  reduce,
  WORK,
} from './progress-state.ts';
import { againLine, skippedLines, summaryLines } from './summary.ts';
import type { TerminalOptions } from './terminal-options.ts';
import { Ticker } from './ticker.ts';
import { isBatch } from './titles.ts';

type Task = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof DefaultRenderer>;

/** A title that is open. */
export interface OpenEntry {
  readonly heading: TitleHeading;
  readonly state: ProgressState;
}

/** The line that counts the titles, and the line of the cursor. */
const RESERVED_ROWS = 2;
/** Indentation and icons that listr2 adds to a line, at most. */
const RESERVED_COLUMNS = 6;

/**
 * Several titles at once: below, what is at work, redrawn in place; above, what has become of those that are over, as it would
 * stand there had they come one after the other. For each of these the list goes for a moment, so that whoever has to tell an
 * error finds that nothing draws.
 */
export class LiveList {
  readonly #options: TerminalOptions;
  readonly #titles = new Map<number, OpenEntry>();
  /** Of a list so long that a title has a line and no more. */
  #batch: BatchState | undefined;
  #list: Promise<unknown> | undefined;
  #task: Task | undefined;
  #endTask = (): void => {};
  /** Those who print, or wait until they may. */
  #printers = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: TerminalOptions) {
    this.#options = options;
  }

  open(heading: TitleHeading): TitleDisplay {
    const { number } = heading;
    this.#titles.set(number, { heading, state: INITIAL });
    const batch = this.#batchOf(heading);
    const note = batch?.begin();
    return {
      event: (event) => {
        note?.(event);
        const { state } = this.#titles.get(number)!;
        this.#titles.set(number, { heading, state: reduce(state, event, this.#options.now()) });
        if (event.type === 'stage') this.#start();
      },
      close: (outcome) => {
        const { state } = this.#titles.get(number)!;
        this.#titles.delete(number);
        batch?.end(endingOf(outcome), this.#options.now());
        return this.print(this.#endLines(heading, state, outcome));
      },
    };
  }

  /** A title of it was there already. */
  skip(heading: TitleHeading, there: AlreadyThere): Promise<void> {
    const batch = this.#batchOf(heading);
    batch?.end('exists', this.#options.now());
    if (batch) return this.print([titleLine(heading, there, this.#options.paint)]);
    return this.print([...skippedLines(heading, there), '']);
  }

  #batchOf(heading: TitleHeading): BatchState | undefined {
    if (isBatch(heading)) this.#batch ??= new BatchState(heading.of, this.#options.now());
    return this.#batch;
  }

  /** Print lines above the list. When it resolves nothing draws, for the rest of this turn of the event loop. */
  print(lines: readonly string[]): Promise<void> {
    const { write, size } = this.#options;
    this.#printers++;
    const printed = this.#turn.then(async () => {
      await this.#stop();
      write(wrapLines(lines.map((line) => `${line}\n`).join(''), size().columns));
    });
    this.#turn = printed.then(async () => {
      await turn();
      this.#printers--;
      if (this.#titles.size > 0) this.#start();
    });
    return printed;
  }

  #endLines(heading: TitleHeading, state: ProgressState, outcome: Outcome): string[] {
    const { folder, paint, size } = this.#options;
    if (this.#batch) return [titleLine(heading, outcome, paint)];
    const lines = [paint.strong(headingLine(heading)), ...endedPhases(state, paint)];
    if ('error' in outcome) {
      const { error, again } = outcome;
      return again === undefined ? lines : [...lines, againLine(error, again)];
    }
    return [...lines, '', ...summaryLines(outcome.report, { folder, paint, columns: size().columns }), ''];
  }

  #start(): void {
    if (this.#list || this.#printers > 0) return;
    const over = new Promise<void>((resolve) => {
      this.#endTask = resolve;
    });
    const task = (_: unknown, wrapper: Task): Promise<void> => {
      this.#task = wrapper;
      return over;
    };
    const list = new Listr([{ title: 'Package', task }], {
      renderer: DefaultRenderer,
      // The command has its own handler, which lets the run clean up.
      registerSignalListeners: false,
      rendererOptions: {
        clearOutput: true,
        formatOutput: 'truncate',
        spinner: new Ticker(() => this.#draw()),
      },
    });
    this.#list = list.run().catch(() => undefined);
  }

  async #stop(): Promise<void> {
    this.#endTask();
    await this.#list;
    this.#list = undefined;
    this.#task = undefined;
  }

  /** Bring the list up to date; false: it has not been drawn by that. */
  #draw(): false {
    if (!this.#task || this.#titles.size === 0) return false;
    const { now, size, paint } = this.#options;
    const { columns, rows } = size();
    const titles = [...this.#titles.values()];
    const time = now();
    const width = columns - RESERVED_COLUMNS;
    const first = this.#batch
      ? batchHead(this.#batch, titles.length, time, width, paint)
      : [`Package ${count(titles[0]!.heading.of, 'title')}, ${titles.length} at work`];
    const room = { columns: width, rows: rows - RESERVED_ROWS - (first.length - 1) };
    // All of it is the task's name: of a task's output listr2 indents the first line another way.
    this.#task.title = [...first, ...titleLines(titles, time, room, paint)].join('\n');
    return false;
  }
}

const BAR = 24;

/** The whole of a batch in two lines. */
function batchHead(batch: BatchState, atWork: number, time: number, width: number, paint: Paint): string[] {
  const { over, of } = batch;
  const pace = truncate([percent(over, of).trim(), ...batch.pace(time)].join('  '), width - BAR - 2);
  return [
    truncate(batch.counts(atWork), width),
    `${paint.good(bar(over, of, Math.min(BAR, width)))}  ${pace}`,
  ];
}

const endingOf = (outcome: Outcome) =>
  'report' in outcome ? 'written' : outcome.again === undefined ? 'failed' : 'again';

/** How far a title has come that is over: what it did, and at what it failed. */
function endedPhases(state: ProgressState, paint: Paint): string[] {
  return PHASES.flatMap((phase) => {
    const status = phaseStatus(state, phase);
    if (status === 'waiting') return [];
    const detail = phaseDetail(state, phase);
    const text = detail ? `${phase.title}: ${printable(detail)}` : phase.title;
    return [`${status === 'done' ? paint.good('✔') : paint.bad('✖')} ${text}`];
  });
}

/**
 * A line for each title, and below it what is at work, as far as there is room: the first title has most of it, since its units
 * go first. One line sums up the titles that have none.
 */
export function titleLines(
  titles: readonly OpenEntry[],
  time: number,
  { columns, rows }: Room,
  paint: Paint,
): string[] {
  if (rows < 1) return [];
  const shown = titles.length > rows ? titles.slice(0, rows - 1) : titles;
  let free = rows - titles.length;
  const lines = shown.flatMap(({ heading, state }, index) => {
    const line = truncate(`${headingLine(heading)}${phaseWords(state)}`, columns);
    // Each of those behind it can have a line for the whole.
    const most = Math.max(Math.min(free, 1), free - (shown.length - 1 - index));
    const isWriting = phaseStatus(state, WORK) === 'running';
    const work = isWriting ? liveLines(state, time, { columns: columns - 2, rows: most }, paint) : [];
    free -= work.length;
    return [line, ...work.map((each) => `  ${each}`)];
  });
  const hidden = titles.length - shown.length;
  return hidden === 0 ? lines : [...lines, paint.dim(truncate(`+${count(hidden, 'more title')}`, columns))];
}

/** `: Demux` */
function phaseWords(state: ProgressState): string {
  const phase = PHASES.findLast((each) => phaseStatus(state, each) !== 'waiting');
  return phase ? `: ${phase.title}` : '';
}
