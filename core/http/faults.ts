/** Why one try gave no answer that counts. */
export interface Fault {
  /** `request`: no answer came (REQUEST_FAILED). `server`: it came, and is an error (SERVER_ERROR). */
  readonly kind: 'request' | 'server';
  /** The end of a sentence about the server, without its full stop. */
  readonly what: string;
  readonly hint?: string | undefined;
  /** Further tries that may end better, at most. */
  readonly retries: number;
  /** Seconds that the server asks to wait. */
  readonly retryAfter?: number | undefined;
}

const CERTIFICATE_HINT =
  'If the server has a certificate authority of its own, name its certificate in `ca`. If it has not, somebody may ' +
  'be listening in between: verification is never turned off.';

interface Explanation {
  readonly codes: RegExp;
  readonly what: string;
  readonly hint?: string;
  readonly retries: number;
}

/** As many as the request allows. */
const ALL = Number.POSITIVE_INFINITY;
/** For who is being started again; who asks for longer tries would wait for nobody. */
const RESTART = 3;

/** Error codes of Node.js, OpenSSL and undici. The first line that fits counts. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    codes: /^ENOTFOUND$/,
    what: 'its name is not known (DNS)',
    hint: 'Check the host name, and the name service of this machine.',
    // The name service has answered: there is none. One that has just come to know it may be asked beside one that has not.
    retries: 1,
  },
  { codes: /^EAI_/, what: 'its name could not be looked up (DNS)', retries: ALL },
  {
    codes: /^ECONNREFUSED$/,
    what: 'the connection was refused',
    hint: 'Check the host and the port, and that the server is running.',
    retries: RESTART,
  },
  {
    codes: /^(ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/,
    what: 'the connection was closed before the answer was complete',
    retries: ALL,
  },
  {
    codes: /^(EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)$/,
    what: 'there is no way to its address',
    retries: ALL,
  },
  { codes: /^(ETIMEDOUT|UND_ERR_\w*TIMEOUT)$/, what: 'it did not answer in time', retries: ALL },
  {
    codes: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    what: 'its certificate is not valid at this time',
    hint: 'Check the clock of this machine; if it is right, the server needs a new certificate.',
    retries: 0,
  },
  {
    codes: /^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/,
    what: 'its certificate is for another name',
    hint: 'Check the host name in the URL: it must be one that the certificate lists.',
    retries: 0,
  },
  {
    codes: /^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH)/,
    what: 'its certificate is not signed by an authority that is trusted here',
    hint: CERTIFICATE_HINT,
    retries: 0,
  },
  {
    codes: /^(EPROTO|ERR_SSL_|ERR_TLS_)/,
    what: 'no TLS connection came about',
    hint: 'Check that the server speaks https on this port.',
    retries: 0,
  },
  {
    codes: /^(HPE_|HTTPParserError|UND_ERR_HEADERS_OVERFLOW)/,
    what: 'its answer is not HTTP',
    hint: 'Check the port, and whether the URL should begin with https.',
    // What stood behind the answer before it, on the same connection, is no fault of this one.
    retries: 1,
  },
];

/** What a failed connection means. The reason's own text is left out: it may quote what was sent. */
export function connectionFault(cause: unknown, proxied: boolean): Fault {
  const { code, refusal } = read(cause);
  const found = EXPLANATIONS.find(({ codes }) => codes.test(code));
  const what =
    refusal === undefined
      ? (found?.what ?? `the request could not be sent (${code || 'unknown reason'})`)
      : `the proxy answered with HTTP ${refusal}`;
  const hint = found?.hint;
  return {
    kind: 'request',
    what: found ? `${what} (${code})` : what,
    hint: proxied ? [hint, PROXY_HINT].filter(Boolean).join(' ') : hint,
    retries: found?.retries ?? 0,
  };
}

const PROXY_HINT =
  'HTTP_PROXY or HTTPS_PROXY is set: if the server needs no proxy, list its host in NO_PROXY.';

/** The code of an error (undici's parser has none but its name), and the status of a proxy that would not connect. */
function read(cause: unknown): { code: string; refusal?: string | undefined } {
  if (!(cause instanceof Error)) return { code: '' };
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
  return { code, refusal: /^Proxy response \((\d{3})\)/.exec(cause.message)?.[1] };
}

/** A try that took too long. */
export const slowFault = (milliseconds: number, answering: boolean): Fault => ({
  kind: 'request',
  what: `${answering ? 'its answer was not complete' : 'it did not answer'} within ${(milliseconds / 1000).toFixed(1)} s`,
  hint: 'Try again later, or allow more time.',
  retries: ALL,
});

/** An answer that is cut off. */
export const largeFault = (maxBytes: number): Fault => ({
  kind: 'server',
  what: `sent an answer of more than ${maxBytes} bytes, which was cut off`,
  hint: 'Check that the URL is that of the service.',
  retries: 0,
});

const STATUS_HINTS: Readonly<Record<number, string>> = {
  401: 'Check the token or the credentials.',
  403: 'Check the token or the credentials.',
  404: 'Check the path of the URL.',
  405: 'Check the path of the URL.',
  407: 'A proxy wants credentials: write HTTP_PROXY as http://user:password@host:port.',
  429: 'It is busy: run fewer jobs at a time, or allow more time.',
};

/** An answer with a status that is not 2xx. `words` are fit to be printed. */
export function statusFault(
  status: number,
  words: string,
  location: URL | undefined,
  retryAfter?: number,
): Fault {
  // 304 leads nowhere: it is an answer to who has the file already.
  if (status >= 300 && status < 400 && status !== 304) {
    return {
      kind: 'server',
      what: `answered with a redirect (HTTP ${status})${location ? ` to ${location.host}` : ''}, which is not followed`,
      hint: 'Credentials are for one host only: if you trust the other, name it in the URL.',
      retries: 0,
    };
  }
  return {
    kind: 'server',
    // The words are one sentence of ours: their own full stop would be the second.
    what: `answered with HTTP ${status}${words && `: ${words.replace(/[\s.]+$/, '')}`}`,
    hint: STATUS_HINTS[status],
    retries: status === 429 || status >= 500 ? ALL : 0,
    retryAfter,
  };
}
