/** A thread that knows the packages that are damaged. Threads begin without tsx, so this is JavaScript. */
import { parentPort } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { serveUnits } = await import('../../../core/index.ts');
const { damagePlugins } = await import('./packages.ts');
serveUnits(parentPort, async (name) => damagePlugins(name));
