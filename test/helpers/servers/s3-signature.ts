import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Why a request is refused. */
export interface S3Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Further elements of the document. */
  readonly extra?: Readonly<Record<string, string>>;
}

/** Who may ask. */
export interface S3User {
  readonly secret: string;
  /** Temporary credentials must bring it along. */
  readonly token?: string;
  /** What becomes of requests that are signed as they should be. */
  refusal?: S3Refusal;
}

export interface SignatureQuestion {
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

const no = (status: number, code: string, message: string, extra?: S3Refusal['extra']): S3Refusal => ({
  status,
  code,
  message,
  ...(extra && { extra }),
});

const FORM =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, *SignedHeaders=([a-z0-9;-]+), *Signature=([0-9a-f]{64})$/;

/**
 * Whether a request is signed as the specification of Signature Version 4 says; written from that, and shares nothing with the client.
 * @param now the clock of the server
 */
export function signatureFault(
  { method, target, headers, body }: SignatureQuestion,
  users: ReadonlyMap<string, S3User>,
  region: string,
  now: number,
): S3Refusal | undefined {
  if (headers.authorization === undefined) return no(403, 'AccessDenied', 'Access Denied');
  const [, id, day, wanted, names, signature] = FORM.exec(headers.authorization) ?? [];
  if (id === undefined)
    return no(400, 'AuthorizationHeaderMalformed', 'The authorization header is malformed.');
  if (wanted !== region) {
    const message = `The authorization header is malformed; the region '${wanted}' is wrong; expecting '${region}'`;
    return no(400, 'AuthorizationHeaderMalformed', message, { Region: region });
  }
  const user = users.get(id);
  if (!user)
    return no(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.');
  if (headers['x-amz-security-token'] !== user.token)
    return no(400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.');

  const signed = names!.split(';');
  const must = Object.keys(headers).filter((name) => name.startsWith('x-amz-') || name === 'content-md5');
  const isUnsigned = ['host', ...must].find((name) => !signed.includes(name));
  if (isUnsigned || signed.join() !== [...signed].sort().join())
    return no(403, 'AccessDenied', 'There were headers present in the request which were not signed');

  const stamp = String(headers['x-amz-date']);
  const at = Date.parse(stamp.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (Number.isNaN(at) || !stamp.startsWith(day!)) return no(403, 'AccessDenied', 'Invalid date');
  if (Math.abs(at - now) > 15 * 60_000) {
    const message = 'The difference between the request time and the current time is too large.';
    return no(403, 'RequestTimeTooSkewed', message, { ServerTime: new Date(now).toISOString() });
  }

  const payload = String(headers['x-amz-content-sha256']);
  if (payload !== 'UNSIGNED-PAYLOAD' && payload !== digest(body))
    return no(400, 'XAmzContentSHA256Mismatch', 'The provided header does not match what was computed.');

  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  const query = question < 0 ? [] : target.slice(question + 1).split('&');
  const pairs = query.map((pair) => {
    const cut = pair.indexOf('=');
    return `${again(cut < 0 ? pair : pair.slice(0, cut))}=${again(cut < 0 ? '' : pair.slice(cut + 1))}`;
  });
  const lines = [method, path.split('/').map(again).join('/'), pairs.sort().join('&')];
  for (const name of signed)
    lines.push(
      `${name}:${String(headers[name] ?? '')
        .trim()
        .replace(/ {2,}/g, ' ')}`,
    );
  lines.push('', signed.join(';'), payload);
  const text = `AWS4-HMAC-SHA256\n${stamp}\n${day}/${region}/s3/aws4_request\n${digest(lines.join('\n'))}`;
  let key: Buffer = Buffer.from(`AWS4${user.secret}`);
  for (const step of [day!, region, 's3', 'aws4_request', text])
    key = createHmac('sha256', key).update(step).digest();
  if (key.toString('hex') !== signature) {
    const message = 'The request signature we calculated does not match the signature you provided.';
    return no(403, 'SignatureDoesNotMatch', message, { StringToSign: text, AWSAccessKeyId: id });
  }
  return user.refusal;
}

const digest = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** Decode, and encode byte by byte: what was encoded in another way does not fit its signature. */
const again = (text: string): string =>
  [...Buffer.from(decodeURIComponent(text))]
    .map((byte) => String.fromCharCode(byte))
    .map((letter) =>
      /[A-Za-z0-9._~-]/.test(letter)
        ? letter
        : `%${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');
