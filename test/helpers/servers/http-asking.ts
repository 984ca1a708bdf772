import { inspect } from 'node:util';
import * as assert from 'uvu/assert';
import { PackagerError } from '../../../core/index.ts';
import { type HttpRequest, type HttpResponse, sendRequest } from '../../../core/kit.ts';
import type { TransportFault } from '../../servers/faults.ts';
import { type ServerOptions, serve, type TestServer } from '../../servers/serve.ts';

export const TOKEN = 'eyJzaXRlX2lkIjoiREVNTyIsImFjY2Vzc19rZXkiOiJaP34+In0/Pz8/Pj4+';
const SECRETS = [TOKEN, encodeURIComponent(TOKEN), 'query-secret', 'header-secret', 'body-secret', 'site_id'];
export const PATH = `/v2/getKey/${encodeURIComponent(TOKEN)}?api_key=query-secret`;

/** A request full of secrets. */
export const asking = (url: string, facts: Partial<HttpRequest> = {}): HttpRequest => ({
  url: url + PATH,
  method: 'POST',
  headers: { 'content-type': 'application/xml', authorization: 'Bearer header-secret' },
  body: '<body-secret/>',
  service: 'The key server',
  ...facts,
});

/** Sends without real waits; notes how long they would have been. */
export async function send(request: HttpRequest, random = 0.5) {
  const waits: number[] = [];
  const sleep = async (milliseconds: number) => void waits.push(milliseconds);
  const outcome = await sendRequest(request, { random: () => random, sleep }).catch(
    (error: unknown) => error,
  );
  if (outcome instanceof Error) {
    const shown = [inspect(outcome, { depth: 9 }), JSON.stringify(outcome), outcome.stack].join('\n');
    for (const secret of SECRETS) assert.not.ok(shown.includes(secret), `${secret} in ${shown}`);
  }
  return { outcome: outcome as HttpResponse | PackagerError, waits };
}

export async function failure(request: HttpRequest): Promise<PackagerError> {
  const { outcome } = await send(request);
  if (!PackagerError.is(outcome)) throw new Error('the request did not fail');
  return outcome;
}

export async function withServer<T>(
  options: ServerOptions | TransportFault,
  use: (server: TestServer) => Promise<T>,
): Promise<T> {
  const server = await serve(typeof options === 'string' ? { fault: options } : options, ({ body }) => ({
    status: 200,
    headers: { 'content-type': 'text/plain', 'X-Several': 'one' },
    body: `got ${body}`,
  }));
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

export const text = (outcome: HttpResponse | PackagerError): string => {
  if (PackagerError.is(outcome)) throw outcome;
  return new TextDecoder().decode(outcome.body);
};

/** A label of more than 63 bytes: the resolver refuses it without asking anybody. */
export const UNKNOWN_HOST = `${'x'.repeat(64)}.test`;

/** With these environment variables, and no others that name a proxy. */
export async function withEnvironment(
  values: Record<string, string>,
  use: () => Promise<void>,
): Promise<void> {
  const names = ['http_proxy', 'https_proxy', 'no_proxy'];
  const all = [...names, ...names.map((name) => name.toUpperCase()), ...Object.keys(values)];
  const before = all.map((name) => [name, process.env[name]] as const);
  for (const name of all) delete process.env[name];
  Object.assign(process.env, values);
  try {
    await use();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
