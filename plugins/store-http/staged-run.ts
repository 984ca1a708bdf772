import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { BroadcastChannel } from 'node:worker_threads';
import { fail, PackagerError } from '../../core/index.ts';
import {
  inTurns,
  makeTemporaryFolder,
  Patience,
  requireTemporarySpace,
  type StagedFile,
  type StagedOutput,
  type StoreOptions,
} from '../../core/kit.ts';
import { abilitiesOf } from './abilities.ts';
import type { Origin, Removal } from './origin.ts';
import { removeReceipts } from './remove-receipts.ts';
import { channelName, hiddenName, type Sending, type UploadPlace, type Waiting } from './upload-tree.ts';

const NOT_REMOVED = 'The server of the outputs has not removed what this run put there; delete it';
const MAYBE_THEIRS =
  'Left in place, since another run may have put the same bytes there while the answer to this one was lost';
/** Paths that a warning names. */
const MOST_NAMED = 20;

/** What a run is begun with. */
export interface StagedRunOptions extends StoreOptions {
  readonly location: string;
  readonly names: readonly string[];
  /** As the option of `storeHttp`. */
  readonly move: boolean | undefined;
  readonly origin: Origin;
}

/** The outputs of a run on an origin. */
export class StagedRun implements StagedOutput<UploadPlace> {
  readonly place: UploadPlace;
  readonly #origin: Origin;
  /** With its server, once the run is over. */
  readonly #patience: Patience;
  readonly #warn: StoreOptions['warn'];
  readonly #channel: BroadcastChannel;
  /** What any thread has sent, or was about to. */
  readonly #sent = new Set<string>();
  /** What is there with the bytes of one of theirs, and may be somebody else's. */
  readonly #either = new Set<string>();

  private constructor(place: UploadPlace, patience: Patience, { origin, warn }: StagedRunOptions) {
    this.place = place;
    this.#origin = origin;
    this.#patience = patience;
    this.#warn = warn;
    this.#channel = new BroadcastChannel(channelName(place.run));
    this.#channel.onmessage = (event) => {
      const { path, whose } = (event as MessageEvent).data as Sending;
      if (whose === undefined) this.#sent.add(path);
      else this.#sent.delete(path);
      if (whose === 'either') this.#either.add(path);
    };
    (this.#channel as BroadcastChannel & { unref(): void }).unref();
  }

  /** @throws PackagerError OUTPUT_EXISTS, OUTPUT_IS_INPUT, OUTPUT_NOT_WRITABLE */
  static async begin(options: StagedRunOptions): Promise<StagedRun> {
    const { origin, names, inputs, signal } = options;
    refuseOwnInput(origin, names, inputs);
    const patience = new Patience(origin.timeoutSeconds);
    try {
      const place = await patience.unless(signal, () => StagedRun.#look(options, patience));
      return new StagedRun(place, patience, options);
    } catch (cause) {
      patience.end();
      throw cause;
    }
  }

  /** What its server can do, and has. */
  static async #look(options: StagedRunOptions, patience: Patience): Promise<UploadPlace> {
    const { location, names, overwrite, move, warn } = options;
    const origin = askedWith(options.origin, patience);
    for (const name of overwrite ? [] : names)
      if ((await origin.sizeOf(name)) !== undefined) throw fail.outputExists(origin.nameOf(name));
    const run = randomUUID();
    // First, since it leaves nothing on the server where it fails.
    const spool = await makeTemporaryFolder('upload');
    const { moves, refuses } = await abilitiesOf(origin, run, move).catch(async (cause: unknown) => {
      await rm(spool, { recursive: true, force: true });
      throw cause;
    });
    if (!refuses)
      warn(
        'The server of the outputs takes no notice of If-None-Match: of two runs that write there at once none is refused, and players may get a mixture.',
      );
    if (overwrite && !moves)
      warn(
        'The server of the outputs moves no files: while it replaces media, players of the old manifests get a mixture.',
      );
    return { location, run, moves, overwrite, spool, names };
  }

  /** Nobody knows how much there is on a server; files are made here. */
  requireRoom(bytes: number): Promise<void> {
    return requireTemporarySpace(bytes);
  }

