import { setTimeout as wait } from 'node:timers/promises';
import { fail, type PackagerError } from '../base/errors.ts';
import { backoff } from './backoff.ts';
import type { Fault } from './faults.ts';
import { prepare } from './prepare.ts';
import type { HttpRequest, HttpResponse, HttpSurroundings } from './types.ts';

export { serverWords } from './server-words.ts';
export type { HttpRequest, HttpResponse, HttpSurroundings };

/**
 * Ask a server and answer what it says with a 2xx status, or with one that the request takes as an answer. Connection faults, 429 and 5xx are tried again, with growing
 * random waits and `Retry-After` honoured; nothing else is. TLS is always verified, redirects are never followed (the
 * credentials in the request are for this host), `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` count.
 * @throws PackagerError REQUEST_FAILED when no answer came: DNS, refused, reset, TLS, too slow
 * @throws PackagerError SERVER_ERROR when the server answered something else, with its words, or far too much
 * @throws PackagerError INVALID_OPTION when the URL, a header or `ca` cannot be used
 */
export async function sendRequest(
  request: HttpRequest,
  { random = Math.random, sleep = defaultSleep }: Partial<HttpSurroundings> = {},
): Promise<HttpResponse> {
  const prepared = prepare(request);
  const { signal, timeoutSeconds, retries } = prepared;
  // undici takes a tenth of a second to load: that is for runs that ask a server.
  const [{ attempt }, { openConnections }] = await Promise.all([
    import('./attempt.ts'),
    import('./connections.ts'),
  ]);
  const deadline = performance.now() + prepared.totalSeconds * 1000;
  const connections = openConnections(prepared.url, prepared.ca);
  try {
    let last: Fault | undefined;
    for (let tries = 1; ; tries++) {
      const left = deadline - performance.now();
      const outcome = await attempt(connections, prepared, Math.min(timeoutSeconds * 1000, left));
      if ('response' in outcome) return outcome.response;

      // A try that was cut short by the total limit says less than the one before.
      const fault: Fault = (performance.now() >= deadline ? last : undefined) ?? outcome.fault;
      const pause = backoff(tries, fault.retryAfter, random);
      const again = fault.retry && tries <= retries && performance.now() + pause < deadline;
      if (!again) throw errorOf(fault, prepared.server, tries);
      last = fault;
      await sleep(pause, signal).catch(() => undefined); // an abort ends the next try before it begins
    }
  } finally {
    await connections.close();
  }
}

const defaultSleep: HttpSurroundings['sleep'] = (milliseconds, signal) =>
  wait(milliseconds, undefined, { signal });

function errorOf({ kind, what, hint }: Fault, server: string, tries: number): PackagerError {
  const sentence = tries === 1 ? `${what}.` : `${what} (after ${tries} tries).`;
  return kind === 'request'
    ? fail.requestFailed(server, sentence, hint)
    : fail.serverError(server, sentence, hint);
}
