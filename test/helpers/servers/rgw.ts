import { execFile, type SpawnOptions, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

/** A Ceph object gateway on loopback. */
export interface Rgw {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Ends all its daemons and removes its folder. */
  close(): Promise<void>;
}

/** What has to be installed, as Debian calls it. */
export const RGW_PACKAGES = ['ceph-mon', 'ceph-osd', 'ceph-mgr', 'radosgw', 'ceph-common'] as const;

const ACCESS_KEY = 'testkey';
const SECRET_KEY = 'testsecret';
/** The gateway makes its pools with its first start, on a busy machine for minutes. */
const PATIENCE_MS = 300_000;

/** Start one: a monitor, a manager, a store in memory and the gateway, all in a temporary folder. It takes about half a minute. */
export async function startRgw(): Promise<Rgw> {
  const cluster = new Cluster(await mkdtemp(join(tmpdir(), 'sealpack-rgw-')));
  try {
    return await cluster.start();
  } catch (cause) {
    const logs = await cluster.logs();
    await cluster.stop();
    throw new Error(`Ceph did not start: ${(cause as Error).message}\n${logs}`);
  }
}

class Cluster {
  readonly #folder: string;
  readonly #conf: string;
  /** In the order of their start: each needs those before it. */
  readonly #daemons: { readonly name: string; readonly stop: () => Promise<void> }[] = [];

  constructor(folder: string) {
    this.#folder = folder;
    this.#conf = join(folder, 'ceph.conf');
  }

  async start(): Promise<Rgw> {
    const [monitor, older, gateway] = await freePorts(3);
    const addresses = `[v2:127.0.0.1:${monitor}/0,v1:127.0.0.1:${older}/0]`;
    const fsid = randomUUID();
    for (const name of ['mon', 'mgr', 'osd', 'rgw', 'run']) await mkdir(join(this.#folder, name));
    await writeFile(this.#conf, configOf(this.#folder, fsid, addresses, gateway!));
    await this.#startMonitor(fsid, addresses);
    await this.#startManager();
    await this.#startStore();
    const endpoint = `http://127.0.0.1:${gateway}`;
    await this.#startGateway(endpoint);
    const close = () => this.stop();
    return { endpoint, accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY, close };
  }

  async stop(): Promise<void> {
    for (const { stop } of this.#daemons.reverse()) await stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The last words of each daemon. */
  async logs(): Promise<string> {
    const texts = this.#daemons.map(async ({ name }) => {
      const text = await readFile(join(this.#folder, `${name}.log`), 'utf8');
      return `${name}: ${text.slice(-1000)}`;
    });
    return (await Promise.all(texts)).join('\n');
  }

  async #startMonitor(fsid: string, addresses: string): Promise<void> {
    const keyring = join(this.#folder, 'keyring');
    const admin = join(this.#folder, 'admin.keyring');
    const map = join(this.#folder, 'monmap');
    const all = ['--cap', 'osd', 'allow *', '--cap', 'mgr', 'allow *'];
    const make = ['--create-keyring', '--gen-key'];
    await this.#run('ceph-authtool', [keyring, ...make, '-n', 'mon.', '--cap', 'mon', 'allow *']);
    await this.#run('ceph-authtool', [
      admin,
      ...make,
      '-n',
      'client.admin',
      '--cap',
      'mon',
      'allow *',
      ...all,
    ]);
    await this.#run('ceph-authtool', [keyring, '--import-keyring', admin]);
    await this.#run('monmaptool', ['--create', '--addv', 'a', addresses, '--fsid', fsid, map]);
    await this.#run('ceph-mon', [
      '-c',
      this.#conf,
      '--mkfs',
      '-i',
      'a',
      '--monmap',
      map,
      '--keyring',
      keyring,
    ]);
    await this.#daemon('mon', 'ceph-mon', ['-i', 'a']);
    await this.#ceph(['config', 'set', 'mon', 'auth_allow_insecure_global_id_reclaim', 'false']);
  }

  async #startManager(): Promise<void> {
    const caps = ['mon', 'allow profile mgr', 'osd', 'allow *', 'mds', 'allow *'];
    await this.#ceph(['auth', 'get-or-create', 'mgr.x', ...caps, '-o', join(this.#folder, 'mgr', 'keyring')]);
    await this.#daemon('mgr', 'ceph-mgr', ['-i', 'x']);
  }

  async #startStore(): Promise<void> {
    const uuid = randomUUID();
    const secret = (await this.#run('ceph-authtool', ['--gen-print-key'])).trim();
    const secrets = join(this.#folder, 'osd-secret.json');
    await writeFile(secrets, JSON.stringify({ cephx_secret: secret }));
    await this.#ceph(['osd', 'new', uuid, '-i', secrets]);
    await writeFile(join(this.#folder, 'osd', 'keyring'), `[osd.0]\n\tkey = ${secret}\n`);
    await this.#run('ceph-osd', ['-c', this.#conf, '-i', '0', '--mkfs', '--osd-uuid', uuid]);
    await this.#daemon('osd', 'ceph-osd', ['-i', '0']);
    await this.#until('the store', async () => / 1 up/.test(await this.#ceph(['osd', 'stat'])));
  }

  async #startGateway(endpoint: string): Promise<void> {
    const caps = ['osd', 'allow rwx', 'mon', 'allow rw'];
    const keyring = join(this.#folder, 'rgw', 'keyring');
    await this.#ceph(['auth', 'get-or-create', 'client.rgw.a', ...caps, '-o', keyring]);
    await this.#daemon('rgw', 'radosgw', ['-n', 'client.rgw.a']);
    await this.#until('the gateway', () => answers(endpoint));
    const user = ['--uid=test', '--display-name=test'];
    const keys = [`--access-key=${ACCESS_KEY}`, `--secret-key=${SECRET_KEY}`];
    await this.#run('radosgw-admin', ['-c', this.#conf, 'user', 'create', ...user, ...keys]);
  }

  #ceph(args: readonly string[]): Promise<string> {
    return this.#run('ceph', ['-c', this.#conf, '--connect-timeout', '60', ...args]);
  }

  async #run(command: string, args: readonly string[]): Promise<string> {
    const options = { cwd: this.#folder, timeout: PATIENCE_MS };
    const { stdout } = await promisify(execFile)(command, [...args], options);
    return stdout;
  }

  /** In the foreground, so that it is ours to end. */
  async #daemon(name: string, command: string, args: readonly string[]): Promise<void> {
    const log = await open(join(this.#folder, `${name}.log`), 'w');
    const options: SpawnOptions = { cwd: this.#folder, stdio: ['ignore', log.fd, log.fd] };
    const child = spawn(command, ['-c', this.#conf, '-f', ...args], options);
    await once(child, 'spawn').finally(() => log.close());
    const ended = once(child, 'exit');
    const stop = async (): Promise<void> => {
      // Nothing of what it holds is kept.
      child.kill('SIGKILL');
      await ended;
    };
    this.#daemons.push({ name, stop });
  }

  async #until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (!(await isSo())) {
      if (performance.now() > end) throw new Error(`${what} is not there`);
      await wait(300);
    }
  }
}

const configOf = (folder: string, fsid: string, addresses: string, gateway: number): string => `[global]
fsid = ${fsid}
mon host = ${addresses}
keyring = ${folder}/admin.keyring
run dir = ${folder}/run
admin socket = ${folder}/run/$name.sock
log to file = false
log to stderr = true
osd pool default size = 1
osd pool default min size = 1
osd crush chooseleaf type = 0
mon allow pool size one = true
osd objectstore = memstore
memstore device bytes = 4294967296
osd pool default pg num = 1
osd pool default pg autoscale mode = off
[mon]
mon data = ${folder}/mon
mon data avail crit = 1
keyring = ${folder}/mon/keyring
[mgr]
mgr data = ${folder}/mgr
keyring = ${folder}/mgr/keyring
[osd]
osd data = ${folder}/osd
keyring = ${folder}/osd/keyring
[client.rgw.a]
rgw data = ${folder}/rgw
keyring = ${folder}/rgw/keyring
rgw frontends = beast endpoint=127.0.0.1:${gateway}
`;

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

/** Ports that were free a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
