import { rm } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { BroadcastChannel } from 'node:worker_threads';
import { fail } from '../../core/index.ts';
import { inTurns, type StagedFile, type StagedOutput } from '../../core/kit.ts';
import type { Origin } from './origin.ts';
import { hiddenName, type UploadPlace, type Waiting } from './upload-tree.ts';

/** The name of the channel on which the threads of a run tell what they send. */
export const channelName = (run: string): string => `sealpack store-http ${run}`;

/** The outputs of a run on an origin. */
export class StagedRun implements StagedOutput<UploadPlace> {
  readonly place: UploadPlace;
  readonly #origin: Origin;
  readonly #channel: BroadcastChannel;
  /** What any thread has sent, or was about to. */
  readonly #sent = new Set<string>();

  constructor(place: UploadPlace, origin: Origin) {
    this.place = place;
    this.#origin = origin;
    this.#channel = new BroadcastChannel(channelName(place.run));
    this.#channel.onmessage = (event) => void this.#sent.add(String((event as MessageEvent).data));
    (this.#channel as BroadcastChannel & { unref(): void }).unref();
  }

  /** Nobody knows how much there is on a server. */
  async requireRoom(): Promise<void> {}

  async commit(files: readonly StagedFile[]): Promise<void> {
    const isLast = ({ isManifest, isReceipt }: StagedFile) => isManifest || isReceipt === true;
    const put: string[] = [];
    try {
      const media = files.filter((file) => !isLast(file));
      await inTurns(media, (file) => this.#publish(file, put));
      for (const file of files.filter(isLast)) await this.#publish(file, put);
    } catch (cause) {
      // Manifests first: what they name is there as long as they are.
      for (const path of put.reverse()) await this.#origin.remove(path).catch(() => {});
      throw cause;
    }
    this.#sent.clear();
    await this.#end();
  }

  /** Remove what was sent, by whichever thread. */
  async discard(): Promise<void> {
    // What threads have told last is on its way.
    for (let turns = 0; turns < 3; turns++) await turn();
    try {
      const isGone = this.place.moves && (await this.#origin.remove(hiddenName(this.place, '')));
      if (!isGone) for (const path of this.#sent) await this.#origin.remove(path);
    } finally {
      await this.#end();
    }
  }

  async #publish({ path, bytes, receipt, isReceipt }: StagedFile, put: string[]): Promise<void> {
    if (receipt === undefined) throw fail.outputIncomplete(path, bytes, 'it is not there');
    const { text } = receipt as Waiting;
    const overwrite = this.place.overwrite || isReceipt === true;
    if (this.place.moves) {
      const isMoved = await this.#origin.move(hiddenName(this.place, path), path, { overwrite });
      if (!isMoved) throw fail.outputNotWritable(path, 'its server moves no files any more.');
    } else if (text !== undefined) await this.#origin.put(path, text, { isNew: !overwrite });
    put.push(path);
  }

  async #end(): Promise<void> {
    this.#channel.close();
    if (this.place.moves) await this.#origin.remove(hiddenName(this.place, ''));
    await rm(this.place.spool, { recursive: true, force: true });
  }
}
