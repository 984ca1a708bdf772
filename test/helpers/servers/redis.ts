import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type DatabaseServer,
  endings,
  folderOf,
  freePort,
  programOf,
  startServer,
} from './database-server.ts';

/** A Redis server; it writes nothing to disk unless `dump` is asked. */
export async function startRedis(): Promise<DatabaseServer> {
  const program = programOf(['/usr/bin/redis-server', '/usr/local/bin/redis-server'], 'redis-server');
  const { folder, as } = folderOf('redis', 'redis');
  const port = await freePort();
  const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  // A dump that is compressed or packed hides what is in it.
  const plain = [
    '--rdbcompression',
    'no',
    '--hash-max-listpack-value',
    '1',
    '--stream-node-max-entries',
    '1',
  ];
  const child = await startServer(
    program,
    [...settings, ...plain, '--dir', folder],
    /Ready to accept connections/,
    as,
  );
  return {
    url: `redis://127.0.0.1:${port}`,
    async dump() {
      await promisify(execFile)('redis-cli', ['-p', `${port}`, 'save']);
      return readFile(join(folder, 'dump.rdb'));
    },
    ...endings(child, folder, 'SIGTERM'),
  };
}
