import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { type Answer, type ReceivedRequest, type ServerOptions, serve, type TestServer } from './serve.ts';

/** What can go wrong with a vault, beside what can with any server. */
const VAULT_FAULTS = [
  // 503, until somebody unseals it.
  'sealed',
  // 200, but a page.
  'not-json',
  // As an engine of version 1 answers.
  'kv-1',
  // 404 with the metadata of what was deleted.
  'deleted',
] as const;

export type VaultFault = (typeof VAULT_FAULTS)[number];

export const isVaultFault = (name: string): name is VaultFault =>
  (VAULT_FAULTS as readonly string[]).includes(name);

export interface VaultServerOptions extends ServerOptions<VaultFault> {
  /** @default VAULT_TOKEN */
  readonly token?: string;
  /** The namespace of the mounts. @default the root namespace */
  readonly namespace?: string;
  /** Secrets of the KV engine at `secret`, by path. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export const VAULT_TOKEN = 'hvs.CAESIJ0gTestTokenOfTheVault';

/** Wrap as `transit/encrypt/<name>` does; the key is made from the name. */
export function wrapped(name: string, plaintext: Uint8Array): string {
  const cipher = createCipheriv('aes-256-gcm', transitKey(name), NONCE);
  const sealed = Buffer.concat([NONCE, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return `vault:v1:${sealed.toString('base64')}`;
}

const NONCE = Buffer.alloc(12, 7);

const transitKey = (name: string): Buffer => createHash('sha256').update(name).digest();

/** HashiCorp Vault and OpenBao as far as keys go: KV version 2 at `secret`, transit at `transit`, with their statuses and words. */
export async function startVaultServer(options: VaultServerOptions): Promise<TestServer> {
  const { token = VAULT_TOKEN, namespace = '', secrets } = options;
  return serve<VaultFault>(options, (request, fault) => {
    const { headers, url } = request;
    if (fault === 'sealed') return refusal(503, 'Vault is sealed');
    if (fault === 'not-json')
      return { status: 200, body: `<html>Sign in as ${headers['x-vault-token']}</html>` };
    if (headers['x-vault-token'] !== token) return refusal(403, 'permission denied');
    if ((headers['x-vault-namespace'] ?? '') !== namespace) return refusal(404);
    const path = decodeURIComponent(url.pathname);
    if (path.startsWith('/v1/transit/decrypt/')) return decrypted(request, path.slice(20));
    if (!path.startsWith('/v1/secret/data/'))
      return refusal(404, 'no handler for route. route entry not found.');
    if (request.method !== 'GET') return refusal(405, 'unsupported operation');
    const secret = secrets[path.slice(16)];
    if (secret === undefined) return refusal(404);
    if (fault === 'kv-1') return json(200, { lease_id: '', data: secret });
    const metadata = {
      created_time: '2026-01-02T03:04:05Z',
      deletion_time: '',
      destroyed: false,
      version: 3,
    };
    if (fault !== 'deleted') return json(200, { lease_id: '', data: { data: secret, metadata } });
    return json(404, {
      data: { data: null, metadata: { ...metadata, deletion_time: '2026-02-03T04:05:06Z' } },
    });
  });
}

function decrypted({ method, body }: ReceivedRequest, name: string): Answer {
  if (method !== 'POST') return refusal(405, 'unsupported operation');
  const { ciphertext } = JSON.parse(body) as { ciphertext?: unknown };
  if (typeof ciphertext !== 'string' || ciphertext === '')
    return refusal(400, 'missing ciphertext to decrypt');
  if (!ciphertext.startsWith('vault:v1:')) return refusal(400, 'invalid ciphertext: no prefix');
  const sealed = Buffer.from(ciphertext.slice('vault:v1:'.length), 'base64');
  try {
    const cipher = createDecipheriv('aes-256-gcm', transitKey(name), sealed.subarray(0, 12));
    cipher.setAuthTag(sealed.subarray(-16));
    const plaintext = Buffer.concat([cipher.update(sealed.subarray(12, -16)), cipher.final()]);
    return json(200, { data: { plaintext: plaintext.toString('base64') } });
  } catch {
    return refusal(400, 'cipher: message authentication failed');
  }
}

const json = (status: number, value: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: `${JSON.stringify(value)}\n`,
});

const refusal = (status: number, ...errors: string[]): Answer => json(status, { errors });
