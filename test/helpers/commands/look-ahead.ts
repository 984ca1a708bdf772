/** Proofs beside the one whose turn it is: they share the starts of tools. */
const AHEAD = 5;

/**
 * Work on items in their order, some of them ahead of the one that is asked for: what they need of tools is gathered then.
 * @param work how it went with an item shows when that item is asked for, and not before
 */
export function lookAhead<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): (index: number) => Promise<R> {
  const begun = new Map<number, Promise<R>>();
  function begin(index: number): Promise<R> {
    let result = begun.get(index);
    if (result === undefined) {
      result = work(items[index]!);
      result.catch(() => undefined);
      begun.set(index, result);
    }
    return result;
  }
  return (index) => {
    const result = begin(index);
    const end = Math.min(index + AHEAD + 1, items.length);
    for (let next = index + 1; next < end; next++) begin(next);
    return result;
  };
}
