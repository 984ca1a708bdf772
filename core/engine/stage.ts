import type { StageName } from '../hooks.ts';
import type { Run } from '../run.ts';

/** Run one stage of the lifecycle, with its events. A cancelled run goes no further. */
export async function stage<T>(run: Run, name: StageName, work: () => Promise<T>): Promise<T> {
  run.throwIfCancelled();
  run.emit({ type: 'stage', stage: name, state: 'start' });
  const result = await work();
  run.emit({ type: 'stage', stage: name, state: 'end' });
  return result;
}
