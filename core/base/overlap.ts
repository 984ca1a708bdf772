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

const ignore = (): void => {};
