import { createHash, randomUUID } from 'node:crypto';
import { isXmlText, readXml, type XmlNode } from '../../../core/kit.ts';
import type { S3Answer, S3Connection, S3Question } from './connection.ts';
import { completionDocument, deleteDocument, readNotDeleted } from './documents.ts';
import { LIST_BYTES, type Page, readObjects, readUploads, valueIn } from './lists.ts';
import { RangeSink } from './range-sink.ts';
import type { Refusal } from './refusal.ts';
import { garbled } from './refusals.ts';
import { RUN_HEADER } from './run-header.ts';
import type {
  S3Client,
  S3Entry,
  S3Facts,
  S3Headers,
  S3Part,
  S3PutOptions,
  S3Upload,
  S3Written,
} from './types.ts';

/** Tells an object that a try of ours has written from somebody else's. */
const TRY_HEADER = 'x-amz-meta-sealpack-write';
const MOST_AT_ONCE = 1000;
const FAILED_CONDITION = 412;
const MISSING = 404;
/** Of the words of a refusal, where little was expected. */
const REFUSAL_BYTES = 64 * 1024;

/** All that is done to one bucket, as questions of the S3 API. */
export class BucketClient implements S3Client {
  readonly #connection: S3Connection;
  readonly #signal: AbortSignal;
  readonly #heard: () => void;

  constructor(connection: S3Connection, signal: AbortSignal, heard = () => {}) {
    this.#connection = connection;
    this.#signal = signal;
    this.#heard = heard;
  }

  get bucket(): string {
    return this.#connection.bucket;
  }

  withSignal(signal: AbortSignal, heard?: () => void): S3Client {
    return new BucketClient(this.#connection, signal, heard);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async head(key: string): Promise<S3Facts | undefined> {
    const answer = await this.#ask({ method: 'HEAD', key });
    if (!answer.refusal) return this.#factsIn(answer, key);
    // An answer without a body does not tell a missing bucket from a missing object.
    const again = await this.#ask({ method: 'GET', key, headers: { range: 'bytes=0-0' } });
    if (!again.refusal) return this.#factsIn(again, key);
    if (again.refusal.code === 'NoSuchKey') return undefined;
    throw await this.#refused(again.refusal, key);
  }

  async read(
    key: string,
    position: number,
    into: Uint8Array,
    etag: string,
  ): Promise<S3Facts | 'changed' | 'missing'> {
    const sink = new RangeSink(this.#connection.nameOf(key), position, into, etag);
    const answer = await this.#ask({ method: 'GET', key, headers: () => sink.headers, sink });
    const { refusal } = answer;
    if (refusal?.status === FAILED_CONDITION) return 'changed';
    if (refusal?.code === 'NoSuchKey') return 'missing';
    if (refusal) throw await this.#refused(refusal, key);
    if (sink.isOther) return 'changed';
    if (sink.taken < into.length) throw this.#garbled(key, 'it sent fewer bytes than it announced');
    return this.#factsIn(answer, key);
  }

  async get(key: string, mostBytes: number): Promise<(S3Facts & { readonly body: Uint8Array }) | undefined> {
    const headers = { range: `bytes=0-${mostBytes - 1}` };
    const maxBytes = mostBytes + REFUSAL_BYTES;
    let answer = await this.#ask({ method: 'GET', key, headers, maxBytes });
    // Nothing has no first byte.
    if (answer.refusal?.status === 416) answer = await this.#ask({ method: 'GET', key, maxBytes });
    const { refusal, body } = answer;
    if (refusal?.code === 'NoSuchKey') return undefined;
    if (refusal) throw await this.#refused(refusal, key);
    const facts = this.#factsIn(answer, key);
    if (facts.bytes > mostBytes)
      throw this.#garbled(key, `it has ${facts.bytes} bytes, and ${mostBytes} at most were expected`);
    return { ...facts, body };
  }

  async put(
    key: string,
    bytes: Uint8Array,
    options: S3PutOptions = {},
  ): Promise<S3Written | 'exists' | 'changed'> {
    const { onlyIf } = options;
    if (onlyIf === undefined) return this.#put(key, bytes, options);
    const bare = { ...options, onlyIf: onlyIf.replaceAll('"', '') };
    if (this.#connection.comparesBare) return this.#put(key, bytes, bare);
    const written = await this.#put(key, bytes, options);
    if (typeof written !== 'string' || bare.onlyIf === onlyIf) return written;
    // Ceph up to 16 at least finds equal only what has no quotes, against RFC 9110: the condition is the same.
    const second = await this.#put(key, bytes, bare);
    this.#connection.comparesBare = typeof second !== 'string';
    return second;
  }

  async #put(
    key: string,
    bytes: Uint8Array,
    { onlyIfAbsent, onlyIf, headers = {} }: S3PutOptions,
  ): Promise<S3Written | 'exists' | 'changed'> {
    const isConditional = onlyIfAbsent === true || onlyIf !== undefined;
    const ours = randomUUID();
    const answer = await this.#ask({
      method: 'PUT',
      key,
      body: bytes,
      headers: {
        ...headers,
        'content-md5': md5(bytes),
        ...(onlyIfAbsent && { 'if-none-match': '*' }),
        ...(onlyIf !== undefined && { 'if-match': onlyIf }),
        ...(isConditional && { [TRY_HEADER]: ours }),
      },
    });
    const { refusal, tries } = answer;
    if (!refusal) return writtenIn(answer, answer.headers['etag'] ?? '');
    const isGone = onlyIf !== undefined && refusal.code === 'NoSuchKey';
    if (!isConditional || (refusal.status !== FAILED_CONDITION && !isGone))
      throw await this.#refused(refusal, key);
    const found = tries > 1 ? await this.#ask({ method: 'HEAD', key }) : undefined;
    if (found?.headers[TRY_HEADER] === ours) return writtenIn(found, found.headers['etag'] ?? '');
    return onlyIfAbsent ? 'exists' : 'changed';
  }

