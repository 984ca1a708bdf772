/** Loaded into every process of tests: a suite is not to wait for ever for an operation on a file, as `wake-pool.ts` says. */
import { keepPoolAwake } from '../../core/io/wake-pool.ts';

keepPoolAwake();
