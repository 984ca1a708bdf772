/** What comes first: the work, or the end of so many milliseconds. */
export async function within<T, L = undefined>(
  time: number,
  work: Promise<T>,
  late?: L,
): Promise<T | L | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<L | undefined>((resolve) => {
    timer = setTimeout(() => resolve(late), time);
  });
  return Promise.race([work, end]).finally(() => clearTimeout(timer));
}
