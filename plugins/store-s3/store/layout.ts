import type { S3Headers, S3Place } from '../client/types.ts';

/** Everything that nobody should see lies below it. */
const HIDDEN = '.sealpack';

const HIDDEN_KEY = /^(?:(.*?)\/)?\.sealpack\/(?:claims|runs)\//s;

/** The key of the location to which a hidden object belongs; `undefined`: it is none. */
export const locationOf = (key: string): string | undefined => {
  const found = HIDDEN_KEY.exec(key);
  return found ? (found[1] ?? '') : undefined;
};

/** Where things of an output location lie in its bucket. */
export class Layout {
  readonly bucket: string;
  /** What hidden objects are written with. */
  readonly headers: S3Headers;
  readonly #prefix: string;

  constructor({ bucket, key }: S3Place, headers: S3Headers = {}) {
    this.bucket = bucket;
    this.headers = headers;
    this.#prefix = key === '' ? '' : `${key}/`;
  }

  /** @param path relative to the location */
  keyOf(path: string): string {
    return this.#prefix + path;
  }

  /** Relative to the location. @param key below it */
  pathOf(key: string): string {
    return key.slice(this.#prefix.length);
  }

  /** Claims are below it, and nothing else. */
  get claims(): string {
    return this.keyOf(`${HIDDEN}/claims/`);
  }

  /** Says who writes outputs of a name. */
  claimOf(name: string): string {
    return `${this.claims}${name}.json`;
  }

  /** Journals and fences are below it, and nothing else. */
  get runs(): string {
    return this.keyOf(`${HIDDEN}/runs/`);
  }

  /** What a run is about to publish; or a fence, which keeps it from that. */
  journalOf(run: string): string {
    return `${this.runs}${run}.json`;
  }

  /** The id of a run of which this is the journal. */
  runOf(key: string): string {
    return key.slice(this.runs.length, -'.json'.length);
  }

  /** As messages call it. */
  shown(path: string): string {
    return `s3://${this.bucket}/${this.keyOf(path)}`;
  }
}

/** Whether a path is an output of this name: it, or a file of the folder. */
export const isUnder = (path: string, name: string): boolean => path === name || path.startsWith(`${name}/`);
