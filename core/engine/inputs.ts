import { fail, PackagerError } from '../base/errors.ts';
import { answerOf } from '../base/unless-cancelled.ts';
import type { Packager } from '../contract/packager.ts';
import type { Run } from '../contract/run.ts';
import type { TitleOptions } from '../contract/title-options.ts';
import type { ByteSource } from '../io/byte-source.ts';
import { nameOfReference, shownReference } from '../io/reference.ts';
import type { Sources } from '../io/sources.ts';
import { isCoded, type Track } from '../media/track.ts';
import { requireDistinctIds } from '../title/distinct-ids.ts';
import { requireKnownKinds } from '../title/known-kinds.ts';
import type { InputInfo } from '../title/presentation.ts';
import { withSampleFacts } from '../title/sample-facts.ts';
import { chosenTracks } from '../title/select-tracks.ts';
import { asTrickPlay } from '../title/trick-play.ts';
import { foreignFormat, LOOK } from './foreign-formats.ts';

/** The inputs of a title before anybody has looked at them. */
export const unseenInputs = ({ inputs, choices = [] }: TitleOptions): InputInfo[] =>
  inputs.map((reference, index) => {
    const choice = choices[index];
    const path = shownReference(reference);
    return { index, path, name: nameOfReference(reference), bytes: 0, ...(choice && { choice }) };
  });

/** All that a title reads, beside its config: what it writes must not take their place. */
export const filesOf = ({ inputs, thumbnails = [] }: TitleOptions): string[] => [
  ...inputs,
  ...thumbnails.flatMap(({ folder, files = [] }) => (folder === undefined ? files : [folder])),
];

/** Look at every input before anything else happens: most mistakes end here. */
export const lookAtInputs = ({ sources }: Packager, run: Run): Promise<InputInfo[]> =>
  Promise.all(run.inputs.map((input) => lookAtInput(sources, run, input)));

/**
 * @throws PackagerError INPUT_NOT_FOUND when there is no such input, INPUT_NOT_READABLE when it cannot be read,
 * SIZE_NOT_READABLE when nothing is known of it, INVALID_OPTION when nobody reads such references
 */
export async function lookAtInput(
  sources: Sources,
  { title, signal }: Run,
  input: InputInfo,
): Promise<InputInfo> {
  const { bytes, identity } = await sources.of(title.inputs[input.index]!).look({ signal });
  if (bytes === 0) throw fail.inputNotReadable(input.path, 'it is empty.', 'Copy or encode it again.');
  return { ...input, bytes, identity };
}

/** The inputs of a run as one thread sees them: each is opened and demuxed once, when first needed. */
export class Inputs {
  readonly #packager: Packager;
  readonly #run: Run;
  readonly #demuxed = new Map<number, Promise<readonly Track[]>>();
  readonly #found = new Map<number, readonly Track[]>();
  readonly #sources: ByteSource[] = [];
  #isClosed = false;

  constructor(packager: Packager, run: Run) {
    this.#packager = packager;
    this.#run = run;
  }

  /**
   * The tracks of an input that the config takes, the same in every thread.
   * @throws PackagerError NOT_MEDIA when no demuxer knows the format, INVALID_OPTION when the config asks for what is
   * not there
   */
  tracks(index: number): Promise<readonly Track[]> {
    const known = this.#demuxed.get(index);
    if (known) return known;
    const tracks = this.#demux(index);
    this.#demuxed.set(index, tracks);
    return tracks;
  }

  /** All tracks that were found in an input so far, those that the config leaves out among them. */
  foundTracks(index: number): readonly Track[] {
    return this.#found.get(index) ?? [];
  }

  /**
   * Open an input, whoever asks; he closes it.
   * @throws PackagerError INPUT_CHANGED when it is not what the run began with
   */
  async open(index: number): Promise<ByteSource> {
    const { title, inputs, signal } = this.#run;
    const { bytes, identity } = inputs[index]!;
    const known = { ...(bytes > 0 && { bytes }), ...(identity !== undefined && { identity }) };
    return this.#packager.sources.of(title.inputs[index]!).open(known, { signal });
  }

  async #demux(index: number): Promise<readonly Track[]> {
    const input = this.#run.inputs[index];
    if (!input) throw new RangeError(`there is no input ${index}`);
    const source = await this.open(index);
    this.#sources.push(source);
    if (this.#isClosed) await source.close(); // another input was refused meanwhile: the first read will say so
    const found = await answerOf(
      this.#run.signal,
      this.#packager.hooks.demux.promise({ source, input }, this.#run),
    );
    if (!found) throw await unknownFormat(source);
    requireKnownKinds(input.path, found);
    requireDistinctIds(input.path, found);
    this.#found.set(index, found);
    const { codecs } = this.#packager;
    const tracks = found.map((track) =>
      isCoded(track) ? { ...track, codec: track.codec ?? codecs.of(track) } : track,
    );
    const taken = await Promise.all(chosenTracks(input, tracks).map(withSampleFacts));
    if (!input.choice?.trickPlay) return taken;
    return asTrickPlay(input, taken, (message) => this.#run.warn(message));
  }

  /**
   * Look at all inputs once more, when everything is written: what was read in several threads and at several times is one
   * title only if nobody has touched it meanwhile.
   * @throws PackagerError INPUT_CHANGED when one of them is not what it was at the start
   */
  async requireUnchanged(): Promise<void> {
    const { title, inputs, signal } = this.#run;
    for (const { index, identity } of inputs)
      await this.#packager.sources.of(title.inputs[index]!).requireUnchanged(identity, { signal });
  }

  /**
   * Close all files; whoever still looks into one fails with his next read, and is waited for. One that cannot be closed is told of:
   * nothing that was read of it, or written, is wrong.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    const closing = this.#sources.splice(0).map((source) => source.close());
    for (const result of await Promise.allSettled(closing)) {
      if (result.status === 'rejected')
        this.#run.warn(`An input could not be closed: ${PackagerError.from(result.reason).message}`);
    }
    await Promise.allSettled(this.#demuxed.values());
  }
}

/** Say what the file seems to be, by what is in it: its name says what it should be. */
async function unknownFormat(source: ByteSource) {
  const start = new Uint8Array(Math.min(source.size, LOOK));
  await source.read(0, [start]);
  const format = foreignFormat(start);
  const inputs = 'Inputs are MP4, MOV, Matroska, WebM and MPEG-TS files.';
  const subtitles = format?.isText ? ' Subtitles are WebVTT, SubRip and TTML files.' : '';
  return format
    ? fail.notMedia(source.name, `it seems to be ${format.name}.`, `${format.advice} ${inputs}${subtitles}`)
    : fail.notMedia(
        source.name,
        'no demuxer knows its format.',
        `${inputs} They are known by what is in them, not by their names.`,
      );
}
