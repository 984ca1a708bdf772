/** A worker thread of `npm start` (`sample-titles.ts`). Threads begin without tsx, so this is JavaScript. */
import { parentPort } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { serveUnits } = await import('../../core/index.ts');
const { resolveInProject, startConfig } = await import('./sample-config.ts');
serveUnits(parentPort, async () => resolveInProject(await startConfig()).plugins);
