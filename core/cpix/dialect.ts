import type { RequestFlavour } from './build.ts';
import type { DocumentReading } from './content-key.ts';

/** How one kind of key server wants to be asked, and how its answers are to be read. Plain data and small functions. */
export interface Dialect {
  readonly name: string;
  /** Where its requests go: `{token}` and `{contentId}` stand for themselves, percent-encoded. Absent: the user says. */
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Added to the query when a crypto period from 1 on is asked for. */
  readonly rotationQuery?: Readonly<Record<string, string>>;
  readonly request: RequestFlavour;
  /**
   * The labels that it can ask for side by side; an empty list: it asks for a single key, whatever its label. @default any
   */
  readonly labels?: readonly string[];
  /** DRM systems of which it gives a single key, whatever its labels: UUIDs in lower case. @default none */
  readonly singleKeySystems?: readonly string[];
  /** False: it has no crypto periods, so that keys cannot change. @default true */
  readonly periods?: boolean;
  /** False: the first crypto period is that of a title whose key does not change, which requests do not name. @default true */
  readonly namesFirstPeriod?: boolean;
  readonly reading: Omit<DocumentReading, 'privateKey' | 'onlyEncrypted'>;
  /**
   * False: where the request has the content id, answers of this server have something else. Otherwise an answer that names
   * other content is refused; one that names none is taken. @default true
   */
  readonly namesContent?: boolean;
  /**
   * Whether SAMPLE-AES takes the key of `cenc` where a title has both: a service with one key for each content, whatever the
   * scheme. Otherwise its key is asked for as one of `cbcs`.
   */
  readonly sharesKey: boolean;
  /** The server's own words in a body that is an error in spite of its status 200; `undefined`: it is none. */
  errorIn(body: string): string | undefined;
}
