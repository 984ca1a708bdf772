import { createHash } from 'node:crypto';
import { fail, PackagerError } from '../../../core/index.ts';
import type { S3Client, S3Entry, S3Facts } from '../client/types.ts';
import { inLanes } from './lanes.ts';
import { isUnder, type Layout } from './layout.ts';
import {
  type Fence,
  type Journal,
  type JournalFile,
  type JournalText,
  type JournalUpload,
  MOST_BYTES,
  readJournal,
  toBytes,
} from './records.ts';
import { unpackText } from './texts.ts';

/** What has begun to become visible, and is brought to its end by its run or by anybody else: every step can be repeated. */
export class Publication {
  readonly #client: S3Client;
  readonly #layout: Layout;
  readonly #journal: Journal;
  /** When it was begun, by the service's clock. */
  readonly #begun: number;

  private constructor(client: S3Client, layout: Layout, journal: Journal, begun: number) {
    this.#client = client;
    this.#layout = layout;
    this.#journal = journal;
    this.#begun = begun;
  }

  /**
   * The moment from which on a run is published, whoever does it. No other is: a fence may be there.
   * @throws PackagerError OUTPUT_LOST when the run was taken for dead
   */
  static async begin(client: S3Client, layout: Layout, journal: Journal): Promise<Publication> {
    const key = layout.journalOf(journal.run);
    const written = await client.put(key, toBytes(journal), {
      headers: layout.headers,
      onlyIfAbsent: true,
    });
    if (typeof written === 'string') throw fail.outputLost(layout.shown(''));
    return new Publication(client, layout, journal, written.serverTime);
  }

  /** @returns that of a dead run, or its fence; `undefined` when nothing was begun @throws DamagedJournal */
  static async find(client: S3Client, layout: Layout, run: string): Promise<Publication | Fence | undefined> {
    const found = await client.get(layout.journalOf(run), MOST_BYTES);
    if (!found) return undefined;
    const read = readJournal(found.body);
    if (!read) throw new DamagedJournal(layout, run);
    return 'fencedBy' in read ? read : new Publication(client, layout, read, found.modified);
  }

  get names(): readonly string[] {
    return this.#journal.names;
  }

