import type { QueuePlace } from './connection.ts';
import { openQueue, type TitleQueue } from './driver.ts';
import { lost, SILENCE } from './failures.ts';
import { Pulse } from './pulse.ts';

/** Milliseconds between two questions whether the server is there. */
const BEAT = 1000;

/**
 * Work with a queue for as long as its server answers: drivers would wait for it for ever.
 * @throws PackagerError as `openQueue` does; QUEUE_LOST when it is gone in the midst of it, within some ten seconds
 */
export async function useQueue<T>(
  place: QueuePlace,
  name: string,
  use: (queue: TitleQueue) => Promise<T>,
): Promise<T> {
  const { queue, trouble, close } = await openQueue(place, name);
  const pulse = new Pulse(() => queue.isPaused());
  let beat: NodeJS.Timeout | undefined;
  const gone = new Promise<never>((_, reject) => {
    beat = setInterval(() => {
      if (!pulse.beat()) reject(SILENCE);
    }, BEAT);
  });
  try {
    return await Promise.race([use(queue), gone]);
  } catch (cause) {
    throw lost(place, cause, trouble());
  } finally {
    clearInterval(beat);
    await close();
  }
}
