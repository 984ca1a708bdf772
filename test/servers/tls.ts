import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A certificate authority with one server certificate, both in PEM. */
export interface TestAuthority {
  /** What clients must trust. */
  readonly ca: string;
  /** For `https.createServer`. */
  readonly server: { readonly cert: string; readonly key: string };
}

export interface TestCertificates {
  /** The authority of the test servers; its server certificate is for `localhost`, `127.0.0.1` and `keys.test`. */
  readonly own: TestAuthority;
  /** Another authority of the same names, which nobody trusts. */
  readonly stranger: TestAuthority;
  /** Signed by the own authority, but for `elsewhere.example`. */
  readonly otherName: TestAuthority['server'];
  /** Signed by the own authority; ended in 2001. */
  readonly expired: TestAuthority['server'];
}

let made: Promise<TestCertificates> | undefined;

/** Certificates made with OpenSSL when first asked for, once a process. Nothing stays on disk. */
export function testCertificates(): Promise<TestCertificates> {
  made ??= makeCertificates();
  return made;
}

const NAMES = 'DNS:localhost,DNS:keys.test,IP:127.0.0.1,IP:::1';

async function makeCertificates(): Promise<TestCertificates> {
  const folder = await mkdtemp(join(tmpdir(), 'sealpack-test-ca-'));
  try {
    const own = await makeAuthority(folder, 'own');
    const stranger = await makeAuthority(folder, 'stranger');
    return {
      own: { ca: own, server: await issue(folder, 'own', NAMES) },
      stranger: { ca: stranger, server: await issue(folder, 'stranger', NAMES) },
      otherName: await issue(folder, 'own', 'DNS:elsewhere.example'),
      expired: await issue(folder, 'own', NAMES, ['20000101000000Z', '20010101000000Z']),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const EC_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

async function makeAuthority(folder: string, name: string): Promise<string> {
  await openssl(folder, [
    ...['req', '-x509', ...EC_KEY, '-days', '2', '-subj', `/CN=Sealpack test ${name}`],
    ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
    ...['-keyout', `${name}.key`, '-out', `${name}.pem`],
  ]);
  return readFile(join(folder, `${name}.pem`), 'utf8');
}

/** A server certificate for the names. `openssl ca` is the one command that sets the dates of its validity. */
async function issue(
  folder: string,
  authority: string,
  names: string,
  [from, to]: readonly [string?, string?] = [],
): Promise<TestAuthority['server']> {
  const settings = [
    '[req]\ndistinguished_name=dn\n[dn]\n[ca]\ndefault_ca=d\n[d]',
    'database=index.txt\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\nx509_extensions=x\nunique_subject=no\nrand_serial=yes',
    `[p]\ncommonName=supplied\n[x]\nsubjectAltName=${names}\nextendedKeyUsage=serverAuth\n`,
  ];
  await writeFile(join(folder, 'settings.cnf'), settings.join('\n'));
  await writeFile(join(folder, 'index.txt'), '');
  const config = ['-config', 'settings.cnf'];
  await openssl(folder, [
    ...['req', '-new', ...config, ...EC_KEY, '-subj', '/CN=Sealpack test server'],
    ...['-keyout', 'server.key', '-out', 'server.csr'],
  ]);
  await openssl(folder, [
    ...['ca', '-batch', '-notext', ...config, '-cert', `${authority}.pem`, '-keyfile', `${authority}.key`],
    ...(from && to ? ['-startdate', from, '-enddate', to] : ['-days', '2']),
    ...['-in', 'server.csr', '-out', 'server.pem'],
  ]);
  const read = (name: string) => readFile(join(folder, name), 'utf8');
  return { cert: await read('server.pem'), key: await read('server.key') };
}

const run = promisify(execFile);

async function openssl(folder: string, args: readonly string[]): Promise<void> {
  await run('openssl', args, { cwd: folder });
}
