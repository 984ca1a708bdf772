import { hasBegun, overlap } from '../base/overlap.ts';
import {
  HelpIsOver,
  type MadeSegment,
  type SegmentHelp,
  type SegmentOrders,
} from '../contract/segment-help.ts';
import type { Segment } from '../media/segment.ts';
import type { SegmentMaker } from './segment-maker.ts';

/** Takes a segment, in order, and says how it is written; its memory is used again once that is done. */
type StoreSegment = (made: MadeSegment) => () => Promise<void>;

/** Make all segments and store them in order: while one is made, the next is read and the last one written. */
export function storeSegments(
  maker: SegmentMaker,
  help: SegmentHelp | undefined,
  store: StoreSegment,
): Promise<void> {
  if (help && maker.isFree) return storeWithHelp(maker, help, store);
  return overlap(maker.count, maker.read, (clear, n) => ({ write: store(maker.make(n, clear)) }));
}

/** The `n`-th segment as it comes: to be made here, or made. */
interface Coming {
  readonly clear?: readonly Segment[];
  readonly made?: MadeSegment;
}

/**
 * As `overlap` does it, but one that others were to make may have to be read after all: that is done before the next one is read, or a
 * segment that is still being written would lose its memory a read too early.
 */
async function storeWithHelp(maker: SegmentMaker, help: SegmentHelp, store: StoreSegment): Promise<void> {
  const come = async (n: number): Promise<Coming> => {
    const made = help.isForOthers(n) ? await help.made(n) : undefined;
    return made ? { made } : { clear: await maker.read(n) };
  };
  let coming = maker.count > 0 ? come(0) : undefined;
  let writing: Promise<void> = Promise.resolve();
  try {
    for (let n = 0; coming; n++) {
      const { made, clear }: Coming = await coming;
      const taken = made && help.take(n, made) ? made : undefined;
      const own = taken ? undefined : (clear ?? (await maker.read(n)));
      coming = n + 1 < maker.count ? come(n + 1) : undefined;
      coming?.catch(ignore); // it is awaited in the next round; until then a failure must not go unhandled
      await hasBegun();
      const write = store(taken ?? maker.make(n, own!));
      await writing;
      writing = write().then(() => {
        if (made) help.written(n, made);
      });
      writing.catch(ignore);
    }
    await writing;
  } catch (error) {
    await Promise.allSettled([coming, writing]); // nobody touches the files once this has failed
    throw error;
  }
}

/** Make what is asked for, and nothing else; the next one is read meanwhile. Ends by an exception, as no rendition comes of it. */
export async function makeSegments(maker: SegmentMaker, orders: SegmentOrders): Promise<never> {
  if (!maker.isFree) throw new RangeError('these segments go on from one to the next');
  const begin = async () => {
    const n = await orders.next();
    return n === undefined || n >= maker.count ? undefined : { n, clear: await maker.read(n) };
  };
  let ahead = begin();
  let passed = 0;
  for (let item = await ahead; item; item = await ahead) {
    ahead = begin();
    ahead.catch(ignore);
    await hasBegun();
    for (; passed < item.n; passed++) maker.pass(passed);
    orders.give(item.n, maker.make(item.n, item.clear));
    passed = item.n + 1;
  }
  throw new HelpIsOver();
}

const ignore = (): void => {};
