import { relative } from 'node:path';
import type { PackageOptions } from '../engine/api.ts';
import { openTitle } from '../engine/open-title.ts';
import { planTitle, type TitlePlan } from '../engine/plan-title.ts';
import { schemeOf } from '../io/reference.ts';
import { titleName } from './display.ts';
import { exitStatus } from './errors.ts';
import { findTitles } from './find-titles.ts';
import type { Parts } from './parts.ts';
import { planText } from './plan-text.ts';
import type { PlanFlags } from './program.ts';
import { paintFor, type Shell, wrapWidth } from './shell.ts';
import { eachTitle, namesOf } from './titles.ts';

/** Raised when the JSON changes in a way that breaks who reads it. */
const VERSION = 1;

/**
 * Print what packaging would write: every file with its size, without writing any. Keys are asked for, as packaging would. A
 * title that would fail, as far as that shows without the bytes, ends it; answers the exit status.
 */
export async function planCommand(
  inputs: readonly string[],
  flags: PlanFlags,
  shell: Shell,
  parts: () => Promise<Parts>,
  onError: (error: unknown, title?: string) => void,
): Promise<number> {
  const { cwd, stdout, signal } = shell;
  const titles = await findTitles(inputs, flags, shell, await parts());
  const { length } = titles;
  const plans: TitlePlan[] = [];
  let number = 0;
  for (const title of eachTitle(titles)) {
    number++;
    const planned = await planOf({ ...title, signal }).catch((error: unknown) => {
      const heading = { number, of: length, ...namesOf(title.title) };
      onError(error, length > 1 ? titleName(heading) : undefined);
      return { status: exitStatus(error) };
    });
    if ('status' in planned) return planned.status;
    const plan = seenFrom(cwd, planned);
    if (flags.json) plans.push(plan);
    else {
      const look = { columns: wrapWidth(stdout), paint: paintFor(stdout, shell) };
      stdout.write(planText(plan, { ...look, ...(length > 1 && { number }) }));
    }
  }
  if (flags.json) stdout.write(`${JSON.stringify({ version: VERSION, titles: plans }, undefined, 2)}\n`);
  return 0;
}

async function planOf(options: PackageOptions): Promise<TitlePlan> {
  const opened = await openTitle(options, { writes: false });
  return planTitle(opened).finally(() => opened.title.close());
}

/** With paths as the user sees them: so a plan is the same in every checkout of a project. */
const seenFrom = (cwd: string, plan: TitlePlan): TitlePlan => {
  const short = (path: string): string => (schemeOf(path) === undefined ? relative(cwd, path) || '.' : path);
  return {
    ...plan,
    output: short(plan.output),
    inputs: plan.inputs.map((input) => ({ ...input, path: short(input.path) })),
    warnings: plan.warnings.map((warning) => warning.replaceAll(`${cwd}/`, '')),
    modes: plan.modes.map((mode) => ({
      ...mode,
      leftOut: mode.leftOut.map((track) => ({ ...track, why: track.why.replaceAll(`${cwd}/`, '') })),
    })),
  };
};