  /**
   * Media, then manifests in their order, then what they replace goes.
   * @throws PackagerError OUTPUT_INCOMPLETE, OUTPUT_EXISTS when it cannot be brought to its end: see `undo`; OUTPUT_NOT_WRITABLE when the
   * service does not answer, or refuses: it can be tried again; OUTPUT_LOST when others have undone it, or replaced it since
   */
  async finish(): Promise<void> {
    const { media, manifests, overwrite } = this.#journal;
    await inLanes(media, (file) => this.#publish(file));
    // A run that slept meanwhile finds what others have done in its place.
    if (!(await this.#isThere())) return this.#requireAll();
    for (const file of manifests) await this.#publish(file);
    if (!(await this.#isThere())) return this.#requireAll();
    if (overwrite) await this.#removeReplaced();
    await abortUploads(this.#client, this.#layout, this.names);
    await this.end();
  }

  /** Remove what has become visible of it, manifests first; what was replaced stays so. */
  async undo(): Promise<void> {
    const { media, manifests } = this.#journal;
    for (const files of [manifests, media]) {
      const ours = new Map(files.map((file) => [this.#layout.keyOf(file.path), file]));
      const found: JournalFile[] = [];
      const keys: string[] = [];
      for await (const { key, bytes } of entriesOf(this.#client, this.#layout, this.names)) {
        const file = ours.get(key);
        if (file?.bytes === bytes) found.push(file);
      }
      await inLanes(found, async (file) => {
        if (await this.#isPublished(file)) keys.push(this.#layout.keyOf(file.path));
      });
      await this.#client.deleteAll(keys);
    }
    await this.drop();
  }

  /** Forget it, where nothing of it has become visible. */
  async drop(): Promise<void> {
    const { media, manifests } = this.#journal;
    await inLanes([...media, ...manifests], async (file) => {
      if ('uploadId' in file) await this.#client.abortUpload(this.#layout.keyOf(file.path), file.uploadId);
    });
    await this.end();
  }

  /** Nothing is to be done any more. */
  end(): Promise<void> {
    return this.#client.delete(this.#layout.journalOf(this.#journal.run));
  }

  async #isThere(): Promise<boolean> {
    return (await this.#client.head(this.#layout.journalOf(this.#journal.run))) !== undefined;
  }

  /** Whoever has removed the journal has published all of it, or undone it, and others may have replaced it since. */
  async #requireAll(): Promise<void> {
    await inLanes([...this.#journal.media, ...this.#journal.manifests], async (file) => {
      if (!(await this.#isPublished(file))) throw fail.outputLost(this.#layout.shown(''));
    });
  }

  async #isPublished(file: JournalFile): Promise<boolean> {
    const found = await this.#client.head(this.#layout.keyOf(file.path));
    return found !== undefined && (await this.#isOf(file, found));
  }

  #publish(file: JournalFile): Promise<void> {
    return 'text' in file ? this.#put(file) : this.#complete(file);
  }

  async #complete(file: JournalUpload): Promise<void> {
    const key = this.#layout.keyOf(file.path);
    const parts = file.etags.map((etag, index) => ({ number: index + 1, etag }));
    const done = await this.#client.completeUpload(key, file.uploadId, parts);
    if (done !== 'gone') return;
    const found = await this.#client.head(key);
    if (found && (await this.#isOf(file, found))) return;
    const state = found ? 'something else is there by now' : 'its upload is gone, or a part of it';
    throw fail.outputIncomplete(this.#layout.shown(file.path), file.bytes, state);
  }

  async #put(file: JournalText): Promise<void> {
    const key = this.#layout.keyOf(file.path);
    const bytes = await this.#textOf(file);
    const condition = file.was === undefined ? { onlyIfAbsent: true as const } : { onlyIf: file.was };
    const written = await this.#client.put(key, bytes, { headers: file.headers, ...condition });
    if (typeof written !== 'string') return;
    const found = await this.#client.get(key, MOST_BYTES);
    const isOthers = found?.run !== undefined && found.run !== this.#journal.run;
    if (found && !isOthers && Buffer.compare(bytes, found.body) === 0) return; // written before, by us or in our place
    throw fail.outputExists(this.#layout.shown(file.path), PUBLISHED_HINT);
  }

  #textOf(file: JournalText): Promise<Uint8Array> {
    return unpackText(file).catch(() => {
      throw new DamagedJournal(this.#layout, this.#journal.run);
    });
  }

  /** Whether an object is what became of a file. */
  async #isOf(file: JournalFile, { bytes, etag, run }: S3Facts): Promise<boolean> {
    if (bytes !== file.bytes) return false;
    if (run !== undefined) return run === this.#journal.run;
    const md5 = (content: Uint8Array) => createHash('md5').update(content).digest('hex');
    if ('text' in file) return !IS_MD5.test(etag) || unquoted(etag) === md5(await this.#textOf(file));
    const parts = file.etags.map((part) => Buffer.from(unquoted(part), 'hex'));
    const expected = `${md5(Buffer.concat(parts))}-${parts.length}`;
    // Where the service encrypts with a key of its own, ETags are no hashes; the number of parts is always told.
    return (
      unquoted(etag) === expected ||
      (!IS_MD5.test(file.etags[0] ?? '') && unquoted(etag).endsWith(`-${parts.length}`))
    );
  }

  async #removeReplaced(): Promise<void> {
    const { media, manifests } = this.#journal;
    const ours = new Set([...media, ...manifests].map(({ path }) => this.#layout.keyOf(path)));
    const keys: string[] = [];
    for await (const { key, modified } of entriesOf(this.#client, this.#layout, this.names)) {
      // What somebody has put there since is not what was to be replaced.
      if (!ours.has(key) && modified <= this.#begun) keys.push(key);
    }
    await this.#client.deleteAll(keys);
  }
}

/** What was begun can be brought to no end: nobody knows what it was. */
export class DamagedJournal extends PackagerError {
  constructor(layout: Layout, run: string) {
    const where = layout.shown(layout.pathOf(layout.journalOf(run)));
    super(
      fail
        .outputNotWritable(
          where,
          'what a run has left there is damaged.',
          undefined,
          'Look at its outputs, delete that object, and run `sealpack clean` again.',
        )
        .toJSON(),
    );
  }
}

const PUBLISHED_HINT =
  'Somebody else has published there meanwhile; what this run wrote was removed. Choose another output location, or set `overwrite` to replace it.';

/** What lies under the names of outputs. @param most of each name */
export async function* entriesOf(
  client: S3Client,
  layout: Layout,
  names: readonly string[],
  most?: number,
): AsyncGenerator<S3Entry> {
  for (const name of names) {
    const own = layout.keyOf(name);
    // No other key that begins so comes before it.
    for await (const entry of client.list(own, 1)) if (entry.key === own) yield entry;
    yield* client.list(`${own}/`, most);
  }
}

/** End all uploads under these names. One that was just begun may come to light a moment later. */
export async function abortUploads(
  client: S3Client,
  layout: Layout,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    for (let rounds = 0; rounds < 3; rounds++) {
      const found: { key: string; uploadId: string }[] = [];
      for await (const upload of client.listUploads(layout.keyOf(name))) {
        if (isUnder(layout.pathOf(upload.key), name)) found.push(upload);
      }
      if (found.length === 0) break;
      await inLanes(found, ({ key, uploadId }) => client.abortUpload(key, uploadId));
    }
  }
}

/** Whether no other try can change it: what is there is not what should be. */
export const isFinal = (cause: unknown): boolean =>
  PackagerError.is(cause) && ['OUTPUT_INCOMPLETE', 'OUTPUT_EXISTS'].includes(cause.code);

/** Whether others have brought it to its end meanwhile, and what it had written is not there. */
export const isLost = (cause: unknown): boolean => PackagerError.is(cause) && cause.code === 'OUTPUT_LOST';

const IS_MD5 = /^"?[0-9a-f]{32}"?$/;
const unquoted = (etag: string): string => etag.replace(/^"|"$/g, '');
