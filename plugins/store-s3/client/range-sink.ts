import { fail } from '../../../core/index.ts';
import { copyBytes, type HttpHeaders, type HttpSink } from '../../../core/kit.ts';
import type { S3Headers } from './types.ts';

const MOST_REFUSAL_BYTES = 64 * 1024;

/** Takes the bytes of a range (RFC 9110, 14) into memory: those of an answer that broke off stay, and the next goes on behind them. */
export class RangeSink implements HttpSink {
  taken = 0;
  /** The last answer is of another object: not every service, and not every cache in front of one, keeps conditions. */
  isOther = false;
  readonly #name: string;
  readonly #position: number;
  readonly #into: Uint8Array;
  readonly #etag: string;
  #status = 0;
  #refusal: Uint8Array[] = [];

  /** @param name in messages */
  constructor(name: string, position: number, into: Uint8Array, etag: string) {
    this.#name = name;
    this.#position = position;
    this.#into = into;
    this.#etag = etag;
  }

  /** What is still to be asked for. */
  get headers(): S3Headers {
    const last = this.#position + this.#into.length - 1;
    return {
      range: `bytes=${this.#position + this.taken}-${last}`,
      // A weak one never fits (RFC 9110, 13.1.1).
      ...(!this.#etag.startsWith('W/') && { 'if-match': this.#etag }),
    };
  }

  /** The body of an answer that was none. */
  get refusal(): Uint8Array {
    return Buffer.concat(this.#refusal);
  }

  get isFull(): boolean {
    return this.#status < 300 && !this.isOther && this.taken === this.#into.length;
  }

  begin({ status, headers }: { readonly status: number; readonly headers: HttpHeaders }): void {
    this.#status = status;
    this.#refusal = [];
    if (status >= 300) return;
    const { etag } = headers;
    this.isOther = etag !== undefined && bare(etag) !== bare(this.#etag);
    if (this.isOther) return;
    const first = /^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1];
    if (status !== 206 || Number(first) !== this.#position + this.taken) throw this.#otherRange();
  }

  write(bytes: Uint8Array): void {
    if (this.#status >= 300) {
      const had = this.#refusal.reduce((sum, { length }) => sum + length, 0);
      if (had < MOST_REFUSAL_BYTES) this.#refusal.push(copyBytes(bytes));
      return;
    }
    if (this.isOther) return;
    if (this.taken + bytes.length > this.#into.length) throw this.#otherRange();
    this.#into.set(bytes, this.taken);
    this.taken += bytes.length;
  }

  #otherRange() {
    return fail.inputNotReadable(this.#name, 'its service answers with other bytes than it was asked for.');
  }
}

/** Some write it without quotes; what compresses on the way makes it weak. */
const bare = (etag: string): string => etag.replace(/^W\//, '').replaceAll('"', '');
