import { EXIT, fail, PackagerError } from '../../../core/index.ts';
import type { S3Client, S3Facts, S3PutOptions } from '../client/types.ts';
import { inLanes } from './lanes.ts';
import type { Layout } from './layout.ts';
import { type Claim, MOST_BYTES, type RunWords, readClaim, toBytes } from './records.ts';
import { BEAT_MS, type S3Surroundings, SILENCE_MS } from './surroundings.ts';

/** Of no object. */
const NO_ETAG = '"sealpack-has-no-such-etag"';

/** A dead run, as far as its claim tells. */
export type DeadRun = Pick<RunWords, 'run' | 'names'>;

/** A claim that is there. */
export interface FoundClaim {
  readonly claim: Claim;
  readonly facts: Pick<S3Facts, 'etag' | 'modified' | 'serverTime'>;
}

/** What claims need. */
export interface ClaimsOptions {
  readonly client: S3Client;
  readonly layout: Layout;
  readonly words: RunWords;
  readonly surroundings: S3Surroundings;
}

/**
 * The names that a run writes outputs of: an object for each, written under conditions, so that of two runs one gets it. It is kept
 * alive by beats. Who finds a claim of a dead run takes it over, and so keeps everybody else away while it brings that run to its end.
 */
export class Claims {
  readonly #by: ClaimsOptions;
  /** By name: the claim as it was written last. */
  readonly #held = new Map<string, { claim: Claim; etag: string }>();
  #stopHeart: (() => void) | undefined;
  #beating: Promise<void> = Promise.resolve();
  readonly #lost = new AbortController();

  constructor(by: ClaimsOptions) {
    this.#by = by;
  }

