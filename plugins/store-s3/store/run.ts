import { fail, PackagerError } from '../../../core/index.ts';
import { Patience, type StagedFile, type StagedOutput, type StoreOptions } from '../../../core/kit.ts';
import type { S3Client, S3Headers, S3Place } from '../client/types.ts';
import { Claims } from './claims.ts';
import { Layout } from './layout.ts';
import { abortUploads, entriesOf, isFinal, isLost, Publication } from './publication.ts';
import type { JournalFile, S3Receipt } from './records.ts';
import { settleRun } from './settle.ts';
import { realSurroundings, type S3Surroundings } from './surroundings.ts';
import { PART_BYTES, type S3RunPlace } from './tree.ts';

export interface S3RunOptions extends Pick<StoreOptions, 'overwrite' | 'signal' | 'warn'> {
  /** Goes on whoever has cancelled. */
  readonly client: S3Client;
  readonly location: S3Place;
  /** What hidden objects are written with. */
  readonly headers?: S3Headers;
  readonly names: readonly string[];
  /** As its trees have it. @default PART_BYTES */
  readonly partBytes?: number;
  /** For one try of a request. */
  readonly timeoutSeconds?: number | undefined;
}

/** The outputs of a run in a bucket: uploads that nobody sees until `commit` completes them. */
export class S3Run implements StagedOutput<S3RunPlace> {
  readonly place: S3RunPlace;
  readonly #by: S3RunOptions;
  readonly #layout: Layout;
  readonly #id: string;
  readonly #claims: Claims;
  readonly #surroundings: S3Surroundings;
  /** With a service, once the run is over. */
  readonly #patience: Patience;
  /** ETags of what was there at the start, by key. */
  readonly #before = new Map<string, string>();
  /** It has begun to publish, and others may bring that to its end. */
  #isBegun = false;

