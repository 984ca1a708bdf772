/**
 * Three things at once: item `n + 1` is read and item `n - 1` is written while `work` is busy with item `n`.
 * Items are worked on and written in order; at most three are in memory.
 */
export async function overlap<T>(
  count: number,
  read: (index: number) => Promise<T>,
  work: (item: T, index: number) => { write(): Promise<void> },
): Promise<void> {
  let reading = count > 0 ? read(0) : undefined;
  let writing: Promise<void> = Promise.resolve();
  try {
    for (let index = 0; reading; index++) {
      const item: T = await reading;
      reading = index + 1 < count ? read(index + 1) : undefined;
      reading?.catch(ignore); // it is awaited in the next round; until then a failure must not go unhandled
      await hasBegun();
      const done = work(item, index);
      await writing;
      writing = done.write();
      writing.catch(ignore);
    }
    await writing;
  } catch (error) {
    await Promise.allSettled([reading, writing]); // nobody touches the files once this has failed
    throw error;
  }
}

/**
 * Let what was asked for reach the system before this thread is busy: a read that has promises to await before it asks would otherwise
 * begin when the work is over, and be waited for. Not a turn of the event loop, only all that can be done now.
 */
export const hasBegun = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

const ignore = (): void => {};
