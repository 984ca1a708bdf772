import type { MessagePort } from 'node:worker_threads';
import { PackagerError } from '../base/errors.ts';
import { Packager, type Plugin } from '../contract/packager.ts';
import { Run, type RunState } from '../contract/run.ts';
import { executeUnit } from './execute-unit.ts';
import { Inputs } from './inputs.ts';
import type { UnitContext } from './unit-parts.ts';
import type { WorkerReply, WorkerRequest } from './worker-messages.ts';

/** Makes the plugins of a title. @param data of the title's `origin` */
export type PluginLoader = (data: unknown) => Promise<readonly Plugin[]>;

/**
 * The life of a worker thread: for each title load the same plugins as the main thread, then write unit after unit, of
 * whatever title. Loading starts at once, while the main thread is still looking at the inputs.
 */
export function serveUnits(port: MessagePort, loadPlugins: PluginLoader): void {
  const titles = new Map<number, ServedTitle>();
  const reply = (message: WorkerReply) => port.postMessage(message);

  port.on('message', async (request: WorkerRequest) => {
    const { title } = request;
    const served = titles.get(title);
    switch (request.type) {
      case 'load':
        titles.set(title, new ServedTitle(loadPlugins(request.data)));
        return;
      case 'run':
        served?.begin(request.state, (message) => reply({ type: 'warning', title, message }));
        return;
      case 'over':
        titles.delete(title);
        await served?.close();
        return;
      case 'unit':
        try {
          if (!served?.context) throw new Error('a unit before its run');
          const onProgress = (bytes: number) => reply({ type: 'progress', title, bytes });
          const result = await executeUnit(await served.context, request.work, onProgress);
          reply({ type: 'done', title, result });
        } catch (error) {
          reply({ type: 'failed', title, error: PackagerError.from(error).toJSON() });
        }
    }
  });
}

/** What a thread keeps of a title, from its first message until the title is over. */
class ServedTitle {
  readonly #packager: Promise<Packager>;
  #context: Promise<UnitContext> | undefined;

  constructor(plugins: Promise<readonly Plugin[]>) {
    this.#packager = plugins.then((loaded) => new Packager(loaded));
    this.#packager.catch(() => {}); // reported with the first unit
  }

  get context(): Promise<UnitContext> | undefined {
    return this.#context;
  }

  begin(state: RunState, warn: (message: string) => void): void {
    this.#context = this.#packager.then((packager) => {
      const run = new Run(state, new AbortController().signal);
      run.on((event) => event.type === 'warning' && warn(event.message));
      return { packager, run, inputs: new Inputs(packager, run) };
    });
    this.#context.catch(() => {});
  }

  /** Close its inputs. Nobody waits for that, and nobody can be told. */
  async close(): Promise<void> {
    await this.#context?.then(({ inputs }) => inputs.close()).catch(() => {});
  }
}