  async delete(key: string): Promise<void> {
    const { refusal } = await this.#ask({ method: 'DELETE', key });
    if (refusal && refusal.code !== 'NoSuchKey') throw await this.#refused(refusal, key);
  }

  async deleteAll(keys: Iterable<string>): Promise<void> {
    let batch: string[] = [];
    for (const key of keys) {
      // What XML cannot hold goes alone.
      if (!isXmlText(key) || key.trim() !== key) await this.delete(key);
      else batch.push(key);
      if (batch.length < MOST_AT_ONCE) continue;
      await this.#deleteBatch(batch);
      batch = [];
    }
    if (batch.length > 0) await this.#deleteBatch(batch);
  }

  list(prefix: string, most?: number): AsyncIterable<S3Entry> {
    const query = {
      'list-type': '2',
      prefix,
      'encoding-type': 'url',
      ...(most !== undefined && { 'max-keys': String(Math.min(most, MOST_AT_ONCE)) }),
    };
    return this.#pages(query, readObjects, most);
  }

  listUploads(prefix: string): AsyncIterable<S3Upload> {
    return this.#pages({ uploads: '', prefix, 'encoding-type': 'url' }, readUploads);
  }

  async beginUpload(key: string, headers: S3Headers = {}): Promise<string> {
    const answer = await this.#ask({ method: 'POST', key, query: { uploads: '' }, headers });
    if (answer.refusal) throw await this.#refused(answer.refusal, key);
    const uploadId = this.#read(answer, key, (root) => valueIn(root, 'UploadId'));
    if (uploadId === undefined) throw this.#garbled(key, 'its answer holds no upload id');
    return uploadId;
  }

