import { spoil } from '../base/reused-memory.ts';
import type { CodedTrack } from './track.ts';

/** Bytes of each sample that are read at first: what most encoders write in front of the first slice. */
const FIRST_BYTES = 2048;
/** Bytes that are read where those are not enough. */
const MOST_BYTES = 65_536;
/** Samples that are read at a time. */
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

/**
 * Ask samples of a track something that their first 2 KiB tell, or 64 KiB where those do not.
 * @throws PackagerError INPUT_NOT_READABLE when the input cannot be read
 */
export async function askHeads<Answer>(
  { samples, source }: CodedTrack,
  { count, sample, test, take }: HeadQuestions<Answer>,
): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    const buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
    while (next < count) {
      const n = next++;
      const number = sample(n);
      const { offsets, sizes, formats } = samples.read(number, number + 1);
      const size = sizes[0]!;
      const ask = async (bytes: Uint8Array): Promise<Answer | undefined> => {
        await source.read(offsets[0]!, [bytes]);
        const answer = test(bytes, size, formats?.[0] ?? 0);
        spoil(bytes);
        return answer;
      };
      let answer = await ask(buffer.subarray(0, Math.min(FIRST_BYTES, size)));
      if (answer === undefined && size > FIRST_BYTES)
        answer = await ask(Buffer.allocUnsafe(Math.min(MOST_BYTES, size)));
      if (!take(answer, n)) next = count;
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, work));
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
