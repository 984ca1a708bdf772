import {
  bar,
  bytes,
  columnsOf,
  NO_COLOUR,
  type Paint,
  padded,
  percent,
  rate,
  truncate,
  wholeDuration,
} from './format.ts';
import { type ProgressState, speed, timeLeft, type UnitState } from './progress-state.ts';

/** The room that the lines may take. */
export interface Room {
  readonly columns: number;
  readonly rows: number;
}

const TOTAL_BAR = 24;
const UNIT_BAR = 12;
/** Below this many columns figures are worth more than bars. */
const NARROW = 60;

/**
 * What happens now: a line for the whole, then a line for each unit in work, as many as the room has; one line sums up
 * the units that have none.
 */
export function liveLines(
  state: ProgressState,
  time: number,
  room: Room,
  paint: Paint = NO_COLOUR,
): string[] {
  if (state.units.length === 0 || room.rows < 1) return [];
  return [
    totalLine(state, time, room, paint),
    ...unitLines(state.units, { ...room, rows: room.rows - 1 }, paint),
  ];
}

/** What there is to say of the whole, the most important first: `45 %`, `812 MB/s`, `2 s left`, `1.23 GB of 2.71 GB`. */
export function figures(state: ProgressState, time: number): string[] {
  const bytesPerSecond = speed(state, time);
  const left = state.done < state.total ? timeLeft(state, time) : undefined;
  return [
    percent(state.done, state.total).trim(),
    ...(bytesPerSecond === undefined ? [] : [rate(bytesPerSecond)]),
    ...(left === undefined ? [] : [`${wholeDuration(Math.ceil(left))} left`]),
    `${bytes(state.done)} of ${bytes(state.total)}`,
  ];
}

/** `████░░░░  45 %  812 MB/s  2 s left  1.23 GB of 2.71 GB`; what does not fit is left out, the last first. */
function totalLine(state: ProgressState, time: number, { columns }: Room, paint: Paint): string {
  if (columns < NARROW) return fit(figures(state, time), columns);
  const text = fit(figures(state, time), columns - TOTAL_BAR - 2);
  return `${paint.good(bar(state.done, state.total, TOTAL_BAR))}  ${text}`;
}

function fit(parts: readonly string[], width: number): string {
  let text = parts[0] ?? '';
  for (const part of parts.slice(1)) {
    if (text.length + 2 + part.length > width) break;
    text += `  ${part}`;
  }
  return truncate(text, width);
}

function unitLines(units: readonly UnitState[], { columns, rows }: Room, paint: Paint): string[] {
  if (rows < 1) return [];
  const active = units.filter((unit) => unit.status === 'running');
  const others = units.length > active.length;
  const shown = active.slice(0, others || active.length > rows ? rows - 1 : rows);
  const width = Math.max(0, ...shown.map((unit) => columnsOf(label(unit))));
  const lines = shown.map((unit) => unitLine(unit, width, columns, paint));
  const rest = restLine(units, shown.length);
  return rest === '' ? lines : [...lines, paint.dim(truncate(rest, columns))];
}

const label = ({ mode, unit }: UnitState): string => `${mode} ${unit}`;

/** `dash-cenc video-1  ███████░░░░░   62 %  120 MB of 193 MB`. */
function unitLine(unit: UnitState, width: number, columns: number, paint: Paint): string {
  const { done, total } = unit;
  const amount = percent(done, total);
  if (columns < NARROW) {
    const room = Math.min(width, Math.max(0, columns - amount.length - 1));
    return truncate(`${padded(truncate(label(unit), room), room)} ${amount}`, columns);
  }
  const detail = `${amount}  ${bytes(done)} of ${bytes(total)}`;
  const room = Math.min(width, columns - UNIT_BAR - 4 - detail.length);
  return `${padded(truncate(label(unit), room), room)}  ${paint.good(bar(done, total, UNIT_BAR))}  ${detail}`;
}

/** `+7 more waiting, 3 done`; `+3 more in work, 7 waiting, 1 done`. */
function restLine(units: readonly UnitState[], shown: number): string {
  const number = (status: UnitState['status']) => units.filter((unit) => unit.status === status).length;
  const hidden = number('running') - shown;
  const waiting = number('waiting');
  const done = number('done');
  return [
    ...(hidden > 0 ? [`+${hidden} more in work`] : []),
    ...(waiting > 0 ? [hidden > 0 ? `${waiting} waiting` : `+${waiting} more waiting`] : []),
    ...(done > 0 ? [`${done} done`] : []),
  ].join(', ');
}
