/**
 * The engine behind the door: what each step is made of is loaded when it is first taken, so that a config which imports
 * `defineConfig` loads none of it.
 */
import type { MessagePort } from 'node:worker_threads';
import type { Report } from '../contract/report.ts';
import type { PackageOptions } from './api.ts';
import type { OpenTitle } from './open-title.ts';
import type { TitlePlan } from './plan-title.ts';
import type { PluginLoader } from './serve-units.ts';
import type { WrittenTitle } from './write-title.ts';

/**
 * Package one title, from its inputs to its report: open, write, publish. Either everything is written and moved into place,
 * or nothing is left behind; the plugins' `report` is told in both cases.
 * @throws PackagerError with the first failure; INVALID_CONFIG, before anybody is told, for options of plugins that their schemas refuse
 * and numbers of the title that are none. Its other fields are taken as they are: `resolveConfig` checks them
 */
export async function packageTitle(options: PackageOptions): Promise<Report> {
  await requireOptions(options);
  return (await import('./package-title.ts')).packageTitle(options);
}

/**
 * The first of the four steps: look at the inputs, name the content (`resolve-cid`), fetch the keys (`acquire-key`), find tracks
 * and grid (`demux`). Where it is opened to be written, its outputs are claimed before anybody is asked for a key. Whoever has
 * opened a title and goes no further closes it.
 * @param writes false: it is only looked at, and the output folder not touched
 * @throws PackagerError with the first failure, INVALID_CONFIG as `packageTitle`; nothing is left then
 */
export async function openTitle(options: PackageOptions, { writes = true } = {}): Promise<OpenTitle> {
  await requireOptions(options);
  return (await import('./open-title.ts')).openTitle(options, { writes });
}

/** Those that come by a config were checked with it: here are those that came by no config. */
async function requireOptions({ title, plugins }: PackageOptions): Promise<void> {
  (await import('../config/require-checked.ts')).requireChecked(title, plugins);
}

/**
 * The second step, for whoever wants to see it: every file that the title will make, without making it. Of the inputs only
 * headers and the first samples of each track are read.
 * @throws PackagerError as writing would, as far as that shows without the bytes
 */
export async function planTitle(opened: OpenTitle): Promise<TitlePlan> {
  return (await import('./plan-title.ts')).planTitle(opened);
}

/**
 * The third step: write all units (`encrypt` and `segment`), then the manifests (`emit-manifest`).
 * @param opened to be written
 * @param plan what is to be written, as it was looked at before: nothing else is
 * @throws PackagerError with the first failure, PLAN_OUTDATED where the title is not what the plan says; nothing is left then
 */
export async function writeTitle(opened: OpenTitle, plan?: TitlePlan): Promise<WrittenTitle> {
  return (await import('./write-title.ts')).writeTitle(opened, plan);
}

/**
 * The last step: look once more at inputs and files, make everything visible at once, and tell whoever waits for that
 * (`report`). The title is closed.
 * @throws PackagerError with the first failure. Where it says that the outputs are in place, they are: the report only has
 * failed. Otherwise nothing is left.
 */
export async function publishTitle(written: WrittenTitle): Promise<Report> {
  return (await import('./publish-title.ts')).publishTitle(written);
}

/**
 * The life of a worker thread: for each title load the same plugins as the main thread, then write unit after unit, of
 * whatever title.
 */
export async function serveUnits(port: MessagePort, loadPlugins: PluginLoader): Promise<void> {
  (await import('./serve-units.ts')).serveUnits(port, loadPlugins);
}
