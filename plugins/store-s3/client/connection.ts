import { setTimeout as wait } from 'node:timers/promises';
import { fail } from '../../../core/index.ts';
import type { HttpClient, HttpHeaders, HttpResponse, HttpSink } from '../../../core/kit.ts';
import type { Access } from './access.ts';
import type { FoundCredentials } from './credentials/found.ts';
import { type Endpoint, endpointOf } from './endpoint.ts';
import { hasDots } from './place.ts';
import { isDocument, REFUSED, type Refusal, readRefusal } from './refusal.ts';
import { AGAIN, refused, unanswered, unaskable } from './refusals.ts';
import { encodePath, encodeQuery, sha256, sign, UNSIGNED_PAYLOAD } from './sign.ts';
import type { S3Headers, S3Options, S3Side } from './types.ts';

/** One question about a bucket, or an object in it. */
export interface S3Question {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Absent: the bucket. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** In lower case; a function is asked before each try. */
  readonly headers?: S3Headers | (() => S3Headers);
  readonly body?: Uint8Array;
  /** Takes the answer, a refusal too. */
  readonly sink?: HttpSink & { readonly refusal: Uint8Array };
  /** Bytes of an answer without a sink. @default 1 MiB */
  readonly maxBytes?: number;
  /** The document that says that it was done: an answer with the status 200 may hold an error all the same, or nothing. */
  readonly result?: string;
  readonly signal: AbortSignal;
}

/** What came of a question. */
export interface S3Answer extends HttpResponse {
  /** Absent: it was done. */
  readonly refusal?: Refusal;
  /** In milliseconds since 1970. */
  readonly serverTime: number;
  /** Requests that were sent, answered or not. */
  readonly tries: number;
}

/** Long enough for a service that joins ten thousand parts. */
const TIMEOUT_SECONDS = 120;
/** Slower than this is a connection that hangs, of what is sent. */
const BYTES_PER_SECOND = 2 ** 18;
const TOTAL_SECONDS = 3600;
const RETRIES = 5;
/** There may be other credentials by now: these have ended, or were replaced by somebody. */
const OUTDATED = new Set([
  ...['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired'],
  ...['InvalidToken', 'InvalidAccessKeyId', 'InvalidClientTokenId', 'SignatureDoesNotMatch'],
]);
const FIRST_PAUSE_MS = 250;

interface Opened {
  readonly http: HttpClient;
  readonly endpoint: Endpoint;
}

/** What a connection asks about, and how. */
export interface ConnectionParts {
  readonly bucket: string;
  /** Decides the codes of errors. */
  readonly side: S3Side;
  readonly options: S3Options;
  readonly access: Access;
}

/** Asks about one bucket: opened with the first question, signed anew for each try, with the server's clock where ours is wrong. */
export class S3Connection {
  /** Whether the service was found to compare the ETags of conditions without their quotes. */
  comparesBare = false;
  readonly bucket: string;
  readonly #side: S3Side;
  readonly #options: S3Options;
  readonly #access: Access;
  #endpoint: Endpoint | undefined;
  /** Milliseconds that the server's clock is ahead. */
  #ahead = 0;

  constructor({ bucket, side, options, access }: ConnectionParts) {
    this.bucket = bucket;
    this.#side = side;
    this.#options = options;
    this.#access = access;
  }

  /**
   * Ask until there is an answer.
   * @throws PackagerError when none came: it cannot be reached, it is too busy, there are no credentials; CANCELLED
   */
  async ask(question: S3Question): Promise<S3Answer> {
    const { signal } = question;
    const { keeper } = this.#access;
    const opened = await this.#open();
    let tries = 0;
    const mended = new Set<string>();
    for (let turn = 1; ; turn++) {
      const credentials = await keeper.current();
      if (signal.aborted) throw fail.cancelled();
      const response = await this.#send(question, opened, credentials, () => {
        tries++;
      });
      const serverTime = this.#timeOf(response);
      const refusal = refusalIn(question, response, credentials);
      const answer = { ...response, serverTime, tries };
      if (!refusal) return answer;
      const { code } = refusal;
      if (code === 'RequestTimeTooSkewed' && !mended.has(code)) this.#ahead = serverTime - Date.now();
      else if (AGAIN.has(code) && turn <= (this.#options.retries ?? RETRIES)) await pause(turn, signal);
      else if (!OUTDATED.has(code) || mended.has(code) || !(await keeper.replaces(credentials)))
        return { ...answer, refusal };
      mended.add(code);
    }
  }

