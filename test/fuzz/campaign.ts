import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type StuckLimits, watchProcess } from '../helpers/stuck.ts';
import { FUZZ_MEDIA, mediaNamed } from './media.ts';

/** One mutant to try. */
export interface Task {
  /** Of the sound file. */
  readonly path: string;
  /** Its name. */
  readonly media: string;
  /** Which mutant of it. */
  readonly number: number;
}

/** What became of it. */
export interface Finding {
  readonly mutations: readonly string[];
  /** Of each mode that was tried. */
  readonly outcomes: readonly string[];
  readonly faults: readonly string[];
  /** The most memory that the process ever had, in bytes. */
  readonly peak: number;
}

/** Something is wrong with the packager; `mutant` is enough to see it again. */
export interface Defect {
  /** `avc-aac.mp4/17`. */
  readonly mutant: string;
  readonly mutations: readonly string[];
  readonly faults: readonly string[];
}

export interface Tally {
  tried: number;
  /** How often each outcome was, over all modes. */
  readonly outcomes: Map<string, number>;
  readonly defects: Defect[];
  /** Bytes. */
  peak: number;
}

/** A mutant takes a fraction of a second; this is a hang. */
const HANG: StuckLimits = { busySeconds: 30, idleSeconds: 120, silentSeconds: 900 };
/** The heap; and everything together, with the hundred megabytes that Node.js and the tests have already. */
const HEAP_MEGABYTES = 256;
const MOST_MEMORY = 640 * 2 ** 20;

/**
 * Try mutants one after the other, in a process of their own; when it dies, the next gets another one.
 * @param mutants `avc-aac.mp4/17`, in order
 * @param onDefect told of each as it is found
 */
export async function campaign(
  mutants: Iterable<string>,
  onDefect: (defect: Defect) => void = () => {},
): Promise<Tally> {
  const tally: Tally = { tried: 0, outcomes: new Map(), defects: [], peak: 0 };
  const note = (defect: Defect) => {
    tally.defects.push(defect);
    onDefect(defect);
  };
  let worker: Worker | undefined;
  for (const mutant of mutants) {
    worker ??= new Worker();
    const task = await taskOf(mutant);
    const answer = await worker.ask(task);
    tally.tried++;
    if ('death' in answer) {
      note({ mutant, mutations: [], faults: [answer.death] });
      worker = undefined;
      continue;
    }
    const { mutations, outcomes, peak } = answer;
    for (const outcome of outcomes) tally.outcomes.set(outcome, (tally.outcomes.get(outcome) ?? 0) + 1);
    const isHeavy = peak > MOST_MEMORY;
    const faults = isHeavy ? [...answer.faults, `took ${Math.round(peak / 2 ** 20)} MiB`] : answer.faults;
    tally.peak = Math.max(tally.peak, peak);
    if (faults.length > 0) note({ mutant, mutations, faults });
    if (isHeavy) {
      await worker.end(); // the peak of a process never falls again
      worker = undefined;
    }
  }
  await worker?.end();
  return tally;
}

/** Mutants of all media in turn, the first `count` of a seed. */
export function* mutantsOf(seed: number, count: number): Generator<string> {
  for (let index = 0; index < count; index++) {
    const { name } = FUZZ_MEDIA[index % FUZZ_MEDIA.length]!;
    yield `${name}/${seed * 1_000_000 + Math.floor(index / FUZZ_MEDIA.length)}`;
  }
}

async function taskOf(mutant: string): Promise<Task> {
  const [media = '', number] = mutant.split('/');
  return { path: await mediaNamed(media).file(), media, number: Number(number) };
}

class Worker {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #closed: Promise<string>;
  /** Whoever hangs does not see that nobody waits for it any more. */
  readonly #kill = () => this.#child.kill('SIGKILL');
  #words = '';

  constructor() {
    const script = join(import.meta.dirname, 'child.ts');
    const args = [`--max-old-space-size=${HEAP_MEGABYTES}`, '--import', 'tsx', script];
    this.#child = spawn(process.execPath, args, { stdio: 'pipe' });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#words += text;
    });
    process.once('exit', this.#kill);
    this.#child.stdin.on('error', () => undefined); // it died: its end says so
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#closed = new Promise((resolve) => {
      this.#child.on('close', (status, signal) => {
        process.off('exit', this.#kill);
        resolve(signal ?? `status ${status}`);
      });
    });
  }

  /** Have one tried. */
  async ask(task: Task): Promise<Finding | { readonly death: string }> {
    let hang: string | undefined;
    const { pid } = this.#child;
    const watch =
      pid === undefined
        ? undefined
        : watchProcess(pid, HANG, (why) => {
            hang = why;
            this.#kill();
          });
    this.#child.stdin.write(`${JSON.stringify(task)}\n`);
    const { value } = await this.#lines.next();
    watch?.stop();
    if (value === undefined) {
      const ending = await this.#closed;
      const words = this.#words.slice(-2000);
      return { death: hang === undefined ? `dies (${ending}): ${words}` : `hangs: it ${hang}` };
    }
    const finding: Finding = JSON.parse(value);
    const words = this.#words;
    this.#words = '';
    return words ? { ...finding, faults: [...finding.faults, `prints ${words.slice(0, 2000)}`] } : finding;
  }

  async end(): Promise<void> {
    this.#child.stdin.end();
    await this.#closed;
  }
}
