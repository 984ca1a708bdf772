import { runShard } from '../runner/shards.ts';
import { tally } from '../runner/tally.ts';

/** A kind of fault that no file can hold, and the tests that show what becomes of it. */
export interface Witness {
  readonly what: string;
  /** Relative to `test/`. */
  readonly files: readonly string[];
}

export const WITNESSES: readonly Witness[] = [
  {
    what: 'hostile files: damage of every container',
    files: ['fuzz/mutants.test.ts', 'fuzz/verify.test.ts'],
  },
  { what: 'hostile files: much work in few bytes', files: ['fuzz/slow.test.ts'] },
  { what: 'an input that is replaced, cut or grows meanwhile', files: ['fuzz/changing.test.ts'] },
  {
    what: 'death at any step of publishing',
    files: ['unit/staging-deaths.test.ts', 'cases/publishing.test.ts'],
  },
  { what: 'runs that are killed at any moment, and the next one', files: ['kills/kills.test.ts'] },
  { what: 'signals, threads that die, inputs replaced beside threads', files: ['cases/command.test.ts'] },
  { what: 'threads, one by one', files: ['unit/worker-pool.test.ts'] },
  { what: 'no key, no output', files: ['cases/fail-closed.test.ts'] },
  { what: 'a protector that does nothing, or too little', files: ['cases/left-clear.test.ts'] },
  { what: 'key servers with every fault', files: ['cases/key-faults.test.ts'] },
  {
    what: 'what servers write into terminals, logs and XML',
    files: ['unit/server-words.test.ts', 'unit/foreign-text.test.ts'],
  },
  { what: 'secrets in places where none may be', files: ['cases/secret-places.test.ts'] },
];

/** What came of it. */
export interface WitnessResult extends Witness {
  readonly passed: number;
  readonly failed: number;
}

/** Run the tests of a kind. */
export async function askWitness(witness: Witness, env: NodeJS.ProcessEnv): Promise<WitnessResult> {
  const ending = await runShard({ name: witness.what, files: witness.files, isPlayback: false }, env);
  const count = tally(ending);
  if (count.failed > 0) console.log(ending.output);
  return { ...witness, ...count };
}
