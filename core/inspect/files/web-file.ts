import { fail } from '../../base/errors.ts';
import type { HttpClient, HttpResponse } from '../../http/index.ts';
import { followRedirects, REDIRECTS } from '../../http/redirects.ts';
import { isUnanswered } from '../../http/retold.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import { rangeSource } from '../../io/range-source.ts';
import { shownReference } from '../../io/reference.ts';

/** Of a server that gives no ranges, files are taken whole up to here. */
const MOST_WHOLE = 64 * 2 ** 20;
/** Asked for first: a manifest, or the headers of a file, with its size. */
const HEAD_BYTES = 64 * 1024;
const MISSING = [404, 410];
/** The file is empty: it has no first byte (RFC 9110, 15.5.17). */
const NO_RANGE = 416;

export interface WebOptions {
  readonly client: HttpClient;
  /** Ends what is asked of servers. */
  readonly signal?: AbortSignal;
  /** Value of `Authorization`, for the host of the first address alone. */
  readonly authorization?: string | undefined;
  /** Whether a redirect to another host is followed: of what the user named, not of what a manifest names. */
  readonly mayLeaveHost?: boolean;
}

/** A file on a server. */
export interface WebFile {
  readonly source: ByteSource;
  /** Where it is, behind all redirects. */
  readonly url: URL;
}

/**
 * Open a file on a server and read its first bytes, then others in ranges (RFC 9110, 14). Messages name it without its query.
 * @throws PackagerError INPUT_NOT_FOUND, INPUT_NOT_READABLE
 */
export async function openWebFile(url: URL, options: WebOptions): Promise<WebFile> {
  const name = shownReference(url.href);
  const first = await follow(url, HEAD_BYTES, options);
  const { status, headers, body } = first.response;
  if (status === NO_RANGE) return { url: first.url, source: whole(name, new Uint8Array(0)) };
  const range = /^bytes 0-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '');
  // 200: the server gives no ranges, and this is all of it.
  if (status !== 206) return { url: first.url, source: whole(name, body) };
  const size = Number(range?.[2]);
  if (!range || Number(range[1]) + 1 !== body.length || body.length > size) {
    throw fail.inputNotReadable(name, 'its server answers with another range than it was asked for.');
  }
  const isSame = (other: HttpResponse['headers']) =>
    ['etag', 'last-modified'].every((field) => headers[field] === other[field]);
  const fetch = async (position: number, length: number): Promise<Uint8Array> => {
    if (position + length <= body.length) return body.subarray(position, position + length);
    const { response } = await ask(first.url, `bytes=${position}-${position + length - 1}`, length, options);
    const expected = `bytes ${position}-${position + length - 1}/${size}`;
    if (response.status !== 206 || response.headers['content-range'] !== expected) {
      throw fail.inputNotReadable(name, 'its server answers with another range than it was asked for.');
    }
    if (!isSame(response.headers)) {
      throw fail.inputNotReadable(
        name,
        'it was replaced while it was being read.',
        'Wait until it is published.',
      );
    }
    return response.body;
  };
  return { url: first.url, source: rangeSource({ name, size, fetch }) };
}

const whole = (name: string, bytes: Uint8Array): ByteSource =>
  rangeSource({
    name,
    size: bytes.length,
    fetch: async (position, length) => bytes.subarray(position, position + length),
  });

/** The first bytes of a file, wherever its server sends us. */
async function follow(
  from: URL,
  length: number,
  options: WebOptions,
): Promise<{ response: HttpResponse; url: URL }> {
  const name = shownReference(from.href);
  const rules = {
    name,
    mayLeave: () => options.mayLeaveHost ?? false,
    hint: () => 'Name the manifest at that host.',
  };
  return followRedirects(from, rules, async (url) => {
    const own = url.host === from.host ? options : { ...options, authorization: undefined };
    const { response } = await ask(url, `bytes=0-${length - 1}`, MOST_WHOLE, own, name);
    return response;
  });
}

/** @throws PackagerError in the words of inputs; what was asked for is named as the user knows it */
async function ask(
  url: URL,
  range: string,
  maxBytes: number,
  { client, signal, authorization }: WebOptions,
  name = shownReference(url.href),
): Promise<{ response: HttpResponse }> {
  try {
    const response = await client.send({
      url: url.href,
      method: 'GET',
      headers: { range, 'accept-encoding': 'identity', ...(authorization && { authorization }) },
      service: 'The server',
      timeoutSeconds: 60,
      totalSeconds: 180,
      maxBytes,
      ...(signal && { signal }),
      answers: [...REDIRECTS, ...MISSING, NO_RANGE],
    });
    if (MISSING.includes(response.status)) {
      throw fail.fileNotFound(
        name,
        `its server answers with HTTP ${response.status}.`,
        'Check the address, and whether all of the package was uploaded.',
      );
    }
    return { response };
  } catch (cause) {
    if (!isUnanswered(cause)) throw cause;
    throw fail.inputNotReadable(name, cause.message, cause.hint);
  }
}
