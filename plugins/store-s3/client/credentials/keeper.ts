import { PackagerError } from '../../../../core/index.ts';
import type { FoundCredentials } from './found.ts';

/** So long before their end credentials are renewed: a night's run goes on, and a request is signed with what lasts. */
const AHEAD_MS = 5 * 60_000;
/** After they were renewed in vain, or to others that soon end, those that still hold are used so long before it is tried again. */
const PATIENCE_MS = 30_000;

/** Keeps credentials until they end; one question at a time. */
export class CredentialsKeeper {
  readonly #find: () => Promise<FoundCredentials>;
  #held: FoundCredentials | undefined;
  #asked: Promise<FoundCredentials> | undefined;
  #notBefore = 0;

  constructor(find: () => Promise<FoundCredentials>) {
    this.#find = find;
  }

  /** What was given last. */
  get held(): FoundCredentials | undefined {
    return this.#held;
  }

  /** @throws PackagerError as `findCredentials` does */
  async current(): Promise<FoundCredentials> {
    const held = this.#held;
    const left = (held?.expiration?.getTime() ?? Number.POSITIVE_INFINITY) - Date.now();
    if (held && (left > AHEAD_MS || (left > 0 && Date.now() < this.#notBefore))) return held;
    try {
      const found = await this.#renew();
      // Those that soon end again are all that there is.
      this.#notBefore = Date.now() + PATIENCE_MS;
      return found;
    } catch (cause) {
      if (!held || left <= 0 || !PackagerError.is(cause)) throw cause;
      this.#notBefore = Date.now() + PATIENCE_MS;
      return held;
    }
  }

  /** A server does not take these, which have ended, say: look whether there are others by now. @returns whether there are */
  async replaces(refused: FoundCredentials): Promise<boolean> {
    if (this.#held === refused) this.#held = undefined;
    // Why there are none says less than why these were not taken.
    const found = await this.current().catch(() => undefined);
    return found !== undefined && !isSame(found, refused);
  }

  async #renew(): Promise<FoundCredentials> {
    const asked = this.#asked ?? this.#find();
    this.#asked = asked;
    try {
      this.#held = await asked;
      return this.#held;
    } finally {
      if (this.#asked === asked) this.#asked = undefined;
    }
  }
}

const isSame = (one: FoundCredentials, other: FoundCredentials): boolean =>
  one.accessKeyId === other.accessKeyId &&
  one.secretAccessKey === other.secretAccessKey &&
  one.sessionToken === other.sessionToken;
