import type { RunEvent } from '../contract/events.ts';
import {
  type Display,
  headingLine,
  isOneOfSeveral,
  type TitleDisplay,
  type TitleHeading,
} from './display.ts';
import { bytes, count, printable } from './format.ts';
import { figures } from './live-lines.ts';
import { PlainBatch } from './plain-batch.ts';
import {
  INITIAL,
  PHASES,
  type ProgressState,
  phaseDetail,
  phaseStatus,
  reduce,
  WORK,
} from './progress-state.ts';
import { againLine, skippedLines, summaryLines, titlesLines } from './summary.ts';
import { isBatch } from './titles.ts';

export interface PlainOptions {
  write(text: string): void;
  /** Milliseconds of a steady clock. */
  now(): number;
  /** Paths are shown relative to this folder. */
  readonly folder: string;
}

/** A progress line comes after this long, in milliseconds … */
const LONG = 5000;
/** … or after a tenth of the bytes, but not before this long: a short run needs none. */
const SHORT = 1000;
const STEP = 0.1;

/** Lines for logs: nothing is ever overwritten, no colours, no cursor. With several titles at once each line says whose it is. */
export function plainDisplay(options: PlainOptions): Display {
  const line = (text: string) => options.write(`${printable(text)}\n`);
  const lineOf = (heading: TitleHeading) => (isOneOfSeveral(heading) ? marked(heading, line) : line);
  let batch: PlainBatch | undefined;
  const batchOf = ({ of }: TitleHeading) => {
    batch ??= new PlainBatch(of, line, options.now);
    return batch;
  };
  return {
    open: (heading) =>
      isBatch(heading) ? batchOf(heading).open(heading) : plainTitle(heading, lineOf(heading), options),
    skip: (heading, there) =>
      isBatch(heading)
        ? batchOf(heading).skip(heading, there)
        : [...(heading.number > 1 ? [''] : []), ...skippedLines(heading, there)].forEach(lineOf(heading)),
    end: (results) => titlesLines(results).forEach(line),
  };
}

/** `[2/5] Demux`; what only parts paragraphs is left out. */
const marked =
  ({ number, of }: TitleHeading, line: (text: string) => void) =>
  (text: string): void => {
    if (text !== '') line(`[${number}/${of}] ${text}`);
  };

function plainTitle(
  heading: TitleHeading,
  line: (text: string) => void,
  { now, folder }: PlainOptions,
): TitleDisplay {
  let state = INITIAL;
  let last = { time: now(), done: 0 };
  if (heading.of > 1) [...(heading.number > 1 ? [''] : []), headingLine(heading)].forEach(line);

  const units = (event: Extract<RunEvent, { type: 'unit' }>, time: number): void => {
    if (event.state === 'end') {
      const done = state.units.filter((unit) => unit.status === 'done').length;
      line(`  ${event.mode} ${event.unit}: ${bytes(event.total)} done (${done} of ${state.units.length})`);
    }
    const passed = time - last.time;
    const due = passed >= LONG || (passed >= SHORT && state.done - last.done >= state.total * STEP);
    if (!due || state.done >= state.total) return;
    line(`  ${figures(state, time).join(', ')}`);
    last = { time, done: state.done };
  };

  return {
    event: (event) => {
      const time = now();
      const before = state;
      state = reduce(state, event, time);
      if (event.type === 'stage') phaseLines(before, state).forEach(line);
      else if (event.type === 'plan') last = { time, done: 0 };
      else if (event.type === 'unit') units(event, time);
      else if (event.type === 'warning') line(`  warning: ${event.message}`);
    },
    close: async (outcome) => {
      if ('report' in outcome) ['', ...summaryLines(outcome.report, { folder })].forEach(line);
      else if (outcome.again !== undefined) line(againLine(outcome.error, outcome.again));
      else if (isOneOfSeveral(heading)) line('failed');
    },
  };
}

/** A line when a phase begins, and one for what it says of itself. */
function phaseLines(before: ProgressState, after: ProgressState): string[] {
  return PHASES.flatMap((phase) => {
    const began = phaseStatus(before, phase) === 'waiting' && phaseStatus(after, phase) === 'running';
    const detail = phaseDetail(after, phase);
    const units = phase === WORK && after.units.length > 0;
    const title = units
      ? `${phase.title}: ${count(after.units.length, 'unit')}, ${bytes(after.total)}`
      : phase.title;
    return [
      ...(began ? [title] : []),
      ...(detail !== undefined && detail !== phaseDetail(before, phase) ? [`  ${detail}`] : []),
    ];
  });
}
