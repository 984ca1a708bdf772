import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  element,
  operationOf,
  perform,
  refusal,
  type S3Asked,
  type S3Bucket,
  type S3Reply,
} from './s3-operations.ts';
import { type S3Refusal, type S3User, signatureFault } from './s3-signature.ts';

export type { S3Asked, S3Bucket, S3Object, S3UnfinishedUpload } from './s3-operations.ts';

/** What becomes of one request in place of the plain answer. */
export type S3Turn =
  /** Nothing is done, and this is the answer. */
  | {
      readonly status: number;
      readonly code: string;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection ends: nothing is done. */
  | 'cut'
  /** Nothing is done, and no answer comes. */
  | 'silent'
  /** It is done, and the connection ends without an answer. */
  | 'lost'
  /** It is done, and the connection ends after so many bytes of the body of the answer. */
  | { readonly cutAfter: number }
  /** Nothing is done; the answer has the status 200, and is an error. */
  | { readonly late: string }
  /** Nothing is done; the answer has the status 200, and this body. */
  | { readonly text: string };

export interface S3Server {
  /** Path style: `<url>/<bucket>/<key>`. */
  readonly url: string;
  readonly region: string;
  /** By name: made and emptied by the tests. */
  readonly buckets: Map<string, S3Bucket>;
  /** By access key id. */
  readonly users: Map<string, S3User>;
  /** The clock, in milliseconds since 1970. */
  now: () => number;
  /** Items of one page of a list. @default 1000 */
  pageSize: number;
  /** Bytes of all parts but the last. @default 5 MiB, as everywhere */
  leastPart: number;
  /** ETags are no hashes of what was sent, as with SSE-KMS. @default false */
  opaque: boolean;
  /** Asked of each request that is signed as it should be. @param count of this one, from 1, since `requests` was emptied */
  turn: ((asked: S3Asked, count: number) => S3Turn | undefined) | undefined;
  /** All that were signed as they should be, since it was emptied last. */
  readonly requests: S3Asked[];
  addBucket(name: string): S3Bucket;
  close(): Promise<void>;
}

/** Who may ask, unless a test says otherwise. */
export const S3_USER = { accessKeyId: 'AKIDOFTHETESTS', secretAccessKey: 'se+cret/of=the/tests' } as const;

/** Buckets on loopback, as strict as S3 is: signatures, checksums, conditions, the rules of uploads in parts. */
export async function serveS3(): Promise<S3Server> {
  const s3: Omit<S3Server, 'url'> = {
    region: 'eu-test-1',
    buckets: new Map(),
    users: new Map([[S3_USER.accessKeyId, { secret: S3_USER.secretAccessKey }]]),
    now: Date.now,
    pageSize: 1000,
    leastPart: 5 * 2 ** 20,
    opaque: false,
    turn: undefined,
    requests: [],
    addBucket(name) {
      const bucket: S3Bucket = { objects: new Map(), uploads: new Map() };
      s3.buckets.set(name, bucket);
      return bucket;
    },
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
  const server = createServer((request, response) => {
    receive(request)
      .then((body) => answer(s3, request, body, response))
      .catch((cause) => response.destroy(cause));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return Object.assign(s3, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

async function receive(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function answer(
  s3: Omit<S3Server, 'url'>,
  request: IncomingMessage,
  body: Uint8Array,
  response: ServerResponse,
): void {
  const { method = '', url: target = '', headers } = request;
  const fault = signatureFault({ method, target, headers, body }, s3.users, s3.region, s3.now());
  if (fault) return void send(s3, request, response, refused(fault));
  const asked = understood(method, target, headers, body);
  s3.requests.push(asked);
  const turn = s3.turn?.(asked, s3.requests.length);
  if (turn === 'silent') return;
  if (turn === 'cut') return void response.destroy();
  if (typeof turn === 'object' && 'status' in turn)
    return void send(
      s3,
      request,
      response,
      refused({ message: 'As the test wants it.', ...turn }, turn.headers),
    );
  if (typeof turn === 'object' && 'late' in turn)
    return void send(s3, request, response, {
      ...refused(refusal(200, turn.late, 'Too late.')),
      status: 200,
    });
  if (typeof turn === 'object' && 'text' in turn)
    return void send(s3, request, response, { status: 200, body: turn.text });
  const reply = replyTo(s3, asked);
  if (turn === 'lost') return void response.destroy();
  send(s3, request, response, reply, turn?.cutAfter);
}

function understood(method: string, target: string, headers: S3Asked['headers'], body: Uint8Array): S3Asked {
  const [path = '', search = ''] = target.split('?');
  const [, bucket = '', ...names] = path.split('/').map(decodeURIComponent);
  const key = names.join('/');
  const query = Object.fromEntries(
    search.split('&').map((pair) => pair.split('=').map(decodeURIComponent) as [string, string]),
  );
  const what = operationOf(method, key, query) ?? `${method} ?`;
  return { what, method, bucket, key, query, headers, body };
}

function replyTo(
  { buckets, now, pageSize, leastPart, opaque }: Omit<S3Server, 'url'>,
  asked: S3Asked,
): S3Reply {
  const bucket = buckets.get(asked.bucket);
  if (!bucket) return refused(refusal(404, 'NoSuchBucket', 'The specified bucket does not exist'));
  try {
    return perform(asked, bucket, { now, pageSize, leastPart, opaque });
  } catch (cause) {
    if (cause instanceof Error) throw cause;
    return refused(cause as S3Refusal);
  }
}

const refused = (
  { status, code, message, extra = {} }: S3Refusal,
  headers: S3Reply['headers'] = {},
): S3Reply => ({
  status,
  headers: { ...headers, 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${[
    ...Object.entries({ Code: code, Message: message, ...extra, RequestId: '4442587FB7D0A2F9' }),
  ]
    .map(([name, text]) => element(name, text))
    .join('')}</Error>`,
});

function send(
  { now }: Omit<S3Server, 'url'>,
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body = '' }: S3Reply,
  cutAfter = Number.POSITIVE_INFINITY,
): void {
  const bytes = Buffer.from(body);
  response.sendDate = false;
  response.writeHead(status, {
    'content-length': bytes.length,
    ...headers,
    date: new Date(now()).toUTCString(),
    'x-amz-request-id': '4442587FB7D0A2F9',
  });
  if (request.method === 'HEAD') return void response.end();
  if (bytes.length <= cutAfter) return void response.end(bytes);
  response.write(bytes.subarray(0, cutAfter), () => response.destroy());
}
