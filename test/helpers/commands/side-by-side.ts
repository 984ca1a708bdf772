import { suite, type Test } from 'uvu';
import { lookAhead } from './look-ahead.ts';

/**
 * A suite whose tests have nothing to do with each other: some are begun ahead of the one whose turn it is, so that what they ask
 * of ffmpeg at the same time takes one start of it (`gather.ts`). How a test went is told when its turn comes, as in any suite.
 * Not for tests that change what others see, or that look at their process: open files, memory, timers.
 */
export function sideBySide(name: string): Test {
  const test = suite(name);
  const handlers: (() => void | Promise<void>)[] = [];
  const result = lookAhead(handlers, async (handler) => handler());
  const add = (title: string, handler: () => void | Promise<void>): void => {
    const index = handlers.push(handler) - 1;
    test(title, () => result(index));
  };
  return Object.assign(add, test);
}