  /** What a refusal means, as an error. @param key absent: the bucket */
  async refused(refusal: Refusal, key?: string): Promise<Error> {
    return refused(this.#place(await this.#open(), key), refusal);
  }

  /** `s3://bucket/key` */
  nameOf(key = ''): string {
    return `s3://${this.bucket}/${key}`;
  }

  get side(): S3Side {
    return this.#side;
  }

  close(): Promise<void> {
    return this.#access.close();
  }

  async #open(): Promise<Opened> {
    const { http, profile } = await this.#access.open();
    this.#endpoint ??= endpointOf(this.bucket, this.#options, profile);
    return { http, endpoint: this.#endpoint };
  }

  async #send(
    { method, key, query = {}, headers = {}, body, sink, maxBytes, signal }: S3Question,
    opened: Opened,
    credentials: FoundCredentials,
    begins: () => void,
  ): Promise<HttpResponse> {
    const { endpoint, http } = opened;
    const url = urlOf(endpoint.url, key, query);
    const isPlain = url.protocol === 'http:';
    const payload = body && !isPlain ? UNSIGNED_PAYLOAD : sha256(body ?? '');
    const { timeoutSeconds = TIMEOUT_SECONDS, retries = RETRIES } = this.#options;
    if (key !== undefined && hasDots(key)) throw unaskable(this.#place(opened, key));
    try {
      return await http.send({
        service: 'S3 at',
        url: url.href,
        method,
        headers: () => {
          begins();
          const own = typeof headers === 'function' ? headers() : headers;
          const time = new Date(Date.now() + this.#ahead);
          const { region } = endpoint;
          return sign({ method, url, headers: own, payload }, { credentials, region, time });
        },
        ...(body && { body }),
        ...(sink && { sink }),
        ...(maxBytes !== undefined && { maxBytes }),
        timeoutSeconds: timeoutSeconds + (body?.length ?? 0) / BYTES_PER_SECOND,
        totalSeconds: TOTAL_SECONDS,
        retries,
        answers: REFUSED,
        secrets: secretsOf(credentials),
        signal,
      });
    } catch (cause) {
      throw unanswered(this.#place(opened, key), cause);
    }
  }

  #place({ endpoint }: Opened, key: string | undefined) {
    const { url, region } = endpoint;
    return {
      side: this.#side,
      bucket: this.bucket,
      name: this.nameOf(key),
      host: url.host,
      region,
      from: this.#access.keeper.held?.from,
    };
  }

  #timeOf({ headers }: { readonly headers: HttpHeaders }): number {
    const time = Date.parse(headers['date'] ?? '');
    return Number.isNaN(time) ? Date.now() + this.#ahead : time;
  }
}

function urlOf(bucket: URL, key: string | undefined, query: Readonly<Record<string, string>>): URL {
  const url = new URL(bucket);
  if (key !== undefined) url.pathname += encodePath(key);
  // A bucket in the path is asked without the slash that its keys follow.
  else url.pathname = url.pathname.replace(/(.)\/$/, '$1');
  url.search = encodeQuery(query);
  return url;
}

function refusalIn(
  { sink, result }: S3Question,
  response: HttpResponse,
  credentials: FoundCredentials,
): Refusal | undefined {
  const secrets = secretsOf(credentials);
  const isDone = response.status >= 200 && response.status < 300;
  if (!isDone) return readRefusal({ ...response, body: sink?.refusal ?? response.body }, secrets);
  return result === undefined || isDocument(response.body, result)
    ? undefined
    : readRefusal(response, secrets);
}

const secretsOf = ({ secretAccessKey, sessionToken, accessKeyId }: FoundCredentials): string[] => [
  secretAccessKey,
  accessKeyId,
  ...(sessionToken === undefined ? [] : [sessionToken]),
];

async function pause(turn: number, signal: AbortSignal): Promise<void> {
  const most = FIRST_PAUSE_MS * 2 ** Math.min(turn, 6);
  try {
    await wait(most * Math.random(), undefined, { signal });
  } catch {
    throw fail.cancelled();
  }
}
