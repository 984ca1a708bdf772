/** `npm run servers`: the config that it prints packages a title, offline. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { command } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { filesBelow } from '../helpers/titles/package.ts';

const test = suite('npm run servers');

const ROOT = join(import.meta.dirname, '../..');
const BIN = join(ROOT, 'dist/core/cli/bin.js');

/** Four ports in a row that nobody uses. */
async function freePorts(): Promise<number> {
  for (;;) {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as { port: number };
    const others = [port + 1, port + 2, port + 3].map((next) => createServer().listen(next, '127.0.0.1'));
    const free = await Promise.all(
      others.map((server) =>
        once(server, 'listening').then(
          () => true,
          () => false,
        ),
      ),
    );
    for (const server of [probe, ...others]) server.close();
    if (free.every(Boolean) && port + 3 < 65_536) return port;
  }
}

async function start(args: readonly string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/servers/main.ts', ...args], { cwd: ROOT });
  let [printed, errors] = ['', ''];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const closed = once(child, 'close');
  await Promise.race([
    closed,
    new Promise<void>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        if (printed.includes('Ctrl+C')) resolve();
      });
    }),
  ]);
  const end = async (): Promise<number | null> => {
    child.kill('SIGINT');
    await closed;
    return child.exitCode;
  };
  return { printed: () => printed, errors: () => errors, end };
}

test('the printed config and environment package a title; Ctrl+C ends the servers and removes the CA', async () => {
  const servers = await start(['--port', String(await freePorts()), '--variant', 'xml']);
  const text = servers.printed();
  try {
    const config = /\/\/ packager\.config\.ts\n([\s\S]*)\/\/ end of packager\.config\.ts/.exec(text)?.[1];
    const environment = [...text.matchAll(/^export (\w+)='(.*)'$/gm)].map(
      ([, name, value]) => `${name}=${value}`,
    );
    assert.is(environment.length, 4, servers.errors());
    const folder = temporaryFolder('offline');
    await writeFile(
      join(folder, 'packager.config.ts'),
      config!.replace('test/media', join(ROOT, 'test/media')),
    );
    await command('env', [...environment, process.execPath, BIN, '--quiet'], { cwd: folder });
    const files = await filesBelow(join(folder, 'out'));
    assert.ok(files.includes('DASH_sample-360p_mp4/stream.mpd'), files.join('\n'));
    assert.match(servers.printed(), /^POST 127\.0\.0\.1:\d+ \/v2\/cpix\/pallycon\/getKey\/…$/m);
    assert.match(servers.printed(), /^POST 127\.0\.0\.1:\d+ \/cid$/m);
  } finally {
    assert.is(await servers.end(), 0);
  }
  const ca = /its CA: (.*)\)/.exec(text)?.[1];
  assert.is(existsSync(ca!), false);
});

test('a fault that there is not', async () => {
  const servers = await start(['--fault', 'nonsense']);
  assert.match(servers.errors(), 'There is no fault "nonsense"');
  assert.is(await servers.end(), 2);
});

test.run();
