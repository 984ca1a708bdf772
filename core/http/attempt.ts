import { type Dispatcher, request } from 'undici';
import { concat } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';
import { retryAfterSeconds } from './backoff.ts';
import type { Connections } from './connections.ts';
import { connectionFault, type Fault, largeFault, slowFault, statusFault } from './faults.ts';
import type { PreparedRequest } from './prepare.ts';
import { serverWords } from './server-words.ts';
import type { HttpResponse } from './types.ts';

export type Outcome = { readonly response: HttpResponse } | { readonly fault: Fault };

/**
 * Ask once. The limit holds for the whole of it: a server that sends a byte now and then would outwit one that starts
 * anew with each.
 * @throws PackagerError when the user has cancelled
 */
export async function attempt(
  { dispatcher, proxied }: Connections,
  prepared: PreparedRequest,
  milliseconds: number,
): Promise<Outcome> {
  const { url, method, headers, body, maxBytes, secrets, known, answers } = prepared;
  const timeout = AbortSignal.timeout(Math.max(1, Math.ceil(milliseconds)));
  const signal = AbortSignal.any([prepared.signal, timeout]);
  let answering = false;
  try {
    const answer = await request(url, {
      dispatcher,
      method,
      headers,
      body: body ?? null,
      signal,
      // The signal is the limit; these count in whole seconds.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    answering = true;
    const { statusCode: status } = answer;
    const fields = flatten(answer.headers);
    const bytes = await readBody(answer.body, maxBytes);
    if ((status >= 200 && status < 300) || answers.includes(status)) {
      return bytes ? { response: { status, headers: fields, body: bytes } } : { fault: largeFault(maxBytes) };
    }
    const words = serverWords(bytes ?? '', secrets, known);
    return { fault: statusFault(status, words, target(fields, url), retryAfterSeconds(fields)) };
  } catch (cause) {
    if (prepared.signal.aborted) throw fail.cancelled();
    return { fault: timeout.aborted ? slowFault(milliseconds, answering) : connectionFault(cause, proxied) };
  }
}

/** The body, or `undefined` when it is too large; then the rest is not read. */
async function readBody(
  body: Dispatcher.ResponseData['body'],
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) return undefined; // leaving the loop closes the connection
    chunks.push(chunk);
  }
  return concat(chunks);
}

const flatten = (headers: Dispatcher.ResponseData['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );

function target({ location }: HttpResponse['headers'], url: URL): URL | undefined {
  return location !== undefined && URL.canParse(location, url.href) ? new URL(location, url) : undefined;
}
