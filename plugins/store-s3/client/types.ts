/** How a service that speaks S3 is asked, and who asks. */
export interface S3Options {
  /** Address of the service, `https://s3.example.com`. @default AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, the profile's, else Amazon's of the region */
  readonly endpoint?: string;
  /** @default AWS_REGION, AWS_DEFAULT_REGION, the profile's, else `us-east-1` */
  readonly region?: string;
  /**
   * Whether the bucket stands in the path (`https://host/bucket/key`) and not in the name of the host. @default at Amazon where the
   * name of the bucket has a dot, everywhere else always
   */
  readonly pathStyle?: boolean;
  /** Of `~/.aws/config` and `~/.aws/credentials`. @default AWS_PROFILE, else `default` */
  readonly profile?: string;
  /**
   * Who asks; a function is asked again shortly before they expire, or when they are refused, for all titles that have the same one.
   * @default what the environment gives: AWS_ACCESS_KEY_ID, web identity, the profile, the container, the machine
   */
  readonly credentials?: S3Credentials | (() => S3Credentials | Promise<S3Credentials>);
  /**
   * Whether an `http:` endpoint, of S3 or of the token service, will do that is not of this machine: what goes over it can be read on the
   * way. @default false
   */
  readonly allowPlainHttp?: boolean;
  /** Certificates to trust in place of the built-in ones: PEM, or the path of a PEM file. @default AWS_CA_BUNDLE */
  readonly ca?: string;
  /** Seconds until an answer must have come whole. @default 120 */
  readonly timeoutSeconds?: number;
  /** Tries after the first, on connection faults, 429 and 5xx. @default 5 */
  readonly retries?: number;
}

/** What decides who asks, and over which connections. */
export type S3AccessOptions = Pick<S3Options, 'region' | 'profile' | 'credentials' | 'allowPlainHttp' | 'ca'>;

/** Who asks. Never told in any message. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary ones. */
  readonly sessionToken?: string;
  /** When they end, also as ISO 8601. Absent: they do not. */
  readonly expiration?: Date | string;
}

/** What is known of an object. Times are the server's, in milliseconds since 1970. */
export interface S3Facts {
  readonly bytes: number;
  /** As the server writes it, with its quotes: compared as it is, and fit for `onlyIf`. */
  readonly etag: string;
  /** `Last-Modified`, which has whole seconds. */
  readonly modified: number;
  /** When the server said so (`Date`, whole seconds): `serverTime - modified` is the age, whatever this machine's clock says. */
  readonly serverTime: number;
  /** Of buckets that keep versions. */
  readonly versionId?: string;
  /** The id of the run that has written it, where its metadata tell. */
  readonly run?: string;
}

/** A line of a list of objects. */
export interface S3Entry extends Pick<S3Facts, 'bytes' | 'etag' | 'modified'> {
  readonly key: string;
}

/** A multipart upload that was begun and is neither complete nor aborted. */
export interface S3Upload {
  readonly key: string;
  readonly uploadId: string;
  /** When, by the server's clock, in milliseconds since 1970. */
  readonly begun: number;
}

/** A part that was taken in. */
export interface S3Part {
  /** From 1 to 10,000. */
  readonly number: number;
  /** As `uploadPart` said. */
  readonly etag: string;
}

/** The condition of a write: one of them, or none. */
export interface S3PutOptions {
  /** Write only where nothing is (`If-None-Match: *`). */
  readonly onlyIfAbsent?: true;
  /** Write only over what has this ETag (`If-Match`). */
  readonly onlyIf?: string;
  /** Of the object: `content-type`, `cache-control`, `x-amz-…`; names in lower case. They are signed. */
  readonly headers?: S3Headers;
}

/** By name, in lower case. */
export type S3Headers = Readonly<Record<string, string>>;

/** What a service said it has written. */
export interface S3Written {
  readonly etag: string;
  /** `Date` of the answer, in milliseconds since 1970. */
  readonly serverTime: number;
  readonly versionId?: string;
}