  private constructor(by: S3RunOptions, surroundings: S3Surroundings) {
    const { location, names, timeoutSeconds = Number.POSITIVE_INFINITY } = by;
    const patience = new Patience(timeoutSeconds);
    const client = by.client.withSignal(patience.signal, () => patience.heard());
    this.#patience = patience;
    this.#by = { ...by, client };
    this.#surroundings = surroundings;
    this.#layout = new Layout(location, by.headers);
    this.#id = surroundings.newRunId();
    this.place = { ...location, names, run: this.#id };
    const { processes, host } = surroundings;
    const words = { run: this.#id, process: processes.own, host, names };
    this.#claims = new Claims({ client, layout: this.#layout, words, surroundings });
  }

  /**
   * Claim the names, in an order that all runs share; dead runs that had them are brought to their end.
   * @throws PackagerError OUTPUT_BUSY, OUTPUT_EXISTS, OUTPUT_NOT_WRITABLE
   */
  static async begin(by: S3RunOptions, surroundings = realSurroundings()): Promise<S3Run> {
    const run = new S3Run(by, surroundings);
    surroundings.running.add(run.#id);
    try {
      await run.#patience.unless(by.signal, () => run.#claim());
      return run;
    } catch (cause) {
      await run.discard().catch(() => {}); // what went wrong first is what to tell
      throw cause;
    }
  }

  async #claim(): Promise<void> {
    const { names, signal, client } = this.#by;
    const settling = { client, layout: this.#layout, claims: this.#claims, run: this.#id };
    for (const name of [...names].sort()) {
      if (signal.aborted) throw fail.cancelled();
      await this.#claims.take(name, async (dead) => void (await settleRun(dead, settling)));
    }
    await this.#lookAtOutputs();
  }

  /** A bucket has room. */
  async requireRoom(): Promise<void> {}

  async commit(files: readonly StagedFile[]): Promise<void> {
    const { client, names, overwrite } = this.#by;
    await this.#claims.beat();
    if (!overwrite) await this.#refuseExisting();
    await this.#lookAtReceipts(files);
    const taken = files.map((file) => this.#taken(file));
    await this.#requireUploads(taken);
    const last = (file: StagedFile): boolean => file.isManifest || file.isReceipt === true;
    const isLast = new Set(files.filter(last).map(({ path }) => path));
    const publication = await Publication.begin(client, this.#layout, {
      run: this.#id,
      names,
      overwrite,
      media: taken.filter(({ path }) => !isLast.has(path)),
      manifests: taken.filter(({ path }) => isLast.has(path)),
    });
    this.#isBegun = true;
    // Whoever took this run for dead has put a fence there first; that it was lifted by now is all but impossible.
    await this.#claims.beat().catch(async (cause: unknown) => {
      if (!this.#claims.lost.aborted) return; // no answer: the publication goes on, as it would in other hands
      await publication.end();
      this.#isBegun = false;
      throw cause;
    });
    await this.#finish(publication);
    this.#isBegun = false;
    await this.#end().catch((cause: Error) => {
      this.#by.warn(
        `The outputs are in place, but not all of what was beside them could be removed: ${cause.message}`,
      );
    });
  }

  /**
   * Also what a thread has begun that was ended: the claims make all uploads under the names this run's.
   * @throws PackagerError OUTPUT_NOT_WRITABLE when its service refuses it, or answers nothing any more
   */
  async discard(): Promise<void> {
    if (this.#isBegun) return this.#leave();
    this.#patience.begin();
    try {
      await this.#claims.beat().catch((cause: unknown) => {
        if (!this.#claims.lost.aborted) throw cause;
      });
      // Where somebody else writes by now, he removes what he finds; where nobody does, it is this run's to do.
      if (this.#claims.lost.aborted) {
        for (const name of this.#by.names)
          if (!this.#claims.names.includes(name)) await this.#claims.takeAgain(name);
      }
      await abortUploads(this.#by.client, this.#layout, this.#claims.clear);
      await this.#end();
    } catch (cause) {
      throw this.#patience.isOver ? silent(this.#layout) : cause;
    } finally {
      this.#patience.end();
      this.#leave();
    }
  }

  async #finish(publication: Publication): Promise<void> {
    try {
      await publication.finish();
    } catch (cause) {
      if (isLost(cause)) this.#isBegun = false; // others have brought it to its end
      if (isLost(cause)) throw cause;
      if (!isFinal(cause)) throw begun(cause, this.#layout);
      await publication.undo().catch(() => {
        throw begun(cause, this.#layout);
      });
      this.#isBegun = false;
      throw cause;
    }
  }

  async #end(): Promise<void> {
    try {
      await this.#claims.release();
    } finally {
      this.#leave();
    }
  }

  #leave(): void {
    this.#claims.abandon();
    this.#surroundings.running.delete(this.#id);
  }

  /** What its tree has taken in, if that is what was written. */
  #taken({ path, bytes, receipt }: StagedFile): JournalFile {
    const found = receipt as S3Receipt | undefined;
    const shown = this.#layout.shown(path);
    if (!found) throw fail.outputIncomplete(shown, bytes, 'it is not there');
    if (found.bytes !== bytes) throw fail.outputIncomplete(shown, bytes, `it has ${found.bytes}`);
    if (!('text' in found)) {
      // What was never taken in, or is asked for before all answers have come, has no ETag yet.
      const parts = Math.max(1, Math.ceil(bytes / (this.#by.partBytes ?? PART_BYTES)));
      const taken = Object.keys(found.etags).length;
      if (found.etags.length !== parts || taken !== parts)
        throw fail.outputIncomplete(shown, bytes, `${taken} of ${parts} parts of its upload are there`);
      return { ...found, path };
    }
    const was = this.#before.get(this.#layout.keyOf(path));
    return { ...found, path, ...(was !== undefined && { was }) };
  }

  /** Are all uploads there? What is found out now hurts nobody. */
  async #requireUploads(files: readonly JournalFile[]): Promise<void> {
    const { client, names } = this.#by;
    const found = new Set<string>();
    for (const name of names) {
      for await (const { uploadId } of client.listUploads(this.#layout.keyOf(name))) found.add(uploadId);
    }
    for (const file of files) {
      if (!('uploadId' in file) || found.has(file.uploadId)) continue;
      // MinIO lists the uploads of a whole key alone, and of what begins so none.
      for await (const { uploadId } of client.listUploads(this.#layout.keyOf(file.path))) found.add(uploadId);
      if (!found.has(file.uploadId))
        throw fail.outputIncomplete(this.#layout.shown(file.path), file.bytes, 'its upload is gone');
    }
  }

  /** The receipt of a title replaces what is there before the journal is: a run that sleeps later on overwrites none that came since. */
  async #lookAtReceipts(files: readonly StagedFile[]): Promise<void> {
    for (const { path } of files.filter(({ isReceipt }) => isReceipt)) {
      const key = this.#layout.keyOf(path);
      const found = await this.#by.client.head(key);
      if (found) this.#before.set(key, found.etag);
    }
  }

  async #lookAtOutputs(): Promise<void> {
    const { client, names, overwrite } = this.#by;
    if (!overwrite) return this.#refuseExisting();
    for await (const { key, etag } of entriesOf(client, this.#layout, names)) this.#before.set(key, etag);
  }

  async #refuseExisting(): Promise<void> {
    const { client, names } = this.#by;
    for (const name of names) {
      for await (const _ of entriesOf(client, this.#layout, [name], 1))
        throw fail.outputExists(this.#layout.shown(name));
    }
  }
}

const locationOf = (layout: Layout): string => layout.shown('').replace(/\/$/, '');

/** What it has not taken back is left. */
const silent = (layout: Layout): PackagerError =>
  fail.outputNotWritable(
    locationOf(layout),
    `its service does not answer. Uploads are left that nobody sees: the next run that writes these outputs, or \`sealpack clean ${locationOf(layout)}\`, removes them.`,
  );

/** The publication has begun, and the service does not answer any more. */
function begun(cause: unknown, layout: Layout): PackagerError {
  const { message, ...details } = PackagerError.from(cause).toJSON();
  const what = `Its outputs had begun to appear: the next run that writes them, or \`sealpack clean ${locationOf(layout)}\`, brings that to its end.`;
  return new PackagerError({ ...details, message: `${message} ${what}` });
}
