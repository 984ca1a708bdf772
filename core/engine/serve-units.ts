import type { MessagePort } from 'node:worker_threads';
import { PackagerError } from '../base/errors.ts';
import { Packager, type Plugin } from '../contract/packager.ts';
import { Run } from '../contract/run.ts';
import { executeUnit } from './execute-unit.ts';
import { Inputs } from './inputs.ts';
import type { UnitContext } from './unit-parts.ts';
import type { WorkerReply, WorkerRequest } from './worker-messages.ts';

/**
 * The life of a worker thread: load the same plugins as the main thread, then write unit after unit.
 * Loading starts at once, while the main thread is still looking at the inputs.
 */
export function serveUnits(port: MessagePort, loadPlugins: () => Promise<readonly Plugin[]>): void {
  const loading = loadPlugins().then((plugins) => new Packager(plugins));
  loading.catch(() => {}); // reported with the first unit
  let context: Promise<UnitContext> | undefined;
  const reply = (message: WorkerReply) => port.postMessage(message);

  port.on('message', async (request: WorkerRequest) => {
    if (request.type === 'run') {
      context = loading.then((packager) => {
        const run = new Run(request.state, new AbortController().signal);
        run.on((event) => event.type === 'warning' && reply(event));
        return { packager, run, inputs: new Inputs(packager, run) };
      });
      context.catch(() => {});
      return;
    }
    try {
      if (!context) throw new Error('a unit before its run');
      const result = await executeUnit(await context, request.work, (bytes) =>
        reply({ type: 'progress', bytes }),
      );
      reply({ type: 'done', result });
    } catch (error) {
      reply({ type: 'failed', error: PackagerError.from(error).toJSON() });
    }
  });
}
