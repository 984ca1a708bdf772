import { fail, type Run } from '../../core/index.ts';
import { readPem, readToken, refusePlainHttp, sendRequest } from '../../core/kit.ts';

/** How the server is reached. */
export interface VaultServer {
  /** Address of the server, without `/v1`. @default the environment variable VAULT_ADDR */
  readonly url?: string;
  /** Whether an `http:` URL will do that is not of this machine. @default false */
  readonly allowPlainHttp?: boolean;
  /** The token, or a function that gets it. @default the environment variable VAULT_TOKEN */
  readonly token?: string | (() => string | Promise<string>);
  /** A file that holds the token and nothing else, relative to the working directory. */
  readonly tokenFile?: string;
  /** The namespace of mounts. @default the root namespace */
  readonly namespace?: string;
  /** Certificates to trust in place of the built-in ones: PEM, or the path of a PEM file. */
  readonly ca?: string;
  /** For each try. @default 10 */
  readonly timeoutSeconds?: number;
  /** Tries after the first, on connection faults, 429 and 5xx. @default 3 */
  readonly retries?: number;
}

/** A call of the API: below `/v1/`; a POST, if it has a body. */
export interface VaultCall {
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/**
 * Ask the server. Answers JSON, or `undefined` for 404.
 * @throws PackagerError REQUEST_FAILED, SERVER_ERROR with its words: sealed, permission denied, invalid ciphertext
 */
export async function askVault(options: VaultServer, { path, body }: VaultCall, run: Run): Promise<unknown> {
  const { namespace, timeoutSeconds, retries } = options;
  const url = options.url ?? process.env['VAULT_ADDR'];
  if (url === undefined) {
    throw fail.missingOption(
      'key-vault has no address of a server.',
      'Set its `url`, or VAULT_ADDR in the environment.',
    );
  }
  refusePlainHttp(url, options.allowPlainHttp);
  const token = await readToken({
    token: options.token,
    tokenFile: options.tokenFile,
    variable: 'VAULT_TOKEN',
  });
  if (token === undefined) {
    throw fail.missingOption(
      'key-vault has no token.',
      'Set VAULT_TOKEN in the environment, or the option `token` or `tokenFile`.',
    );
  }
  const ca = options.ca === undefined ? undefined : await readPem('The `ca` of key-vault', options.ca);
  const response = await sendRequest({
    service: 'The key vault',
    url: `${url.replace(/\/+$/, '')}/v1/${urlPath(path)}`,
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'x-vault-token': token, ...(namespace !== undefined && { 'x-vault-namespace': namespace }) },
    signal: run.signal,
    answers: [404],
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(ca !== undefined && { ca }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(retries !== undefined && { retries }),
  });
  if (response.status === 404) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(response.body));
  } catch {
    // Its message would quote the answer.
    throw fail.keyDocument('the answer of the key vault is no JSON.', 'Look at `url` of key-vault.');
  }
}

/** No content id leads out of its place in the path: servers take `..` for the folder above, also percent-encoded. */
function urlPath(path: string): string {
  const segments = path.split('/');
  if (!segments.some((segment) => /^\.{0,2}$/.test(segment))) {
    return segments.map(encodeURIComponent).join('/');
  }
  throw fail.invalidOption(`The path ${path} of key-vault has an empty part, or one of dots alone.`);
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What an object of the answer has under a name. */
export const member = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);
