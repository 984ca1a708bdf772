/** Who is to be told when a signal is aborted: it has one listener, however many they are. Node warns of the eleventh. */
const told = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Work under a signal that is aborted with the first of several. `AbortSignal.any` makes one too, and leaves a trace in each of
 * them that stays when the work is over (Node 20): one that lives as long as its process would grow with every request.
 */
export async function underAny<T>(
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const first = new AbortController();
  const end = (): void => first.abort(signals.find(({ aborted }) => aborted)?.reason);
  if (signals.some(({ aborted }) => aborted)) end();
  const leave = signals.map((signal) => whenAborted(signal, end));
  try {
    return await work(first.signal);
  } finally {
    for (const each of leave) each();
  }
}

/** Be told of the end of a signal that has not come to it. @returns how to leave, once */
export function whenAborted(signal: AbortSignal, tell: () => void): () => void {
  const all = toldBy(signal);
  all.add(tell);
  return () => all.delete(tell);
}

function toldBy(signal: AbortSignal): Set<() => void> {
  const known = told.get(signal);
  if (known) return known;
  const all = new Set<() => void>();
  told.set(signal, all);
  signal.addEventListener('abort', () => {
    for (const tell of all) tell();
  });
  return all;
}
