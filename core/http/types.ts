import type { Readable } from 'node:stream';

/** One question to a server. Its path, query, headers and body never appear in an error. */
export interface HttpRequest {
  /** `http:` or `https:`, without user name and password: credentials belong in `headers`. */
  readonly url: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'MOVE' | 'MKCOL';
  /** A function is asked before each try: for what is signed with the time, or goes on where a try broke off. */
  readonly headers?: HttpHeaders | (() => HttpHeaders);
  /** A function is asked anew for each try; with what it answers goes a `content-length` among the headers. */
  readonly body?: string | Uint8Array | (() => Readable);
  /** How messages name the server; its host follows. @default 'The server' */
  readonly service?: string;
  /** For each try, from the connection to the last byte of the answer. @default 10 */
  readonly timeoutSeconds?: number;
  /** For everything: all tries and the waits between them. @default 30 */
  readonly totalSeconds?: number;
  /** Further tries after a connection fault, 429 or 5xx. @default 3 */
  readonly retries?: number;
  /** A longer answer is cut off, and an error. @default 1 MiB */
  readonly maxBytes?: number;
  /** Certificates in PEM to trust instead of the built-in ones. */
  readonly ca?: string | undefined;
  readonly signal?: AbortSignal;
  /** Also cut out of what a server says in its error answers, in every usual spelling. */
  readonly secrets?: readonly string[];
  /** What looks like a key and is none, such as the key ids that are asked for: error answers may say it. */
  readonly known?: readonly string[];
  /** Statuses that are answers too, beside 2xx: what the asker has a word of its own for, such as 404. @default none */
  readonly answers?: readonly number[];
  /** Takes the bytes of an answer, whose `body` stays empty. @default they are kept, up to `maxBytes` */
  readonly sink?: HttpSink;
}

/** By name. */
export type HttpHeaders = Readonly<Record<string, string>>;

/**
 * Where bytes of an answer go. What a try has brought before it broke off stays there, and the next may ask for the rest; tries are
 * counted anew when one has brought something.
 */
export interface HttpSink {
  /** Bytes so far, of all tries. */
  readonly taken: number;
  /** An answer that counts begins. @throws PackagerError to refuse it: nothing more is read of it, and nothing tried again */
  begin(answer: Pick<HttpResponse, 'status' | 'headers'>): void;
  /** All that was asked for has come: what goes wrong with the answer behind it is no fault. @default it is not known */
  readonly isFull?: boolean;
  /** Its next bytes, which are used again when this returns. @throws PackagerError as `begin` does */
  write(bytes: Uint8Array): void;
}

/** An answer with a 2xx status, or one of `answers`. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; values of a repeated header are joined by `, `. */
  readonly headers: HttpHeaders;
  readonly body: Uint8Array;
}

/** What a request takes from its surroundings; tests hand in their own. */
export interface HttpSurroundings {
  /** In [0, 1): spreads the tries of many packagers over time. */
  readonly random: () => number;
  /** Resolves after so many milliseconds, or rejects when the signal aborts. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}
