import { fail } from '../base/errors.ts';
import type { HttpResponse } from './types.ts';

/** Statuses of redirects (RFC 9110, 15.4): answers to `followRedirects`. */
export const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

const MOST = 5;

/** Where a redirect may lead. */
export interface RedirectRules {
  /** How messages name what is asked for. */
  readonly name: string;
  /** Whether another host may be asked. */
  mayLeave(from: URL, to: URL): boolean;
  /** What the user can do who trusts that host. */
  hint(to: URL): string;
}

/**
 * Ask where something is, and wherever it is sent to from there: within a host, and to others that the rules allow; never from https
 * to http, and never to an address with credentials of its own.
 * @param ask takes the statuses of redirects as answers
 * @returns the answer, and where it came from
 * @throws PackagerError INPUT_NOT_READABLE where nobody may go, or there is no end
 */
export async function followRedirects(
  from: URL,
  rules: RedirectRules,
  ask: (url: URL) => Promise<HttpResponse>,
): Promise<{ readonly response: HttpResponse; readonly url: URL }> {
  let url = from;
  for (let redirects = 0; redirects <= MOST; redirects++) {
    const response = await ask(url);
    if (!REDIRECTS.includes(response.status)) return { response, url };
    url = target(url, response.headers['location'], rules);
  }
  throw fail.inputNotReadable(rules.name, `its server redirects more than ${MOST} times.`);
}

function target(from: URL, location: string | undefined, { name, mayLeave, hint }: RedirectRules): URL {
  if (location === undefined || !URL.canParse(location, from.href))
    throw fail.inputNotReadable(name, 'its server redirects to nowhere.');
  const to = new URL(location, from);
  const isHttp = to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:');
  if (!isHttp || to.username || to.password) {
    throw fail.inputNotReadable(
      name,
      `its server redirects to ${to.protocol}//${to.host}, which is not followed.`,
      'Name that address itself, if you trust it.',
    );
  }
  if (to.host === from.host || mayLeave(from, to)) return to;
  throw fail.inputNotReadable(
    name,
    `its server redirects to another host (${to.host}), which is not followed.`,
    hint(to),
  );
}
