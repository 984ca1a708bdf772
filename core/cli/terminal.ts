import { DefaultRenderer, ListrDefaultRendererLogLevels as Icon, Listr, type ListrTaskWrapper } from 'listr2';
import {
  type Display,
  headingLine,
  isOneOfSeveral,
  type TitleDisplay,
  type TitleHeading,
} from './display.ts';
import { printable, truncate, wrapLines } from './format.ts';
import { liveLines } from './live-lines.ts';
import {
  INITIAL,
  PHASES,
  type Phase,
  type ProgressState,
  phaseDetail,
  phaseStatus,
  reduce,
  WORK,
} from './progress-state.ts';
import { againLine, skippedLines, summaryLines, titlesLines } from './summary.ts';
import { LiveList } from './terminal-list.ts';
import type { TerminalOptions } from './terminal-options.ts';
import { Ticker } from './ticker.ts';

/** listr2 redraws in place only while its list is lower than the screen: the tasks, and the line of the cursor. */
const RESERVED_ROWS = PHASES.length + 1;
/** Indentation and icons that listr2 adds to a line, at most. */
const RESERVED_COLUMNS = 6;

/**
 * A live list of the phases of a title, or of the titles where there are several at once, drawn by listr2; nothing else may
 * print while a title is open.
 */
export function terminalDisplay(options: TerminalOptions): Display {
  const { paint } = options;
  const write = (text: string) => options.write(wrapLines(text, options.size().columns));
  const list = new LiveList(options);
  return {
    open: (heading) => {
      if (isOneOfSeveral(heading)) return list.open(heading);
      if (heading.of > 1) write(`${paint.strong(headingLine(heading))}\n`);
      return new LiveTitle(heading, options);
    },
    skip: (heading, there) => {
      if (isOneOfSeveral(heading)) return list.skip(heading, there);
      const [title = '', ...rest] = skippedLines(heading, there);
      const gap = heading.number < heading.of ? ['', ''] : [''];
      return write([paint.strong(title), ...rest, ...gap].join('\n'));
    },
    end: (results) =>
      write(
        titlesLines(results, paint)
          .map((line) => `${line}\n`)
          .join(''),
      ),
  };
}

type Task = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof DefaultRenderer>;

class LiveTitle implements TitleDisplay {
  readonly #options: TerminalOptions;
  readonly #heading: TitleHeading;
  /** Begins with the first stage: what fails before that has no list to show. */
  #list: Promise<unknown> | undefined;
  #state: ProgressState = INITIAL;
  /** The phase that the list shows as running. */
  #current: { readonly phase: Phase; readonly task: Task; readonly end: (error?: Error) => void } | undefined;
  #closed: 'done' | 'failed' | undefined;

  constructor(heading: TitleHeading, options: TerminalOptions) {
    this.#options = options;
    this.#heading = heading;
  }

  event(event: Parameters<TitleDisplay['event']>[0]): void {
    if (event.type === 'stage') this.#list ??= this.#start();
    this.#state = reduce(this.#state, event, this.#options.now());
    this.#advance();
  }

  async close(outcome: Parameters<TitleDisplay['close']>[0]): Promise<void> {
    this.#closed = 'error' in outcome ? 'failed' : 'done';
    this.#advance();
    await this.#list;
    const { write, folder, paint, size } = this.#options;
    const { columns } = size();
    const print = (lines: readonly string[]) =>
      write(wrapLines(lines.map((line) => `${line}\n`).join(''), columns));
    if ('error' in outcome) {
      const { error, again } = outcome;
      if (again !== undefined) print([againLine(error, again)]);
      return;
    }
    print(['', ...summaryLines(outcome.report, { folder, paint, columns })]);
    if (this.#heading.number < this.#heading.of) write('\n');
  }

  #start(): Promise<unknown> {
    const tasks = PHASES.map((phase) => ({
      title: phase.title,
      task: (_: unknown, task: Task) => this.#show(phase, task),
    }));
    const list = new Listr(tasks, {
      renderer: DefaultRenderer,
      // The command has its own handler, which lets the run clean up.
      registerSignalListeners: false,
      rendererOptions: {
        formatOutput: 'truncate',
        showErrorMessage: false,
        spinner: new Ticker(() => this.#draw()),
        icon: { [Icon.OUTPUT]: '', [Icon.WAITING]: ' ', [Icon.COMPLETED_WITH_FAILED_SISTER_TASKS]: ' ' },
      },
    });
    // Why it failed is printed by the command, once the list is gone.
    return list.run().catch(() => undefined);
  }

  /** The list's task of a phase: it lasts until the phase is over. */
  #show(phase: Phase, task: Task): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#current = { phase, task, end: (error) => (error ? reject(error) : resolve()) };
      this.#advance();
    });
  }

  #advance(): void {
    if (!this.#current) return;
    const { phase, task, end } = this.#current;
    const over = phaseStatus(this.#state, phase) === 'done';
    if (!over && !this.#closed) return;
    this.#current = undefined;
    task.title = this.#title(phase);
    if (!over && this.#closed === 'failed') end(new Error(phase.title));
    else end();
  }

  #title(phase: Phase): string {
    const detail = phaseDetail(this.#state, phase);
    const { columns } = this.#options.size();
    return truncate(
      detail ? `${phase.title}: ${printable(detail)}` : phase.title,
      columns - RESERVED_COLUMNS,
    );
  }

  /** Bring the running task up to date; true if that drew the list. */
  #draw(): boolean {
    if (this.#current?.phase !== WORK) return false;
    const { now, size, paint } = this.#options;
    const { columns, rows } = size();
    const room = { columns: columns - RESERVED_COLUMNS, rows: rows - RESERVED_ROWS };
    const lines = liveLines(this.#state, now(), room, paint);
    if (lines.length === 0) return false;
    this.#current.task.output = lines.join('\n');
    return true;
  }
}
