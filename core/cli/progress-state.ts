import type { RunEvent } from '../contract/events.ts';
import { STAGES, type StageName } from '../contract/stages.ts';

export type Status = 'waiting' | 'running' | 'done';

export interface UnitState {
  readonly mode: string;
  readonly unit: string;
  readonly status: Status;
  /** Input bytes. */
  readonly done: number;
  readonly total: number;
}

/** How far all units together were at a time, in milliseconds. */
interface Mark {
  readonly time: number;
  readonly done: number;
}

/** All that a display shows of a title on its way. Made by `reduce`, never changed. */
export interface ProgressState {
  readonly contentId: string | undefined;
  readonly stages: Readonly<
    Record<StageName, { readonly status: Status; readonly detail: string | undefined }>
  >;
  /** In the order of the plan. */
  readonly units: readonly UnitState[];
  /** Input bytes of all units. */
  readonly done: number;
  readonly total: number;
  /** The last seconds, oldest first: what the speed is measured on. */
  readonly marks: readonly Mark[];
}

/** What the user sees as one step: encrypt and segment take turns for each segment, so they are one. */
export interface Phase {
  readonly title: string;
  readonly stages: readonly StageName[];
}

export const PHASES = [
  { title: 'Resolve content id', stages: ['resolve-cid'] },
  { title: 'Acquire keys', stages: ['acquire-key'] },
  { title: 'Demux', stages: ['demux'] },
  { title: 'Encrypt and segment', stages: ['encrypt', 'segment'] },
  { title: 'Emit manifests', stages: ['emit-manifest'] },
  { title: 'Report', stages: ['report'] },
] as const satisfies readonly Phase[];

/** The phase that has the units. */
export const WORK: Phase = PHASES[3];

/** The speed is the mean over this long: steady enough to read, quick enough to notice a slow disk. */
const WINDOW = 5000;
/** Marks closer together than this replace each other, so the window holds a few dozen. */
const MARK_INTERVAL = 200;

const WAITING = { status: 'waiting', detail: undefined } as const;

export const INITIAL: ProgressState = {
  contentId: undefined,
  stages: Object.fromEntries(STAGES.map((stage) => [stage, WAITING])) as ProgressState['stages'],
  units: [],
  done: 0,
  total: 0,
  marks: [],
};

/** The state after an event that happened at `time` (milliseconds of any steady clock). */
export function reduce(state: ProgressState, event: RunEvent, time: number): ProgressState {
  switch (event.type) {
    case 'stage': {
      const { stage, state: edge, detail = state.stages[event.stage].detail } = event;
      const status = edge === 'start' ? 'running' : 'done';
      return { ...state, stages: { ...state.stages, [stage]: { status, detail } } };
    }
    case 'plan': {
      const units = event.units.map(
        ({ mode, unit, bytes }): UnitState => ({ mode, unit, status: 'waiting', done: 0, total: bytes }),
      );
      return measured({ ...state, contentId: event.contentId, units, marks: [] }, time);
    }
    case 'unit': {
      const { mode, unit, total } = event;
      const status = event.state === 'end' ? 'done' : 'running';
      const next = { mode, unit, status, total, done: status === 'done' ? total : event.done } as const;
      const units = state.units.map((known) => (known.mode === mode && known.unit === unit ? next : known));
      return measured({ ...state, units }, time);
    }
    case 'warning':
    case 'finished':
      return state;
  }
}

function measured(state: ProgressState, time: number): ProgressState {
  let done = 0;
  let total = 0;
  for (const unit of state.units) {
    done += unit.done;
    total += unit.total;
  }
  // From the last mark that is a whole window old, so that a stall is measured too.
  const from = state.marks.findLastIndex((mark) => time - mark.time >= WINDOW);
  const marks = state.marks.slice(Math.max(from, 0));
  const last = marks.at(-1);
  // The first mark is where the measurement starts: it is never replaced.
  if (marks.length > 1 && last !== undefined && time - last.time < MARK_INTERVAL) marks.pop();
  marks.push({ time, done });
  return { ...state, done, total, marks };
}

/** Bytes a second over the last seconds; falls when nothing arrives. `undefined` until there is something to measure. */
export function speed({ marks, done }: ProgressState, time: number): number | undefined {
  const first = marks[0];
  if (first === undefined || done === first.done || time <= first.time) return undefined;
  return ((done - first.done) / (time - first.time)) * 1000;
}

/** Seconds until all units are done at the present speed. */
export function timeLeft(state: ProgressState, time: number): number | undefined {
  const bytesPerSecond = speed(state, time);
  return bytesPerSecond === undefined ? undefined : (state.total - state.done) / bytesPerSecond;
}

/** A phase is over when its stages are, or when a later one began: a stage that nobody was asked in sends no events. */
export function phaseStatus({ stages }: ProgressState, phase: Phase): Status {
  const own = phase.stages.map((stage) => stages[stage].status);
  if (own.every((status) => status === 'done')) return 'done';
  const later = STAGES.slice(STAGES.indexOf(phase.stages.at(-1)!) + 1);
  if (later.some((stage) => stages[stage].status !== 'waiting')) return 'done';
  return own.every((status) => status === 'waiting') ? 'waiting' : 'running';
}

/** What the stages of a phase said about themselves. */
export function phaseDetail(state: ProgressState, phase: Phase): string | undefined {
  const details = phase.stages
    .map((stage) => state.stages[stage].detail)
    .filter((detail) => detail !== undefined);
  return details.join(', ') || undefined;
}
