import { fail } from '../base/errors.ts';
import type { CodedTrack } from '../media/track.ts';
import type { Codec } from './codec.ts';

/** What of a track tells its codec. */
export type CodecName = Pick<CodedTrack, 'entry'> & Partial<Pick<CodedTrack, 'codecs'>>;

/** Codecs by their sample entries. */
export class Codecs {
  readonly #codecs: Codec[] = [];
  readonly #byEntry = new Map<string, Codec[]>();

  constructor(codecs: Iterable<Codec>) {
    for (const codec of codecs) this.add(codec);
  }

  /** @throws PackagerError INVALID_OPTION when another one has its name, or a sample entry that it does not share */
  add(codec: Codec): void {
    if (this.#codecs.some(({ name }) => name === codec.name)) throw taken(codec.name, 'that name');
    for (const entry of codec.entries) {
      const others = this.withEntry(entry);
      if ([codec, ...others].some(({ strings }) => !strings) && others.length > 0)
        throw taken(codec.name, `the sample entry "${entry}"`);
      this.#byEntry.set(entry, [...others, codec]);
    }
    this.#codecs.push(codec);
  }

  /** The codec of a track; `undefined` when it is not known. */
  of({ entry, codecs = entry }: CodecName): Codec | undefined {
    return this.withEntry(entry).find(({ strings }) => strings?.test(codecs) ?? true);
  }

  /** Those that a sample entry may stand for: mostly one, `mp4a` for several. */
  withEntry(entry: string): readonly Codec[] {
    return this.#byEntry.get(entry) ?? [];
  }

  /** The video codec with a CodecID of Matroska. */
  inMatroska(id: string): Codec | undefined {
    return this.#codecs.find(({ matroska }) => matroska?.id === id);
  }

  /** The sample entries of those that are meant, each once. */
  entries(isMeant: (codec: Codec) => boolean): readonly string[] {
    return [...new Set(this.#codecs.filter(isMeant).flatMap(({ entries }) => entries))];
  }
}

/**
 * The rule of fragmented MP4 under Common Encryption, for `carries` of a mode: sound of any codec, whose samples are protected whole,
 * and video of codecs whose samples somebody can take apart.
 */
export const carriesProtectable = (codecs: Codecs): readonly string[] =>
  codecs.entries(({ kind, rangeFinder }) => kind === 'audio' || rangeFinder !== undefined);

const taken = (name: string, what: string) =>
  fail.invalidOption(
    `The codec "${name}" cannot be added: another one has ${what}.`,
    'Leave one of them out.',
  );
