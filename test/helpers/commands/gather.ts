import { resultOf, togetherOrAlone } from './together.ts';

interface Asked<T, R> {
  readonly item: T;
  resolve(result: R): void;
  reject(reason: unknown): void;
}

/**
 * A tool that takes longer to start than to work is started once for all that was asked of it while it ran before: tests that run
 * side by side share it without a word of each other. Where that fails, each is tried alone, and fails alone.
 * @param work answers one result for each item, in order
 * @param sizeOf how much of `most` an item takes; one that takes more is worked on by itself
 */
export function gathered<T, R>(
  work: (items: readonly T[]) => Promise<readonly R[]>,
  { sizeOf, most }: { readonly most: number; sizeOf(item: T): number },
): (item: T) => Promise<R> {
  const waiting: Asked<T, R>[] = [];
  let isRunning = false;

  function take(): Asked<T, R>[] {
    let size = 0;
    const end = waiting.findIndex(({ item }, index) => {
      size += sizeOf(item);
      return index > 0 && size > most;
    });
    return waiting.splice(0, end === -1 ? waiting.length : end);
  }

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const batch = take();
      const results = await togetherOrAlone(
        batch.map(({ item }) => item),
        work,
      );
      for (const [index, { resolve, reject }] of batch.entries()) {
        try {
          resolve(resultOf(results[index]));
        } catch (reason) {
          reject(reason);
        }
      }
    }
    isRunning = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (isRunning) return;
      isRunning = true;
      // What is asked in the same turn comes along.
      setImmediate(run);
    });
}
