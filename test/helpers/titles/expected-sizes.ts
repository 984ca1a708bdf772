import * as assert from 'uvu/assert';
import {
  openTitle,
  type PackageOptions,
  planTitle,
  type Report,
  type TitlePlan,
} from '../../../core/index.ts';

/** A title's plan; nothing is written. */
export async function planOf(options: PackageOptions): Promise<TitlePlan> {
  const opened = await openTitle(options, { writes: false });
  return planTitle(opened).finally(() => opened.title.close());
}

/** How far a file may be from what the plan says. */
const TOLERANCE = 0.02;

/** Assert that a report tells of the files that the plan names, and no others, with about the sizes that it says. */
export function assertForeseen(plan: TitlePlan, { modes }: Pick<Report, 'modes'>): void {
  for (const { mode, units, thumbnails = [], manifests } of plan.modes) {
    const planned = [...units.flatMap(({ files }) => files), ...thumbnails, ...manifests];
    const written = new Map(
      modes.find((one) => one.mode === mode)?.files.map(({ path, bytes }) => [path, bytes]),
    );
    assert.equal(planned.map(({ path }) => path).sort(), [...written.keys()].sort(), mode);
    for (const { path, bytes } of planned) {
      const found = written.get(path)!;
      const isNear = Math.abs(bytes - found) <= TOLERANCE * found;
      assert.ok(isNear, `${mode}: ${path} was planned with ${bytes} bytes, and has ${found}`);
    }
  }
}
