import { createCipheriv, randomBytes } from 'node:crypto';
import { availableParallelism, cpus, totalmem } from 'node:os';

/** What figures depend on. */
export interface Machine {
  readonly node: string;
  readonly processor: string;
  readonly processors: number;
  readonly memoryBytes: number;
  /** Gigabytes a second that one thread of this Node.js encrypts, in pieces of 64 KiB. */
  readonly aesCtr: number;
  /** The same of CBC, which is serial. */
  readonly aesCbc: number;
}

export const machine = (): Machine => ({
  node: process.versions.node,
  processor: cpus()[0]?.model ?? 'unknown',
  processors: availableParallelism(),
  memoryBytes: totalmem(),
  aesCtr: gigabytes('aes-128-ctr'),
  aesCbc: gigabytes('aes-128-cbc'),
});

const PIECE = 65_536;
const SECONDS = 0.2;
const TRIES = 5;

/** The best of some tries: what else the machine does at that moment is not what it can do. */
const gigabytes = (algorithm: string): number =>
  Math.max(...Array.from({ length: TRIES }, () => gigabytesOnce(algorithm)));

function gigabytesOnce(algorithm: string): number {
  const cipher = createCipheriv(algorithm, randomBytes(16), randomBytes(16));
  const piece = randomBytes(PIECE);
  const start = performance.now();
  let pieces = 0;
  for (; performance.now() - start < 1000 * SECONDS; pieces++) cipher.update(piece);
  return Number(((pieces * PIECE) / 1e6 / (performance.now() - start)).toFixed(2));
}
