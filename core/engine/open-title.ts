import { availableParallelism } from 'node:os';
import { fail } from '../base/errors.ts';
import type { TitleOptions } from '../contract/title-options.ts';
import { fixedPolicy, type LabelPolicy } from '../keys/label-policy.ts';
import type { PackageOptions } from './api.ts';
import { findClashes } from './clashes.ts';
import { type Demuxed, demuxInputs, describePresentation } from './demux-inputs.ts';
import { filesOf, lookAtInputs } from './inputs.ts';
import { outputNames } from './mode-outputs.ts';
import { chooseModes, resolveContentId } from './plan.ts';
import { plannedOutputs } from './planned-outputs.ts';
import { helperCount, workerCount } from './pool-size.ts';
import { requireFilesTaken } from './report-file.ts';
import { warnOfSharedKeys } from './shared-keys.ts';
import { counted, stage } from './stage.ts';
import { requireTargets, type ServedTarget } from './targets/require-targets.ts';
import { lookAtThumbnails } from './thumbnails/look-at-images.ts';
import { acquireKeys, resolveKeys } from './title-keys.ts';
import { type TitleFacts, TitleRun } from './title-run.ts';
import { WorkerPool } from './worker-pool.ts';

/** A title whose inputs were looked into: its content id, its keys, its tracks and what each mode gets of them are known. */
export interface OpenTitle extends TitleFacts {
  /** Its run: inputs, warnings, chance and time. */
  readonly title: TitleRun;
  /** Which modes each target of it plays. */
  readonly targets: readonly ServedTarget[];
}

/**
 * The first of the four steps: look at the inputs, name the content (`resolve-cid`), fetch the keys (`acquire-key`), find tracks
 * and grid (`demux`). Where it is opened to be written, its outputs are claimed before anybody is asked for a key: one that is
 * in the way ends most of what can go wrong. Keys are fetched before anybody looks into the inputs, unless only tracks tell how
 * many there are.
 *
 * Whoever has opened a title and goes no further closes it.
 * @param title of a run that has not been opened
 * @param writes false: it is only looked at, and the output folder not touched
 * @param asksKeys false: nobody is asked for its content id and its keys, and it has none: it is the source of a finished package
 * @throws PackagerError with the first failure; nothing is left then
 */
export async function openTitle(
  options: PackageOptions,
  { title = new TitleRun(options), writes = true, asksKeys = true } = {},
): Promise<OpenTitle> {
  const { packager, run, inputs } = title;
  return title.step(async () => {
    run.throwIfCancelled();
    run.store = packager.stores.of(run.title.output, run.signal);
    requireFilesTaken(options.plugins, run.store, run.title.output);
    if (writes && run.title.verify && !run.store.readsBack) throw fail.cannotVerify(run.store.name);
    run.inputs = await lookAtInputs(packager, run);
    title.thumbnails = await lookAtThumbnails(packager, run);
    const modes = chooseModes(packager, run);
    const outputs = await plannedOutputs(modes, packager, run, []);
    const [clash] = await findClashes([{ title: run.title, outputs }]);
    if (clash) throw clash;
    if (writes) {
      await claim(title, modes);
      takeThreads(title, options, modes);
    }

    const demux = () => demuxInputs(inputs, packager, run, modes, title.thumbnails);
    const describe = ({ presentation }: Demuxed) => describePresentation(presentation);
    if (!asksKeys) {
      const found = await stage(run, 'demux', demux, describe);
      run.presentation = found.presentation;
      return { ...found, modes, keys: new Map(), title, targets: [] };
    }
    const findContentId = () => resolveContentId(packager, run);
    run.contentId = await stage(run, 'resolve-cid', findContentId, (id) => id);
    const askForKeys = ({ labels }: LabelPolicy) =>
      stage(
        run,
        'acquire-key',
        () => acquireKeys(packager, run, modes, labels),
        ({ length }) => describeKeys(length, labels, run.title),
      );
    const fixed = fixedPolicy(run.title.keys ?? 'one');
    const early = fixed && (await askForKeys(fixed));
    const { presentation, policy, carried } = await stage(run, 'demux', demux, describe);
    run.presentation = presentation;
    const sources = early ?? (await askForKeys(policy));
    const keys = await resolveKeys(sources, carried, policy, run.title);
    warnOfSharedKeys(keys, run);
    const facts: TitleFacts = { modes, policy, keys, presentation, carried };
    return { ...facts, title, targets: requireTargets(facts, run) };
  });
}

/** One for each mode, unless several labels or crypto periods need more: how many, the tracks tell later. */
function describeKeys(modes: number, labels: readonly string[], { keyRotation }: TitleOptions): string {
  const isOneEach = labels.length === 1 && keyRotation === undefined;
  return isOneEach ? counted(modes, 'key') : `keys for ${counted(modes, 'mode')}`;
}

async function claim(title: TitleRun, modes: TitleFacts['modes']): Promise<void> {
  const { run } = title;
  const { overwrite } = run.title;
  const inputs = filesOf(run.title);
  const names = modes.flatMap((mode) => outputNames(mode, run.inputs));
  const warn = (message: string) => run.warn(message);
  title.staging = await run.store?.begin(names, { overwrite, inputs, signal: run.signal, warn });
}

/** Threads begin early to load the config, so that this overlaps with looking at the inputs. */
function takeThreads(title: TitleRun, { origin, pool }: PackageOptions, modes: TitleFacts['modes']): void {
  const { run } = title;
  const { workers } = run.title;
  if (!origin || workers === 0) return;
  if (pool && pool.entry !== origin.entry) throw new Error('The threads of this pool run another module.');
  const threads = pool ? 0 : workerCount(run, modes);
  const helpers = pool || threads > 0 ? 0 : helperCount(title, modes);
  const started = threads + helpers;
  const used = pool ?? (started > 0 ? new WorkerPool({ entry: origin.entry, threads: started }) : undefined);
  title.mayStartThreads = workers === undefined && availableParallelism() > 1 && used?.shortage === undefined;
  if (!used) return;
  if (used.shortage !== undefined) run.warn(used.shortage);
  if (used.size > 0 || used.shortage === undefined)
    title.useThreads(used, origin.data, { areHelpers: helpers > 0 });
}
