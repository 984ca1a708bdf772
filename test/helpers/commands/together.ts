/**
 * Do all of a work at once, where a tool takes longer to start than to do it; if that fails, each item alone, so that a failure
 * is that of its item.
 * @param work answers one result for each item, in order
 */
export async function togetherOrAlone<T, R>(
  items: readonly T[],
  work: (items: readonly T[]) => Promise<readonly R[]>,
): Promise<PromiseSettledResult<R>[]> {
  const results = await work(items).catch(() => undefined);
  if (results) return results.map((value) => ({ status: 'fulfilled', value }));
  return Promise.allSettled(items.map(async (item) => (await work([item]))[0]!));
}

/** What it came to. @throws what it failed with */
export function resultOf<R>(settled: PromiseSettledResult<R> | undefined): R {
  if (settled === undefined) throw new RangeError('nothing was tried');
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}