  /** Aborts when a claim is somebody else's by now. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Those that are held. */
  get names(): readonly string[] {
    return [...this.#held.keys()];
  }

  /** Of these, those that no dead run stands behind. */
  get clear(): readonly string[] {
    return this.names.filter((name) => this.#held.get(name)?.claim.settles === undefined);
  }

  /**
   * @param settle brings a dead run that had the name to its end
   * @throws PackagerError OUTPUT_BUSY when a live run has it
   */
  async take(name: string, settle: (dead: DeadRun) => Promise<void>): Promise<void> {
    if (this.#held.has(name)) return;
    while (!(await this.#make(name))) {
      const found = await this.find(name);
      if (!found) continue; // let go of in this moment
      if (!this.isDead(found)) throw this.#busy(name, found);
      if (await this.takeOver(name, found)) return this.settle(name, settle);
    }
    await this.#requireConditions(name);
  }

  /** Bring to its end what stands behind a claim that was taken over, and let go of what else that run had claimed. */
  async settle(name: string, settle: (dead: DeadRun) => Promise<void>): Promise<void> {
    const dead = this.#held.get(name)?.claim.settles;
    if (!dead) return;
    await settle(dead);
    const surplus: string[] = [];
    for (const [each, { claim, etag }] of this.#held) {
      if (claim.settles?.run !== dead.run) continue;
      const { settles: _, ...own } = claim;
      this.#held.set(each, { claim: own, etag });
      if (!this.#by.words.names.includes(each)) surplus.push(each);
    }
    await this.beat();
    await this.#letGo(surplus);
  }

  /** @returns `false` when somebody else was faster, or the run is alive after all */
  async takeOver(name: string, { claim: dead, facts }: FoundClaim): Promise<boolean> {
    const settles = dead.settles ?? { run: dead.run, names: dead.names };
    const claim = { ...this.#claim, settles };
    const { client, layout } = this.#by;
    const written = await client.put(layout.claimOf(name), toBytes(claim), {
      headers: layout.headers,
      onlyIf: facts.etag,
    });
    if (typeof written === 'string') return false;
    this.#hold(name, claim, written.etag);
    return true;
  }

  /** @returns `undefined` where nobody has claimed the name */
  async find(name: string): Promise<FoundClaim | undefined> {
    const { client, layout } = this.#by;
    const found = await client.get(layout.claimOf(name), MOST_BYTES);
    if (!found) return undefined;
    // What is damaged was nobody's we know: it is let lie as long as a silent run, and then taken over.
    const claim = readClaim(found.body) ?? { run: '', process: '', host: '', names: [name], beat: 0 };
    return { claim, facts: found };
  }

  /** Whether its run is over. */
  isDead({ claim, facts }: FoundClaim): boolean {
    const { processes, running } = this.#by.surroundings;
    if (claim.process === processes.own) return !running.has(claim.run);
    const state = processes.stateOf(claim.process);
    if (state !== 'elsewhere') return state === 'gone';
    return facts.serverTime - facts.modified > SILENCE_MS;
  }

  /** Sign of life, and proof that all are still ours. @throws PackagerError OUTPUT_LOST */
  beat(): Promise<void> {
    this.#beating = this.#beating.catch(() => {}).then(() => this.#beat());
    return this.#beating;
  }

  /** Let go of all that are still ours. */
  async release(): Promise<void> {
    await this.beat().catch((cause: unknown) => {
      if (!this.lost.aborted) throw cause;
    });
    this.#end();
    await this.#letGo(this.names);
    this.#held.clear();
  }

  /** Those behind which a dead run is not settled stay: they say that it is to be. */
  async #letGo(names: readonly string[]): Promise<void> {
    const { client, layout } = this.#by;
    const settled = names.filter((name) => this.#held.get(name)?.claim.settles === undefined);
    for (const name of settled) this.#held.delete(name);
    await client.deleteAll(settled.map((name) => layout.claimOf(name)));
  }

  /** Leave them behind, for whoever brings the run to its end. */
  abandon(): void {
    this.#end();
    this.#held.clear();
  }

  /** Take those that were lost, and have nobody by now. */
  async takeAgain(name: string): Promise<boolean> {
    return this.#make(name);
  }

  #end(): void {
    this.#stopHeart?.();
    this.#stopHeart = undefined;
  }

  get #claim(): Claim {
    return { ...this.#by.words, beat: 0 };
  }

  async #make(name: string): Promise<boolean> {
    const { client, layout } = this.#by;
    const written = await client.put(layout.claimOf(name), toBytes(this.#claim), {
      headers: layout.headers,
      onlyIfAbsent: true,
    });
    if (typeof written === 'string') return false;
    this.#hold(name, this.#claim, written.etag);
    return true;
  }

  #hold(name: string, claim: Claim, etag: string): void {
    this.#held.set(name, { claim, etag });
    // An answer that fails otherwise is tried again with the next beat.
    this.#stopHeart ??= this.#by.surroundings.every(BEAT_MS, () => void this.beat().catch(() => {}));
  }

  async #beat(): Promise<void> {
    const { client, layout } = this.#by;
    await inLanes([...this.#held], async ([name, { claim, etag }]) => {
      const next = { ...claim, beat: claim.beat + 1 };
      const written = await client.put(layout.claimOf(name), toBytes(next), {
        headers: layout.headers,
        onlyIf: etag,
      });
      if (typeof written !== 'string') {
        if (this.#held.has(name)) this.#held.set(name, { claim: next, etag: written.etag });
        return;
      }
      this.#held.delete(name);
      const error = fail.outputLost(layout.shown(name));
      this.#lost.abort(error);
      throw error;
    });
    if (this.#lost.signal.aborted) throw this.#lost.signal.reason;
  }

  /** A service that ignores conditions would let two runs publish over each other. */
  async #requireConditions(name: string): Promise<void> {
    const { client, layout } = this.#by;
    const { claim } = this.#held.get(name)!;
    const second = toBytes({ ...claim, beat: -1 });
    const takesNotice = async (condition: Pick<S3PutOptions, 'onlyIfAbsent' | 'onlyIf'>) =>
      typeof (await client.put(layout.claimOf(name), second, { headers: layout.headers, ...condition })) ===
      'string';
    const ignored = !(await takesNotice({ onlyIfAbsent: true }))
      ? 'If-None-Match'
      : !(await takesNotice({ onlyIf: NO_ETAG }))
        ? 'If-Match'
        : undefined;
    if (ignored === undefined) return;
    throw new PackagerError({
      code: 'OUTPUT_NOT_WRITABLE',
      exit: EXIT.output,
      message: `Cannot write to ${layout.shown('')}: its service takes no notice of ${ignored}, so that two runs could write over each other.`,
      hint: 'Use a service with conditional writes, such as Amazon S3, MinIO, or Ceph from version 17 on.',
    });
  }

  #busy(name: string, { claim, facts }: FoundClaim): PackagerError {
    const seconds = Math.max(0, Math.round((facts.serverTime - facts.modified) / 1000));
    const host = claim.host === '' ? '' : `on ${claim.host}, `;
    return fail.outputBusy(this.#by.layout.shown(name), `${host}last heard of ${seconds} s ago`);
  }
}
