import { FUZZ_MEDIA, mediaNamed } from './media.ts';
import { Tally } from './tally.ts';
import { type Task, Worker } from './worker.ts';

/** Something is wrong with the packager; `mutant` is enough to see it again. */
export interface Defect {
  /** `avc-aac.mp4/17`. */
  readonly mutant: string;
  readonly mutations: readonly string[];
  readonly faults: readonly string[];
}

export interface CampaignOptions {
  /** Processes that try mutants. @default 1 */
  readonly processes?: number;
  /** Told of each as it is found. */
  readonly onDefect?: (defect: Defect) => void;
  /** Told after each mutant of all that was found so far. */
  readonly onProgress?: (tally: Tally) => void;
}

/** Everything together, with the hundred megabytes that Node.js and the tests have already. */
const MOST_MEMORY = 640 * 2 ** 20;

/**
 * Try mutants, in processes of their own; when one dies, the next mutant gets another one.
 * @param mutants `avc-aac.mp4/17`, in order
 */
export async function campaign(
  mutants: Iterable<string>,
  { processes = 1, onDefect = () => {}, onProgress = () => {} }: CampaignOptions = {},
): Promise<Tally> {
  const tally = new Tally();
  const note = (defect: Defect) => {
    tally.defects.push(defect);
    onDefect(defect);
  };
  const queue = mutants[Symbol.iterator]();
  const work = async (): Promise<void> => {
    let worker: Worker | undefined;
    for (let next = queue.next(); !next.done; next = queue.next()) {
      const mutant = next.value;
      const task = await taskOf(mutant);
      worker ??= new Worker();
      const answer = await worker.ask(task);
      if ('death' in answer) {
        tally.mutants++;
        note({ mutant, mutations: [], faults: [answer.death] });
        worker = undefined;
        continue;
      }
      tally.add(answer);
      const { mutations, peak } = answer;
      const isHeavy = peak > MOST_MEMORY;
      const faults = isHeavy ? [...answer.faults, `took ${Math.round(peak / 2 ** 20)} MiB`] : answer.faults;
      if (faults.length > 0) note({ mutant, mutations, faults });
      if (isHeavy) {
        await worker.end(); // the peak of a process never falls again
        worker = undefined;
      }
      onProgress(tally);
    }
    await worker?.end();
  };
  await Promise.all(Array.from({ length: processes }, work));
  return tally;
}

/** Mutants of all media in turn, the first `count` of a seed. */
export function* mutantsOf(seed: number, count = Number.POSITIVE_INFINITY): Generator<string> {
  for (let index = 0; index < count; index++) {
    const { name } = FUZZ_MEDIA[index % FUZZ_MEDIA.length]!;
    yield `${name}/${seed * 1_000_000 + Math.floor(index / FUZZ_MEDIA.length)}`;
  }
}

async function taskOf(mutant: string): Promise<Task> {
  const [media = '', number] = mutant.split('/');
  return { path: await mediaNamed(media).file(), media, number: Number(number) };
}
