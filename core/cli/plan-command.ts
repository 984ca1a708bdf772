import { relative } from 'node:path';
import { openTitle } from '../engine/open-title.ts';
import { planTitle, type TitlePlan } from '../engine/plan-title.ts';
import { schemeOf } from '../io/reference.ts';
import { planText } from './plan-text.ts';
import type { Parts } from './prepare-titles.ts';
import type { PlanFlags } from './program.ts';
import type { Shell } from './shell.ts';

/** Raised when the JSON changes in a way that breaks who reads it. */
const VERSION = 1;

/**
 * Print what packaging would write: every file with its size, without writing any. Keys are asked for, as packaging would.
 * @throws PackagerError as packaging would, as far as that shows without the bytes
 */
export async function planCommand(
  inputs: readonly string[],
  flags: PlanFlags,
  shell: Shell,
  parts: () => Promise<Parts>,
): Promise<void> {
  const { cwd, stdout, signal } = shell;
  const [composition, { prepareTitles }] = await Promise.all([parts(), import('./prepare-titles.ts')]);
  const titles = await prepareTitles(inputs, flags, shell, composition);
  const plans: TitlePlan[] = [];
  for (const title of titles) {
    const opened = await openTitle({ ...title, signal }, { writes: false });
    const plan = await planTitle(opened).finally(() => opened.title.close());
    plans.push(seenFrom(cwd, plan));
    if (!flags.json) stdout.write(planText(plans.at(-1)!, titles.length > 1 ? plans.length : undefined));
  }
  if (flags.json) stdout.write(`${JSON.stringify({ version: VERSION, titles: plans }, undefined, 2)}\n`);
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
