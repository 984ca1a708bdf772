/** What a process of tests runs: uvu with its arguments, and a pool that is kept awake, as `core/io/wake-pool.ts` says why. */
import { keepPoolAwake } from '../../core/io/wake-pool.ts';
import { timeFiles } from './file-times.ts';

keepPoolAwake();
timeFiles();
await import('../../node_modules/uvu/bin.js' as string);
