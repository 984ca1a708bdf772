import { join } from 'node:path';
import { fail, PackagerError } from '../base/errors.ts';
import { type ModeDefinition, Packager } from '../contract/packager.ts';
import type { ModeReport, Report } from '../contract/report.ts';
import { Run } from '../contract/run.ts';
import { type StagedFile, Staging } from '../io/staging/staging.ts';
import { keepPoolAwake } from '../io/wake-pool.ts';
import type { PackageOptions } from './api.ts';
import { findClashes } from './clashes.ts';
import { type Demuxed, demuxInputs, describePresentation } from './demux-inputs.ts';
import { emitManifests } from './emit-manifests.ts';
import { Inputs, statInputs, unseenInputs } from './inputs.ts';
import { acquireKeys, chooseModes, outputNames, resolveContentId } from './plan.ts';
import { plannedOutputs } from './planned-outputs.ts';
import { counted, stage } from './stage.ts';
import { WorkerPool, workerCount } from './worker-pool.ts';
import { type WriteOptions, writeUnits } from './write-units.ts';

/**
 * Package one title, from its inputs to its report. Either everything is written and moved into place, or nothing is
 * left behind; the plugins' `report` is told in both cases.
 * @throws PackagerError with the first failure.
 */
export async function packageTitle(options: PackageOptions): Promise<Report> {
  const { title, plugins, signal = new AbortController().signal, onEvent } = options;
  const packager = new Packager(plugins);
  const run = new Run({ title, inputs: unseenInputs(title) }, signal);
  if (onEvent) run.on(onEvent);
  const started = performance.now();
  const reportOf = (modes: readonly ModeReport[], error?: PackagerError): Report => ({
    contentId: run.hasContentId ? run.contentId : '',
    inputs: run.inputs.map(({ identity: _, ...input }) => input),
    output: title.output,
    date: run.time.toISOString(),
    duration: run.presentation?.grid.duration ?? 0,
    elapsedSeconds: (performance.now() - started) / 1000,
    bytesRead: modes.flatMap(({ renditions }) => renditions).reduce((sum, { unit }) => sum + unit.bytes, 0),
    modes,
    warnings: run.warnings,
    ...(error && { error: error.toJSON() }),
  });

  let modes: readonly ModeReport[] = [];
  const letPoolSleep = keepPoolAwake();
  try {
    modes = await produce(packager, run, options);
    const report = reportOf(modes);
    await tellPlugins(packager, run, report);
    run.emit({ type: 'finished', report });
    return report;
  } catch (cause) {
    const error = PackagerError.from(cause);
    const report = reportOf(modes, error);
    // The first failure is the one to tell: a report that cannot be written must not hide it.
    await packager.hooks.report.promise(report, run).catch((problem: Error) => run.warn(problem.message));
    run.emit({ type: 'finished', report });
    throw error;
  } finally {
    letPoolSleep();
  }
}

/**
 * The last stage. A cancelled run goes through it as well: its outputs are in place, and whoever is told of outputs must be
 * told of these.
 * @throws PackagerError with the first failure, which says that the outputs are there all the same
 */
async function tellPlugins(packager: Packager, run: Run, report: Report): Promise<void> {
  run.emit({ type: 'stage', stage: 'report', state: 'start' });
  try {
    await packager.hooks.report.promise(report, run);
  } catch (cause) {
    const error = PackagerError.from(cause);
    const where = `the outputs are complete and in place in ${report.output}`;
    if (error.code === 'CANCELLED') throw fail.cancelled(where);
    const message = `${error.message} (This was the report only: ${where}.)`;
    throw new PackagerError({ ...error.toJSON(), message }, { cause });
  }
  run.emit({ type: 'stage', stage: 'report', state: 'end' });
}

/** Everything between the first look at the inputs and the outputs in their place. */
async function produce(packager: Packager, run: Run, { origin }: PackageOptions): Promise<ModeReport[]> {
  const { title } = run;
  run.throwIfCancelled();
  run.inputs = await statInputs(run.inputs);
  const modes = chooseModes(packager, run);
  const names = modes.flatMap((mode) => outputNames(mode, run.inputs));
  const outputs = await plannedOutputs(modes, packager, run, []);
  const [clash] = await findClashes([{ title, outputs }]);
  if (clash) throw clash;
  // Before anybody is asked for a key: an output that is in the way ends most of what can go wrong.
  const warn = (message: string) => run.warn(message);
  const { overwrite } = title;
  const staging = await Staging.open(title.output, names, { overwrite, inputs: title.inputs, warn });
  const workers = workerCount(run, modes);
  const pool = origin && workers > 0 ? WorkerPool.start(origin, workers, warn) : undefined;
  const inputs = new Inputs(packager, run);
  try {
    const reports = await write({ packager, run, inputs, modes, pool, root: staging.folder });
    await inputs.requireUnchanged();
    run.throwIfCancelled();
    await pool?.close(); // nobody may write any more when the files are looked at
    await staging.commit(stagedFiles(reports, modes, run));
    return reports;
  } catch (cause) {
    await pool?.close(); // or when the folder goes
    const left = await staging.discard().then(
      () => undefined,
      (problem: Error) => problem.message,
    );
    if (left === undefined) throw cause;
    const state = `what was written could not be removed: ${left}`;
    if (PackagerError.is(cause) && cause.code === 'CANCELLED') throw fail.cancelled(state);
    run.warn(`The run has failed, and ${state}`);
    throw cause;
  } finally {
    await pool?.close();
    await inputs.close();
  }
}

/** What a run says that it has written, by paths in the hidden folder. */
const stagedFiles = (
  reports: readonly ModeReport[],
  modes: readonly ModeDefinition[],
  { inputs }: Run,
): StagedFile[] =>
  reports.flatMap(({ files }, index) => {
    const folder = modes[index]?.folder?.(inputs) ?? '';
    return files.map(({ path, bytes }) => ({ path: join(folder, path), bytes }));
  });

/** The stages of the lifecycle, up to the manifests, into the hidden folder. */
async function write(
  context: Omit<WriteOptions, 'presentation' | 'carried' | 'keys'>,
): Promise<ModeReport[]> {
  const { packager, run, inputs, modes } = context;
  const findContentId = () => resolveContentId(packager, run);
  run.contentId = await stage(run, 'resolve-cid', findContentId, (id) => id);
  const askForKeys = () => acquireKeys(packager, run, modes);
  const keys = await stage(run, 'acquire-key', askForKeys, ({ size }) => counted(size, 'key'));
  const demux = () => demuxInputs(inputs, run, modes);
  const describe = ({ presentation }: Demuxed) => describePresentation(presentation);
  const { presentation, carried } = await stage(run, 'demux', demux, describe);
  run.presentation = presentation;

  // Each segment is encrypted, then written: the two stages run side by side.
  const results = await stage(run, 'encrypt', () =>
    stage(run, 'segment', () => writeUnits({ ...context, presentation, carried, keys })),
  );
  return stage(run, 'emit-manifest', () => emitManifests({ ...context, presentation, keys, results }));
}
