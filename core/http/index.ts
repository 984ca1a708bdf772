import { setTimeout as wait } from 'node:timers/promises';
import { fail, type PackagerError } from '../base/errors.ts';
import { backoff } from './backoff.ts';
import type { Connections } from './connections.ts';
import type { Fault } from './faults.ts';
import { type PreparedRequest, prepare } from './prepare.ts';
import type { HttpHeaders, HttpRequest, HttpResponse, HttpSink, HttpSurroundings } from './types.ts';

export { serverWords } from './server-words.ts';
export type { HttpHeaders, HttpRequest, HttpResponse, HttpSink, HttpSurroundings };

/** Asks servers, again and again: its connections stay open in between. */
export interface HttpClient {
  /** As `sendRequest`, but for `ca`, which is that of the client. */
  send(request: Omit<HttpRequest, 'ca'>): Promise<HttpResponse>;
  /** Ends all connections at once, also those that wait for something. */
  close(): Promise<void>;
}

/** What all requests of a client have in common. */
export interface HttpClientOptions extends Pick<HttpRequest, 'ca'> {
  /** Connections to one server at a time; further requests wait for one. @default as many as are asked for */
  readonly connections?: number;
}

/** For whoever asks often: a connection and its TLS take longer than a small answer. */
export function openClient(
  { ca, connections: atOnce }: HttpClientOptions = {},
  surroundings: Partial<HttpSurroundings> = {},
): HttpClient {
  // By origin: of one host a proxy may be asked, of another not.
  const opened = new Map<string, Promise<Connections>>();
  let isClosed = false;
  const connectionsTo = (url: URL): Promise<Connections> => {
    const known = opened.get(url.origin);
    if (known) return known;
    const connections = open(url, ca, atOnce);
    opened.set(url.origin, connections);
    return connections;
  };
  return {
    async send(request) {
      if (isClosed) throw new RangeError('a client that is closed was asked');
      const prepared = prepare({ ...request, ca });
      return ask(await connectionsTo(prepared.url), prepared, surroundings);
    },
    async close() {
      isClosed = true;
      const all = await Promise.allSettled(opened.values());
      await Promise.all(all.map((one) => (one.status === 'fulfilled' ? one.value.close() : undefined)));
    },
  };
}

/**
 * Ask a server and answer what it says with a 2xx status, or with one that the request takes as an answer. Connection faults, 429
 * and 5xx are tried again, with growing random waits and `Retry-After` honoured (a name that is not known once, a connection that is
 * refused three times at most); nothing else is. TLS is always verified, redirects are never followed (the credentials in the
 * request are for this host), `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` count.
 * @throws PackagerError REQUEST_FAILED when no answer came: DNS, refused, reset, TLS, too slow
 * @throws PackagerError SERVER_ERROR when the server answered something else, with its words, or far too much
 * @throws PackagerError INVALID_OPTION when the URL, a header or `ca` cannot be used
 */
export async function sendRequest(
  request: HttpRequest,
  surroundings: Partial<HttpSurroundings> = {},
): Promise<HttpResponse> {
  const prepared = prepare(request);
  const connections = await open(prepared.url, prepared.ca);
  try {
    return await ask(connections, prepared, surroundings);
  } finally {
    await connections.close();
  }
}

/** undici takes a tenth of a second to load: that is for runs that ask a server. */
async function open(url: URL, ca: string | undefined, atOnce?: number): Promise<Connections> {
  const { openConnections } = await import('./connections.ts');
  return openConnections(url, ca, atOnce);
}

async function ask(
  connections: Connections,
  prepared: PreparedRequest,
  { random = Math.random, sleep = defaultSleep }: Partial<HttpSurroundings>,
): Promise<HttpResponse> {
  const { signal, timeoutSeconds, retries, sink } = prepared;
  const { attempt } = await import('./attempt.ts');
  const deadline = performance.now() + prepared.totalSeconds * 1000;
  let last: Fault | undefined;
  for (let tries = 1; ; tries++) {
    const left = deadline - performance.now();
    const before = sink?.taken;
    const outcome = await attempt(connections, prepared, Math.min(timeoutSeconds * 1000, left));
    if ('response' in outcome) return outcome.response;

    if (sink?.taken !== before) tries = 1;
    // A try that was cut short by the total limit says less than the one before.
    const fault: Fault = (performance.now() >= deadline ? last : undefined) ?? outcome.fault;
    const pause = backoff(tries, fault.retryAfter, random);
    const again = tries <= Math.min(retries, fault.retries) && performance.now() + pause < deadline;
    if (!again) throw errorOf(fault, prepared.server, tries);
    last = fault;
    await sleep(pause, signal).catch(() => undefined); // an abort ends the next try before it begins
  }
}

const defaultSleep: HttpSurroundings['sleep'] = (milliseconds, signal) =>
  wait(milliseconds, undefined, { signal });

function errorOf({ kind, what, hint, retries }: Fault, server: string, tries: number): PackagerError {
  const sentence = tries === 1 ? `${what}.` : `${what} (after ${tries} tries).`;
  const error =
    kind === 'request'
      ? fail.requestFailed(server, sentence, hint)
      : fail.serverError(server, sentence, hint);
  // What one more try was good for at most, a later one is not.
  error.transient = retries > 1;
  return error;
}