/**
 * Asks a service about one bucket. Requests are signed anew for each try; connections stay open; connection faults, 429 and 5xx
 * (SlowDown) are tried again. Keys are as they are: nothing is decoded, `/` is a character like any other.
 *
 * What the bucket refuses is a PackagerError of the side that opened the client: INPUT_NOT_FOUND and INPUT_NOT_READABLE of inputs,
 * OUTPUT_NOT_WRITABLE of outputs; no credentials are MISSING_OPTION, an aborted signal is CANCELLED. Its sentence names
 * `s3://bucket/key`, what the service said and what to do. Answers that are part of the work are no errors: see each method.
 */
export interface S3Client {
  readonly bucket: string;
  /**
   * The same client, with its connections and credentials, whose requests end with another signal.
   * @param heard told of each answer
   */
  withSignal(signal: AbortSignal, heard?: () => void): S3Client;
  /** @returns `undefined` where no object has this key (a bucket that is not there is an error) */
  head(key: string): Promise<S3Facts | undefined>;
  /**
   * Fill memory with what lies from a position on; answers that break off go on where they did.
   * @param etag which object it must be (`If-Match`)
   * @returns `'changed'` when it is another one by now, `'missing'` when there is none
   */
  read(
    key: string,
    position: number,
    into: Uint8Array,
    etag: string,
  ): Promise<S3Facts | 'changed' | 'missing'>;
  /** A small object whole. @returns `undefined` where there is none @throws PackagerError when it has more than `mostBytes` */
  get(key: string, mostBytes: number): Promise<(S3Facts & { readonly body: Uint8Array }) | undefined>;
  /**
   * Write a small object in one request, with Content-MD5. A try whose answer was lost is found again: it does not count as somebody
   * else's object.
   * @returns `'exists'`: `onlyIfAbsent` and something is there; `'changed'`: `onlyIf` and another, or nothing, is there
   */
  put(key: string, bytes: Uint8Array, options?: S3PutOptions): Promise<S3Written | 'exists' | 'changed'>;
  /** Whether it is there or not. */
  delete(key: string): Promise<void>;
  /** As `delete`, 1000 in one request. @throws PackagerError which names the first that was refused; the others are gone */
  deleteAll(keys: Iterable<string>): Promise<void>;
  /** All whose keys begin so, in the order of their UTF-8 bytes. @param most so many at most are asked for and given */
  list(prefix: string, most?: number): AsyncIterable<S3Entry>;
  /** @returns the upload id; a try whose answer was lost may leave another upload of the key behind: see `listUploads` */
  beginUpload(key: string, headers?: S3Headers): Promise<string>;
  /**
   * Take a part in, with Content-MD5; a part of the same number is replaced. All parts but the last have 5 MiB at least, 5 GiB at most.
   * @returns its ETag, or `'gone'`: the upload was aborted, or completed
   */
  uploadPart(
    key: string,
    uploadId: string,
    number: number,
    bytes: Uint8Array,
  ): Promise<{ readonly etag: string } | 'gone'>;
  /**
   * Make an upload an object at once. No conditions: services differ too much.
   * @param parts in the order of their numbers
   * @returns `'gone'`: there is no such upload, or a part of it is not there: aborted, or completed already by this call when an earlier
   * answer was lost
   */
  completeUpload(key: string, uploadId: string, parts: readonly S3Part[]): Promise<S3Written | 'gone'>;
  /** Whether it is there or not. */
  abortUpload(key: string, uploadId: string): Promise<void>;
  /** All whose keys begin so. */
  listUploads(prefix: string): AsyncIterable<S3Upload>;
  /** Ends all connections, those of `withSignal` too. */
  close(): Promise<void>;
}

/** What a client is opened for: it decides the codes of errors. */
export type S3Side = 'input' | 'output';

/** The parts of `s3://bucket/key`. */
export interface S3Place {
  readonly bucket: string;
  /** Of inputs: the key; of outputs: what stands before all keys. Without a slash at its end. */
  readonly key: string;
}
