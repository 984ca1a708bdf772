import { childrenOf, type HttpHeaders, readXml, serverWords, textOf } from '../../../core/kit.ts';
import { LIST_BYTES } from './lists.ts';

/** What a service answered in place of what was asked for. */
export interface Refusal {
  readonly status: number;
  /** As S3 names it: `NoSuchBucket`; of an answer without a body, `HTTP 403`. */
  readonly code: string;
  /** Its words, fit for a message; empty where it has none. */
  readonly words: string;
  /** Where the bucket is, if it says that it is elsewhere. */
  readonly region?: string;
}

/** Answers that are no refusals beside 2xx: none. What `HttpRequest.answers` takes: all that is not tried again by itself. */
export const REFUSED = [
  ...[301, 302, 303, 304, 307, 308],
  ...Array.from({ length: 100 }, (_, at) => 400 + at).filter((status) => status !== 429),
  // It will never be: NotImplemented.
  501,
];

/** @param secrets cut out of its words */
export function readRefusal(
  {
    status,
    headers,
    body,
  }: { readonly status: number; readonly headers: HttpHeaders; readonly body: Uint8Array },
  secrets: readonly string[],
): Refusal {
  const said = errorIn(Buffer.from(body).toString());
  const region = headers['x-amz-bucket-region'] ?? said.region;
  return {
    status,
    code: said.code ?? `HTTP ${status}`,
    words: serverWords(said.message ?? '', secrets),
    ...(region !== undefined && /^[a-z0-9-]{1,64}$/.test(region) && { region }),
  };
}

/** Whether a body is this document. Some services send white space ahead of it, while they work. */
export function isDocument(body: Uint8Array, name: string): boolean {
  try {
    return readXml(Buffer.from(body).toString().trim(), { longest: LIST_BYTES }).name === name;
  } catch (cause) {
    if (cause instanceof RangeError) return false;
    throw cause;
  }
}

/** An `<Error>` of a body; some answers with the status 200 hold one too. */
export function errorIn(text: string): { code?: string; message?: string; region?: string } {
  try {
    const error = readXml(text.trim());
    if (error.name !== 'Error') return {};
    const textIn = (name: string) => textOf(childrenOf(error, name)[0]);
    const [code, message, region] = [textIn('Code'), textIn('Message'), textIn('Region')];
    return {
      ...(code !== undefined && /^[\w.]{1,80}$/.test(code) && { code }),
      ...(message !== undefined && { message }),
      ...(region !== undefined && { region }),
    };
  } catch (cause) {
    if (cause instanceof RangeError) return {}; // a page of a proxy, or nothing at all
    throw cause;
  }
}
