import { spoil } from '../base/reused-memory.ts';
import { LARGEST_GAP } from '../io/byte-source.ts';
import type { CodedTrack } from './track.ts';

/** Bytes of each sample that are read at first: what most encoders write in front of the first slice. */
const FIRST_BYTES = 2048;
/** Bytes that are read where those are not enough. */
const MOST_BYTES = 65_536;
/** Bytes of the input that are read at once: heads that lie close together, and what is between them. */
const LARGEST_READ = 131_072;
/** Reads at a time. */
const AT_ONCE = 16;

/**
 * What is asked of a sample.
 * @param head the sample or its first bytes; valid until the answer is given
 * @param size bytes of the sample
 * @param format which of the track's formats it has
 * @returns `undefined` where more of the sample has to be seen
 */
export type HeadTest<Answer> = (head: Uint8Array, size: number, format: number) => Answer | undefined;

/** Which samples are asked, and who is told. */
export interface HeadQuestions<Answer> {
  readonly count: number;
  /** The number of the `n`-th sample to ask. */
  sample(n: number): number;
  readonly test: HeadTest<Answer>;
  /**
   * What the `n`-th sample answered, in any order; `undefined` where 64 KiB do not tell.
   * @returns false: no more are to be asked
   */
  take(answer: Answer | undefined, n: number): boolean;
}

/** The head of a sample that is asked, and where the input has it. */
interface Head {
  /** Which question it answers. */
  readonly n: number;
  readonly position: number;
  /** Bytes of the sample. */
  readonly size: number;
  readonly format: number;
}

/**
 * Ask samples of a track something that their first 2 KiB tell, or 64 KiB where those do not.
 * @throws PackagerError INPUT_NOT_READABLE when the input cannot be read
 */
export async function askHeads<Answer>(
  { samples, source }: CodedTrack,
  { count, sample, test, take }: HeadQuestions<Answer>,
): Promise<void> {
  let next = 0;
  const headOf = (n: number): Head => {
    const number = sample(n);
    const { offsets, sizes, formats } = samples.read(number, number + 1);
    return { n, position: offsets[0]!, size: sizes[0]!, format: formats?.[0] ?? 0 };
  };
  let ahead = count > 0 ? headOf(0) : undefined;
  /** The heads that come next and that one read brings. */
  const together = (): Head[] => {
    const heads: Head[] = [];
    while (ahead && (heads.length === 0 || liesNear(ahead, heads))) {
      heads.push(ahead);
      next++;
      ahead = next < count ? headOf(next) : undefined;
    }
    return heads;
  };
  const read = async (position: number, bytes: Uint8Array): Promise<void> => {
    if (bytes.length > 0) await source.read(position, [bytes]);
  };
  const ask = async (head: Head, seen: Uint8Array): Promise<boolean> => {
    let answer = test(seen, head.size, head.format);
    spoil(seen);
    if (answer === undefined && head.size > FIRST_BYTES) {
      const more = Buffer.allocUnsafe(Math.min(MOST_BYTES, head.size));
      await read(head.position, more);
      answer = test(more, head.size, head.format);
      spoil(more);
    }
    return take(answer, head.n);
  };
  const work = async (): Promise<void> => {
    let buffer = new Uint8Array(0);
    for (let heads = together(); heads.length > 0; heads = together()) {
      const start = heads[0]!.position;
      const length = endOf(heads.at(-1)!) - start;
      if (buffer.length < length) buffer = Buffer.allocUnsafeSlow(length);
      await read(start, buffer.subarray(0, length));
      for (const head of heads) {
        const seen = buffer.subarray(head.position - start, endOf(head) - start);
        if (await ask(head, seen)) continue;
        ahead = undefined;
        break;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, work));
}

const endOf = ({ position, size }: Head): number => position + Math.min(FIRST_BYTES, size);

/** Whether one read brings a head with those before it. */
function liesNear(head: Head, heads: readonly Head[]): boolean {
  const gap = head.position - endOf(heads.at(-1)!);
  return gap >= 0 && gap <= LARGEST_GAP && endOf(head) - heads[0]!.position <= LARGEST_READ;
}

/** Whether something is true of every sync sample of a track. Where the heads do not tell, it counts as false. */
export async function everySyncSample(track: CodedTrack, test: HeadTest<boolean>): Promise<boolean> {
  const { syncSamples, count } = track.samples;
  let holds = true;
  await askHeads(track, {
    count: syncSamples?.length ?? count,
    sample: (n) => syncSamples?.[n] ?? n,
    test,
    take(answer = false) {
      holds &&= answer;
      return holds;
    },
  });
  return holds;
}
