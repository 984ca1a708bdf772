import { availableParallelism } from 'node:os';
import { type ModeDefinition, Packager } from '../contract/packager.ts';
import { Run } from '../contract/run.ts';
import type { PackageOptions } from './api.ts';
import { lookAtInputs, unseenInputs } from './inputs.ts';
import { chooseModes } from './plan.ts';
import type { TitleRun } from './title-run.ts';
import type { PlannedUnit } from './unit-works.ts';

/**
 * Bytes of output that are worth the start of a thread, which takes about as long as the writing of so much. Who writes keeps one and a half
 * processors busy, since the system copies and reads ahead in others: on two, a second thread has to gain that with the other half. Measured there:
 * three renditions of 1.25 GB take 2.4 s without threads and 2.7 s in two; all four modes of one, 4.9 GB, 11.9 and 7.3 s.
 */
const WORTH_A_THREAD = availableParallelism() > 2 ? 256e6 : 750e6;
/** The same of output that is read again, which is the work of the thread itself. */
export const WORTH_A_READER = 64e6;
/** Bytes of output from which on a thread that runs already is the faster: it has to look at the inputs as well. */
const WORTH_A_RUNNING_THREAD = 8e6;

/** Bytes of an input from which on a thread that makes every second segment of it gains more than its start takes. */
const WORTH_A_HELPER = 200e6;
/** With more, who writes cannot keep up. */
const MOST_HELPERS = 3;
/**
 * Processors with one helper, and as many more with each further one. One thread that writes keeps two of them busy, since the system copies
 * and reads ahead in others: measured on two, help gains nothing.
 */
const PROCESSORS_A_HELPER = 2;

/** Bytes of a unit from which on a thread that only encrypts gains more than its start takes, where there is a processor for it. */
const WORTH_CIPHERS = 48e6;

/** What a title has for threads to do. */
export interface TitleWork {
  /** Threads that it asks for; `undefined`: as many as pay. */
  readonly workers: number | undefined;
  /** About as many units as will be. */
  readonly units: number;
  /** Bytes that will be written, about. */
  readonly bytes: number;
}

const NOTHING: TitleWork = { workers: 0, units: 0, bytes: 0 };

/**
 * How many threads to start for titles that share them: as many as one of them asks for; else one for each processor, as long
 * as there is work for it. One input in one mode is one long unit (its sound is short): a thread of its own would only add
 * its start.
 * @param worth bytes of the titles that are worth the start of one
 */
export function poolSize(works: readonly TitleWork[], worth = WORTH_A_THREAD): number {
  const asked = works.reduce((most, { workers = 0 }) => Math.max(most, workers), 0);
  const open = works.filter(({ workers }) => workers === undefined);
  const units = open.reduce((sum, work) => sum + work.units, 0);
  const bytes = open.reduce((sum, work) => sum + work.bytes, 0);
  const threads = Math.min(availableParallelism(), units, Math.floor(bytes / worth));
  return Math.max(asked, threads < 2 ? 0 : threads);
}

/** Whether a title gains by threads that run already, for others too. */
export const isWorthThreads = ({ workers, bytes }: TitleWork): boolean =>
  workers === undefined ? bytes >= WORTH_A_RUNNING_THREAD : workers > 0;

/** Whether one who writes a unit alone gains by a thread that encrypts its finished resources. */
export const isWorthCiphers = ({ mode: { protects }, unit: { bytes } }: PlannedUnit): boolean =>
  protects === 'resources' && bytes >= WORTH_CIPHERS;

/** How many threads to start for a title that has none. */
export const workerCount = ({ title, inputs }: Run, modes: readonly ModeDefinition[]): number =>
  poolSize([workOf(title.workers, inputs, modes)]);

/**
 * How many threads to start for a title that {@link workerCount} has none for: they make segments of its long units. Only units whose segments
 * can be made one without the other gain, and those of inputs that are not waited for.
 */
export function helperCount({ run, packager }: TitleRun, modes: readonly ModeDefinition[]): number {
  const { title, inputs } = run;
  if (title.workers !== undefined) return 0;
  if (!modes.some(({ sharesSegments }) => sharesSegments)) return 0;
  const isLong = (index: number) =>
    inputs[index]!.bytes >= WORTH_A_HELPER && !packager.sources.of(title.inputs[index]!).isFar;
  if (![...inputs.keys()].some(isLong)) return 0;
  return Math.min(MOST_HELPERS, Math.floor(availableParallelism() / PROCESSORS_A_HELPER) - 1);
}

/** The work of a title that nobody has opened yet; none of one that cannot be run: it will say why. */
export async function titleWork({ title, plugins, origin }: PackageOptions): Promise<TitleWork> {
  if (!origin || title.workers === 0) return NOTHING;
  try {
    const run = new Run({ title, inputs: unseenInputs(title) }, new AbortController().signal);
    const packager = new Packager(plugins);
    const modes = chooseModes(packager, run);
    return workOf(title.workers, await lookAtInputs(packager, run), modes);
  } catch {
    return NOTHING;
  }
}

const workOf = (
  workers: number | undefined,
  inputs: Run['inputs'],
  modes: readonly ModeDefinition[],
): TitleWork => ({
  workers,
  units: modes.length * inputs.length,
  bytes: inputs.reduce((sum, input) => sum + input.bytes, 0) * modes.length,
});
