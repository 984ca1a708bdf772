import { grouped } from '../base/grouped.ts';
import { JointReading } from '../title/joint-reading.ts';
import { executeUnit, type UnitOptions, type WrittenUnit } from './execute-unit.ts';
import { Pace } from './pace.ts';
import { type Helpers, isWorthHelp } from './segment-help.ts';
import { readsTheSame } from './unit-groups.ts';
import type { UnitContext, WrittenWork } from './unit-parts.ts';

/** Hears that more bytes of the unit at a place are done. */
type OnProgress = (place: number, bytes: number) => void;

/** Whether the bytes of an input come over a network. */
export const isFarInput = ({ packager, run }: UnitContext, input: number): boolean =>
  packager.sources.of(run.title.inputs[input]!).isFar;

/**
 * Write units in this thread: those that read the same side by side, each byte of which is read once; others one after the other. Where one
 * fails, the others go no further.
 * @param onProgress hears of the unit at a place in `works`
 * @param others threads that take work off this one
 * @throws PackagerError the first failure, when nobody writes any more
 */
export async function executeTogether(
  context: UnitContext,
  works: readonly WrittenWork[],
  onProgress: OnProgress,
  others: OtherThreads = {},
): Promise<WrittenUnit[]> {
  const places = [...works.keys()];
  const { helpers } = others;
  const options = { context, works, onProgress, others };
  if (works.every(({ unit }) => isFarInput(context, unit.input)))
    return sideBySide(options, places, farReading());
  const written: WrittenUnit[] = [];
  for (const same of grouped(places, (place) => readsTheSame(works[place]!)).values()) {
    const isHelped = helpers && same.some((place) => isWorthHelp(works[place]!));
    const units = isHelped ? await inTurn(options, same) : await sideBySide(options, same, nearReading());
    for (const [n, place] of same.entries()) written[place] = units[n]!;
  }
  return written;
}

/** Threads that do some of the work of one that writes. */
export interface OtherThreads extends Pick<UnitOptions, 'encryptApart'> {
  /** Of units of the disk. */
  readonly helpers?: Helpers | undefined;
}

interface Writing {
  readonly context: UnitContext;
  readonly works: readonly WrittenWork[];
  readonly onProgress: OnProgress;
  readonly others: OtherThreads;
}

/** How units that are written side by side read their input. */
interface Reading {
  /** For one more of them. */
  enter(): UnitOptions;
  /** One of them has failed. */
  stop(): void;
}

function farReading(): Reading {
  const pace = new Pace();
  return { enter: () => ({ lane: pace.enter() }), stop: () => pace.stop() };
}

function nearReading(): Reading {
  const reading = new JointReading();
  return { enter: () => ({ joint: reading.enter() }), stop: () => reading.stop() };
}

async function sideBySide(
  { context, works, onProgress, others: { encryptApart } }: Writing,
  places: readonly number[],
  reading: Reading,
): Promise<WrittenUnit[]> {
  let failure: { readonly cause: unknown } | undefined;
  const written = await Promise.all(
    places.map(async (place) => {
      try {
        const progress = (bytes: number) => onProgress(place, bytes);
        const options = { ...reading.enter(), encryptApart };
        return await executeUnit(context, works[place]!, progress, options);
      } catch (cause) {
        failure ??= { cause };
        reading.stop();
        return undefined;
      }
    }),
  );
  if (failure) throw failure.cause;
  return written.map((unit) => unit!);
}

async function inTurn(
  { context, works, onProgress, others: { helpers, encryptApart } }: Writing,
  places: readonly number[],
): Promise<WrittenUnit[]> {
  const written: WrittenUnit[] = [];
  for (const place of places) {
    const work = works[place]!;
    const options = { helpers: isWorthHelp(work) ? helpers : undefined, encryptApart };
    written.push(await executeUnit(context, work, (bytes) => onProgress(place, bytes), options));
  }
  return written;
}
