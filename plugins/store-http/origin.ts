import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { fail } from '../../core/index.ts';
import {
  type HttpClient,
  type HttpHeaders,
  type HttpRequest,
  type HttpResponse,
  mediaType,
  percentDecoded,
  retold,
  takeCredentials,
  type WebAccess,
  webHeaders,
} from '../../core/kit.ts';

/** How an origin is asked. */
export interface OriginAccess extends WebAccess {
  /** Seconds for one try of a request, and one more for each 256 KiB that it sends. @default 60 */
  readonly timeoutSeconds?: number;
  /** Further tries on connection faults, 429 and 5xx. @default 5 */
  readonly retries?: number;
}

/** Under which a file is put: none, if it is empty. */
export interface PutCondition {
  /** Nothing may be there. */
  readonly isNew?: boolean;
  /** Only what has this ETag may be there. */
  readonly replaces?: string;
}

/** What is sent: a text, or a file of this machine with its SHA-256 in hexadecimal. */
export type Content = string | { readonly file: string; readonly bytes: number; readonly sha256: string };

/** What became of a file that was sent: `same`: what is there has its bytes, and an earlier try or somebody else has put it there. */
export type Sent = 'sent' | 'same';

/** What became of a file that was to go. `refused`: its server does not remove it. */
export type Removal = 'removed' | 'missing' | 'refused';

const MISSING = [404, 410];
/** A folder above is missing (RFC 4918, 9.7.1); of servers that only say that nothing is there also 404. */
const NO_FOLDER = [409, 404];
const EXISTS = 412;
/** What servers answer to methods that they do not have, or do not allow here. */
const REFUSED = [400, 403, 405, 501];
/** Answers to HEAD that are none of a file. */
const NO_LENGTH = [...MISSING, 301, 302, 307, 308, 403, 405];
const REPLACED_HINT =
  'Somebody else has published there meanwhile, and what this run wrote was removed. Run it again to replace that too.';
const TIMEOUT_SECONDS = 60;
const TOTAL_SECONDS = 4 * 3600;
/** Slower than this is a connection that hangs. */
const BYTES_PER_SECOND = 2 ** 18;

/** When its requests end, and who is told of their answers. */
export interface OriginLimits {
  readonly signal?: AbortSignal;
  readonly heard?: () => void;
}

/** One place on a web server that takes files. */
export class Origin {
  readonly #location: string;
  readonly #base: URL;
  readonly #headers: HttpHeaders;
  readonly #access: OriginAccess;
  readonly #client: HttpClient;
  readonly #limits: OriginLimits;
  /** Folders that are there, as far as this thread knows. */
  readonly #folders = new Map<string, Promise<void>>();

  /** @throws PackagerError INVALID_OPTION where credentials would go over plain HTTP */
  constructor(location: string, access: OriginAccess, client: HttpClient, limits: OriginLimits = {}) {
    this.#location = location;
    this.#access = access;
    this.#client = client;
    this.#limits = limits;
    const url = new URL(location);
    const authorization = takeCredentials(url);
    url.hash = '';
    if (!url.pathname.endsWith('/')) url.pathname += '/';
    this.#base = url;
    const hasSecretQuery = url.search !== '';
    this.#headers = webHeaders({ url, authorization, hasSecretQuery, plugin: 'storeHttp' }, access);
  }

