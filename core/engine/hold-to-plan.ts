import { fail } from '../base/errors.ts';
import type { ModeReport } from '../contract/report.ts';
import { type PeriodRun, periodRuns } from '../title/periods.ts';
import { outputNames } from './mode-outputs.ts';
import type { OpenTitle } from './open-title.ts';
import type { PlannedMode, TitlePlan } from './plan-title.ts';
import { type PlannedKey, plannedKeys } from './planned-keys.ts';
import { imagesFor } from './thumbnails/for-mode.ts';
import type { PlannedUnit } from './unit-works.ts';

/**
 * A plan may be older than the title that is to be written, or come from another machine: what it says of content, inputs,
 * grid, periods, schemes, names, keys, what these encrypt, and units must still be so. What depends on bytes that nobody has read
 * yet is looked at when they are written.
 * @throws PackagerError PLAN_OUTDATED with the first thing that is another now
 */
export function requirePlanned(plan: TitlePlan, opened: OpenTitle, units: readonly PlannedUnit[]): void {
  const { title, modes, presentation } = opened;
  const { run } = title;
  const now = modes.map((mode) => ({
    mode,
    name: mode.name,
    scheme: mode.scheme,
    outputs: outputNames(mode, run.inputs),
    keys: plannedKeys(opened, mode),
    units: units.filter((planned) => planned.mode === mode).map(({ unit }) => unit),
  }));
  const { count, duration } = presentation.grid;
  requireSame('it has another content id', plan.contentId, run.contentId);
  requireSame('it has other inputs', plan.inputs.map(sized), run.inputs.map(sized));
  requireSame('it is cut into other segments', [plan.segments, plan.duration], [count, duration]);
  requireSame(
    'it has other crypto periods or clear segments',
    plan.periods.map(lasting),
    periodRuns(presentation.grid).map(lasting),
  );
  requireSame(
    'it has other modes',
    plan.modes.map(named),
    now.map(({ name }) => name),
  );
  for (const [index, { mode, name, scheme, outputs, keys, units: found }] of now.entries()) {
    const planned = plan.modes[index]!;
    requireSame(`mode ${name} has another scheme`, planned.scheme, scheme);
    requireSame(`mode ${name} writes elsewhere`, planned.outputs, outputs);
    requireSame(`mode ${name} has another key`, planned.keys.map(placed), keys.map(placed));
    requireSame(`mode ${name} encrypts other tracks`, planned.keys.map(encrypted), keys.map(encrypted));
    requireSame(
      `mode ${name} has other thumbnails`,
      (planned.thumbnails ?? []).map(sized),
      imagesFor(mode, presentation).map(sized),
    );
    const wanted = planned.units.map(({ unit, container, tracks }) => [unit, container, tracks]);
    requireSame(
      `mode ${name} does other work`,
      wanted,
      found.map(({ id, container, tracks }) => [id, container, tracks]),
    );
  }
}

/**
 * Every file that the plan names was written, and no other.
 * @throws PackagerError PLAN_OUTDATED with the first mode that wrote other files
 */
export function requirePlannedFiles({ modes }: TitlePlan, reports: readonly ModeReport[]): void {
  for (const [index, { mode, files }] of reports.entries()) {
    const planned = filesOf(modes[index]!);
    requireSame(`mode ${mode} has written other files`, planned.sort(), files.map(({ path }) => path).sort());
  }
}

const filesOf = ({ units, thumbnails = [], manifests }: PlannedMode): string[] =>
  [...units.flatMap(({ files }) => files), ...thumbnails, ...manifests].map(({ path }) => path);

const sized = ({ path, bytes }: { readonly path: string; readonly bytes: number }) => [path, bytes];
const lasting = ({ period, segments }: PeriodRun) => [period, segments];
const placed = ({ label, period, keyId }: PlannedKey) => [label, period, keyId];
const encrypted = ({ tracks }: PlannedKey) =>
  tracks.map(({ input, id, trickPlay }) => [input, id, trickPlay]);
const named = ({ mode }: PlannedMode): string => mode;

/** Both are plain data: a plan may have been through JSON, where nothing is a missing value. */
function requireSame(what: string, planned: unknown, now: unknown): void {
  if (JSON.stringify(planned) !== JSON.stringify(now)) throw fail.planOutdated(what);
}