  async commit(files: readonly StagedFile[]): Promise<void> {
    const isLast = ({ isManifest, isReceipt }: StagedFile) => isManifest || isReceipt === true;
    const put: string[] = [];
    try {
      const { moves, overwrite, names } = this.place;
      if (overwrite && moves) await removeReceipts(this.#origin, names);
      const media = files.filter((file) => !isLast(file));
      await inTurns(media, (file) => this.#publish(file, put));
      for (const file of files.filter(isLast)) await this.#publish(file, put);
    } catch (cause) {
      // Manifests first: what they name is there as long as they are.
      const left: string[] = [];
      for (const path of put.reverse()) {
        const removal = await this.#origin.remove(path).catch(() => 'refused');
        if (removal === 'refused') left.push(path);
      }
      this.#warnOf(left, NOT_REMOVED);
      throw cause;
    }
    this.#sent.clear();
    await this.#end(this.#origin).catch((cause: Error) => {
      this.#warn(
        `The outputs are in place, but not all of what was beside them could be removed: ${cause.message}`,
      );
    });
  }

  /**
   * Remove what was sent, by whichever thread.
   * @throws PackagerError OUTPUT_NOT_WRITABLE with the first failure; or when its server answers nothing any more
   */
  async discard(): Promise<void> {
    // What threads have told last is on its way.
    for (let turns = 0; turns < 3; turns++) await turn();
    this.#patience.begin();
    const origin = askedWith(this.#origin, this.#patience);
    let failure: { readonly cause: unknown } | undefined;
    const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await work();
      } catch (cause) {
        failure ??= { cause };
        return undefined;
      }
    };
    const remove = (path: string) => attempt(() => origin.remove(path));
    const isGone = this.place.moves && (await remove(hiddenName(this.place, ''))) === 'removed';
    const sent = isGone ? [] : [...this.#sent];
    const removals = await inTurns(sent, remove);
    const isLeft = (removal: Removal | undefined) => removal === undefined || removal === 'refused';
    this.#warnOf(
      sent.filter((_, index) => isLeft(removals[index])),
      NOT_REMOVED,
    );
    this.#warnOf([...this.#either], MAYBE_THEIRS);
    await attempt(() => this.#end(origin));
    this.#patience.end();
    if (this.#patience.isOver) throw fail.outputNotWritable(origin.nameOf(''), 'its server does not answer.');
    if (failure) throw failure.cause;
  }

  /** Tell what a run that has failed leaves behind. */
  #warnOf(paths: readonly string[], why: string): void {
    if (paths.length === 0) return;
    const more = paths.length > MOST_NAMED ? ` and ${paths.length - MOST_NAMED} more` : '';
    const named = paths.slice(0, MOST_NAMED).map((path) => this.#origin.nameOf(path));
    this.#warn(`${why}: ${named.join(', ')}${more}.`);
  }

  async #publish(file: StagedFile, put: string[]): Promise<void> {
    const { path, bytes, receipt } = file;
    if (receipt === undefined) throw fail.outputIncomplete(path, bytes, 'it is not there');
    try {
      await this.#make(file, receipt as Waiting);
    } catch (cause) {
      // Its answer alone may be lost. What somebody else has put there is not ours to remove.
      const isTheirs = PackagerError.is(cause) && cause.code === 'OUTPUT_EXISTS';
      if (!isTheirs && (await this.#isThere(path, receipt as Waiting).catch(() => false))) put.push(path);
      throw cause;
    }
    // What has its name since it was sent goes with `discard`, which knows whose it is.
    if (this.place.moves || (receipt as Waiting).text !== undefined) put.push(path);
  }

  async #make({ path, isReceipt }: StagedFile, { text, condition }: Waiting): Promise<void> {
    if (this.place.moves) {
      const overwrite = this.place.overwrite || isReceipt === true;
      const isMoved = await this.#origin.move(hiddenName(this.place, path), path, { overwrite });
      if (!isMoved) throw fail.outputNotWritable(path, 'its server moves no files any more.');
    } else if (text !== undefined) await this.#origin.put(path, text, condition);
  }

  async #isThere(path: string, { text }: Waiting): Promise<boolean> {
    if (text !== undefined) return (await this.#origin.read(path)) === text;
    const isMoved = (await this.#origin.sizeOf(hiddenName(this.place, path))) === undefined;
    return this.place.moves && isMoved && (await this.#origin.sizeOf(path)) !== undefined;
  }

  async #end(origin: Origin): Promise<void> {
    this.#channel.close();
    await rm(this.place.spool, { recursive: true, force: true });
    if (this.place.moves) await origin.remove(hiddenName(this.place, ''));
  }
}

const askedWith = (origin: Origin, patience: Patience): Origin =>
  origin.under({ signal: patience.signal, heard: () => patience.heard() });

/** @throws PackagerError OUTPUT_IS_INPUT when one of the inputs may be replaced while it is read */
function refuseOwnInput(origin: Origin, names: readonly string[], inputs: readonly string[]): void {
  for (const input of inputs) {
    const path = origin.pathOf(input);
    const name = names.find((each) => path === each || path?.startsWith(`${each}/`));
    if (name !== undefined) throw fail.outputIsInput(origin.nameOf(name), input);
  }
}
