import type { Run } from '../contract/run.ts';
import type { StageName } from '../contract/stages.ts';

/**
 * Run one stage of the lifecycle, with its events. A cancelled run goes no further.
 * @param detail What was found, in a few words, for progress displays.
 */
export async function stage<T>(
  run: Run,
  name: StageName,
  work: () => Promise<T>,
  detail?: (result: T) => string,
): Promise<T> {
  run.throwIfCancelled();
  run.emit({ type: 'stage', stage: name, state: 'start' });
  const result = await work();
  run.emit({ type: 'stage', stage: name, state: 'end', ...(detail && { detail: detail(result) }) });
  return result;
}

/** `1 key`, `4 keys`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