  async uploadPart(
    key: string,
    uploadId: string,
    number: number,
    bytes: Uint8Array,
  ): Promise<{ readonly etag: string } | 'gone'> {
    const { refusal, headers } = await this.#ask({
      method: 'PUT',
      key,
      query: { partNumber: String(number), uploadId },
      headers: { 'content-md5': md5(bytes) },
      body: bytes,
    });
    if (refusal?.code === 'NoSuchUpload') return 'gone';
    if (refusal) throw await this.#refused(refusal, key);
    const { etag } = headers;
    if (etag === undefined) throw this.#garbled(key, 'its answer holds no ETag');
    return { etag };
  }

  async completeUpload(key: string, uploadId: string, parts: readonly S3Part[]): Promise<S3Written | 'gone'> {
    const answer = await this.#ask({
      method: 'POST',
      key,
      query: { uploadId },
      headers: { 'content-type': 'application/xml' },
      body: completionDocument(parts),
      result: 'CompleteMultipartUploadResult',
    });
    const { refusal } = answer;
    if (refusal?.code === 'NoSuchUpload' || refusal?.code === 'InvalidPart') return 'gone';
    if (refusal) throw await this.#refused(refusal, key);
    return writtenIn(answer, this.#read(answer, key, (root) => valueIn(root, 'ETag')) ?? '');
  }

  async abortUpload(key: string, uploadId: string): Promise<void> {
    const { refusal } = await this.#ask({ method: 'DELETE', key, query: { uploadId } });
    if (refusal && refusal.status !== MISSING) throw await this.#refused(refusal, key);
  }

  async #ask(question: Omit<S3Question, 'signal'>): Promise<S3Answer> {
    const answer = await this.#connection.ask({ ...question, signal: this.#signal });
    this.#heard();
    return answer;
  }

  #refused(refusal: Refusal, key?: string): Promise<Error> {
    return this.#connection.refused(refusal, key);
  }

  #garbled(key: string | undefined, how: string): Error {
    const { side } = this.#connection;
    return garbled({ side, name: this.#connection.nameOf(key) }, how);
  }

  async *#pages<Item>(
    first: Readonly<Record<string, string>>,
    read: (body: Uint8Array) => Page<Item>,
    most = Number.POSITIVE_INFINITY,
  ): AsyncIterable<Item> {
    let given = 0;
    for (let query: Readonly<Record<string, string>> | undefined = first; query && given < most; ) {
      const answer = await this.#ask({ method: 'GET', query, maxBytes: LIST_BYTES });
      if (answer.refusal) throw await this.#refused(answer.refusal, first['prefix']);
      const page = this.#understood(first['prefix'], () => read(answer.body));
      for (const item of page.items) {
        if (given++ >= most) return;
        yield item;
      }
      const next = page.next && { ...first, ...page.next };
      if (next && JSON.stringify(next) === JSON.stringify(query))
        throw this.#garbled(first['prefix'], 'its list has no end: each page names itself as the next');
      query = next;
    }
  }

  async #deleteBatch(keys: readonly string[]): Promise<void> {
    const body = deleteDocument(keys);
    const headers = { 'content-md5': md5(body), 'content-type': 'application/xml' };
    const answer = await this.#ask({
      method: 'POST',
      query: { delete: '' },
      headers,
      body,
      maxBytes: LIST_BYTES,
      result: 'DeleteResult',
    });
    const { refusal } = answer;
    if (refusal?.code === 'NotImplemented' || refusal?.status === 405) {
      for (const key of keys) await this.delete(key);
      return;
    }
    if (refusal) throw await this.#refused(refusal);
    const left = this.#understood(undefined, () => readNotDeleted(answer.body));
    let failure: { readonly cause: unknown } | undefined;
    // One by one they are tried again where that may help, and refused with words where not.
    for (const key of left)
      await this.delete(key).catch((cause: unknown) => {
        failure ??= { cause };
      });
    if (failure) throw failure.cause;
  }

  #factsIn({ headers, serverTime, status }: S3Answer, key: string): S3Facts {
    const { etag, 'last-modified': modified = '', 'content-length': length } = headers;
    const total = status === 206 ? /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1] : length;
    if (etag === undefined || total === undefined || Number.isNaN(Date.parse(modified)))
      throw this.#garbled(key, 'its answer lacks ETag, length or Last-Modified');
    const { 'x-amz-version-id': version, [RUN_HEADER]: run } = headers;
    return {
      bytes: Number(total),
      etag,
      modified: Date.parse(modified),
      serverTime,
      ...(version !== undefined && { versionId: version }),
      ...(run !== undefined && { run }),
    };
  }

  #read<Value>({ body }: S3Answer, key: string, read: (root: XmlNode) => Value): Value {
    return this.#understood(key, () => read(readXml(Buffer.from(body).toString().trim())));
  }

  #understood<Value>(key: string | undefined, read: () => Value): Value {
    try {
      return read();
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw this.#garbled(key, `its answer cannot be read: ${cause.message}`);
    }
  }
}

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('base64');

function writtenIn({ headers, serverTime }: S3Answer, etag: string): S3Written {
  const version = headers['x-amz-version-id'];
  return { etag, serverTime, ...(version !== undefined && { versionId: version }) };
}
