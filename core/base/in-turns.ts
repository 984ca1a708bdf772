/**
 * Do something with each of many things, a few at a time: answers are in the order of the items. After the first failure none is
 * begun, and those at work are waited for.
 * @param atOnce so many are at work; of files, that many are open
 */
export async function inTurns<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
  atOnce = 4,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  let hasFailed = false;
  const turn = async (): Promise<void> => {
    while (next < items.length && !hasFailed) {
      const index = next++;
      try {
        results[index] = await work(items[index]!, index);
      } catch (cause) {
        hasFailed = true;
        throw cause;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, turn));
  const failed = ended.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return results;
}
