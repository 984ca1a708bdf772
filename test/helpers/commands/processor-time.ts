import * as assert from 'uvu/assert';

/** More than once: what shares a processor with others is charged for their work too, twenty times as much at worst. */
const ATTEMPTS = 4;

/**
 * Processor seconds of what was just done, and of doing it again as long as that is more than `limit`.
 * @param first what the first time took
 * @param again what takes as long: never called if the first time was quick enough
 * @returns the fewest of all: a square of too large a number takes as long each time
 */
export async function fewestSeconds(limit: number, first: number, again: () => unknown): Promise<number> {
  let fewest = first;
  for (let attempt = 1; attempt < ATTEMPTS && fewest > limit; attempt++) {
    fewest = Math.min(fewest, await processorSeconds(again));
  }
  return fewest;
}

/** Seconds for which this process held a processor, whatever the clock says. */
export async function processorSeconds(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** It takes no more than `limit` seconds of a processor. @param what the work, in a message */
export async function isQuick(limit: number, what: string, work: () => unknown): Promise<void> {
  const seconds = await fewestSeconds(limit, await processorSeconds(work), work);
  assert.ok(seconds <= limit, `${what}: ${seconds.toFixed(1)} s of processor time`);
}
