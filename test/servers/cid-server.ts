import { createCipheriv, createDecipheriv } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';
import { type Answer, type ReceivedRequest, type ServerOptions, serve, type TestServer } from './serve.ts';

/** What can go wrong inside an answer that arrives well. */
export type CidFault =
  | 'wrong-nonce'
  /** The nonce of the request before (of the first: 32 zeros). */
  | 'replayed-nonce'
  | 'no-nonce'
  /** `error_code` 4444, and a message that repeats the site key. */
  | 'error-code'
  | 'no-cid'
  /** 201 bytes. */
  | 'long-cid'
  /** The document as it is. */
  | 'not-encrypted'
  /** Encrypted with another site key. */
  | 'other-key'
  /** Neither JSON nor XML. */
  | 'nonsense'
  /** Nothing. */
  | 'empty'
  /** The message of a success in EUC-KR. */
  | 'euc-kr'
  /** `error_code` 4444, and a message in EUC-KR. */
  | 'euc-kr-error';

export interface CidServerOptions extends ServerOptions<CidFault> {
  /** 32 characters. @default TEST_SITE_KEY */
  readonly siteKey?: string;
  /** @default 'json' */
  readonly variant?: 'json' | 'xml';
  /** The content id of a file name. @default the name up to its first dot */
  readonly contentId?: (fileName: string) => string;
  /** Further members of the answer: Sealpack's own extension has `key_id`, `key` and `iv`. */
  readonly more?: Readonly<Record<string, string>>;
}

export interface CidQuestion {
  readonly fileName: string;
  readonly filePath: string;
  readonly nonce: string;
}

export interface CidServer extends TestServer {
  readonly siteKey: string;
  /** What was asked, decrypted. */
  readonly questions: readonly CidQuestion[];
}

export const TEST_SITE_KEY = 'Qx7!mB2#vL9$kR4%tW1^yN6&pZ3*cH8(';

/** The IV of all public samples. */
const IV = '0123456789abcdef';

/** "파일" in EUC-KR, a character a byte. */
const EUC_KR = '\xc6\xc4\xc0\xcf';

/** What a page answers, before the variant names its members. */
type Reply = Readonly<Record<'error_code' | 'error_message' | 'cid' | 'nonce', string | undefined>>;

/** The customer's CID issue page, at any path: form field `data`, AES-256-CBC with the site key. */
export async function startCidServer(options: CidServerOptions = {}): Promise<CidServer> {
  const { siteKey = TEST_SITE_KEY, variant = 'json', more = {} } = options;
  const { contentId = (name) => name.split('.')[0]! } = options;
  const questions: CidQuestion[] = [];

  const server = await serve<CidFault>(options, (request, fault) => {
    const write = (reply: Partial<Reply>): Answer => {
      const document = fault === 'nonsense' ? 'See you.' : writeDocument({ ...reply, ...more }, variant);
      if (fault === 'not-encrypted') return page(document);
      if (fault === 'empty') return page('');
      const bytes = Buffer.from(document, fault?.startsWith('euc-kr') ? 'latin1' : 'utf8');
      return page(encrypt(bytes, fault === 'other-key' ? 'x'.repeat(32) : siteKey));
    };
    const question = readQuestion(request, siteKey, variant);
    if (typeof question === 'string') return write({ error_code: '2001', error_message: question });
    const earlier = questions.at(-1)?.nonce ?? '0'.repeat(32);
    questions.push(question);
    if (fault === 'error-code')
      return write({ error_code: '4444', error_message: `Unknown file (${siteKey})` });
    if (fault === 'euc-kr-error') return write({ error_code: '4444', error_message: EUC_KR });
    const nonces: Partial<Record<CidFault, string | undefined>> = {
      'wrong-nonce': `${question.nonce}0`,
      'replayed-nonce': earlier,
      'no-nonce': undefined,
    };
    const cid = contentId(question.fileName);
    return write({
      error_code: '0000',
      error_message: fault === 'euc-kr' ? EUC_KR : 'success',
      cid: fault === 'no-cid' ? undefined : fault === 'long-cid' ? 'c'.repeat(201) : cid,
      nonce: fault !== undefined && fault in nonces ? nonces[fault] : question.nonce,
    });
  });
  return { ...server, siteKey, questions };
}

const page = (body: string): Answer => ({ status: 200, headers: { 'content-type': 'text/html' }, body });

/** What is asked, or why it cannot be read. */
function readQuestion(
  { method, headers, body }: ReceivedRequest,
  siteKey: string,
  variant: 'json' | 'xml',
): CidQuestion | string {
  const form = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const data = new URLSearchParams(body).get('data');
  if (method !== 'POST' || !form || !data) return 'no form field "data"';
  try {
    const document = decrypt(data.replaceAll(' ', '+'), siteKey);
    const told = variant === 'json' ? JSON.parse(document) : readXml(document);
    const { file_name: fileName, file_path: filePath, nonce } = told as Record<string, string>;
    if (!fileName || !filePath || !nonce) return 'a member is missing';
    return { fileName, filePath, nonce };
  } catch {
    return 'the document cannot be read';
  }
}

/** Encrypt as both sides do; Base64. */
export function encrypt(document: string | Buffer, siteKey: string): string {
  const cipher = createCipheriv('aes-256-cbc', siteKey, IV);
  return Buffer.concat([cipher.update(document), cipher.final()]).toString('base64');
}

export function decrypt(data: string, siteKey: string): string {
  const decipher = createDecipheriv('aes-256-cbc', siteKey, IV);
  return decipher.update(data, 'base64', 'utf8') + decipher.final('utf8');
}

const XML_NAMES: Readonly<Record<string, string>> = {
  error_code: 'ERROR',
  error_message: 'ERRMSG',
  cid: 'CID',
  nonce: 'NONCE',
};

function readXml(document: string): Record<string, string> {
  const { RES } = new XMLParser({ parseTagValue: false }).parse(document) as {
    RES: Record<'FILENAME' | 'FILEPATH' | 'NONCE', string>;
  };
  return { file_name: RES.FILENAME, file_path: RES.FILEPATH, nonce: RES.NONCE };
}

function writeDocument(reply: Readonly<Record<string, string | undefined>>, variant: 'json' | 'xml'): string {
  if (variant === 'json') return JSON.stringify(reply);
  const children = Object.entries(reply)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      const tag = XML_NAMES[name] ?? name.toUpperCase();
      return `<${tag}>${value!.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</${tag}>`;
    });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<RES>${children.join('')}</RES>`;
}
