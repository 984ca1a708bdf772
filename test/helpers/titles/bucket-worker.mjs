/** A worker thread of titles from buckets and into them. Threads begin without tsx, so this is JavaScript. */
import { parentPort } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { serveUnits } = await import('../../../core/index.ts');
const { bucketPlugins } = await import('./bucket-titles.ts');
serveUnits(parentPort, async (names) => bucketPlugins(names));
