import type { S3Client, S3Options, S3Side } from './client/types.ts';

/** Clients by bucket: their connections and credentials are shared with other titles of the thread. Idle ones keep no process alive. */
export class S3Clients {
  readonly #side: S3Side;
  readonly #options: S3Options;
  readonly #opened = new Map<string, Promise<S3Client>>();

  constructor(side: S3Side, options: S3Options) {
    this.#side = side;
    this.#options = options;
  }

  /** Of a bucket, whose requests end with the signal. */
  async of(bucket: string, signal: AbortSignal): Promise<S3Client> {
    const opened = this.#opened.get(bucket) ?? this.#open(bucket);
    this.#opened.set(bucket, opened);
    return (await opened).withSignal(signal);
  }

  /** What talks to servers is loaded when a bucket is needed. */
  async #open(bucket: string): Promise<S3Client> {
    const { sharedBucket } = await import('./client/shared.ts');
    return sharedBucket(bucket, this.#side, this.#options);
  }
}
