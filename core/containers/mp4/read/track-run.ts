import { BoxError } from '../../../base/box-walk.ts';
import { viewOf } from '../../../base/bytes.ts';
import type { FragmentSampleWriter } from './fragment-sample-writer.ts';
import type { SampleDefaults } from './movie-extends.ts';
import { rowsAfter } from './table-rows.ts';

/** Flags of `trun` (ISO/IEC 14496-12, 8.8.8): which fields it has. */
const DATA_OFFSET = 0x1;
const FIRST_FLAGS = 0x4;
const DURATION = 0x100;
const SIZE = 0x200;
const FLAGS = 0x400;
const COMPOSITION_OFFSET = 0x800;

/** sample_is_non_sync_sample; and sample_depends_on = 1, which some writers set alone. */
const NOT_SYNC = 0x0101_0000;

/** Where the samples of a track fragment lie, and what they have where a run does not say otherwise. */
export interface RunContext {
  readonly defaults: SampleDefaults;
  /** What data offsets count from. */
  readonly base: number;
  /** Where the data is when a run does not say it. */
  readonly implicit: number;
}

/** What a run asks of whoever takes its samples. */
export type RunSink = Pick<FragmentSampleWriter, 'add' | 'expect'>;

/**
 * Read the payload of a `trun`. Composition offsets are unsigned in version 0 by the standard, but some encoders write
 * negative ones there too, and nobody writes offsets of 2^31 ticks: both versions are read as signed.
 * @param sink where the samples go; `undefined`: they are of a track that nobody wants
 * @returns where the data of the run ends
 */
export function readTrackRun(payload: Uint8Array, context: RunContext, sink: RunSink | undefined): number {
  const { defaults, base, implicit } = context;
  const view = viewOf(payload);
  const present = view.getUint32(0);
  const count = view.getUint32(4);
  let at = 8;
  const field = (flag: number, bytes: number): number => {
    if ((present & flag) === 0) return -1;
    at += bytes;
    return at - bytes;
  };
  const dataOffsetAt = field(DATA_OFFSET, 4);
  const firstFlagsAt = field(FIRST_FLAGS, 4);
  const rowsAt = at;
  at = 0;
  const durationAt = field(DURATION, 4);
  const sizeAt = field(SIZE, 4);
  const flagsAt = field(FLAGS, 4);
  const offsetAt = field(COMPOSITION_OFFSET, 4);
  const rowBytes = at;

  let position = dataOffsetAt < 0 ? implicit : base + view.getInt32(dataOffsetAt);
  const { view: rows } = rowsAfter(view, 'trun', rowsAt, count, rowBytes);
  if (sink === undefined && sizeAt < 0) return safe(position + count * defaults.size);

  sink?.expect(count);
  for (let i = 0, row = 0; i < count; i++, row += rowBytes) {
    const size = sizeAt < 0 ? defaults.size : rows.getUint32(row + sizeAt);
    if (sink) {
      const first = i === 0 && firstFlagsAt >= 0 ? view.getUint32(firstFlagsAt) : defaults.flags;
      const flags = flagsAt < 0 ? first : rows.getUint32(row + flagsAt);
      const duration = durationAt < 0 ? defaults.duration : rows.getUint32(row + durationAt);
      const compositionOffset = offsetAt < 0 ? 0 : rows.getInt32(row + offsetAt);
      sink.add(position, size, duration, compositionOffset, (flags & NOT_SYNC) === 0);
    }
    position += size;
  }
  return safe(position);
}

/** The data offset of the payload of a `trun`, if it has one. */
export function dataOffsetOf(payload: Uint8Array): number | undefined {
  const view = viewOf(payload);
  return (view.getUint32(0) & DATA_OFFSET) === 0 ? undefined : view.getInt32(8);
}

function safe(position: number): number {
  if (Number.isSafeInteger(position)) return position;
  throw new BoxError(`a "trun" box places samples at byte ${position}`);
}
