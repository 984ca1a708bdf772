import { fail } from '../base/errors.ts';
import { languageTag } from '../base/language-tag.ts';
import { type AudioTrack, codecFamily, describeTrack } from '../media/track.ts';
import { sameRate } from './bit-rate.ts';
import type { InputInfo } from './presentation.ts';
import { isSaidElsewhere } from './said-elsewhere.ts';
import { programmeOf } from './switching-sets.ts';

/** A track that was taken, and whose it is. */
interface Taken {
  readonly track: AudioTrack;
  readonly owner: InputInfo;
}

/**
 * Chooses the title's audio, input by input. A title has one track of each programme (language, roles, characteristics, label),
 * codec and number of channels, from the first input that has it; inputs with video carry the same programme, so theirs are left out
 * without a word. It has several of different bit rate where the config says so: by a file that is there for its sound, or by the
 * id of a track. A language has to be known for that: two files that say none may be in two. What is left out of the same file is
 * warned of, and what the config names by its language.
 */
export class AudioChoice {
  readonly chosen: AudioTrack[] = [];
  readonly #inputs: readonly InputInfo[];
  readonly #audioOf: (input: InputInfo) => readonly AudioTrack[];
  readonly #warn: (message: string) => void;
  /** By programme, codec and channels. */
  readonly #taken = new Map<string, Taken[]>();

  constructor(
    inputs: readonly InputInfo[],
    audioOf: (input: InputInfo) => readonly AudioTrack[],
    warn: (message: string) => void,
  ) {
    this.#inputs = inputs;
    this.#audioOf = audioOf;
    this.#warn = warn;
  }

  /**
   * Take an input's tracks.
   * @param gives what the input gives beside them
   * @throws PackagerError INVALID_OPTION when a track that the config names by its id cannot be taken
   */
  take(input: InputInfo, gives: { readonly video: boolean; readonly anything: boolean }): void {
    const picks = input.choice?.audio || [];
    let adds = gives.anything;
    const further: AudioTrack[] = [];
    /** Where what this file has too comes from. */
    let doubled: string | undefined;
    for (const track of this.#audioOf(input)) {
      if (isSaidElsewhere(input, track, this.#inputs, this.#audioOf)) continue;
      const place = placeOf(track);
      const taken = this.#taken.get(place) ?? [];
      const isSaid =
        picks.includes(track.id) || (!gives.video && taken.every(({ owner }) => owner !== input));
      if (taken.length === 0 || (isSaid && isAnotherQuality(track, taken))) {
        this.#taken.set(place, [...taken, { track, owner: input }]);
        this.chosen.push(track);
        adds = true;
        continue;
      }
      const { owner } = taken[0]!;
      if (picks.includes(track.id)) throw secondOfItsKind(input, track, owner);
      if (owner === input || picks.length > 0) further.push(track);
      doubled ??= `audio in "${track.language}" and this codec comes from ${owner.path} already`;
    }
    if (further.length > 0)
      this.#warn(`${input.path}: ${furtherAudio(further)}; \`audio: [id]\` takes another.`);
    if (!adds && doubled)
      this.#warn(
        `${input.path} adds nothing: ${doubled}. If it is in another language, give it as { file, language }.`,
      );
  }
}

/** Tracks of one place are one programme to who listens, and one format to what decodes it. */
function placeOf(track: AudioTrack): string {
  const { channels, dolby } = track.audio;
  return JSON.stringify([
    programmeOf(track),
    codecFamily(track),
    channels,
    dolby?.jocComplexity !== undefined,
  ]);
}

const isAnotherQuality = (track: AudioTrack, taken: readonly Taken[]): boolean =>
  languageTag(track.language) !== undefined && taken.every(({ track: other }) => !sameRate(track, other));

/** At most this many ids of a hundred are worth reading. */
const LISTED = 8;

function furtherAudio([first, ...others]: readonly AudioTrack[]): string {
  if (others.length === 0)
    return `${describeTrack(first!)} was left out: it is not the first in language "${first!.language}" with this codec, and nothing tells them apart`;
  const ids = [first!, ...others].map(({ id }) => id);
  const rest = ids.length > LISTED ? ` and ${ids.length - LISTED} more` : '';
  return `audio tracks ${ids.slice(0, LISTED).join(', ')}${rest} were left out: none is the first in its language and codec, and nothing tells them apart`;
}

const secondOfItsKind = (input: InputInfo, track: AudioTrack, owner: InputInfo) =>
  fail.invalidOption(
    `${input.path}: the config asks for ${describeTrack(track)}, but "${track.language}" in this codec comes from ` +
      `${owner === input ? 'another track of the file' : owner.path} already.`,
    'Players could not tell them apart: give one of them `roles` or a `label`, or leave it out.',
  );
