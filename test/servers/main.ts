/**
 * `npm run servers`: a key server, a CID issue page and a key vault on loopback, to try everything offline.
 * `npm run servers -- --help` names its options, and the faults that can happen with every request to the key server (faults.ts,
 * key-faults.ts).
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startCidServer } from './cid-server.ts';
import { isTransportFault, TRANSPORT_FAULTS } from './faults.ts';
import { isKeyFault, KEY_FAULTS } from './key-faults.ts';
import { startKeyServer } from './key-server.ts';
import type { ReceivedRequest } from './serve.ts';
import { startVaultServer, VAULT_TOKEN } from './vault-server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8801' },
    variant: { type: 'string', default: 'json' },
    fault: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const FAULTS = `Faults of the connection: ${TRANSPORT_FAULTS.join(', ')}.
Faults of the answer: ${KEY_FAULTS.join(', ')}.
Those with labels and crypto periods: missing-label (the last one has no key), unmatched-filter (a filter that no track matches),
unknown-filter (one that CPIX does not know), two-keys (for one label), short-periods (they do not cover the title), same-key (in all
periods).`;
if (values.help) {
  console.log(`npm run servers -- [--port <first of four, default 8801>] [--variant json|xml] [--fault <name>]

${FAULTS}`);
  process.exit(0);
}
const port = Number(values.port);
const { fault } = values;
const variant = values.variant === 'xml' ? 'xml' : 'json';
if (fault !== undefined && !isTransportFault(fault) && !isKeyFault(fault)) {
  console.error(`There is no fault "${fault}".\n\n${FAULTS}`);
  process.exit(2);
}

const log = ({ method, url }: ReceivedRequest): void =>
  console.log(`${method} ${url.host} ${url.pathname.replace(/getKey\/.+/, 'getKey/…')}`);
const faulty = fault === undefined ? {} : { fault };
const http = await startKeyServer({ port, log, ...faulty });
const https = await startKeyServer({ port: port + 1, https: 'own', log, ...faulty });
const page = await startCidServer({ port: port + 2, variant, log });
const hex = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 32);
const film = { keyId: hex('key id'), key: hex('key'), iv: hex('iv') };
const vault = await startVaultServer({ port: port + 3, log, secrets: { 'sealpack/sample-360p': film } });

const folder = mkdtempSync(join(tmpdir(), 'sealpack-servers-'));
const ca = join(folder, 'ca.pem');
writeFileSync(ca, https.ca ?? '');

// Before anybody reads that Ctrl+C ends them.
const stop = async (): Promise<void> => {
  rmSync(folder, { recursive: true, force: true });
  await Promise.all([http.close(), https.close(), page.close(), vault.close()]);
};
process.once('SIGINT', stop).once('SIGTERM', stop);

console.log(`Key server        ${http.url}
       with TLS   ${https.url}   (its CA: ${ca})
   PallyCon v1    /v1/cpix/pallycon/getKey/{token}
   PallyCon v2    /v2/cpix/pallycon/getKey/{token}
   SPEKE 1        /cpix/getKey?enc-token={token}, /speke/v1.0/copyProtection
   SPEKE 2.0      /speke/v2.0/copyProtection
   SPEKE 2.1      /speke/v2.1/copyProtection
   any CPIX       /generic/keys
CID issue page    ${page.url}/cid   (${variant})
Key vault         ${vault.url}   (secret/sealpack/sample-360p, for keyVault())

export SEALPACK_KMS_TOKEN='${http.token}'
export SEALPACK_SITE_KEY='${page.siteKey}'
export VAULT_ADDR='${vault.url}'
export VAULT_TOKEN='${VAULT_TOKEN}'

// packager.config.ts
import { defineConfig } from 'sealpack';
import { gatewayCallback } from 'sealpack/plugins';
import { pallycon } from 'sealpack/presets';

export default defineConfig({
  preset: pallycon({ kms: { url: '${https.url}/v2/cpix/pallycon/getKey/{token}', ca: '${ca}' } }),
  inputs: ['test/media/sample-360p.mp4'],
  plugins: [gatewayCallback({ url: '${page.url}/cid', format: '${variant}' })],
});
// end of packager.config.ts

Ctrl+C ends the servers.`);
