import { X509Certificate } from 'node:crypto';
import { fail } from '../base/errors.ts';
import { loadNow } from '../base/load-now.ts';
import type { HttpHeaders, HttpRequest, HttpSink } from './types.ts';

/** A request that can be sent, complete with defaults. */
export interface PreparedRequest
  extends Required<Omit<HttpRequest, 'url' | 'body' | 'ca' | 'service' | 'headers' | 'sink'>> {
  readonly url: URL;
  readonly sink: HttpSink | undefined;
  /** Of the next try. @throws PackagerError INVALID_OPTION */
  headers(): HttpHeaders;
  readonly body: HttpRequest['body'] | undefined;
  readonly ca: string | undefined;
  /** The server in messages: service and host, e.g. `The key server keys.example.com`. */
  readonly server: string;
}

const NEVER = new AbortController().signal;

/** @throws PackagerError INVALID_OPTION, without the value that was wrong */
export function prepare(request: HttpRequest): PreparedRequest {
  const { service = 'The server', headers = {}, signal = NEVER, ca } = request;
  const url = parseUrl(request.url, service);
  if (ca !== undefined) checkCertificates(ca, service);
  return {
    url,
    method: request.method,
    headers: () => {
      const all = typeof headers === 'function' ? headers() : headers;
      checkHeaders(all, service);
      return all;
    },
    body: request.body,
    timeoutSeconds: request.timeoutSeconds ?? 10,
    totalSeconds: request.totalSeconds ?? 30,
    retries: request.retries ?? 3,
    maxBytes: request.maxBytes ?? 2 ** 20,
    ca,
    signal,
    secrets: request.secrets ?? [],
    known: request.known ?? [],
    answers: request.answers ?? [],
    sink: request.sink,
    server: `${service} ${url.host}`,
  };
}

function parseUrl(text: string, service: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw fail.invalidOption(
      `${service}: its URL is not an http(s) URL.`,
      'Write it in full: https://host/path',
    );
  }
  if (url.username || url.password) {
    throw fail.invalidOption(
      `${service}: its URL holds a user name or a password.`,
      'Send credentials in a header; URLs end up in logs.',
    );
  }
  return url;
}

function checkHeaders(headers: HttpHeaders, service: string): void {
  const { validateHeaderName, validateHeaderValue } = loadNow<typeof import('node:http')>('node:http');
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      // The reason that Node gives would quote it.
      throw fail.invalidOption(
        // A whole header line in the place of its name: its value is not quoted either.
        `${service}: ${/^[\w-]{1,40}$/.test(name) ? `the header ${JSON.stringify(name)}` : 'a header'} cannot be sent.`,
        'Look for a line break or another control character in its value, or a colon in its name.',
      );
    }
  }
}

/** The last that were good: a client hands the same in with every request, and a system has hundreds, which takes as long as the request. */
let goodCertificates: string | undefined;

/** OpenSSL skips over what it cannot read, and would then trust nobody without a word. */
function checkCertificates(ca: string, service: string): void {
  if (ca === goodCertificates) return;
  const blocks = ca.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    for (const block of blocks) new X509Certificate(block);
  } catch {
    blocks.length = 0;
  }
  if (blocks.length === 0) {
    throw fail.invalidOption(`${service}: \`ca\` holds no certificate in PEM form.`);
  }
  goodCertificates = ca;
}
