import { type Dispatcher, request } from 'undici';
import { concat } from '../base/bytes.ts';
import { fail, PackagerError } from '../base/errors.ts';
import { underAny } from '../base/under-any.ts';
import { retryAfterSeconds } from './backoff.ts';
import type { Connections } from './connections.ts';
import { connectionFault, type Fault, largeFault, slowFault, statusFault } from './faults.ts';
import type { PreparedRequest } from './prepare.ts';
import { secretsOf, serverWords } from './server-words.ts';
import type { HttpResponse, HttpSink } from './types.ts';

export type Outcome = { readonly response: HttpResponse } | { readonly fault: Fault };

/**
 * Ask once. The limit holds for the whole of it: a server that sends a byte now and then would outwit one that starts
 * anew with each.
 * @throws PackagerError when the user has cancelled; what the sink throws; INVALID_OPTION for headers that cannot be sent
 */
export async function attempt(
  { dispatcher, proxied }: Connections,
  prepared: PreparedRequest,
  milliseconds: number,
): Promise<Outcome> {
  const { url, method, body, maxBytes, known, answers, sink } = prepared;
  const headers = prepared.headers();
  const timeout = AbortSignal.timeout(Math.max(1, Math.ceil(milliseconds)));
  let answering = false;
  const ask = async (signal: AbortSignal): Promise<Outcome> => {
    const answer = await request(url, {
      dispatcher,
      method,
      headers,
      body: (typeof body === 'function' ? body() : body) ?? null,
      signal,
      // The signal is the limit; these count in whole seconds.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    answering = true;
    const { statusCode: status } = answer;
    const fields = flatten(answer.headers);
    const counts = (status >= 200 && status < 300) || answers.includes(status);
    if (counts && sink) {
      await pour(answer.body, { status, headers: fields }, sink);
      return { response: { status, headers: fields, body: new Uint8Array(0) } };
    }
    const bytes = await readBody(answer.body, maxBytes);
    if (counts) {
      return bytes ? { response: { status, headers: fields, body: bytes } } : { fault: largeFault(maxBytes) };
    }
    const words = serverWords(bytes ?? '', [...prepared.secrets, ...secretsOf(url, headers)], known);
    return { fault: statusFault(status, words, target(fields, url), retryAfterSeconds(fields)) };
  };
  try {
    return await underAny([prepared.signal, timeout], ask);
  } catch (cause) {
    if (prepared.signal.aborted) throw fail.cancelled();
    if (PackagerError.is(cause)) throw cause;
    return { fault: timeout.aborted ? slowFault(milliseconds, answering) : connectionFault(cause, proxied) };
  }
}

async function pour(
  body: Dispatcher.ResponseData['body'],
  answer: Pick<HttpResponse, 'status' | 'headers'>,
  sink: HttpSink,
): Promise<void> {
  try {
    sink.begin(answer);
    for await (const chunk of body as AsyncIterable<Uint8Array>) sink.write(chunk);
  } catch (cause) {
    // What is left of it may be gigabytes: the connection ends with it.
    body.on('error', () => undefined).destroy();
    if (!sink.isFull || PackagerError.is(cause)) throw cause;
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
