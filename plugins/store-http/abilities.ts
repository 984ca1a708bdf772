import { PackagerError } from '../../core/index.ts';
import type { Origin } from './origin.ts';
import { hiddenName } from './upload-tree.ts';

/** What a server can do. */
export interface Abilities {
  readonly moves: boolean;
  /** It takes notice of `If-None-Match`, or moves files over none that are there. */
  readonly refuses: boolean;
}

/**
 * Servers do not say it (nginx), or say it of all places: what happens to a small file tells.
 * @param move whether files are to be moved, as the config says
 */
export async function abilitiesOf(
  origin: Origin,
  run: string,
  move: boolean | undefined,
): Promise<Abilities> {
  if (move) return { moves: true, refuses: true };
  const [from, to] = [hiddenName({ run }, 'run'), hiddenName({ run }, 'moved')];
  const folder = hiddenName({ run }, '');
  await origin.put(from, '');
  try {
    const moves = move !== false && (await origin.move(from, to));
    const refuses = moves || (await isRefused(() => origin.put(from, 'again', { isNew: true })));
    await origin.remove(moves ? to : from);
    if (!moves) await origin.remove(folder);
    return { moves, refuses };
  } catch (cause) {
    try {
      for (const path of [from, to, folder]) await origin.remove(path);
    } catch {
      // What went wrong first is what to tell.
    }
    throw cause;
  }
}

const isRefused = (put: () => Promise<unknown>): Promise<boolean> =>
  put().then(
    () => false,
    (cause: unknown) => {
      if (PackagerError.is(cause) && cause.code === 'OUTPUT_EXISTS') return true;
      throw cause;
    },
  );
