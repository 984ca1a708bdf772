import type { MessagePort } from 'node:worker_threads';
import { PackagerError } from '../base/errors.ts';
import { Packager, type Plugin } from '../contract/packager.ts';
import { Run, type RunState } from '../contract/run.ts';
import { executeTogether } from './execute-together.ts';
import { helpWrite } from './help-write.ts';
import { Inputs } from './inputs.ts';
import type { UnitContext } from './unit-parts.ts';
import type { ServedReading } from './verify/serve-reading.ts';
import type { TaskResult, ThreadTask, WorkerReply, WorkerRequest } from './worker-messages.ts';

/** Makes the plugins of a title. @param data of the title's `origin` */
export type PluginLoader = (data: unknown) => Promise<readonly Plugin[]>;

/**
 * The life of a worker thread: for each title load the same plugins as the main thread, then write unit after unit, or read what was
 * written again, of whatever title. Loading starts at once, while the main thread is still looking at the inputs.
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
      case 'units':
      case 'segments':
      case 'rendition':
        try {
          if (!served) throw new Error('a task before its title');
          const onProgress = (place: number, bytes: number) =>
            reply({ type: 'progress', title, bytes, place });
          const result = await served.do(request, onProgress);
          reply({ type: 'done', title, result });
        } catch (error) {
          reply({ type: 'failed', title, error: PackagerError.from(error).toJSON() });
        }
    }
  });
}

/** What a thread keeps of a title, from its first message until the title is over. */
class ServedTitle {
  readonly #plugins: Promise<readonly Plugin[]>;
  readonly #packager: Promise<Packager>;
  #state: RunState | undefined;
  #context: Promise<UnitContext> | undefined;
  #reading: Promise<ServedReading> | undefined;

  constructor(plugins: Promise<readonly Plugin[]>) {
    this.#plugins = plugins;
    this.#packager = plugins.then((loaded) => new Packager(loaded));
    this.#packager.catch(() => {}); // reported with the first unit
  }

  /** Do a task of it, once it has begun. */
  async do(task: ThreadTask, onProgress: (place: number, bytes: number) => void): Promise<TaskResult> {
    if (!this.#context || !this.#state) throw new Error('a task before its run');
    if (task.type === 'units') return executeTogether(await this.#context, task.works, onProgress);
    if (task.type === 'segments') {
      await helpWrite(await this.#context, task.work, task.port);
      return undefined;
    }
    this.#reading ??= this.#openReading(this.#state);
    return (await this.#reading).read(task.work);
  }

  /** What only verification needs is loaded for it alone. */
  async #openReading(state: RunState): Promise<ServedReading> {
    const { ServedReading } = await import('./verify/serve-reading.ts');
    return new ServedReading(await this.#plugins, state);
  }

  begin(state: RunState, warn: (message: string) => void): void {
    this.#state = state;
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
    await this.#reading?.then((reading) => reading.close()).catch(() => {});
  }
}
