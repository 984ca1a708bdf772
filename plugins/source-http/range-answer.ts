import { fail } from '../../core/index.ts';
import type { HttpHeaders, HttpSink, InputFacts } from '../../core/kit.ts';

/** There is nothing of what was asked for (RFC 9110, 15.5.17): an empty file has no first byte. */
export const NO_RANGE = 416;

/** What tells one input from another at the same address. */
export interface WebIdentity {
  readonly bytes: number;
  /** Absent: the server gives none. */
  readonly etag?: string;
  /** As the server writes it. */
  readonly modified?: string;
}

/** Takes the bytes of a range (RFC 9110, 14): those of an answer that broke off stay, and the next goes on behind them. */
export class RangeAnswer implements HttpSink {
  taken = 0;
  /** What the last answer said of the whole; `undefined`: it was another answer than a range. */
  found: WebIdentity | undefined;
  readonly #name: string;
  readonly #position: number;
  readonly #into: Uint8Array;
  readonly #known: WebIdentity | undefined;

  /** @param known what it must be; `undefined`: whatever is there */
  constructor(name: string, position: number, into: Uint8Array, known?: WebIdentity) {
    this.#name = name;
    this.#position = position;
    this.#into = into;
    this.#known = known;
  }

  /** What is still to be asked for. Another input at the address is none of it: better no answer than its bytes. */
  get headers(): HttpHeaders {
    const { etag, modified } = this.#known ?? {};
    const isStrong = etag !== undefined && !etag.startsWith('W/');
    return {
      range: `bytes=${this.#position + this.taken}-${this.#position + this.#into.length - 1}`,
      'accept-encoding': 'identity',
      ...(isStrong && { 'if-match': etag }),
      ...(!isStrong && modified !== undefined && { 'if-unmodified-since': modified }),
    };
  }

  get isFull(): boolean {
    return this.found !== undefined && this.taken === this.#into.length;
  }

  begin({ status, headers }: { readonly status: number; readonly headers: HttpHeaders }): void {
    this.found = undefined;
    if (![200, 206, NO_RANGE].includes(status)) return;
    const isEmpty = (status === 200 && headers['content-length'] === '0') || status === NO_RANGE;
    if (status === 200 && !isEmpty) {
      throw fail.inputNotReadable(
        this.#name,
        'its server sends whole files alone, and no ranges of bytes.',
        'Switch range requests on at the server (Accept-Ranges: bytes), or copy the file to a disk first.',
      );
    }
    const encoding = headers['content-encoding'] ?? 'identity';
    const [, first, total] = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(headers['content-range'] ?? '') ?? [];
    if (!isEmpty && total === undefined) throw this.#otherRange();
    this.found = identityIn(headers, Number(isEmpty ? (total ?? 0) : total));
    if (this.#known) requireSame(this.#name, this.#known, this.found);
    const isAsked = isEmpty ? this.found.bytes === 0 : Number(first) === this.#position + this.taken;
    if (!isAsked || encoding !== 'identity') throw this.#otherRange();
  }

  write(bytes: Uint8Array): void {
    // The words of another answer.
    if (!this.found) return;
    if (this.taken + bytes.length > this.#into.length) throw this.#otherRange();
    this.#into.set(bytes, this.taken);
    this.taken += bytes.length;
  }

  #otherRange() {
    return fail.inputNotReadable(this.#name, 'its server answers with other bytes than it was asked for.');
  }
}

const identityIn = (headers: HttpHeaders, bytes: number): WebIdentity => ({
  bytes,
  ...(headers['etag'] !== undefined && { etag: headers['etag'] }),
  ...(headers['last-modified'] !== undefined && { modified: headers['last-modified'] }),
});

/** What the engine is told of it. */
export function factsOf(identity: WebIdentity): InputFacts {
  const modified = Date.parse(identity.modified ?? '');
  return {
    bytes: identity.bytes,
    identity: JSON.stringify([identity.bytes, identity.etag ?? '', identity.modified ?? '']),
    ...(!Number.isNaN(modified) && { modified }),
  };
}

/** An ETag that is not weak is of the same bytes, whenever they came there. @param before, now as `factsOf` made them */
export function isSame(before: string, now: string): boolean {
  const [[size, etag], [newSize, newEtag]] = [before, now].map((identity) => JSON.parse(identity)) as [
    [number, string],
    [number, string],
  ];
  return size === newSize && etag === newEtag && etag !== '' && !etag.startsWith('W/');
}

/** The end of a sentence. @param before, now as `factsOf` made them */
export function changeOf(before: string, now: string): string {
  const [[size], [newSize]] = [JSON.parse(before) as [number], JSON.parse(now) as [number]];
  return size === newSize
    ? 'its server has another one of the same length.'
    : `it had ${size} bytes, and now has ${newSize}.`;
}

function requireSame(name: string, known: WebIdentity, found: WebIdentity): void {
  const [before, now] = [factsOf(known).identity, factsOf(found).identity];
  if (before !== now) throw fail.inputChanged(name, changeOf(before, now));
}
