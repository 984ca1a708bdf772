import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type DatabaseServer,
  endings,
  folderOf,
  freePort,
  postgresFolders,
  programOf,
  startServer,
} from './database-server.ts';

const run = promisify(execFile);

/** A PostgreSQL server with an empty database. */
export async function startPostgres(): Promise<DatabaseServer> {
  const of = (name: string) =>
    programOf([...postgresFolders().map((bin) => join(bin, name)), `/usr/bin/${name}`], 'postgresql');
  const { folder, as } = folderOf('postgres', 'postgres');
  const data = join(folder, 'data');
  await run(of('initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync'], { ...as, cwd: folder });
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'fsync=off'];
  const child = await startServer(
    of('postgres'),
    ['-D', data, '-p', `${port}`, ...settings.flatMap((setting) => ['-c', setting])],
    /ready to accept connections/,
    as,
  );
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async dump() {
      const args = ['-h', '127.0.0.1', '-p', `${port}`, '-U', 'postgres', 'postgres'];
      const { stdout } = await run(of('pg_dump'), args, { encoding: 'buffer', maxBuffer: 2 ** 30 });
      return stdout;
    },
    // SIGINT: fast shutdown, without waiting for clients.
    ...endings(child, folder, 'SIGINT'),
  };
}
