import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What is let through: the parts of the path behind the token, decoded, and the query. */
export interface Admitted {
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

/** What is not, with the status to answer with. */
export interface Refused {
  readonly status: 400 | 403 | 405;
  readonly why: string;
}

/** Who may ask: whoever knows the token, and speaks to this address by its own name. */
export interface Gate {
  readonly token: string;
  readonly port: number;
}

const METHODS: readonly (string | undefined)[] = ['GET', 'HEAD', 'POST'];

/**
 * Look at a request before anything is done for it. The name of the host is looked at since a page of elsewhere may have its own name
 * lead here (DNS rebinding): the browser then takes this server for that page's own.
 */
export function admit(request: IncomingMessage, { token, port }: Gate): Admitted | Refused {
  const { method, headers, url = '' } = request;
  const own = [`127.0.0.1:${port}`, `localhost:${port}`];
  const hosts = request.rawHeaders.filter((_, at) => at % 2 === 0 && /^host$/i.test(request.rawHeaders[at]!));
  if (hosts.length !== 1 || !own.includes(headers.host ?? ''))
    return { status: 403, why: 'This is not the address of the preview.' };
  if (headers.origin !== undefined && !own.some((host) => headers.origin === `http://${host}`))
    return { status: 403, why: 'Other pages get nothing from the preview.' };
  const end = url.indexOf('?');
  const [first, given = '', ...encoded] = (end < 0 ? url : url.slice(0, end)).split('/');
  if (first !== '' || !isToken(given, token))
    return { status: 403, why: 'The address lacks the token: open the one that was printed.' };
  if (!METHODS.includes(method)) return { status: 405, why: 'Only GET, HEAD and POST are answered.' };
  const parts = encoded.map(decoded);
  if (!parts.every((part) => part !== undefined)) return { status: 400, why: 'The path is not a plain one.' };
  return { parts, query: new URLSearchParams(end < 0 ? '' : url.slice(end + 1)) };
}

/** Of digests, as they are of one length: how long it takes says nothing of where two differ. */
const isToken = (given: string, token: string): boolean => timingSafeEqual(digest(given), digest(token));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** A part of a path; `undefined` for what means another place than it says. Decoded once: what is encoded twice is a name. */
function decoded(part: string): string | undefined {
  try {
    const name = decodeURIComponent(part);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for
    return name === '.' || name === '..' || /[/\\\u0000-\u001f\u007f]/.test(name) ? undefined : name;
  } catch {
    return undefined;
  }
}