  /** The same place, asked under other limits. */
  under(limits: OriginLimits): Origin {
    return new Origin(this.#location, this.#access, this.#client, limits);
  }

  /** Seconds for one try of a request that sends little. */
  get timeoutSeconds(): number {
    return this.#access.timeoutSeconds ?? TIMEOUT_SECONDS;
  }

  /**
   * Send a file.
   * @throws PackagerError OUTPUT_EXISTS, OUTPUT_NOT_WRITABLE
   */
  async put(path: string, content: Content, { isNew = false, replaces }: PutCondition = {}): Promise<Sent> {
    const bytes = bytesOf(content);
    const asked = await this.#inFolder(path, () =>
      this.#ask('PUT', path, {
        headers: {
          'content-type': mediaType(path),
          'content-length': String(bytes),
          ...(isNew && { 'if-none-match': '*' }),
          ...(replaces !== undefined && { 'if-match': replaces }),
        },
        body: typeof content === 'string' ? content : () => createReadStream(content.file),
        bytes,
        answers: [...NO_FOLDER, EXISTS],
      }),
    );
    // An earlier try, whose answer was lost, may have come through.
    if (asked.status === EXISTS && asked.faults > 0 && (await this.#has(path, content))) return 'same';
    if (asked.status === EXISTS)
      throw fail.outputExists(this.nameOf(path), replaces === undefined ? undefined : REPLACED_HINT);
    this.#require(asked, path);
    return 'sent';
  }

  /** Whether exactly this is there: where nobody says it, it is not. */
  async #has(path: string, content: Content): Promise<boolean> {
    const bytes = bytesOf(content);
    try {
      if ((await this.sizeOf(path)) !== bytes) return false;
      let hash = createHash('sha256');
      const sink = {
        taken: 0,
        begin: () => {
          hash = createHash('sha256');
        },
        write: (part: Uint8Array) => void hash.update(part),
      };
      await this.#ask('GET', path, { bytes, sink });
      return hash.digest('hex') === sha256Of(content);
    } catch {
      return false;
    }
  }

  /** Give a file its final name. @returns false: the server has no such method */
  async move(from: string, to: string, { overwrite = false } = {}): Promise<boolean> {
    const asked = await this.#inFolder(to, () =>
      this.#ask('MOVE', from, {
        headers: { destination: this.#urlOf(to).href, overwrite: overwrite ? 'T' : 'F' },
        answers: [...NO_FOLDER, EXISTS, ...REFUSED],
      }),
    );
    if (REFUSED.includes(asked.status)) return false;
    // An earlier try came through: where it was is nothing, and something is where it was to go.
    const isDone = asked.faults > 0 && (asked.status === 404 || asked.status === EXISTS);
    if (isDone && (await this.sizeOf(from)) === undefined && (await this.sizeOf(to)) !== undefined)
      return true;
    if (asked.status === EXISTS) throw fail.outputExists(this.nameOf(to));
    this.#require(asked, to);
    return true;
  }

  /** Remove a file; with a slash at its end a folder with all that is in it. */
  async remove(path: string): Promise<Removal> {
    const { status } = await this.#ask('DELETE', path, { answers: [...MISSING, ...REFUSED, 409] });
    if (MISSING.includes(status)) return 'missing';
    // With several answers some of it is still there (RFC 4918, 9.6.1).
    return status < 300 && status !== 207 ? 'removed' : 'refused';
  }

  /** Bytes of a file; NaN where its server does not say, or it is a folder; `undefined`: nothing is there. */
  async sizeOf(path: string): Promise<number | undefined> {
    const { status, headers } = await this.#ask('HEAD', path, { answers: NO_LENGTH });
    // Who has no HEAD is asked for nothing more.
    if (MISSING.includes(status) || status === 405) return undefined;
    return status < 300 ? Number(headers['content-length'] ?? Number.NaN) : Number.NaN;
  }

  /** What is there now, as the condition of what replaces it: where its server tells no ETag, none. */
  async conditionAt(path: string): Promise<PutCondition> {
    const { status, headers } = await this.#ask('HEAD', path, { answers: NO_LENGTH });
    if (MISSING.includes(status)) return { isNew: true };
    const { etag = 'W/' } = headers;
    // A weak one never fits (RFC 9110, 13.1.1).
    return status < 300 && !etag.startsWith('W/') ? { replaces: etag } : {};
  }

  /** Relative to the location, if it is below it. @param reference as a config has it */
  pathOf(reference: string): string | undefined {
    if (!URL.canParse(reference)) return undefined;
    const { origin, pathname } = new URL(reference);
    const [whole, base] = [pathname, this.#base.pathname].map(percentDecoded) as [string, string];
    return origin === this.#base.origin && whole.startsWith(base) ? whole.slice(base.length) : undefined;
  }

  /** A small file; `undefined`: it is not there. */
  async read(path: string): Promise<string | undefined> {
    const { status, body } = await this.#ask('GET', path, { answers: MISSING, maxBytes: LARGEST });
    return MISSING.includes(status) ? undefined : Buffer.from(body).toString('utf8');
  }

  /** Ask; where a folder is missing, make it and ask once more. */
  async #inFolder(path: string, ask: () => Promise<Asked>): Promise<Asked> {
    const first = await ask();
    if (!NO_FOLDER.includes(first.status)) return first;
    const parts = path.split('/').slice(0, -1);
    for (let depth = 1; depth <= parts.length; depth++)
      await this.#makeFolder(parts.slice(0, depth).join('/'));
    const second = await ask();
    return { ...second, faults: first.faults + second.faults };
  }

  #makeFolder(folder: string): Promise<void> {
    const making =
      this.#folders.get(folder) ??
      this.#ask('MKCOL', `${folder}/`, { answers: [...REFUSED, 409, 301, 404] }).then(() => undefined);
    this.#folders.set(folder, making);
    return making;
  }

  #urlOf(path: string): URL {
    const url = new URL(this.#base);
    url.pathname += path.split('/').map(encodeURIComponent).join('/');
    return url;
  }

  /** As messages call it. */
  nameOf(path: string): string {
    return `${this.#location.split('?')[0]!.replace(/\/*$/, '/')}${path}`;
  }

  #require({ status }: HttpResponse, path: string): void {
    if (status < 300) return;
    throw fail.outputNotWritable(this.nameOf(path), `its server answers with HTTP ${status}.`);
  }

  async #ask(method: HttpRequest['method'], path: string, more: Question): Promise<Asked> {
    const { retries = 5 } = this.#access;
    const { signal, heard } = this.#limits;
    const { headers, bytes = 0, ...request } = more;
    let tries = 0;
    try {
      const response = await this.#client.send({
        url: this.#urlOf(path).href,
        method,
        headers: () => {
          tries++;
          return { ...this.#headers, ...headers };
        },
        service: 'The origin',
        timeoutSeconds: this.timeoutSeconds + bytes / BYTES_PER_SECOND,
        totalSeconds: TOTAL_SECONDS,
        retries,
        ...(signal && { signal }),
        ...request,
      });
      heard?.();
      return { ...response, faults: tries - 1 };
    } catch (cause) {
      throw retold(cause, ({ message, hint = HINT }) =>
        fail.outputNotWritable(this.nameOf(path), message, undefined, hint),
      );
    }
  }
}

const bytesOf = (content: Content): number =>
  typeof content === 'string' ? Buffer.byteLength(content) : content.bytes;

const sha256Of = (content: Content): string =>
  typeof content === 'string' ? createHash('sha256').update(content).digest('hex') : content.sha256;

const HINT = 'Check the server, and the address that the output has.';
/** A receipt of a title with hundreds of thousands of files. */
const LARGEST = 256 * 2 ** 20;

interface Question extends Pick<HttpRequest, 'body' | 'answers' | 'maxBytes' | 'sink'> {
  readonly headers?: HttpHeaders;
  /** That it sends, or gets. */
  readonly bytes?: number;
}

interface Asked extends HttpResponse {
  /** Tries before that had no answer, or none that counts. */
  readonly faults: number;
}
