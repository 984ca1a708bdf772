import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { madeOnce } from '../helpers/commands/folders.ts';
import { killTree } from '../helpers/commands/process-tree.ts';
import type { Orders } from './preload.ts';

const BIN = join(import.meta.dirname, '../../dist/core/cli/bin.js');

/** `here`: beside this process. `container`: in a process namespace of its own. */
export type Room = 'here' | 'container';

const user = process.getuid?.() === 0 ? [] : ['--map-root-user'];
/** The shell is process 1, which no signal of its own namespace can kill, and does not become the command. */
const CONTAINER = ['unshare', ...user, '--pid', '--fork', '--mount-proc', 'sh', '-c', '"$@"; exit $?', 'sh'];

let containers: boolean | undefined;

/** Whether this machine lets us make process namespaces. */
export function hasContainers(): boolean {
  containers ??= spawnSync(CONTAINER[0]!, [...CONTAINER.slice(1), 'true']).status === 0;
  return containers;
}

/** In JavaScript: the run that loads it knows no TypeScript. */
const preload = (): Promise<string> =>
  madeOnce('kills-preload.mjs', async (outfile) => {
    const entry = join(import.meta.dirname, 'preload.ts');
    await build({ entryPoints: [entry], outfile, format: 'esm', platform: 'node', target: 'node20' });
  });

export interface Ended {
  readonly status: number | null;
  readonly wasKilled: boolean;
  readonly text: string;
  readonly seconds: number;
}

export interface StartOptions {
  readonly room: Room;
  readonly workers: number;
  readonly orders?: Orders;
  /** Called once it runs; what it answers is awaited, then all of the run is killed. */
  readonly killAfter?: () => Promise<void>;
}

/** The built command, with the config of the folder, to its end. */
export async function runSealpack(
  folder: string,
  { room, workers, orders, killAfter }: StartOptions,
): Promise<Ended> {
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1' };
  if (orders) {
    env['NODE_OPTIONS'] = `--import file://${await preload()}`;
    env['SEALPACK_KILL'] = JSON.stringify(orders);
  }
  const command = [process.execPath, BIN, '--quiet', '--workers', String(workers)];
  const [program = '', ...args] = room === 'here' ? command : [...CONTAINER, ...command];
  const start = performance.now();
  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  let hasEnded = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  // Not before the last of its processes has closed the pipes.
  const closed = new Promise<{ status: number | null; signal: string | null }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      hasEnded = true;
      resolve({ status, signal });
    });
  });
  killAfter?.().then(() => {
    if (!hasEnded && child.pid !== undefined) killTree(child.pid);
  });
  const { status, signal } = await closed;
  // A shell says of its child's signal that the status is 128 + its number.
  const wasKilled = signal === 'SIGKILL' || status === 137;
  return { status, wasKilled, text, seconds: (performance.now() - start) / 1000 };
}
