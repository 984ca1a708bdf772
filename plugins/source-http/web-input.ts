import { fail, type PackagerError } from '../../core/index.ts';
import {
  followRedirects,
  type HttpClient,
  type HttpHeaders,
  type HttpResponse,
  REDIRECTS,
  retold,
  takeCredentials,
  type WebAccess,
  webHeaders,
} from '../../core/kit.ts';
import { NO_RANGE, RangeAnswer, type WebIdentity } from './range-answer.ts';

/** How servers are asked. */
export interface InputAccess extends WebAccess {
  /** Other hosts that redirects may lead to; those to the same host always may. `'any'`: all of them. @default [] */
  readonly redirectHosts?: readonly string[] | 'any';
  /** Seconds until the first byte of a range must have come, and its last. @default 60 */
  readonly timeoutSeconds?: number;
  /** Tries after one that brought no byte, on connection faults, 429 and 5xx. @default 5 */
  readonly retries?: number;
}

const MISSING = [404, 410];
const FORBIDDEN = [401, 403];
/** What Google answers to a signed address that has run out. */
const BAD = 400;
/** RFC 9110, 15.5.13. */
const CHANGED = 412;
/** For one range with all its tries. */
const TOTAL_SECONDS = 3600;

/** One input on a server. */
export class WebInput {
  readonly #reference: string;
  readonly #access: InputAccess;
  readonly #client: HttpClient;
  readonly #authorization: string | undefined;
  readonly #url: URL;
  /** Where redirects have led: asked at once from then on. */
  #place: URL;

  /** @throws PackagerError INVALID_OPTION where credentials would go over plain HTTP */
  constructor(reference: string, access: InputAccess, client: HttpClient) {
    this.#reference = reference;
    this.#access = access;
    this.#client = client;
    this.#url = urlOf(reference);
    this.#authorization = takeCredentials(this.#url);
    this.#place = this.#url;
  }

  /** Look at it, which takes its first byte. */
  async look(signal: AbortSignal): Promise<WebIdentity> {
    return this.#ask(new RangeAnswer(this.#reference, 0, new Uint8Array(1)), signal);
  }

  /** Fill memory with bytes of it, which it has. @throws PackagerError INPUT_CHANGED, INPUT_NOT_READABLE, INPUT_NOT_FOUND */
  async fill(position: number, into: Uint8Array, known: WebIdentity, signal: AbortSignal): Promise<void> {
    const answer = new RangeAnswer(this.#reference, position, into, known);
    // A server may answer with less than it is asked for (RFC 9110, 15.3.7), and some have a limit.
    for (let taken = -1; answer.taken > taken && answer.taken < into.length; ) {
      taken = answer.taken;
      await this.#ask(answer, signal);
    }
    if (answer.taken < into.length) {
      throw fail.inputNotReadable(
        this.#reference,
        `it ends at byte ${position + answer.taken}, and its server says that it has ${known.bytes}.`,
      );
    }
  }

  async #ask(answer: RangeAnswer, signal: AbortSignal): Promise<WebIdentity> {
    const isElsewhere = this.#place !== this.#url;
    let status = await this.#follow(answer, signal);
    if (isElsewhere && [...FORBIDDEN, ...MISSING, BAD].includes(status)) {
      // An address that a redirect gave may hold for a while only.
      this.#place = this.#url;
      status = await this.#follow(answer, signal);
    }
    if (answer.found) return answer.found;
    throw this.#refused(status);
  }

  /** Ask where it is, and wherever it is sent to. */
  async #follow(answer: RangeAnswer, signal: AbortSignal): Promise<number> {
    const { redirectHosts = [] } = this.#access;
    const { host, hostname } = this.#url;
    const rules = {
      name: this.#reference,
      mayLeave: (_: URL, to: URL) =>
        redirectHosts === 'any' || [host, ...redirectHosts].includes(to.host) || to.hostname === hostname,
      hint: (to: URL) => `Name that host in sourceHttp if you trust it: \`redirectHosts: ['${to.host}']\`.`,
    };
    const { response, url } = await followRedirects(this.#place, rules, (place) =>
      this.#send(place, answer, signal),
    );
    this.#place = url;
    return response.status;
  }

  async #send(place: URL, answer: RangeAnswer, signal: AbortSignal): Promise<HttpResponse> {
    const { retries = 5, timeoutSeconds = 60 } = this.#access;
    const own = this.#headersFor(place);
    try {
      return await this.#client.send({
        url: place.href,
        method: 'GET',
        headers: () => ({ ...own, ...answer.headers }),
        timeoutSeconds,
        totalSeconds: TOTAL_SECONDS,
        retries,
        answers: [...REDIRECTS, ...MISSING, ...FORBIDDEN, BAD, CHANGED, NO_RANGE],
        sink: answer,
        signal,
      });
    } catch (cause) {
      throw retold(cause, ({ message, hint }) => fail.inputNotReadable(this.#reference, message, hint));
    }
  }

  /** Credentials of the address go to its own host alone. */
  #headersFor(place: URL): HttpHeaders {
    const authorization = place.host === this.#url.host ? this.#authorization : undefined;
    const question = { url: place, authorization, plugin: 'sourceHttp' };
    // To plain HTTP only plain HTTP leads: the query of such a redirect has been read on the way already.
    return webHeaders(place === this.#url ? question : { ...question, hasSecretQuery: false }, this.#access);
  }

  #refused(status: number): PackagerError {
    if (MISSING.includes(status)) {
      return fail.fileNotFound(
        this.#reference,
        `its server answers with HTTP ${status}.`,
        'Check the address.',
      );
    }
    if (status === CHANGED) return fail.inputChanged(this.#reference, 'its server has another one by now.');
    const hint =
      'Check the credentials: `headers` of sourceHttp, or user and password in the address; a signed one may have run out.';
    return fail.inputNotReadable(
      this.#reference,
      `its server answers with HTTP ${status}.`,
      [...FORBIDDEN, BAD].includes(status) ? hint : undefined,
    );
  }
}

/** @throws PackagerError INVALID_OPTION; nothing is quoted of it */
function urlOf(reference: string): URL {
  if (URL.canParse(reference)) {
    const url = new URL(reference);
    url.hash = '';
    return url;
  }
  throw fail.invalidOption(
    'An input is no web address, though it begins like one.',
    'Write it as https://host/path, with %40 for an @ in a password.',
  );
}
