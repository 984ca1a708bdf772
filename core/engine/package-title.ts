import { PackagerError } from '../errors.ts';
import { Staging } from '../io/staging.ts';
import { Packager } from '../packager.ts';
import type { ModeReport, Report } from '../report.ts';
import { Run } from '../run.ts';
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

  try {
    const report = reportOf(await produce(packager, run, options));
    await stage(run, 'report', () => packager.hooks.report.promise(report, run));
    run.emit({ type: 'finished', report });
    return report;
  } catch (cause) {
    const error = PackagerError.from(cause);
    const report = reportOf([], error);
    // The first failure is the one to tell: a report that cannot be written must not hide it.
    await packager.hooks.report.promise(report, run).catch((problem: Error) => run.warn(problem.message));
    run.emit({ type: 'finished', report });
    throw error;
  }
}

/** Everything between the first look at the inputs and the outputs in their place. */
async function produce(packager: Packager, run: Run, { origin }: PackageOptions): Promise<ModeReport[]> {
  const { title } = run;
  run.inputs = await statInputs(run.inputs);
  const modes = chooseModes(packager, run);
  const names = modes.flatMap((mode) => outputNames(mode, run.inputs));
  const outputs = await plannedOutputs(modes, packager, run, []);
  const [clash] = await findClashes([{ title, outputs }]);
  if (clash) throw clash;
  // Before anybody is asked for a key: an output that is in the way ends most of what can go wrong.
  const staging = await Staging.open(title.output, names, title.overwrite);
  const workers = workerCount(run, modes);
  const warn = (message: string) => run.warn(message);
  const pool = origin && workers > 0 ? WorkerPool.start(origin, workers, warn) : undefined;
  const inputs = new Inputs(packager, run);
  try {
    const reports = await write({ packager, run, inputs, modes, pool, root: staging.folder });
    await inputs.requireUnchanged();
    run.throwIfCancelled();
    await staging.commit();
    return reports;
  } catch (error) {
    await pool?.close(); // nobody may write any more when the folder goes
    await staging.discard();
    throw error;
  } finally {
    await pool?.close();
    await inputs.close();
  }
}

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
