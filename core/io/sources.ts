import { fail, PackagerError } from '../base/errors.ts';
import type { ByteSource } from './byte-source.ts';
import type { InputFacts, InputSource, SourceOptions } from './input-source.ts';
import { listed } from './listed.ts';
import { localSource } from './local-source.ts';
import { schemeOf, shownReference } from './reference.ts';
import {
  type CancelledGuarded,
  cleanWords,
  type Guarded,
  guarded,
  guardedAnswer,
  guardedNow,
} from './told.ts';

/** The places that inputs are read from: those of plugins, in their order, and the local disk. */
export class Sources {
  readonly #added: InputSource[] = [];

  add(source: InputSource): void {
    this.#added.push(source);
  }

  /** @throws PackagerError INVALID_OPTION when nobody reads it; nothing is quoted of it but the scheme */
  of(reference: string): InputOf {
    const all = [...this.#added, localSource];
    const source = all.find((each) => guardedNow(guardOf(reference, each), () => each.accepts(reference)));
    if (!source) throw fail.noSource(schemeOf(reference) ?? '', listed(all));
    return new InputOf(reference, source);
  }
}

/** An input with the source that reads it. */
class InputOf {
  readonly #reference: string;
  readonly #source: InputSource;

  constructor(reference: string, source: InputSource) {
    this.#reference = reference;
    this.#source = source;
  }

  /** How everybody sees it. */
  get #shown(): string {
    return shownReference(this.#reference);
  }

  /** Whether it is anywhere but on the local disk. */
  get isFar(): boolean {
    return this.#source !== localSource;
  }

  look(options: SourceOptions): Promise<InputFacts> {
    const look = () => this.#source.look(this.#reference, options);
    return this.#source === localSource ? look() : guardedAnswer(this.#by(options), look);
  }

  /**
   * @param known what `look` said of it
   * @throws PackagerError INPUT_CHANGED when it is another one by now
   */
  async open(known: Partial<InputFacts>, options: SourceOptions): Promise<ByteSource> {
    const open = () => this.#source.open(this.#reference, known.identity, options);
    if (this.#source === localSource) return open();
    const sized = async () => {
      const opened = await open();
      return { opened, size: opened.size };
    };
    const late = ({ opened }: { readonly opened: ByteSource }) => opened.close();
    const { opened, size } = await guardedAnswer(this.#by(options), sized, { late });
    if (known.bytes !== undefined && known.bytes !== size) {
      await opened.close().catch(() => {});
      throw fail.inputChanged(this.#shown, `it had ${known.bytes} bytes, and now has ${size}.`);
    }
    return {
      name: this.#shown,
      size,
      read: (position, targets) => guardedAnswer(this.#by(options), () => opened.read(position, targets)),
      close: () => guarded(this.#by(options), () => opened.close()),
    };
  }

  /** @throws PackagerError INPUT_CHANGED when it is not what the run began with */
  async requireUnchanged(identity: string | undefined, options: SourceOptions): Promise<void> {
    if (identity === undefined) return;
    const found = await this.look(options).catch((cause: unknown) => {
      if (!PackagerError.is(cause) || cause.code !== 'INPUT_NOT_FOUND') throw cause;
      throw fail.inputChanged(this.#shown, 'it is not there any more.');
    });
    if (found.identity === identity) return;
    throw fail.inputChanged(this.#shown, this.#changeOf(identity, found.identity));
  }

  /**
   * How it has changed since an earlier run, perhaps on another machine, as the end of a sentence; `undefined`: it has not.
   * @param identity what `look` said then
   */
  async changeSince(identity: string, options: SourceOptions): Promise<string | undefined> {
    const { identity: now } = await this.look(options);
    const source = this.#source;
    if (now === identity || understood(() => source.isSame?.(identity, now))) return undefined;
    return this.#changeOf(identity, now);
  }

  #changeOf(before: string, now: string): string {
    const how = understood(() => this.#source.changeOf?.(before, now));
    return how === undefined ? 'another one has taken its place.' : cleanWords(this.#reference, how);
  }

  /** What a plugin's source says is told without what nobody may see of the reference. */
  #by({ signal }: SourceOptions): CancelledGuarded {
    return { ...guardOf(this.#reference, this.#source), signal };
  }
}

const guardOf = (reference: string, { name }: InputSource): Guarded => ({
  reference,
  unforeseen: (reason) => fail.inputNotReadable(shownReference(reference), `${name}: ${reason}`),
});

/** What was told earlier may be in words that another version of the source had, or damaged: then it is another. */
function understood<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

export type { InputOf };
