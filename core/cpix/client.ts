import { fail } from '../base/errors.ts';
import type { HttpRequest } from '../http/index.ts';
import { serverWords } from '../http/server-words.ts';
import { buildRequest, type CpixRequest } from './build.ts';
import type { Dialect } from './dialect.ts';
import type { CpixDocument } from './document.ts';
import { refusePlainHttp } from './plain-http.ts';
import { readCpix } from './read.ts';

/** How a key server is reached. */
export interface KeyServer
  extends Pick<HttpRequest, 'ca' | 'timeoutSeconds' | 'totalSeconds' | 'retries' | 'signal'> {
  readonly dialect: Dialect;
  /** In place of the dialect's. */
  readonly url?: string | undefined;
  /** The credential: it takes the place of `{token}`, or goes along as bearer token where there is none. Secret. */
  readonly token: string | undefined;
  /** What to do when it wants a token and there is none, as a sentence. */
  readonly whereToken?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
  /** Whether an `http:` URL of another machine will do. @default false */
  readonly allowPlainHttp?: boolean | undefined;
}

/**
 * Ask a key server; its answer, read but not yet opened.
 * @throws PackagerError INVALID_OPTION for what makes no URL, REQUEST_FAILED when it cannot be asked, SERVER_ERROR when it answers with an error,
 * KEY_DOCUMENT for what is no key document
 */
export async function requestKeys(server: KeyServer, request: CpixRequest): Promise<CpixDocument> {
  const { dialect, ca, timeoutSeconds, totalSeconds, retries, signal } = server;
  const { url, headers, secrets } = address(server, request);
  const known = request.keys.map(({ kid }) => kid);
  const { sendRequest } = await import('../http/index.ts'); // HTTP is loaded only to be used
  const response = await sendRequest({
    service: SERVICE,
    ...{ url, headers, secrets, known, method: 'POST', body: buildRequest(request, dialect.request) },
    ...(ca !== undefined && { ca }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(totalSeconds !== undefined && { totalSeconds }),
    ...(retries !== undefined && { retries }),
    ...(signal && { signal }),
  });
  const body = decode(response.body);
  const words = dialect.errorIn(body);
  if (words === undefined) return ownDocument(readCpix(body), request, dialect);
  const name = `${SERVICE} ${new URL(url).host}`;
  throw fail.serverError(name, `answered with an error: ${serverWords(words, secrets, known)}`);
}

const SERVICE = 'The key server';

/** The document, if it is an answer to this question: a cache or a mistake may have put another's in its place. */
function ownDocument(document: CpixDocument, { contentId }: CpixRequest, dialect: Dialect): CpixDocument {
  const { request, namesContent = true } = dialect;
  // `id` is the content's where requests say it so; elsewhere it is the document's own.
  const named = [document.contentId, request.contentId === 'id' ? document.id : undefined];
  if (!namesContent || named.every((id) => id === undefined || id === contentId)) return document;
  throw fail.keyDocument(
    'it is for other content than the key server was asked about.',
    'Look for a cache in front of the key server, or for another content id there.',
  );
}

interface Address {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly secrets: readonly string[];
}

function address(server: KeyServer, { contentId, period }: CpixRequest): Address {
  const { dialect, token } = server;
  const template = server.url ?? dialect.url;
  if (template === undefined) {
    throw fail.missingOption(
      `The dialect ${dialect.name} has no URL of its own, and none was given.`,
      'Set `url` to the address of the key server.',
    );
  }
  const templates = { ...lowerCased(dialect.headers), ...lowerCased(server.headers) };
  const query = { ...(period > 0 && dialect.rotationQuery), ...server.query };
  const everywhere = [template, ...Object.values(templates), ...Object.values(query)];
  const usesToken = everywhere.some((text) => text.includes('{token}'));
  if (usesToken && token === undefined) throw noToken(server);

  const fill = (text: string, encode: (value: string) => string) =>
    text.replace(/\{(token|contentId)\}/g, (_, name) => encode(name === 'token' ? (token ?? '') : contentId));
  const asIs = (text: string) => text;
  const encoded = (part: string) => fill(part, encodeURIComponent);
  refuseDots(template, encoded);
  const url = parseUrl(encoded(template));
  refusePlainHttp(url, server.allowPlainHttp);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, fill(value, asIs));
  const headers: Record<string, string> = {
    accept: 'application/xml',
    ...(token !== undefined && !usesToken && { authorization: `Bearer ${token}` }),
    ...Object.fromEntries(Object.entries(templates).map(([name, value]) => [name, fill(value, asIs)])),
  };
  const own = [
    ...Object.keys(lowerCased(server.headers)).map((name) => headers[name] ?? ''),
    ...Object.values(query),
  ];
  return { url: url.href, headers, secrets: secretsOf(token, own) };
}

/**
 * No content id leads out of its place in the path: `..` is the folder above, also percent-encoded (WHATWG URL, 4.2).
 * @param fill puts values into a part of the template
 */
function refuseDots(template: string, fill: (part: string) => string): void {
  const [path = ''] = template.split(/[?#]/, 1);
  const filled = path.split('/').filter((segment) => segment.includes('{'));
  if (!filled.some((segment) => /^(?:\.|%2e){1,2}$/i.test(fill(segment)))) return;
  throw fail.invalidOption(
    'With this content id a part of the URL of the key server would be dots alone, which lead to another address.',
    'Package the title under another content id.',
  );
}

const lowerCased = (headers: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url;
  throw fail.invalidOption('The URL of the key server is not an absolute http or https URL.');
}

/** The token in all its spellings, and what the user put into headers and query: short values are no secrets. */
function secretsOf(token: string | undefined, own: readonly string[]): string[] {
  const spelled = token === undefined ? [] : [token, encodeURIComponent(token)];
  return [...spelled, ...own].filter((text) => text.length >= 6);
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw fail.keyDocument('it is not UTF-8 text.');
  }
}

const noToken = ({ whereToken }: KeyServer) =>
  fail.missingOption('The key server wants a token, and there is none.', whereToken);
