import { isUtf8 } from 'node:buffer';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type ContentKey, fail } from '../../core/index.ts';
import { type HttpRequest, isContentId, secretsOf, sendRequest, serverWords } from '../../core/kit.ts';
import {
  type IssueFormat,
  type IssueQuestion,
  type IssueReply,
  readReply,
  writeQuestion,
} from './issue-documents.ts';
import { issuedKey } from './issued-key.ts';
import { checkSiteKey, openDocument, sealDocument } from './site-cipher.ts';

/** A customer's CID issue page, and how it is reached. */
export interface IssuePage
  extends Pick<HttpRequest, 'url' | 'ca' | 'timeoutSeconds' | 'totalSeconds' | 'retries' | 'signal'> {
  /** 32 ASCII characters. Secret. */
  readonly siteKey: string;
  readonly format: IssueFormat;
}

/** What a page issues. */
export interface IssuedContent {
  readonly contentId: string;
  /** `undefined`: the page names the content and nothing more. */
  readonly key: ContentKey | undefined;
}

const SERVICE = 'The content id page';
const SUCCESS = '0000';
/** An answer has some hundred bytes. */
const LONGEST_ANSWER = 64 * 1024;

/**
 * Ask a page to name a file's content ("packaging callback", CID issue page). Question and answer are encrypted with
 * the site key; the answer must carry the nonce of the question, so that nobody can put an earlier one in its place.
 * @throws PackagerError REQUEST_FAILED when the page cannot be asked, SERVER_ERROR when it answers with an error or
 * with what it should not, KEY_SIZE or INVALID_KEY for a site key or a content key that is none, INVALID_OPTION for a
 * URL, a certificate or a file name that cannot be used
 */
export async function requestContentId(page: IssuePage, question: IssueQuestion): Promise<IssuedContent> {
  const { format, siteKey, ...request } = page;
  checkSiteKey(siteKey);
  const nonce = randomBytes(16).toString('hex');
  const data = sealDocument(writeQuestion(question, nonce, format), siteKey);
  const response = await sendRequest({
    ...request,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ data }).toString(),
    service: SERVICE,
    maxBytes: LONGEST_ANSWER,
    secrets: [siteKey],
  });

  const url = new URL(page.url);
  const server = `${SERVICE} ${url.host}`;
  const reply = readAnswer(response.body, page, server);
  requireSuccess(reply, server, [siteKey, ...secretsOf(url, {})]);
  requireNonce(reply, nonce, server);
  return { contentId: contentIdOf(reply, server), key: issuedKey(reply, server) };
}

function readAnswer(body: Uint8Array, { siteKey, format }: IssuePage, server: string): IssueReply {
  try {
    const document = openDocument(new TextDecoder().decode(body), siteKey);
    const text = new TextDecoder().decode(document);
    return isUtf8(document) ? readReply(text, format) : errorOnly(text, format);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw fail.serverError(
      server,
      `sent an answer that ${cause.message}.`,
      `Expected: a ${format.toUpperCase()} document, encrypted with the same site key, in Base64, and nothing else.`,
    );
  }
}

/**
 * Of an answer in another encoding nothing is taken but the code of an error, which is ASCII in all that pages use: EUC-KR, say.
 * @throws RangeError when it is none of an error
 */
function errorOnly(text: string, format: IssueFormat): IssueReply {
  const code = codeIn(text, format);
  if (code !== undefined && code !== SUCCESS)
    return { error_code: code, error_message: '(its message is not UTF-8)' };
  throw new RangeError('is not UTF-8');
}

function codeIn(text: string, format: IssueFormat): string | undefined {
  try {
    return readReply(text, format).error_code;
  } catch {
    return undefined; // what its bytes have become is no document any more
  }
}

/** Error answers need no nonce: whoever repeats an old one can stop a run, and nothing else. */
function requireSuccess(reply: IssueReply, server: string, secrets: readonly string[]): void {
  const { error_code: code, error_message: message = '', key, iv } = reply;
  if (code === SUCCESS) return;
  if (code === undefined) throw fail.serverError(server, 'sent an answer without error code.');
  const own = [key, iv].filter((text) => text !== undefined);
  const words = serverWords(`${code} ${message}`, [...secrets, ...own]);
  throw fail.serverError(server, `answered with an error: ${words}`);
}

function requireNonce({ nonce }: IssueReply, expected: string, server: string): void {
  const hint = 'The page must send back the nonce that it is sent, unchanged.';
  if (nonce === undefined) throw fail.serverError(server, 'sent an answer without nonce.', hint);
  if (isSame(nonce, expected)) return;
  throw fail.serverError(
    server,
    'sent an answer with another nonce than that of the request: it is not the answer to this request.',
    `${hint} If it does, somebody is replaying its answers.`,
  );
}

/** In constant time, whatever the lengths. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(a!, b!);
}

function contentIdOf({ cid }: IssueReply, server: string): string {
  if (cid === undefined) throw fail.serverError(server, 'sent an answer without content id.');
  if (isContentId(cid)) return cid;
  throw fail.serverError(
    server,
    'gave a content id that is none: it must have 1 to 200 bytes of UTF-8, no control characters and no U+FFFD.',
  );
}
