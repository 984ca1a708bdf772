import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killTree, signalTree } from '../commands/process-tree.ts';

/** A real server that keeps jobs, started for a test on a port of loopback, with its data in a temporary folder. */
export interface DatabaseServer {
  /** What `--connection` takes. */
  readonly url: string;
  /** All that it holds, as bytes: to look for what may not be in there. */
  dump(): Promise<Buffer>;
  /** Stop it in its tracks (SIGSTOP), or end it without a word (SIGKILL), with all its processes. */
  strike(signal: 'SIGSTOP' | 'SIGKILL'): void;
  /** End it, and remove its folder. */
  stop(): Promise<void>;
}

/** A port that was free a moment ago. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject()));
    });
  });

/** A folder that a user may write to, and the user; as nobody else's than root's, everything is done as the caller. */
export function folderOf(user: string, name: string): { folder: string; as: { uid?: number; gid?: number } } {
  const folder = mkdtempSync(join(tmpdir(), `sealpack-${name}-`));
  if (process.getuid?.() !== 0) return { folder, as: {} };
  const id = (flag: string) => Number(spawnSync('id', [flag, user], { encoding: 'utf8' }).stdout.trim());
  const as = { uid: id('-u'), gid: id('-g') };
  chownSync(folder, as.uid, as.gid);
  return { folder, as };
}

/** Where a program of a package of Debian is. @throws Error that says what to install */
export function programOf(candidates: readonly string[], debian: string): string {
  const path = candidates.find((candidate) => existsSync(candidate));
  if (!path) throw new Error(`${candidates.at(-1)} is not there: apt-get install ${debian}`);
  return path;
}

/** The newest of the PostgreSQL versions that Debian has installed. */
export function postgresFolders(): string[] {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => join(root, version, 'bin'));
}

/** Start a server and wait until it says that it is ready. */
export function startServer(
  program: string,
  args: readonly string[],
  ready: RegExp,
  as: { uid?: number; gid?: number },
): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...as, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const hear = (text: string): void => {
      said += text;
      if (ready.test(said)) resolve(child);
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.once('error', reject);
    child.once('exit', (status) => reject(new Error(`${program} ended with ${status}: ${said}`)));
  });
}

/** How a server is ended: in good order, with its folder removed, also when this process ends before; or not. */
export function endings(
  child: ChildProcess,
  folder: string,
  signal: NodeJS.Signals,
): Pick<DatabaseServer, 'strike' | 'stop'> {
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const pid = child.pid ?? 0;
  const kill = () => {
    killTree(pid);
    remove();
  };
  process.once('exit', kill);
  return {
    strike: (how) => signalTree(pid, how),
    async stop() {
      process.removeListener('exit', kill);
      await new Promise<void>((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        // One that stands still would not hear of it.
        signalTree(pid, 'SIGCONT');
        child.kill(signal);
      });
      remove();
    },
  };
}
